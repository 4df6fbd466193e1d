"""Cosignatures: the bytes of C2SP tlog-cosignature, and lies about time, key and text."""

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from comity.record import checkpoint, cosignature, note
from comity.record.checkpoint import Checkpoint, CheckpointError
from comity.record.cosignature import (
    CosignatureError,
    Cosigner,
    merge_signatures,
    verified_cosignatures,
    verify_cosignature,
)
from comity.record.note import Signer, verify_note

NOW = 1_700_000_000
VN = Signer("vn.example/hq", bytes(range(32)))
WITNESS = Cosigner("la.example/witness", bytes(range(2, 34)))
OTHER = Cosigner("xx.example/witness", bytes(range(3, 35)))
HEAD = Checkpoint(VN.name, 7, bytes(32))
SIGNED = checkpoint.sign(HEAD, VN)
LINE = WITNESS.cosign(SIGNED, NOW)


def blob_of(line):
    return base64.b64decode(line.decode().split(" ")[2])


def with_blob(blob):
    return f"— {WITNESS.name} {base64.b64encode(blob).decode()}\n".encode()


def test_the_bytes():
    key = WITNESS.verifier.key
    blob = blob_of(LINE)
    assert with_blob(blob) == LINE
    assert len(blob) == 4 + 8 + 64
    assert blob[:4] == hashlib.sha256(b"la.example/witness\n\x04" + key).digest()[:4]
    assert blob[4:12] == NOW.to_bytes(8, "big")
    message = (
        b"cosignature/v1\ntime 1700000000\nvn.example/hq\n7\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"
    )
    Ed25519PublicKey.from_public_bytes(key).verify(blob[12:], message)
    assert WITNESS.vkey.split("+")[1] == blob[:4].hex()
    assert base64.b64decode(WITNESS.vkey.split("+", 2)[2]) == b"\x04" + key


def test_extension_lines_are_cosigned():
    extended = checkpoint.sign(Checkpoint(VN.name, 7, bytes(32), ("more",)), VN)
    assert verify_cosignature(extended, WITNESS.cosign(extended, NOW), WITNESS.vkey) == NOW
    with pytest.raises(CosignatureError):
        verify_cosignature(extended, LINE, WITNESS.vkey)


@pytest.mark.parametrize(
    "target",
    [SIGNED, SIGNED + LINE, HEAD.text, HEAD.text.encode()],
    ids=["note", "cosigned", "text", "octets"],
)
@pytest.mark.parametrize("line", [LINE, LINE.rstrip(b"\n")], ids=["line", "bare"])
def test_verifies_over_a_note_or_its_text(target, line):
    assert verify_cosignature(target, line, WITNESS.vkey) == NOW
    assert verify_cosignature(target, line, WITNESS.verifier, now=NOW) == NOW


@given(st.integers(0, 2**63 - 1))
def test_every_time_reads_back(seconds):
    assert verify_cosignature(SIGNED, WITNESS.cosign(SIGNED, seconds), WITNESS.vkey) == seconds


@pytest.mark.parametrize("seconds", [-1, 2**63, 2**64])
def test_times_out_of_range_are_not_signed(seconds):
    with pytest.raises(CosignatureError):
        WITNESS.cosign(SIGNED, seconds)


def test_a_time_beyond_the_range_is_refused_though_well_signed():
    seconds = 2**63
    from comity.record import signature

    sig = signature.sign(WITNESS.seed, note.cosigned_message(HEAD.text.encode(), seconds))
    with pytest.raises(CosignatureError):
        verify_cosignature(
            SIGNED, with_blob(WITNESS.verifier.key_id + seconds.to_bytes(8, "big") + sig), WITNESS.vkey
        )


def test_future_dates():
    early = NOW - cosignature.SKEW
    assert verify_cosignature(SIGNED, LINE, WITNESS.vkey, now=early) == NOW
    with pytest.raises(cosignature.FutureCosignatureError):
        verify_cosignature(SIGNED, LINE, WITNESS.vkey, now=early - 1)
    with pytest.raises(cosignature.FutureCosignatureError):
        verify_cosignature(SIGNED, LINE, WITNESS.vkey, now=NOW - 1, skew=0)
    assert verify_cosignature(SIGNED, LINE, WITNESS.vkey, now=NOW + 10**9) == NOW


@given(st.integers(4, 75), st.integers(0, 7))
def test_a_flipped_bit_is_refused(at, bit):
    blob = bytearray(blob_of(LINE))
    blob[at] ^= 1 << bit
    with pytest.raises(CosignatureError):
        verify_cosignature(SIGNED, with_blob(bytes(blob)), WITNESS.vkey)


@pytest.mark.parametrize("length", [5, 11, 12, 68, 75, 77])
def test_other_lengths_are_refused(length):
    with pytest.raises(CosignatureError):
        verify_cosignature(SIGNED, with_blob((blob_of(LINE) + b"\x00")[:length]), WITNESS.vkey)


def test_a_cosignature_does_not_move_to_another_checkpoint():
    for other in (
        Checkpoint(VN.name, 8, bytes(32)),
        Checkpoint("la.example/hq", 7, bytes(32)),
        Checkpoint(VN.name, 7, b"\x01" * 32),
    ):
        with pytest.raises(CosignatureError):
            verify_cosignature(other.text, LINE, WITNESS.vkey)


def test_the_line_of_another_key_is_told_apart():
    with pytest.raises(cosignature.UnknownCosignerError):
        verify_cosignature(SIGNED, OTHER.cosign(SIGNED, NOW), WITNESS.vkey)
    with pytest.raises(cosignature.UnknownCosignerError):
        verify_cosignature(SIGNED, Cosigner(WITNESS.name, OTHER.seed).cosign(SIGNED, NOW), WITNESS.vkey)


def test_a_note_signature_is_no_cosignature_and_the_reverse():
    same = Signer(WITNESS.name, WITNESS.seed)
    with pytest.raises(CosignatureError, match="0x04"):
        verify_cosignature(SIGNED, LINE, same.vkey)
    with pytest.raises(note.UnsignedNoteError):
        verify_note(SIGNED + LINE, [same.vkey])
    forged = with_blob(
        WITNESS.verifier.key_id + blob_of(note.sign_note(HEAD.text, [same]).split(b"\n\n")[1])[4:]
    )
    with pytest.raises(CosignatureError):
        verify_cosignature(SIGNED, forged, WITNESS.vkey)


@pytest.mark.parametrize("target", [b"", b"x", "a\n1\n", b"\xff\n\n\xff", note.sign_note("a\nb\nc\n", [VN])])
def test_only_checkpoints_are_cosigned(target):
    with pytest.raises((CheckpointError, note.NoteError)):
        WITNESS.cosign(target, NOW)
    with pytest.raises((CheckpointError, note.NoteError)):
        verify_cosignature(target, LINE, WITNESS.vkey)


@pytest.mark.parametrize("line", [b"", b"\n", LINE + LINE, LINE + b"\n", b" " + LINE, LINE[:-2], b"\xff"])
def test_anything_but_one_line_is_refused(line):
    with pytest.raises(note.NoteError):
        verify_cosignature(SIGNED, line, WITNESS.vkey)


class TestInNotes:
    def test_unknown_keys_are_ignored(self):
        cosigned = merge_signatures(SIGNED, [LINE, OTHER.cosign(SIGNED, NOW + 9)])
        assert verified_cosignatures(cosigned, [WITNESS.vkey]) == {WITNESS.name: NOW}
        assert verified_cosignatures(cosigned, [OTHER.vkey, WITNESS.vkey]) == {
            WITNESS.name: NOW,
            OTHER.name: NOW + 9,
        }
        assert verified_cosignatures(cosigned, []) == verified_cosignatures(SIGNED, [WITNESS.vkey]) == {}

    def test_the_newest_of_several_counts(self):
        cosigned = merge_signatures(SIGNED, [WITNESS.cosign(SIGNED, NOW + 5), LINE])
        assert verified_cosignatures(cosigned, [WITNESS.vkey]) == {WITNESS.name: NOW + 5}

    def test_a_known_cosigner_that_fails_is_an_error(self):
        other = checkpoint.sign(Checkpoint(VN.name, 8, bytes(32)), VN)
        with pytest.raises(CosignatureError):
            verified_cosignatures(other + LINE, [WITNESS.vkey])
        with pytest.raises(cosignature.FutureCosignatureError):
            verified_cosignatures(SIGNED + LINE, [WITNESS.vkey], now=NOW - 1000)

    def test_verify_note_knows_cosignatures_too(self):
        opened = verify_note(SIGNED + LINE, [VN.vkey, WITNESS.vkey])
        assert [sig.name for sig in opened.signatures] == [VN.name, WITNESS.name]

    def test_merging_keeps_the_order_and_doubles_nothing(self):
        once = merge_signatures(SIGNED, [LINE])
        assert once == SIGNED + LINE
        assert merge_signatures(once, [LINE, LINE.rstrip(b"\n")]) == once
        assert merge_signatures(once, []) == once
        assert checkpoint.open_checkpoint(once, VN.vkey) == HEAD

    def test_merging_refuses_what_would_not_be_a_note(self):
        for lines in ([b"x"], [LINE + LINE], [b"\n"], [SIGNED]):
            with pytest.raises(note.NoteError):
                merge_signatures(SIGNED, lines)
        with pytest.raises(note.NoteTooLargeError):
            merge_signatures(
                SIGNED, [WITNESS.cosign(SIGNED, seconds) for seconds in range(note.MAX_SIGNATURES)]
            )


class TestKeys:
    def test_a_cosigner_reads_back(self):
        assert Cosigner.parse(WITNESS.skey) == WITNESS
        generated = Cosigner.generate("a")
        assert Cosigner.parse(generated.skey).vkey == generated.vkey

    def test_a_log_key_is_no_cosigner(self):
        with pytest.raises(CosignatureError):
            Cosigner.parse(VN.skey)
        with pytest.raises(note.NoteKeyError):
            checkpoint.sign(Checkpoint(WITNESS.name, 7, bytes(32)), WITNESS)
