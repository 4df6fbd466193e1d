"""Statements as coded passages, and coded passages as drafts of statements.

Nothing that is read becomes a record by itself: it becomes drafts for `comity record append`, which a person
looks at first. A passage is found again in the document held here: exactly where it was said to be, or by its
words where these stand there once. What stands there twice, or not at all, is an orphan and is told.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives import queries
from comity.perspectives.documents import Texts, point_all
from comity.perspectives.entries import Proposition, Statement
from comity.perspectives.interchange.model import Coded, InterchangeError, Problem
from comity.perspectives.locators import LocatorError, fold, locate, point_to

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from comity.node.node import Node

_OWN: Final = ("proposition", "stance", "cite", "coder")
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
            if found.document is None:
                orphans.append(Problem(found.slug, found.reason))
                continue
            coded.append(_coded(found.report.fields, found.work, (found.start, found.end), found.passage))
        held = {item.work: texts.text(texts.documents(item.work)[0]) for item in coded}
        codes = {
            report.fields["slug"]: report.fields["text"]["en"] for report in queries.reports(db, Proposition)
        }
    return Corpus(coded, {work: text for work, text in held.items() if text}, codes, orphans)


def _coded(fields: dict[str, Any], work: str, span: tuple[int, int], passage: str) -> Coded:
    cite = {name: value for name, value in fields["cite"].items() if name != "locator"}
    return Coded(
        name=fields["slug"],
        work=work,
        start=span[0],
        end=span[1],
        quote=passage,
        code=(fields["proposition"], str(fields["stance"])),
        coder=fields["coder"],
        fields={name: value for name, value in fields.items() if name not in _OWN} | {"cite": cite},
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
    node: Node, coded: Iterable[Coded], mapping: Mapping
) -> tuple[list[dict[str, Any]], list[Problem]]:
    """Return the fields of a statement for each coded passage, and why there is none for the others."""
    made: list[dict[str, Any]] = []
    problems: list[Problem] = []
    with node.views.connect() as db:
        texts = Texts(db, node.contents)
        for number, item in enumerate(coded, 1):
            outcome = _draft(texts, item, mapping)
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
        locator = _locator(texts, work, item)
    except LocatorError as error:
        return str(error)
    cite = fields.get("cite")
    fields["cite"] = {**(cite if isinstance(cite, dict) else {}), "work": work, "locator": locator}
    return fields


def _stance(value: Any) -> Any:
    return int(value) if isinstance(value, str) and value.lstrip("-").isdigit() else value


def _locator(texts: Texts, work: str, item: Coded) -> dict[str, Any]:
    for document in texts.documents(work):
        text = texts.text(document)
        if text is None:
            continue
        at = text[item.start : item.end]
        same = bool(at.strip()) and (not item.quote or fold(at).text == fold(item.quote).text)
        found = locate(text, item.start, item.end) if same else point_to(text, item.quote)
        return found.model_dump(exclude_none=True)
    raise LocatorError(f"no document of the work {work!r} is held here")
