"""Intake of a document: its text in NFC, its page map, section map, notes and languages.

Offsets are code points of that text. Of a text file it is the file itself: UTF-8 decoded, one byte-order
mark dropped, line ends made LF, NFC, nothing else changed. Of a PDF, HTML or DOCX file it is Markdown that
the reader of the format makes; it is kept beside the original, so that offsets never depend on a reader's
version.
"""

from __future__ import annotations

from comity.perspectives.intake.errors import IntakeError
from comity.perspectives.intake.read import METHOD, document_text, take_in
from comity.perspectives.intake.taken import MAX_BYTES, MAX_TEXT, TakenIn

__all__ = ["MAX_BYTES", "MAX_TEXT", "METHOD", "IntakeError", "TakenIn", "document_text", "take_in"]
