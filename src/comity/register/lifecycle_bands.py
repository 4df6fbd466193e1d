"""The state of an instrument over time, as stretches of days in which it does not change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from comity.register.lifecycle import NOTHING, life

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.register.attestations import Attestation
    from comity.register.lifecycle import Life, Stand


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of days, `first` and `last` included, in which the state stays the same."""

    state: str
    candidates: tuple[str, ...]
    first: date
    last: date


def bands(
    attestations: Iterable[Attestation], parties: Sequence[str], until: date, known: int | None = None
) -> dict[str, tuple[Band, ...]]:
    """Return the bands of each party's records and of all together (the key ""), up to the day `until`.

    A state can change only where a step's first or last possible day lies, so it is asked there alone.
    """
    items = list(attestations)
    turns = sorted(
        {
            turn
            for step in life(items, parties, until, known).steps
            for turn in (step.when.first, step.when.last)
            if turn is not None and turn <= until
        }
    )
    lives = [(turn, life(items, parties, turn, known)) for turn in turns]
    recorders = sorted({name for _, found in lives for name in found.by_recorder})
    return {
        name: _bands([(turn, stand) for turn, found in lives if (stand := _of(name)(found))], until)
        for name in ("", *recorders)
    }


def _of(name: str) -> Callable[[Life], Stand | None]:
    return lambda found: found.by_recorder.get(name) if name else found.stand


def _bands(turns: Sequence[tuple[date, Stand]], until: date) -> tuple[Band, ...]:
    found: list[Band] = []
    for at, (turn, stand) in enumerate(turns):
        last = turns[at + 1][0] - timedelta(days=1) if at + 1 < len(turns) else until
        if found and (found[-1].state, found[-1].candidates) == (stand.state, stand.candidates):
            found[-1] = Band(stand.state, stand.candidates, found[-1].first, last)
        elif stand.state != NOTHING:
            found.append(Band(stand.state, stand.candidates, turn, last))
    return tuple(found)
