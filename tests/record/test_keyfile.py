"""Key files: no byte can be changed unseen, and the passphrase is asked for no more often than needed."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hpke
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import keyfile
from comity.record.errors import ComityError
from comity.record.keyfile import Cost, KeyfileError, Passphrase, PassphraseMissingError, Secret, lock, unlock
from comity.record.recipient_key import RecipientKey, RecipientKeyError, months_from, read_public

CHEAP = Cost(1, 8192)
SEED = bytes(range(32))
SECRET = Secret("aa/hq/office/desk", "ed25519", SEED)
PHRASE = Passphrase(b"correct horse battery staple")
FILE = lock(SECRET, PHRASE, cost=CHEAP)


def test_it_opens_with_its_passphrase_and_no_other():
    assert unlock(FILE, PHRASE) == SECRET
    with pytest.raises(keyfile.PassphraseWrongError):
        unlock(FILE, Passphrase(b"correct horse battery stapl"))
    with pytest.raises(PassphraseMissingError):
        unlock(FILE)
    with pytest.raises(PassphraseMissingError):
        Passphrase(b"")


def test_the_secret_is_nowhere_in_the_file_or_in_what_is_printed():
    assert keyfile.canonical.b64(SEED).encode() not in FILE
    assert SEED not in FILE
    assert keyfile.canonical.b64(SEED).encode() in lock(SECRET, None)  # the control: unprotected it is there
    for shown in (repr(SECRET), repr(PHRASE), repr(RecipientKey("2026-10", bytes(96)))):
        assert "correct" not in shown
        assert "\\x00" not in shown
        assert "\\x01" not in shown


@given(st.data())
@settings(deadline=None)
def test_no_byte_can_be_changed(data):
    spoilt = bytearray(FILE)
    spoilt[data.draw(st.integers(0, len(FILE) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(KeyfileError):
        unlock(bytes(spoilt), PHRASE)


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_by_name(data):
    with pytest.raises(KeyfileError):
        unlock(data, PHRASE)


def test_files_of_one_folder_cost_one_derivation(monkeypatch):
    calls = []
    kdf = keyfile.argon2id.kdf
    monkeypatch.setattr(keyfile.argon2id, "kdf", lambda *a, **k: calls.append(1) or kdf(*a, **k))
    phrase, salt = Passphrase(b"one for all"), bytes(16)
    files = [
        lock(Secret(f"aa/{n}", "ed25519", bytes([n]) * 32), phrase, salt=salt, cost=CHEAP) for n in range(9)
    ]
    assert [unlock(file, phrase).octets[0] for file in files] == list(range(9))
    assert len(calls) == 1
    assert keyfile.salt_of(files[0]) == salt
    assert keyfile.salt_of(lock(SECRET, None)) is None


def test_two_files_never_share_a_nonce():
    files = {lock(SECRET, PHRASE, salt=bytes(16), cost=CHEAP) for _ in range(20)}
    assert len(files) == 20


def test_a_recipient_key_opens_what_is_sealed_to_its_public_half():
    key = RecipientKey.generate("2026-10")
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    sealed = suite.encrypt(b"for you", read_public(key.public), info=b"grant")
    assert suite.decrypt(sealed, key.private_key(), info=b"grant") == b"for you"
    kept = unlock(lock(Secret(key.month, "hpke", key.private), PHRASE, cost=CHEAP), PHRASE)
    assert RecipientKey(kept.name, kept.octets).public == key.public


@pytest.mark.parametrize("spoil", [lambda k: k[:-1], lambda k: k + b"\x00", lambda k: b"\xff" * 1184 + k[1184:], lambda k: k[:1184] + bytes(32), lambda k: k[:1184] + b"\x01" + bytes(31)])  # fmt: skip
def test_public_keys_that_must_not_be_used(spoil):
    with pytest.raises(RecipientKeyError):
        read_public(spoil(RecipientKey.generate("2026-10").public))


def test_months():
    assert months_from("2026-11", 4) == ["2026-11", "2026-12", "2027-01", "2027-02"]
    for bad in ("2026-13", "2026-1", "26-01", "2026-00", "٢٠٢٦-01"):
        with pytest.raises(ComityError):
            months_from(bad, 1)
