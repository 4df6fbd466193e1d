"""The attested steps in the life of an instrument: the reports of one step, and the days they leave open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.register.calendar_bounds import Bounds, bounds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

BEFORE_FORCE: Final = {"negotiated": 1, "initialled": 2, "signed": 3, "ratified": 4}
"""The steps before entry into force, in their order (VCLT articles 9 to 17)."""

EFFECTS: Final = {
    "provisionally_applied": ("provisionally applied", 0),
    "in_force": ("in force", 1),
    "suspended": ("suspended", 2),
    "resumed": ("in force", 2),
    "completed": ("completed", 3),
    "withdrawn": ("withdrawn", 3),
    "expired": ("expired", 3),
    "terminated": ("terminated", 3),
}
"""The steps that set what an instrument does: the state each leads to, and which of two comes later where
their dates do not say. What stands on one level and is not told apart by its date cannot be told."""

ENDS: Final = frozenset({"withdrawn", "expired", "terminated", "completed"})

Taken = Literal["yes", "no", "maybe"]


@dataclass(frozen=True, slots=True)
class Attestation:
    """One report of one step. `known` is the claimed time of the record, milliseconds UTC.

    `actor` took the step alone, or is None where all took it together; `recorder` wrote the record;
    `(origin, index)` leads to its proof; `corrects` is the id of the record of the same party it replaces.
    """

    step: str
    date: str
    actor: str | None
    recorder: str
    origin: str
    index: int
    id: str
    known: int
    attested_by: str = ""
    unverified: bool = False
    corrects: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step with every report of it; `when` are the days on which all reports can be right.

    Where reports contradict, `contradicted` is true and `when` reaches from the first to the last of them.
    """

    type: str
    actor: str | None
    reports: tuple[Attestation, ...]
    when: Bounds
    contradicted: bool
    taken: Taken

    @property
    def unverified(self) -> bool:
        """Whether nobody read any of its sources."""
        return all(report.unverified for report in self.reports)


def corrected(seen: list[Attestation]) -> tuple[list[Attestation], list[tuple[Attestation, Attestation]]]:
    """Return what no later attestation of the same party replaces, and corrections of another's record."""
    by_id = {item.id: item for item in seen}
    replaced: set[str] = set()
    foreign: list[tuple[Attestation, Attestation]] = []
    for item in seen:
        target = by_id.get(item.corrects or "")
        if target is None or target is item:
            continue
        if target.recorder != item.recorder:
            foreign.append((item, target))
        elif _precedes(target, item):
            replaced.add(target.id)
    return [item for item in seen if item.id not in replaced], foreign


def _precedes(one: Attestation, other: Attestation) -> bool:
    if one.origin == other.origin:
        return one.index < other.index
    return one.known <= other.known


def _place(item: Attestation) -> tuple[str, int]:
    return item.origin, item.index


def steps_of(items: Sequence[Attestation], on: date) -> tuple[Step, ...]:
    """Return the attestations step by step, each as taken or not by the day `on`."""
    grouped: dict[tuple[str, str], list[Attestation]] = {}
    for item in items:
        grouped.setdefault((item.step, item.actor or ""), []).append(item)
    found = [_step(step, actor or None, reports, on) for (step, actor), reports in grouped.items()]
    return tuple(
        sorted(found, key=lambda step: (str(step.when.first), _level(step), step.type, step.actor or ""))
    )


def _step(step: str, actor: str | None, reports: list[Attestation], on: date) -> Step:
    spans = [bounds(report.date) for report in reports]
    contradicted = any(not one.overlaps(other) for one in spans for other in spans)
    firsts, lasts = [span.first for span in spans], [span.last for span in spans]
    if contradicted:
        when = Bounds(_outer(firsts, first=True), _outer(lasts, first=False))
    else:
        # Spans that overlap pairwise have a day in common (Helly's theorem in one dimension).
        when = Bounds(
            max((day for day in firsts if day), default=None),
            min((day for day in lasts if day), default=None),
        )
    return Step(step, actor, tuple(reports), when, contradicted, _taken(when, on))


def _outer(days: Sequence[date | None], *, first: bool) -> date | None:
    kept = [day for day in days if day is not None]
    if len(kept) < len(days):
        return None
    return min(kept) if first else max(kept)


def _taken(when: Bounds, on: date) -> Taken:
    if when.last is not None and when.last <= on:
        return "yes"
    return "no" if when.first is not None and when.first > on else "maybe"


def _level(step: Step) -> int:
    return BEFORE_FORCE.get(step.type, 0) or 10 + EFFECTS.get(step.type, ("", 9))[1]


def strictly_before(one: Step, other: Step) -> bool:
    """Whether every day of the one lies before every day of the other."""
    last, first = one.when.last, other.when.first
    return last is not None and first is not None and last < first
