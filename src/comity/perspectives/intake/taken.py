"""What intake makes of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from comity.perspectives.entries.documents import LanguageShare, Note, Page, Section

MediaType = Literal[
    "text/plain",
    "text/markdown",
    "application/pdf",
    "text/html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
]

MAX_BYTES: Final = 32 * 1024 * 1024
"""The largest original that is taken in."""
MAX_TEXT: Final = 24_000_000
"""Code points of text beyond which a document is not read."""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A document taken in.

    Attributes:
        text: The NFC text on which every offset is counted.
        media_type: Media type of the original, by its bytes.
        sha256: SHA-256 of the exact original, base64.
        pages: Page map; empty where no pages are known.
        sections: Section map.
        notes: Footnotes and endnotes, lifted out of the running text.
        languages: Languages of its segments, the most written first.
        method: Which method made the text, with its version.
    """

    text: str
    media_type: MediaType
    sha256: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    notes: tuple[Note, ...] = ()
    languages: tuple[LanguageShare, ...] = ()
    method: str = ""

    @property
    def derived(self) -> bool:
        """Whether the text was made by a reader of the format, and is to be kept beside the original."""
        return not self.media_type.startswith("text/") or self.media_type == "text/html"
