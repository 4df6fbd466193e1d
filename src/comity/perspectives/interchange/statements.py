"""Statements as coded passages, and coded passages as drafts of statements.

Nothing that is read becomes a record by itself: it becomes drafts for `comity record append`, which a person
looks at first. A passage is found again in the document held here: exactly where it was said to be, or by its
words and what stands around them. What stands there twice, or not at all, is an orphan and is told. The words
themselves go into a draft only where they were asked for, or where the statement kept them when it went out.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives import queries
from comity.perspectives.documents import NOT_HELD, Texts, point_all
from comity.perspectives.entries import Proposition, Statement
from comity.perspectives.interchange.model import Coded, InterchangeError, Problem
from comity.perspectives.locators import LocatorError, fold, locate
from comity.perspectives.quotes import find, normal, quote_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from comity.node.node import Node

_OWN: Final = ("proposition", "stance", "cite", "coder", "quote")
_NEEDED: Final = (
    "slug",
    "proposition",
    "holder",
    "reported_by",
    "source",
    "author",
    "coder",
    "stance",
    "frame",
    "modality",
    "paraphrase",
)


@dataclass(frozen=True)
class Corpus:
    """What there is to export: coded passages, texts by work, and the words of every proposition."""

    coded: list[Coded]
    texts: dict[str, str]
    codes: dict[str, str]
    orphans: list[Problem] = field(default_factory=list)


def corpus(node: Node) -> Corpus:
    """Return the statements whose passage is held here, and name the others."""
    with node.views.connect() as db:
        texts = Texts(db, node.contents)
        coded: list[Coded] = []
        orphans: list[Problem] = []
        for found in point_all(db, node.contents):
            if found.kind != Statement.kind:
                continue
            fields = found.report.fields
            if found.document is not None:
                coded.append(_coded(fields, found.work, (found.start, found.end), found.passage))
            elif found.reason == NOT_HELD and "quote" in fields:
                locator = fields["cite"]["locator"]
                coded.append(
                    _coded(fields, found.work, (locator["start"], locator["end"]), fields["quote"]["exact"])
                )
            else:
                orphans.append(Problem(found.slug, found.reason))
        held = {item.work: texts.text(own[0]) for item in coded if (own := texts.documents(item.work))}
        codes = {
            report.fields["slug"]: report.fields["text"]["en"] for report in queries.reports(db, Proposition)
        }
    return Corpus(coded, {work: text for work, text in held.items() if text}, codes, orphans)


def _coded(fields: dict[str, Any], work: str, span: tuple[int, int], passage: str) -> Coded:
    cite = {name: value for name, value in fields["cite"].items() if name != "locator"}
    quote = fields.get("quote", {})
    return Coded(
        name=fields["slug"],
        work=work,
        start=span[0],
        end=span[1],
        quote=passage,
        code=(fields["proposition"], str(fields["stance"])),
        coder=fields["coder"],
        fields={name: value for name, value in fields.items() if name not in _OWN} | {"cite": cite},
        prefix=quote.get("prefix", ""),
        suffix=quote.get("suffix", ""),
        kept=bool(quote),
    )


@dataclass(frozen=True)
class Mapping:
    """How another program's codes become propositions and stances; made from a TOML file.

    Attributes:
        codes: By path of the code, joined by ` / `: `proposition`, `stance`, `frame`.
        works: By name of the source: the work.
        defaults: Fields of every statement that the file itself does not give.
    """

    codes: dict[str, dict[str, Any]] = field(default_factory=dict)
    works: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> Mapping:
        """Read a mapping file with the tables `codes`, `works` and `defaults`.

        Raises:
            InterchangeError: it cannot be read.
        """
        try:
            data = tomllib.loads(path.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InterchangeError(f"{path} is no mapping file: {error}") from error
        unknown = data.keys() - {"codes", "works", "defaults"}
        if unknown or not all(isinstance(part, dict) for part in data.values()):
            raise InterchangeError(f"{path}: a mapping file has the tables codes, works and defaults")
        return cls(data.get("codes", {}), data.get("works", {}), data.get("defaults", {}))


def drafts(
    node: Node, coded: Iterable[Coded], mapping: Mapping, *, keep: bool = False
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the fields of a statement for each coded passage, and why there is none for the others.

    With `keep`, every statement keeps the words of its passage that are not too many.
    """
    made: list[dict[str, Any]] = []
    problems: list[Problem] = []
    with node.views.connect() as db:
        texts = Texts(db, node.contents)
        for number, item in enumerate(coded, 1):
            outcome = _draft(texts, replace(item, kept=item.kept or keep), mapping)
            if isinstance(outcome, str):
                problems.append(Problem(item.name or f"item {number}", outcome))
            else:
                made.append({"kind": Statement.kind, "fields": outcome})
    return made, problems


def _draft(texts: Texts, item: Coded, mapping: Mapping) -> dict[str, Any] | str:
    work = mapping.works.get(item.work, item.work)
    said = mapping.codes.get(" / ".join(item.code), {})
    own = dict(zip(("proposition", "stance"), item.code, strict=False)) if not said else {}
    fields = {**mapping.defaults, **item.fields, **own, **said}
    if item.coder:
        fields["coder"] = item.coder
    fields["stance"] = _stance(fields.get("stance"))
    missing = [name for name in _NEEDED if fields.get(name) in (None, "", [], {})]
    if missing:
        return f"it does not say: {', '.join(missing)}"
    try:
        text, span = _span(texts, work, item)
        if item.kept and normal(text[slice(*span)]):
            fields["quote"] = quote_of(text, *span).model_dump(exclude_none=True)
    except LocatorError as error:
        return str(error)
    cite = fields.get("cite")
    locator = locate(text, *span).model_dump(exclude_none=True)
    fields["cite"] = {**(cite if isinstance(cite, dict) else {}), "work": work, "locator": locator}
    return fields


def _stance(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value


def _span(texts: Texts, work: str, item: Coded) -> tuple[str, tuple[int, int]]:
    """Return the text of the work's newest document held here, and where the passage stands in it."""
    for document in texts.documents(work):
        text = texts.text(document)
        if text is None:
            continue
        at = text[item.start : item.end]
        if at.strip() and (not item.quote or fold(at).text == fold(item.quote).text):
            return text, (item.start, item.end)
        quote = normal(item.quote, item.prefix, item.suffix)
        if quote is None:
            raise LocatorError("the passage has no words, or too many, to look for")
        found = find(fold(text), quote)
        if found.state == "orphan":
            raise LocatorError(found.reason)
        return text, (found.start, found.end)
    raise LocatorError(f"no document of the work {work!r} is held here")
