"""Signed notes: the form of C2SP signed-note, keys, limits, and what is refused."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record import note, signature
from comity.record.note import Signer, Verifier, sign_note, split_note, verify_note

VN = Signer("vn.example/hq", bytes(range(32)))
LA = Signer("la.example/hq", bytes(range(1, 33)))
WITNESS = Signer("la.example/witness", bytes(range(2, 34)), note.COSIGNATURE)
TEXT = "agreed at Móng Cái\n\nຕົກລົງ\n"

NAMES = st.text(min_size=1, max_size=20).filter(
    lambda name: not any(c.isspace() or c == "+" or c < " " for c in name)
)
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60).map(
    lambda text: "".join(c for c in text if c >= " " or c == "\n") + "\n"
)


def line(name, blob):
    return f"— {name} {base64.b64encode(blob).decode()}\n".encode()


class TestForm:
    def test_bytes(self):
        signed = sign_note(TEXT, [VN, LA.skey])
        blobs = [key.verifier.key_id + signature.sign(key.seed, TEXT.encode()) for key in (VN, LA)]
        assert signed == TEXT.encode() + b"\n" + line("vn.example/hq", blobs[0]) + line(
            "la.example/hq", blobs[1]
        )
        assert sign_note(TEXT.encode(), [VN, LA]) == signed

    @given(TEXTS, st.lists(NAMES, min_size=1, max_size=4, unique=True))
    def test_what_is_signed_is_opened(self, text, names):
        signers = [Signer(name, signature.public_key(bytes(32))) for name in names]
        opened = verify_note(sign_note(text, signers), [key.vkey for key in signers])
        assert opened.text == text
        assert [sig.name for sig in opened.signatures] == names
        assert opened.unverified == []

    def test_unknown_keys_are_ignored_even_when_they_share_a_name_or_an_id(self):
        same_name = Signer(VN.name, LA.seed)
        fake = line(LA.name, VN.verifier.key_id + bytes(64))
        signed = sign_note(TEXT, [same_name, LA, VN]) + fake
        opened = verify_note(signed, [VN.vkey])
        assert [sig.key_id for sig in opened.signatures] == [VN.verifier.key_id]
        assert len(opened.unverified) == 3
        assert b"".join(sig.line for sig in opened.unverified) in signed.replace(
            opened.signatures[0].line, b""
        )

    def test_repeated_lines_count_once(self):
        signed = sign_note(TEXT, [VN, LA])
        doubled = signed + b"".join(sig.line for sig in split_note(signed)[1])
        opened = verify_note(doubled, [VN.vkey])
        assert (len(opened.signatures), len(opened.unverified)) == (1, 1)

    def test_a_known_key_that_fails_refuses_the_whole_note(self):
        signed = sign_note(TEXT, [LA]) + line(VN.name, VN.verifier.key_id + bytes(64))
        assert verify_note(signed, [LA.vkey]).text == TEXT
        with pytest.raises(note.InvalidSignatureError):
            verify_note(signed, [LA.vkey, VN.vkey])
        second = sign_note(TEXT, [VN]) + line(VN.name, VN.verifier.key_id + bytes(64))
        with pytest.raises(note.InvalidSignatureError):
            verify_note(second, [VN.vkey])

    def test_no_known_key_refuses_the_note(self):
        for vkeys in ([], [VN.vkey]):
            with pytest.raises(note.UnsignedNoteError):
                verify_note(sign_note(TEXT, [LA]), vkeys)

    def test_two_known_keys_that_collide_are_refused(self, monkeypatch):
        signed = sign_note(TEXT, [LA])
        keys = [Verifier(VN.name, VN.verifier.key), Verifier(VN.name, LA.verifier.key)]
        monkeypatch.setattr(Verifier, "key_id", b"same")
        with pytest.raises(note.NoteKeyError, match="share"):
            verify_note(signed, keys)

    @given(st.data())
    def test_a_changed_text_is_refused(self, data):
        signed = sign_note(TEXT, [VN])
        at = data.draw(st.integers(0, len(TEXT.encode()) - 1))
        other = data.draw(st.binary(max_size=2).filter(lambda octets: octets != signed[at : at + 1]))
        with pytest.raises(note.NoteError):
            verify_note(signed[:at] + other + signed[at + 1 :], [VN.vkey])

    @given(st.integers(0, 300))
    def test_a_truncated_note_is_refused(self, length):
        signed = sign_note(TEXT, [VN])
        with pytest.raises(note.NoteError):
            verify_note(signed[: min(length, len(signed) - 1)], [VN.vkey])

    @given(st.binary(max_size=80))
    def test_random_octets_raise_nothing_but_note_errors(self, data):
        with pytest.raises(note.NoteError):
            verify_note(data, [VN.vkey])
        with pytest.raises(note.NoteError):
            verify_note(b"text\n\n" + "— ".encode() + data, [VN.vkey])

    @pytest.mark.parametrize(
        "damage",
        [
            lambda data: data.replace(b"\n\n\xe2", b"\n\xe2"),
            lambda data: data.replace("— ".encode(), b"- "),
            lambda data: data.replace("— ".encode(), "—".encode()),
            lambda data: data.replace("— ".encode(), "—  ".encode()),
            lambda data: data[:-1],
            lambda data: data + b"\n",
            lambda data: data[:-1] + b" \n",
            lambda data: data[:-1] + b"\r\n",
            lambda data: data[:-2] + b"\n",
            lambda data: b"\x00" + data,
            lambda data: b"\t" + data,
            lambda data: b"\xff" + data,
            lambda data: b"\xef\xbb\xbf" + data,
            lambda data: data + line("a+b", bytes(68)),
            lambda data: data + line("", bytes(68)),
            lambda data: data + line("a\u00a0b", bytes(68)),
            lambda data: data + line("a\u3000b", bytes(68)),
            lambda data: data + line("a", bytes(4)),
            lambda data: data + line("a", b""),
            lambda data: data + "— a \n".encode(),
            lambda data: data + "— a\n".encode(),
            lambda data: data + "— a b c\n".encode(),
            lambda data: data + "— a AAAAAAB=\n".encode(),
            lambda data: data + "— a AAAAAAA\n".encode(),
            lambda data: b"\n" + data.split(b"\n\n")[-1],
            lambda data: data.split(b"\n\n")[-1],
            lambda data: b"",
        ],
    )
    def test_malformed_notes_are_refused(self, damage):
        signed = sign_note(TEXT, [VN])
        assert damage(signed) != signed
        with pytest.raises(note.NoteError):
            verify_note(damage(signed), [VN.vkey])

    @pytest.mark.parametrize(
        "text", ["", "no newline", "tab\t\n", "nul\x00\n", "return\r\n", b"\xff\n", b"\xed\xa0\x80\n"]
    )
    def test_texts_that_cannot_be_signed(self, text):
        with pytest.raises(note.MalformedNoteError):
            sign_note(text, [VN])

    def test_a_note_needs_a_signer_that_signs_notes(self):
        with pytest.raises(note.MalformedNoteError):
            sign_note(TEXT, [])
        with pytest.raises(note.NoteKeyError, match="time"):
            sign_note(TEXT, [WITNESS])

    def test_limits(self):
        one = sign_note(TEXT, [VN])
        many = one + b"".join(line(f"w{number}", bytes(68)) for number in range(note.MAX_SIGNATURES - 1))
        assert len(verify_note(many, [VN.vkey]).unverified) == note.MAX_SIGNATURES - 1
        with pytest.raises(note.NoteTooLargeError, match="signatures"):
            verify_note(many + line("w", bytes(68)), [VN.vkey])
        with pytest.raises(note.NoteTooLargeError, match="octets"):
            verify_note(b"a" * note.MAX_NOTE + one, [VN.vkey])

    def test_sixteen_signatures_of_post_quantum_size_are_accepted(self):
        lines = b"".join(line(f"pq{number}", bytes(4 + 8 + 2420)) for number in range(16))
        assert len(verify_note(sign_note(TEXT, [VN]) + lines, [VN.vkey]).unverified) == 16


class TestKeys:
    def test_the_key_id(self):
        # SHA-256(name || 0x0A || type || key), first four octets
        for key in (VN, WITNESS):
            verifier = key.verifier
            content = key.name.encode() + b"\n" + bytes([key.algorithm]) + verifier.key
            assert verifier.key_id == hashlib.sha256(content).digest()[:4]

    @given(NAMES, st.binary(min_size=32, max_size=32), st.sampled_from([note.ED25519, note.COSIGNATURE]))
    def test_keys_read_back(self, name, seed, algorithm):
        signer = Signer(name, seed, algorithm)
        assert Signer.parse(signer.skey) == signer
        assert Verifier.parse(signer.vkey) == signer.verifier
        assert Verifier.parse(signer.vkey).vkey == signer.vkey

    def test_generated_keys_differ(self):
        assert Signer.generate("a") != Signer.generate("a")

    def test_the_seed_does_not_show(self):
        assert repr(VN.seed)[2:-1] not in repr(VN)

    @pytest.mark.parametrize(
        "damage",
        [
            lambda key: "",
            lambda key: key + "A",
            lambda key: key + " ",
            lambda key: key + "\n",
            lambda key: key[:-1],
            lambda key: "x" + key,
            lambda key: key.replace("vn.example/hq", ""),
            lambda key: key.replace("vn.example/hq", "vn example"),
            lambda key: key.replace("vn.example/hq", "vn+example"),
            lambda key: key.replace("+", " "),
            lambda key: key.replace(VN.verifier.key_id.hex(), "00000000"),
            lambda key: key.replace(VN.verifier.key_id.hex(), VN.verifier.key_id.hex().upper()),
            lambda key: key.replace(VN.verifier.key_id.hex(), VN.verifier.key_id.hex()[1:]),
            lambda key: key.replace(VN.verifier.key_id.hex(), "+0x1234"),
        ],
    )
    def test_damaged_keys_are_refused(self, damage):
        assert damage(VN.vkey) != VN.vkey
        with pytest.raises(note.NoteKeyError):
            Verifier.parse(damage(VN.vkey))
        with pytest.raises(note.NoteKeyError):
            Signer.parse(damage(VN.skey))

    def test_a_verifier_key_is_no_signer_key_and_the_reverse(self):
        with pytest.raises(note.NoteKeyError):
            Signer.parse(VN.vkey)
        with pytest.raises(note.NoteKeyError):
            Verifier.parse(VN.skey)

    @pytest.mark.parametrize(
        "content",
        [b"", b"\x01", b"\x01" + bytes(31), b"\x02" + bytes(32), b"\x06" + bytes(1312), b"\xff" * 40],
    )
    def test_other_types_and_lengths_are_refused(self, content):
        with pytest.raises(note.NoteKeyError):
            Verifier.parse(f"a+00000000+{base64.b64encode(content).decode()}")

    def test_a_key_of_small_order_is_refused_however_well_it_is_written(self):
        content = b"\x01" + bytes(32)
        key_id = hashlib.sha256(b"a\n" + content).hexdigest()[:8]
        with pytest.raises(signature.KeyRefusedError):
            Verifier.parse(f"a+{key_id}+{base64.b64encode(content).decode()}")

    @pytest.mark.parametrize(
        "name", ["", "a b", "a+b", "a\nb", "a\u2028b", "a\x85b", "\ud800", "a\x00"], ids=ascii
    )
    def test_names_that_no_key_may_have(self, name):
        with pytest.raises(note.NoteKeyError):
            Signer(name, bytes(32))
