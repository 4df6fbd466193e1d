"""What canonical JSON excludes, one error class for each; `comity.record.canonical` exports them."""

from __future__ import annotations

from comity.record.errors import ComityError


class CanonicalError(ComityError):
    """Bytes or a value outside canonical JSON."""

    code = "canonical"
    advice = "Write the value as docs/spec/canonical.md says."


class NotJsonError(CanonicalError):
    """The bytes are no JSON text (RFC 8259) at all."""

    code = "canonical-not-json"
    advice = "Check that the file is complete and is the one that was meant."


class InvalidUtf8Error(CanonicalError):
    """Invalid UTF-8, or a lone surrogate, which UTF-8 cannot carry."""

    code = "canonical-invalid-utf8"
    advice = "Write the text in UTF-8."


class TooLargeError(CanonicalError):
    """More octets than are allowed in this place."""

    code = "canonical-too-large"
    advice = "Put what is long into a blob beside the record and refer to it by its digest."


class DepthError(CanonicalError):
    """Lists and objects too deep inside one another."""

    code = "canonical-too-deep"
    advice = "Write the value flatter: at most 32 levels."


class DuplicateKeyError(CanonicalError):
    """One key twice in an object."""

    code = "canonical-duplicate-key"
    advice = "Keep one of the two; readers would disagree about which counts."


class KeyFormError(CanonicalError):
    """A key that is not `[a-z0-9_]+`."""

    code = "canonical-key-form"
    advice = "Name the key with a-z, 0-9 and _ only."


class NullError(CanonicalError):
    """A null."""

    code = "canonical-null"
    advice = "Leave the key out when there is no value."


class FloatError(CanonicalError):
    """A floating point number."""

    code = "canonical-float"
    advice = "Write an integer in a smaller unit, or the number as a decimal string."


class IntegerRangeError(CanonicalError):
    """An integer of 2^53 or more, or of -2^53 or less."""

    code = "canonical-integer-range"
    advice = "Write the number as a decimal string."


class NormalizationError(CanonicalError):
    """Text that is not in Unicode normalization form C."""

    code = "canonical-not-nfc"
    advice = "Normalize the text to NFC before it is sealed."


class UnsupportedTypeError(CanonicalError):
    """A value of a type that JSON has no form for."""

    code = "canonical-type"
    advice = "Use dict, list, str, int and bool; a list for a tuple, milliseconds for a time."


class NotCanonicalError(CanonicalError):
    """The value is within the subset, but these are not its canonical bytes."""

    code = "canonical-not-canonical"
    advice = "Sort the keys, drop white space and spell every string in the one shortest way."


class Base64Error(CanonicalError):
    """Text that is not the one standard base64 spelling of the octets expected."""

    code = "base64"
    advice = "Use standard base64 with padding (RFC 4648 section 4), on one line."
