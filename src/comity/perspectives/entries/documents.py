"""Documents: the texts of works that a party holds."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from comity.perspectives.entries.parts import Offset
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Value


class Page(Value):
    """A page of a document: its number as printed or counted, and its code-point span.

    Attributes:
        number: Number as printed, or as counted.
        start: First code point.
        end: One past the last code point.
    """

    number: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    start: Offset
    end: Offset


class Section(Value):
    """A section of a document: its number where it has one, its heading, and its code-point span.

    Attributes:
        number: Number as printed; empty where it has none.
        title: Heading; empty where it has none.
        start: First code point.
        end: One past the last code point.
    """

    number: Annotated[str, StringConstraints(max_length=20)]
    title: Annotated[str, StringConstraints(max_length=300)]
    start: Offset
    end: Offset


class Note(Value):
    """A footnote or endnote, lifted out of the running text.

    Attributes:
        mark: Number or sign by which the text refers to it.
        start: First code point of the note.
        end: One past its last code point.
        at: Code point at which the text refers to it, where that is known.
    """

    mark: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    start: Offset
    end: Offset
    at: Offset | None = None


class LanguageShare(Value):
    """How much of a document is written in a language, as identified segment by segment.

    Attributes:
        language: ISO 639-1 code; `und` where a segment is too short to tell.
        segments: How many segments are written in it.
        characters: How many code points they have.
    """

    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    segments: Offset
    characters: Offset


class Document(Kind):
    """The text of a work that a party holds; the exact original is the blob of that digest in its vault.

    Attributes:
        work: Slug of the work whose text it is.
        sha256: SHA-256 of the original file, base64.
        media_type: Media type of the original.
        length: Code points of its NFC text.
        pages: Where each page begins and ends, if pages are known.
        sections: Where each section begins and ends.
        blob: Digest under which the vault keeps the original, encrypted.
        name: Name of the file, as it was given.
        method: Method that made the text from the original, with its version.
        text: Digest under which the vault keeps that text (UTF-8), where the original is no text file; every
            offset is counted in it, whatever a later version of the method would make of the original.
        notes: Footnotes and endnotes, lifted out of the running text.
        languages: Languages of its segments, the most written first.
    """

    kind: ClassVar[str] = "perspectives.document"
    version: ClassVar[int] = 1

    work: Slug
    sha256: Digest
    media_type: Literal[
        "text/plain",
        "text/markdown",
        "application/pdf",
        "text/html",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ]
    length: Offset
    pages: list[Page] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list)
    blob: Digest
    name: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    method: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    text: Digest | None = None
    notes: list[Note] = Field(default_factory=list)
    languages: list[LanguageShare] = Field(default_factory=list)
