"""What an audit of citations is made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.perspectives.citations.dates import Day
    from comity.perspectives.citations.names import Name

_HEAD: Final = 90
"""Code points of a reference that name it at most."""
FindingKind = Literal[
    "dangling",
    "uncited",
    "ambiguous",
    "impossible-date",
    "page-outside-range",
    "glued-reference",
    "same-title",
    "cross-reference",
    "figure-contradicts-title",
    "origin-share",
]


@dataclass(frozen=True, slots=True)
class Reference:
    """A work in the list of references, or in a bibliographic note.

    Attributes:
        key: Folded surnames (or the name of a body) and year, joined by hyphens.
        names: Its authors.
        year: Year with its letter, `nd`, or `forthcoming`.
        title: Title as printed, translations in brackets included; empty where none is recognised.
        rest: What follows the title.
        printed: The whole reference, running text.
        start: Its first code point in the document's text.
        end: One past the last.
        pages: First and last page, where it has a range.
        published: The day or month it names beside the year.
        accessed: When it was read.
        urls: Its addresses.
        glued_to: Key of the reference in whose entry it stands.
        note: Whether it stands in a note, not in the list.
    """

    key: str
    names: tuple[Name, ...]
    year: str
    title: str
    rest: str
    printed: str
    start: int
    end: int
    pages: tuple[int, int] | None = None
    published: Day | None = None
    accessed: Day | None = None
    urls: tuple[str, ...] = ()
    glued_to: str = ""
    note: bool = False

    @property
    def shown(self) -> str:
        """Authors and year as the reference prints them: what a reader takes for its name."""
        at = self.printed.find(self.year[:4]) if self.year[:1].isdigit() else -1
        head = self.printed[: at + len(self.year)] if 0 <= at < _HEAD else self.printed
        return shorten(head.rstrip(" .,:;").replace("(", "").replace(")", ""), _HEAD, placeholder="\u2026")


@dataclass(frozen=True, slots=True)
class Instance:
    """A citation in the running text.

    Attributes:
        raw: As it stands, in running text.
        key: Key of the reference it resolves to, or of the author and year it names.
        pages: The pages it points to, as printed; empty where it points to none.
        line: Line of the document's text, from 1.
        start: First code point in the document's text.
        end: One past the last.
        resolved: Whether a reference carries its key.
        segment: Index of the segment it stands in.
        at: First code point in the running text of that segment.
        candidates: Keys of the references it may mean, where more than one fits.
    """

    raw: str
    key: str
    pages: str
    line: int
    start: int
    end: int
    resolved: bool
    segment: int
    at: int
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not fit, or a share.

    Attributes:
        kind: What kind it is.
        where: Where it stands, in English.
        what: What it is, in English.
        line: The first line it stands in; 0 for a share.
        keys: Keys of the works it is about.
        code: What it says, as `wording.WORDS` has it …
        said: … and the values it says that of.
        lines: Every line it stands in.
    """

    kind: FindingKind
    where: str
    what: str
    line: int = 0
    keys: tuple[str, ...] = ()
    code: str = ""
    said: Mapping[str, str] = field(default_factory=dict)
    lines: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a paper rests on works of one origin: works, and citations of them."""

    origin: str
    works: int
    citations: int


@dataclass(frozen=True, slots=True)
class Audit:
    """The citations of a document, its references, and what does not fit."""

    instances: tuple[Instance, ...]
    references: tuple[Reference, ...]
    findings: tuple[Finding, ...]
    shares: tuple[Share, ...] = ()
    origins: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """The keys of the references, in order, each once."""
        return list(dict.fromkeys(reference.key for reference in self.references))

    @property
    def dangling(self) -> list[str]:
        """Keys that are cited and in no list, in the order of their first citation."""
        return list(
            dict.fromkeys(
                found.key for found in self.instances if not found.resolved and not found.candidates
            )
        )

    @property
    def uncited(self) -> list[str]:
        """Keys that are in the list and cited nowhere."""
        cited = {key for found in self.instances for key in (found.key, *found.candidates)}
        listed = dict.fromkeys(reference.key for reference in self.references if not reference.note)
        return [key for key in listed if key not in cited]

    def as_json(self) -> dict[str, Any]:
        """Return the audit as plain JSON data, in the form that `comity perspectives citations` prints."""
        return {
            "instances": [
                {"raw": found.raw, "key": found.key, "pages": found.pages, "line": found.line}
                for found in self.instances
            ],
            "references": self.keys,
            "dangling": self.dangling,
            "uncited": self.uncited,
            "findings": [
                {"kind": found.kind, "where": found.where, "what": found.what} for found in self.findings
            ],
        }
