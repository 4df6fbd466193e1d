"""Content beside the log: encrypted, bound to its place, unreadable once its key is destroyed."""

from __future__ import annotations

import io
import os
import stat
from dataclasses import replace

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record.commitment import Field, FullOpening
from comity.record.content import CHUNK, ContentStore, ContentStoreError, seal_content, unseal_content
from comity.record.keyring import Kept, Keyring, KeyringError, Retention
from comity.record.vault import Vault, VaultError, write_private

KEY = bytes(range(32))
MONTH = Retention("working", "2031-12")


def opening(number=0, origin="aa/hq", retention="working:2031-12", **changes):
    held = (Field(4, "header.retention", retention), Field(8, "slug", f"note-{number}"))
    full = FullOpening(origin, number.to_bytes(16, "big"), "test.note@1", bytes([number % 256]) * 32, held)
    return replace(full, **changes)


@pytest.fixture
def store(tmp_path):
    keyring = Keyring(tmp_path / "keyring.sqlite", tmp_path / "keks")
    yield ContentStore(Vault(tmp_path / "vault"), keyring)
    keyring.close()


def files(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_content_comes_back(store):
    fulls = [opening(number) for number in range(20)]
    store.put_all("aa/hq", fulls)
    for full in fulls:
        assert store.get("aa/hq", full.id) == full


def test_unknown_erased_and_shredded_look_alike(store):
    erased, shredded = opening(1), opening(2, retention="brief:2026-12")
    store.put_all("aa/hq", [erased, shredded])
    store.erase("aa/hq", erased.id)
    store.keyring.destroy_month(Retention("brief", "2026-12"))
    for record_id in (erased.id, shredded.id, bytes(16)):
        assert store.get("aa/hq", record_id) is None
    assert store.get("bb/hq", erased.id) is None


def test_destroying_a_key_leaves_other_records(store, tmp_path):
    fulls = [opening(number) for number in range(5)]
    store.put_all("aa/hq", fulls)
    before = files(tmp_path / "vault")
    store.erase("aa/hq", fulls[2].id)
    assert len(files(tmp_path / "vault")) == len(before) - 1
    assert [store.get("aa/hq", full.id) for full in fulls] == [*fulls[:2], None, *fulls[3:]]
    store.erase("aa/hq", fulls[2].id)  # once more is no error


def test_destroying_a_month_key_leaves_other_months(store, tmp_path):
    fulls = [opening(1), opening(2, retention="working:2032-01"), opening(3, retention="brief:2031-12")]
    store.put_all("aa/hq", fulls)
    assert store.keyring.months() == [Retention("brief", "2031-12"), MONTH, Retention("working", "2032-01")]
    store.keyring.destroy_month(MONTH)
    assert [store.get("aa/hq", full.id) for full in fulls] == [None, *fulls[1:]]
    assert MONTH not in store.keyring.months()
    assert not (tmp_path / "keks" / "working.2031-12.key").exists()
    store.keyring.destroy_month(MONTH)


def test_a_new_month_key_does_not_open_what_the_old_one_wrapped(store, tmp_path):
    store.put_all("aa/hq", [opening(1), opening(3)])
    (tmp_path / "keks" / "working.2031-12.key").unlink()  # lost, not destroyed
    store.keyring._cache.clear()
    assert store.get("aa/hq", opening(1).id) is None
    store.put("aa/hq", opening(2))
    with pytest.raises(KeyringError):
        store.get("aa/hq", opening(1).id)
    assert store.get("aa/hq", opening(2).id) == opening(2)


def test_a_month_that_ended_leaves_nothing(store, tmp_path):
    other = opening(3, retention="working:2032-01")
    store.put_all("aa/hq", [opening(1), opening(2), other])
    blob = store.put_blob("aa/hq", bytes(3 * CHUNK), MONTH)
    store.erase_month(MONTH)
    assert len(files(tmp_path / "vault")) == 1
    assert store.get("aa/hq", other.id) == other
    store.put("aa/hq", opening(4))  # a new key for the month does not bring the old content back
    assert [store.get("aa/hq", opening(n).id) for n in (1, 2)] == [None, None]
    assert store.get_blob("aa/hq", blob.digest) is None


def test_destroyed_bytes_are_gone_from_the_file(tmp_path):
    keyring = Keyring(tmp_path / "keyring.sqlite", tmp_path / "keks")
    keyring.keep([Kept("aa/hq", bytes([n]) * 16, MONTH, KEY) for n in range(50)])
    db = apsw.Connection(str(tmp_path / "keyring.sqlite"), flags=apsw.SQLITE_OPEN_READONLY)
    wrapped = db.execute("SELECT key FROM wrapped WHERE id = ?", (bytes([7]) * 16,)).fetchone()[0]
    db.close()
    assert wrapped in (tmp_path / "keyring.sqlite").read_bytes()
    keyring.destroy("aa/hq", bytes([7]) * 16)
    left = b"".join(path.read_bytes() for path in files(tmp_path))
    assert wrapped not in left
    assert keyring.find("aa/hq", bytes([8]) * 16).key == KEY
    keyring.close()


def test_nothing_plain_is_on_disk(store, tmp_path):
    full = opening(1, record_key=os.urandom(32))
    store.put("aa/hq", full)
    store.put_blob("aa/hq", b"attachment in plain words", MONTH)
    for path in files(tmp_path):
        data = path.read_bytes()
        assert b"note-1" not in data
        assert b"plain words" not in data
        assert full.record_key not in data


def test_files_are_for_their_owner_only(store, tmp_path):
    store.put("aa/hq", opening(1))
    store.put_blob("aa/hq", b"x", MONTH)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files(tmp_path))
    for folder in ("keks", "vault"):
        assert stat.S_IMODE((tmp_path / folder).stat().st_mode) == 0o700


def test_the_pragmas_hold(store):
    value = store.keyring._db.pragma
    assert (value("secure_delete"), value("synchronous"), value("journal_mode")) == (1, 2, "delete")


def test_content_is_bound_to_its_place():
    full = opening(1)
    data = seal_content(full)
    assert unseal_content(data, full.origin, full.id, full.record_key) == full
    for origin, record_id, key in (
        ("bb/hq", full.id, full.record_key),
        (full.origin, bytes(16), full.record_key),
        (full.origin, full.id, KEY),
    ):
        with pytest.raises(ContentStoreError):
            unseal_content(data, origin, record_id, key)
    for spoilt in (data[:-1], b"", data[:12], bytes([data[0] ^ 1]) + data[1:]):
        with pytest.raises(ContentStoreError):
            unseal_content(spoilt, full.origin, full.id, full.record_key)


@pytest.mark.parametrize("column", ["origin", "id", "class", "month"])
def test_a_wrapped_key_moved_elsewhere_does_not_open(tmp_path, column):
    keyring = Keyring(tmp_path / "keyring.sqlite", tmp_path / "keks")
    keyring.keep([Kept("aa/hq", bytes(16), MONTH, KEY)])
    (tmp_path / "keks" / "else.2031-12.key").write_bytes(
        (tmp_path / "keks" / "working.2031-12.key").read_bytes()
    )
    (tmp_path / "keks" / "working.2032-01.key").write_bytes(
        (tmp_path / "keks" / "working.2031-12.key").read_bytes()
    )
    moved = {"origin": "bb/hq", "id": b"\x01" * 16, "class": "else", "month": "2032-01"}[column]
    keyring._db.execute(f"UPDATE wrapped SET {column} = ?", (moved,))
    origin = moved if column == "origin" else "aa/hq"
    record_id = moved if column == "id" else bytes(16)
    with pytest.raises(KeyringError, match="does not open"):
        keyring.find(origin, record_id)
    keyring.close()


def test_keys_survive_a_restart(tmp_path):
    for number in range(3):
        keyring = Keyring(tmp_path / "keyring.sqlite", tmp_path / "keks")
        store = ContentStore(Vault(tmp_path / "vault"), keyring)
        store.put("aa/hq", opening(number))
        assert [store.get("aa/hq", opening(n).id) for n in range(number + 1)] == [
            opening(n) for n in range(number + 1)
        ]
        keyring.close()


def test_a_damaged_month_key_is_told(store, tmp_path):
    store.put("aa/hq", opening(1))
    store.keyring._cache.clear()
    (tmp_path / "keks" / "working.2031-12.key").write_bytes(b"short")
    with pytest.raises(KeyringError, match="5 bytes"):
        store.get("aa/hq", opening(1).id)


def test_a_damaged_or_lost_ciphertext(store, tmp_path):
    store.put_all("aa/hq", [opening(1), opening(2)])
    one, two = files(tmp_path / "vault")
    one.write_bytes(one.read_bytes()[:-1] + b"\x00")
    two.unlink()
    found = []
    for number in (1, 2):
        try:
            found.append(store.get("aa/hq", opening(number).id))
        except VaultError as error:
            found.append(error.code)
    assert sorted(map(str, found)) == ["None", "vault"]


def test_what_is_put_again_is_replaced(store, tmp_path):
    store.put("aa/hq", opening(1))
    changed = opening(1, record_key=KEY)
    store.put("aa/hq", changed)
    assert store.get("aa/hq", changed.id) == changed
    assert len(files(tmp_path / "vault")) == 1


def test_an_opening_of_another_log_is_not_stored(store):
    with pytest.raises(ContentStoreError, match="bb/hq"):
        store.put("aa/hq", opening(1, origin="bb/hq"))
    with pytest.raises(ContentStoreError, match="no retention"):
        store.put("aa/hq", opening(1, fields=()))
    store.put("aa/hq", opening(1, fields=()), retention=MONTH)
    assert store.get("aa/hq", opening(1).id) is not None


@pytest.mark.parametrize("text", ["", "A", "a:2031", "a:2031-13", "a/b", "../x", "a:2031-12:x", "a\n"])
def test_retention_is_read_strictly(text):
    with pytest.raises(KeyringError):
        Retention.parse(text)
    assert Retention.parse("working:2031-12") == MONTH
    assert Retention.parse("open-ended") == Retention("open-ended", "open")


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5])
def test_attachments_come_back_in_chunks(store, tmp_path, length):
    data = os.urandom(length)
    blob = store.put_blob("aa/hq", data, MONTH)
    assert blob.length == length
    assert store.get_blob("aa/hq", blob.digest) == data
    assert [len(chunk) for chunk in store.read_blob("aa/hq", blob.digest)] == [
        min(CHUNK, length - at) for at in range(0, max(length, 1), CHUNK)
    ]
    assert store.put_blob("aa/hq", io.BytesIO(data), MONTH) == blob
    assert len(files(tmp_path / "vault")) == max(1, -(-length // CHUNK))
    store.erase_blob("aa/hq", blob.digest)
    assert store.get_blob("aa/hq", blob.digest) is None
    assert not files(tmp_path / "vault")


@given(st.permutations(range(3)), st.integers(0, 3))
@settings(max_examples=20, deadline=None)
def test_chunks_cannot_be_moved_or_dropped(tmp_path_factory, order, kept):
    folder = tmp_path_factory.mktemp("blob")
    keyring = Keyring(folder / "keyring.sqlite", folder / "keks")
    store = ContentStore(Vault(folder / "vault"), keyring)
    data = os.urandom(2 * CHUNK + 7)
    blob = store.put_blob("aa/hq", data, MONTH)
    held = keyring.find("aa/hq", blob.digest)
    names = [held.parts[i : i + 32] for i in range(0, 96, 32)]
    spoilt = [names[i] for i in order][:kept]
    keyring.keep([replace(held, parts=b"".join(spoilt))])
    if spoilt == names:
        assert store.get_blob("aa/hq", blob.digest) == data
    else:
        with pytest.raises(ContentStoreError):
            store.get_blob("aa/hq", blob.digest)
    keyring.close()


def test_a_lost_chunk_is_told(store, tmp_path):
    blob = store.put_blob("aa/hq", os.urandom(CHUNK + 1), MONTH)
    files(tmp_path / "vault")[0].unlink()
    with pytest.raises(ContentStoreError, match="does not open"):
        store.get_blob("aa/hq", blob.digest)


def test_the_vault_names_what_it_holds(tmp_path):
    vault = Vault(tmp_path / "vault")
    name = vault.put(b"ciphertext")
    assert vault.put(b"ciphertext") == name
    assert vault.get(name) == b"ciphertext"
    assert vault.get("0" * 64) is None
    vault.delete(name)
    vault.delete(name)
    assert vault.get(name) is None


@pytest.mark.parametrize("name", ["", "../keyring.sqlite", "A" * 64, "0" * 63, "0" * 65, "0" * 63 + "\n"])
def test_the_vault_reads_no_other_files(tmp_path, name):
    with pytest.raises(VaultError):
        Vault(tmp_path / "vault").get(name)


def test_a_write_that_fails_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_handle):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(tmp_path / "file", b"data")
    assert not files(tmp_path)


def test_nothing_is_kept_when_one_of_a_batch_fails(store):
    good, bad = opening(1), opening(2, retention="No such class")
    with pytest.raises(KeyringError):
        store.put_all("aa/hq", [good, bad])
    assert store.get("aa/hq", good.id) is None
