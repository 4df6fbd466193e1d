"""Checkpoints: exactly three lines and extensions, signed under the name that is their origin."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record import checkpoint, note
from comity.record.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from comity.record.cosignature import Cosigner
from comity.record.merkle import EMPTY_ROOT
from comity.record.note import Signer, sign_note

ROOT = bytes(range(32))
VN = Signer("vn.example/hq", bytes(range(32)))
LA = Signer("la.example/hq", bytes(range(1, 33)))
HEAD = Checkpoint(VN.name, 7, ROOT)

LINES = st.text(st.characters(codec="utf-8", min_codepoint=0x20), min_size=1, max_size=20)
CHECKPOINTS = st.builds(
    Checkpoint,
    LINES,
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
    st.lists(LINES, max_size=3).map(tuple),
)


def text(origin="vn.example/hq", size="7", root=base64.b64encode(ROOT).decode(), end="\n"):  # noqa: B008 - a constant
    return f"{origin}\n{size}\n{root}{end}"


def test_the_bytes():
    assert HEAD.text == "vn.example/hq\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n" == text()
    assert (
        Checkpoint("a", 0, EMPTY_ROOT, ("x y", "é")).text
        == f"a\n0\n{base64.b64encode(EMPTY_ROOT).decode()}\nx y\né\n"
    )
    assert checkpoint.sign(HEAD, VN) == checkpoint.sign(HEAD, VN.skey) == sign_note(text(), [VN])


@given(CHECKPOINTS)
def test_what_is_written_is_read_back(head):
    assert Checkpoint.parse(head.text) == head
    assert Checkpoint.parse(head.text.encode()) == head


@given(st.text(max_size=60) | st.tuples(LINES, LINES, LINES).map("\n".join) | st.binary(max_size=60))
def test_any_text_is_read_back_or_refused(data):
    try:
        head = Checkpoint.parse(data)
    except CheckpointError:
        return
    assert head.text == (data if isinstance(data, str) else data.decode())


@given(st.integers(0, 62), st.binary(max_size=2))
def test_a_changed_octet_is_refused_or_is_another_checkpoint(at, octets):
    right = text().encode()
    wrong = right[:at] + octets + right[at + 1 :]
    try:
        head = Checkpoint.parse(wrong)
    except CheckpointError:
        return
    assert head.text.encode() == wrong
    assert (head == HEAD) == (wrong == right)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "\n",
        "\n\n\n",
        text(end=""),
        text(end="\r\n"),
        text(end="\n\n"),
        text(end="\nextension"),
        text(end="\n\nextension\n"),
        text(end="\next\tension\n"),
        text(origin=""),
        text(origin="a\x00"),
        text(size=""),
        text(size="07"),
        text(size="00"),
        text(size="+7"),
        text(size="-7"),
        text(size=" 7"),
        text(size="7 "),
        text(size="7.0"),
        text(size="7e2"),
        text(size="0x7"),
        text(size="1_000"),
        text(size="\u0667"),
        text(size="\uff19"),
        text(size=str(2**63)),
        text(size="9" * 19),
        text(size="1" * 5000),
        text(size="0"),
        text(root=""),
        text(root=base64.b64encode(ROOT[:31]).decode()),
        text(root=base64.b64encode(ROOT + b"\x00").decode()),
        text(root=base64.b64encode(ROOT).decode().rstrip("=")),
        text(root=base64.b64encode(ROOT).decode()[:-2] + "9="),
        text(root=ROOT.hex()),
        text().replace("\n", "\n\n", 1),
        text().replace("\n", "", 1),
        text().encode("utf-16"),
        b"\xff" + text().encode(),
        "a" * (note.MAX_NOTE + 1),
    ],
    ids=lambda wrong: ascii(wrong)[:50],
)
def test_malformed_checkpoints_are_refused(wrong):
    with pytest.raises(CheckpointError):
        Checkpoint.parse(wrong)


@pytest.mark.parametrize(
    ("origin", "size", "root", "extensions"),
    [
        ("", 7, ROOT, ()),
        ("a\nb", 7, ROOT, ()),
        ("\ud800", 7, ROOT, ()),
        ("a", -1, ROOT, ()),
        ("a", 2**63, ROOT, ()),
        ("a", 7, ROOT[:31], ()),
        ("a", 0, ROOT, ()),
        ("a", 7, ROOT, ("",)),
        ("a", 7, ROOT, ("x\n7",)),
    ],
    ids=ascii,
)
def test_checkpoints_that_cannot_be_written(origin, size, root, extensions):
    with pytest.raises(CheckpointError):
        Checkpoint(origin, size, root, extensions)


class TestSigned:
    def test_opens_with_its_key_and_other_signatures_beside(self):
        signed = checkpoint.sign(HEAD, VN)
        assert open_checkpoint(signed, VN.vkey) == HEAD
        assert open_checkpoint(signed, VN.verifier) == HEAD
        assert open_checkpoint(sign_note(HEAD.text, [LA, VN]), VN.vkey) == HEAD

    def test_a_log_signs_for_itself_only(self):
        with pytest.raises(CheckpointError, match="does not sign"):
            checkpoint.sign(HEAD, LA)
        borrowed = sign_note(HEAD.text, [LA])
        with pytest.raises(CheckpointError, match="signed by the key of"):
            open_checkpoint(borrowed, LA.vkey)
        with pytest.raises(note.UnsignedNoteError):
            open_checkpoint(borrowed, VN.vkey)

    def test_a_cosigner_cannot_speak_for_a_log(self):
        cosigner = Cosigner(VN.name, LA.seed)
        signed = checkpoint.sign(HEAD, VN)
        with pytest.raises(CheckpointError, match="cosigner"):
            open_checkpoint(signed + cosigner.cosign(signed, 1), cosigner.vkey)

    def test_a_signed_note_that_is_no_checkpoint(self):
        with pytest.raises(CheckpointError):
            open_checkpoint(sign_note("vn.example/hq\nseven\nroot\n", [VN]), VN.vkey)

    @given(st.data())
    def test_no_changed_octet_is_opened_as_something_else(self, data):
        signed = checkpoint.sign(HEAD, VN)
        at = data.draw(st.integers(0, len(signed) - 1))
        wrong = signed[:at] + data.draw(st.binary(max_size=2)) + signed[at + 1 :]
        try:
            assert open_checkpoint(wrong, VN.vkey) == HEAD
        except (note.NoteError, CheckpointError):
            assert wrong != signed
