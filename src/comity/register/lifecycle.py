"""Where an instrument stands on a day, as far as was known on another: what is attested, never what follows.

Two times are kept apart (Snodgrass, *Developing Time-Oriented Database Applications in SQL*, 2000, ch. 10):
*valid time*, the EDTF date on which a step was taken, and *record time*, when a party recorded it. The steps
are those of the Vienna Convention on the Law of Treaties (1969): negotiation and signature (articles 9 to
12), ratification (14), entry into force (24), provisional application (25), amendment (39), withdrawal and
termination (54 to 56), suspension (57), registration (80). None is inferred from another: a ratified
instrument is not in force until somebody attests that it is.

An EDTF date is a span of days, so by a given day a step has been taken, has not, or may have been. The state
is told only where every reading gives the same; else it is `cannot tell`, with the candidates.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.register.attestations import BEFORE_FORCE, EFFECTS, corrected, steps_of, strictly_before
from comity.register.lifecycle_conflicts import (
    Conflict,
    conflicts,
    corrections_of_another,
    recorded_out_of_order,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from comity.register.attestations import Attestation, Step

CANNOT_TELL: Final = "cannot tell"
NOTHING: Final = "nothing attested"
DIFFERS: Final = "differs between the parties"


@dataclass(frozen=True, slots=True)
class Stand:
    """A state and the steps that give it; `candidates` holds more than one where it cannot be told."""

    state: str
    candidates: tuple[str, ...]
    rests_on: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """Everything that can be said of an instrument as of a day, as known at a time.

    `by_party` says where it stands for each party; `by_recorder` where it stands by each party's own records
    alone. `unknown` counts the attestations that were recorded later than asked for.
    """

    on: date
    stand: Stand
    by_party: dict[str, Stand]
    by_recorder: dict[str, Stand]
    steps: tuple[Step, ...]
    conflicts: tuple[Conflict, ...]
    unknown: int


def life(
    attestations: Iterable[Attestation], parties: Sequence[str], on: date, known: int | None = None
) -> Life:
    """Return where an instrument stands on the day `on`, as known at `known` (milliseconds UTC; None: now).

    The order in which the attestations come does not matter.
    """
    every = sorted(attestations, key=lambda item: (item.origin, item.index, item.id))
    seen = [item for item in every if known is None or item.known <= known]
    counted, foreign = corrected(seen)
    steps = steps_of(counted, on)
    return Life(
        on=on,
        stand=_together(steps, parties),
        by_party={party: _stand_of(steps, party) for party in parties},
        by_recorder={
            recorder: _together(
                steps_of([item for item in counted if item.recorder == recorder], on), parties
            )
            for recorder in sorted({item.recorder for item in counted})
        },
        steps=steps,
        conflicts=(
            *conflicts(steps, parties),
            *recorded_out_of_order(seen),
            *corrections_of_another(foreign),
        ),
        unknown=len(every) - len(seen),
    )


def _stand_of(steps: Sequence[Step], party: str) -> Stand:
    mine = [step for step in steps if step.actor in (None, party)]
    sure = [step for step in mine if step.taken == "yes"]
    open_ = [step for step in mine if step.taken == "maybe"]
    readings = [_governing(sure), *(_governing([*sure, step]) for step in open_), _governing([*sure, *open_])]
    states = sorted({state for found, _ in readings for state in found})
    rests_on = {id(step): step for _, on in readings for step in on}
    state = states[0] if len(states) == 1 else CANNOT_TELL
    return Stand(state, tuple(states), tuple(rests_on.values()))


def _governing(steps: Sequence[Step]) -> tuple[set[str], list[Step]]:
    """Return the states that the latest of the steps lead to, and those steps."""
    effects = [step for step in steps if step.type in EFFECTS]
    if effects:
        last = [step for step in effects if not any(_after(other, step) for other in effects)] or effects
        return {EFFECTS[step.type][0] for step in last}, last
    before = [step for step in steps if step.type in BEFORE_FORCE]
    if not before:
        return {NOTHING}, []
    top = max(before, key=lambda step: BEFORE_FORCE[step.type])
    return {top.type}, [step for step in before if step.type == top.type]


def _after(one: Step, other: Step) -> bool:
    if one.when.overlaps(other.when):
        return EFFECTS[one.type][1] > EFFECTS[other.type][1]
    return strictly_before(other, one)


def _together(steps: Sequence[Step], parties: Sequence[str]) -> Stand:
    """Return the state for all: the common one; before force the least far; else that the parties differ."""
    found = [_stand_of(steps, party) for party in parties]
    if not found:
        return Stand(NOTHING, (NOTHING,), ())
    candidates = tuple(sorted({state for stand in found for state in stand.candidates}))
    rests_on = tuple({id(step): step for stand in found for step in stand.rests_on}.values())
    states = {stand.state for stand in found}
    if len(states) == 1:
        return Stand(states.pop(), candidates, rests_on)
    if CANNOT_TELL in states:
        return Stand(CANNOT_TELL, candidates, rests_on)
    if states <= {NOTHING, *BEFORE_FORCE}:
        return Stand(min(states, key=lambda state: BEFORE_FORCE.get(state, 0)), candidates, rests_on)
    return Stand(DIFFERS, candidates, rests_on)
