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
    """

    kind: ClassVar[str] = "perspectives.document"
    version: ClassVar[int] = 1

    work: Slug
    sha256: Digest
    media_type: Literal["text/plain", "text/markdown"]
    length: Offset
    pages: list[Page] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list)
    blob: Digest
