"""From sheets to units: which codings speak of the same passage.

Units that the task gave are named by what they are. Passages that coders found themselves are joined across
coders by `unitising.matches`, coder after coder in the order of their names, to the first unit that holds no
coding of theirs; what nobody else found stays a unit with one coding, and is in no alpha.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.perspectives.agreement.unitising import Span, matches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Stance = int | str


@dataclass(frozen=True)
class Coding:
    """One coder's coding of one passage; `coder` is `party/role`."""

    coder: str
    party: str
    span: Span
    proposition: str
    holder: str
    stance: Stance
    frame: str = ""


@dataclass
class Unit:
    """A passage with the codings of it; `key` names it the same on every node."""

    key: str
    span: Span
    proposition: str
    holder: str
    codings: dict[str, Coding] = field(default_factory=dict)

    @property
    def differs(self) -> bool:
        """Whether two coders gave different stances or frames; a passage that one found alone does not."""
        return len({(coding.stance, coding.frame) for coding in self.codings.values()}) > 1


def topic(proposition: str, holder: str) -> str:
    """Return what a passage is about: passages on other things never match."""
    return f"{proposition}|{holder}"


def join(codings: Sequence[Coding]) -> list[Unit]:
    """Return the units of a round, by document and place."""
    by_coder: dict[str, list[Coding]] = {}
    for coding in sorted(codings, key=lambda item: (item.coder, item.span)):
        by_coder.setdefault(coding.coder, []).append(coding)
    units: list[Unit] = []
    for found in by_coder.values():
        _add(units, {coding.span: coding for coding in found})
    return sorted(units, key=lambda unit: (unit.span.document, unit.span.start, unit.key))


def _add(units: list[Unit], found: Mapping[Span, Coding]) -> None:
    """Join one coder's codings to the units that the coders before made."""
    at = {unit.span: unit for unit in units}
    joined = {other: one for one, other in matches(list(at), list(found))}
    for span, coding in found.items():
        unit = at.get(joined[span]) if span in joined else None
        if unit is None:
            key = f"{span.document}:{span.start}-{span.end}:{span.topic}"
            unit = Unit(key, span, coding.proposition, coding.holder)
            units.append(unit)
        unit.codings[coding.coder] = coding
