"""What can be wrong with keys and signed notes; `comity.record.note` exports these."""

from __future__ import annotations

from comity.record.errors import ComityError


class NoteError(ComityError):
    """A signed note or a key for notes is refused."""

    code = "note"
    advice = "Fetch the note again from where it is published."


class NoteKeyError(NoteError):
    """A verifier key or signer key is malformed, or of a signature type that is not used here."""

    code = "note-key"
    advice = "Copy the whole key, one line, as its owner's node prints it."


class MalformedNoteError(NoteError):
    """The bytes are not of the form of a signed note, or the text cannot be signed as one."""

    code = "note-malformed"
    advice = "Fetch the note again; if it stays malformed, tell whoever publishes it."


class NoteTooLargeError(NoteError):
    """The note has too many octets or too many signatures."""

    code = "note-too-large"
    advice = "Ask for the note with fewer signatures."


class InvalidSignatureError(NoteError):
    """A signature line names a known key, and the signature is not by that key."""

    code = "note-invalid-signature"
    advice = "Do not use the note. Keep it, and ask the key's owner through another channel."


class UnsignedNoteError(NoteError):
    """No known key signed the note."""

    code = "note-unsigned"
    advice = "Check that the verifier key is the one of whoever should have signed."
