"""Why a file is not taken in: one error a reason, each saying what to do about the file."""

from __future__ import annotations

from comity.record.errors import ComityError


class IntakeError(ComityError):
    """A file is not a document that can be taken in."""

    code = "intake"
    advice = "Give a PDF, HTML, DOCX, Markdown or text (UTF-8) file of at most 32 MiB."


class TooLargeError(IntakeError):
    """The file, or what it unfolds to, is larger than what is taken in."""

    code = "intake-too-large"
    advice = "Split the document, or leave out what is not text: at most 32 MiB are taken in."


class EncryptedError(IntakeError):
    """The file needs a password."""

    code = "intake-encrypted"
    advice = "Save a copy without the password, and take that in."


class NoTextLayerError(IntakeError):
    """The pages are images: there is nothing to read before text has been recognised."""

    code = "intake-needs-ocr"
    advice = "Run OCR on the file and let a person check the text; then take in the result."


class DamagedError(IntakeError):
    """The file is cut off, or not built as its format says."""

    code = "intake-file-damaged"
    advice = "Fetch the file again, or open it and save it anew; then take that in."


class FormatError(IntakeError):
    """The bytes are of a format that is not read here."""

    code = "intake-format"
    advice = "Save the document as PDF, DOCX, HTML or UTF-8 text, and take that in."


class EncodingError(IntakeError):
    """The text is not UTF-8, or it was decoded wrongly before it came here."""

    code = "intake-encoding"
    advice = "Save the text as UTF-8 from its source; text that was decoded wrongly cannot be trusted."


class StoppedError(IntakeError):
    """Reading the file took more time or memory than a document may, or ended the reading process."""

    code = "intake-stopped"
    advice = "Look at the file with care: it is built to exhaust its reader, or too large for this machine."
