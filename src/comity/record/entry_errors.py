"""What may be wrong with an entry, one class for each."""

from __future__ import annotations

from comity.record.errors import ComityError


class EntryError(ComityError):
    """A leaf is not an entry."""

    code = "entry"
    advice = "Ask whoever wrote the leaf for one that follows docs/spec/entry.md; the log itself is unharmed."


class EntrySizeError(EntryError):
    """A leaf is empty or longer than 8 KiB."""

    code = "entry-size"
    advice = (
        "Put less into the entry itself: content belongs beside the log, an entry holds at most 8192 bytes."
    )


class EntryShapeError(EntryError):
    """A leaf is not a body, one newline and a signature line."""

    code = "entry-shape"
    advice = (
        "A leaf is the canonical body, one newline byte and the base64 of 64 signature bytes, nothing else."
    )


class EntryKeysError(EntryError):
    """The body does not have the exact keys of its `outer`."""

    code = "entry-keys"
    advice = "Give exactly the keys that docs/spec/entry.md lists for this `outer`."


class EntryFieldError(EntryError):
    """A value of the body has the wrong type, size or form."""

    code = "entry-field"
    advice = "Correct the field named; docs/spec/entry.md gives the form of each."


class EntrySignatureError(EntryError):
    """The author's signature does not verify, or the key is not the one the entry names."""

    code = "entry-signature"
    advice = (
        "Check that the charter version of that time lists this office key; if it does, the entry is forged."
    )


class EntryOriginError(EntryError):
    """An entry stands in a log that is not its origin."""

    code = "entry-origin"
    advice = (
        "The entry was copied from another log: do not rely on it, and tell the party whose log holds it."
    )
