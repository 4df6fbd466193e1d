"""A passage of a document held here becomes a coded statement: what a form gives, as drafts of records.

The passage is named by its offsets and digest; its words are kept only where the coder asks for it. What the
coder says of it is a paraphrase, in whichever of the languages the coder writes. A work that nobody described
yet is described with it, because without its origin nothing can be said of its independence. The records stay
with the party that makes them until it releases them.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.perspectives.documents import OWN, RETENTION
from comity.perspectives.entries import Statement, Work
from comity.perspectives.locators import locate
from comity.perspectives.quotes import quote_of
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

BASIS: Final = "coded from a document held"
WORK_FIELDS: Final = ("title", "authors", "year", "kind", "origin_party", "origin_cluster")
FIELDS: Final = ("proposition", "holder", "stance", "frame", "modality", "coder", "date")
PARAPHRASE: Final = "paraphrase"
LANGUAGES: Final = ("vi", "lo", "en")
PARAPHRASES: Final = tuple(f"{PARAPHRASE}_{code}" for code in LANGUAGES)
FIRST: Final = "first"
"""The work that the document passes on, where it does not speak for itself."""
KEEP: Final = "keep_words"
"""The choice to keep the words of the passage with the statement."""
_OPTIONAL: Final = ("date",)
_CODES: Final = ("mixed", "not_addressed")


class PassageCodingError(ComityError):
    """A form does not say all that a coded statement needs.

    Attributes:
        field: Name of the field.
        fault: What is wrong with it.
    """

    code = "passage-coding"
    advice = "Fill in what is named; the date alone may stay empty."

    def __init__(self, field: str, fault: Literal["empty", "no_number", "unknown"]) -> None:
        said = {"empty": "is empty", "no_number": "is no whole number", "unknown": "is not on record"}
        super().__init__(f"{field} {said[fault]}")
        self.field, self.fault = field, fault


def passage_drafts(
    given: Mapping[str, str], work: str, text: str, span: tuple[int, int], **known: Any
) -> list[dict[str, Any]]:
    """Return the drafts for one passage: the work where it is not on record yet, then the statement.

    Args:
        given: What the form says, by the names of `FIELDS`, `PARAPHRASES` and `WORK_FIELDS`; with `KEEP` the
            words of the passage are kept as well, and `FIRST` names the work that the document passes on.
        work: Slug of the work whose document it is.
        text: NFC text of the document.
        span: First code point of the passage, and one past its last.
        **known: `described`, the fields of the work's record, or None; `codebook`, name and version of the
            codebook in force, or None; `works`, fields of the works on record, by slug; `exercise`, whether
            the proposition is fictional, and so what is said of it.

    Raises:
        LocatorError: the span is not a passage of the text, or is too long to keep its words.
        PassageCodingError: a field is empty, or no number where one belongs.
    """
    locator = locate(text, *span)
    described: dict[str, Any] | None = known.get("described")
    fictional = bool(known.get("exercise"))
    drafts = [] if described else [_draft(Work.kind, given, work_fields(given, work), exercise=fictional)]
    described = described or drafts[0]["fields"]
    named = {name: given.get(name, "").strip() for name in FIELDS}
    _demand(named, FIELDS, _OPTIONAL)
    paraphrase = {
        code: words
        for code, name in zip(LANGUAGES, PARAPHRASES, strict=True)
        if (words := given.get(name, "").strip())
    }
    if not paraphrase:
        raise PassageCodingError(PARAPHRASE, "empty")
    fields = {
        **{name: value for name, value in named.items() if value},
        "slug": statement_slug(named, work, locator.digest),
        "stance": named["stance"] if named["stance"] in _CODES else _number(named["stance"], "stance"),
        "paraphrase": paraphrase,
        **_chain(given.get(FIRST, "").strip(), work, described, known.get("works") or {}),
        "cite": {"work": work, "locator": locator.model_dump(exclude_none=True)},
    }
    if known.get("codebook"):
        fields["codebook"] = known["codebook"]
    if given.get(KEEP):
        fields["quote"] = quote_of(text, *span).model_dump(exclude_none=True)
    return [*drafts, _draft(Statement.kind, given, fields, exercise=fictional)]


def _chain(
    first: str, work: str, described: Mapping[str, Any], works: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the work that was read, who wrote it, and the works through which it reached us, that one last.

    Raises:
        PassageCodingError: the work that is passed on is not on record.
    """
    if first and first != work and first not in works:
        raise PassageCodingError(FIRST, "unknown")
    author = ", ".join(described["authors"]) or described["title"]
    chain = list(dict.fromkeys([first or work, work]))
    return {"reported_by": chain, "source": work, "author": author[:200]}


def statement_slug(named: Mapping[str, str], work: str, digest: str) -> str:
    """Return the name of a statement: who speaks to what, and which coding of which passage it is."""
    told = "\0".join((named["proposition"], named["holder"], named["coder"], work, digest))
    return f"{named['holder'][:80]}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def work_fields(given: Mapping[str, str], work: str) -> dict[str, Any]:
    """Return the fields of a work as a form describes it; authors are divided by semicolons.

    Raises:
        PassageCodingError: a field is empty, or the year is no number.
    """
    named = {name: given.get(name, "").strip() for name in WORK_FIELDS}
    _demand(named, WORK_FIELDS, ("authors",))
    authors = [name.strip() for name in named["authors"].split(";") if name.strip()]
    return {**named, "slug": work, "authors": authors, "year": _number(named["year"], "year")}


def _demand(named: Mapping[str, str], wanted: tuple[str, ...], optional: tuple[str, ...]) -> None:
    for name in wanted:
        if not named[name] and name not in optional:
            raise PassageCodingError(name, "empty")


def _number(value: str, name: str) -> int:
    digits = value.removeprefix("-")
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 6):  # noqa: PLR2004 - years and stances
        raise PassageCodingError(name, "no_number")
    return int(value)


def _draft(kind: str, given: Mapping[str, str], fields: dict[str, Any], *, exercise: bool) -> dict[str, Any]:
    return {
        "kind": kind,
        "fields": fields,
        "author": given.get("coder", "").strip(),
        "marking": OWN,
        "basis": BASIS,
        "retention": RETENTION,
        "class": "exercise" if exercise else "record",
    }
