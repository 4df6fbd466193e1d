"""How a formula changed from one version to the next, term by term and language by language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Change = Literal["kept", "added", "removed", "moved", "reworded"]


@dataclass(frozen=True, slots=True)
class TermChange:
    """What became of one term. `texts` maps a language to the words before and after; None: not there.

    `renderings` are the other words that sources use for it in the later version, by language.
    """

    id: str
    change: Change
    position: tuple[int | None, int | None]
    texts: dict[str, tuple[str | None, str | None]]
    renderings: dict[str, tuple[str, ...]]


def differences(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> tuple[TermChange, ...]:
    """Return what became of each term of two versions, in the order of the later one, the removed last.

    A term is known by its id, so that a new wording is not taken for a new term. A language that only one
    version has is no rewording: a missing translation says nothing.
    """
    old = {term["id"]: (at, term) for at, term in enumerate(before, start=1)}
    new = {term["id"]: (at, term) for at, term in enumerate(after, start=1)}
    kept_before = [name for name in old if name in new]
    kept_after = [name for name in new if name in old]
    moved = {name for name, other in zip(kept_after, kept_before, strict=True) if name != other}
    found = [_change(name, old.get(name), new[name], moved=name in moved) for name in new]
    return (*found, *(_change(name, old[name], None, moved=False) for name in old if name not in new))


def merged(reports: Sequence[Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """Return the terms of the first report, each with the languages and renderings that others add to it."""
    terms = [{**term, "text": dict(term["text"]), "renderings": []} for term in reports[0]]
    by_id = {term["id"]: term for term in terms}
    for report in reports:
        for term in report:
            kept = by_id.get(term["id"])
            if kept is None:
                continue
            kept["text"] = {**term["text"], **kept["text"]}
            others = term.get("renderings", [])
            kept["renderings"] = [*kept["renderings"], *(o for o in others if o not in kept["renderings"])]
    return terms


def _change(
    name: str,
    before: tuple[int, Mapping[str, Any]] | None,
    after: tuple[int, Mapping[str, Any]] | None,
    *,
    moved: bool,
) -> TermChange:
    said = before[1]["text"] if before else {}
    says = after[1]["text"] if after else {}
    texts = {code: (said.get(code), says.get(code)) for code in sorted({*said, *says})}
    renderings: dict[str, list[str]] = {}
    for alias in (after or before or (0, {}))[1].get("renderings", []):
        renderings.setdefault(alias["lang"], []).append(alias["text"])
    reworded = any(one is not None and other is not None and one != other for one, other in texts.values())
    change: Change = "kept"
    if before is None:
        change = "added"
    elif after is None:
        change = "removed"
    elif reworded:
        change = "reworded"
    elif moved:
        change = "moved"
    return TermChange(
        id=name,
        change=change,
        position=(before[0] if before else None, after[0] if after else None),
        texts=texts,
        renderings={code: tuple(words) for code, words in renderings.items()},
    )
