"""Where a consultation stands on a day: a pure function of what both parties have said, in any order.

    found = life(opening, steps, rule, parties, on)
    found.state          # draft, notified, complete, open, extended, concluded, lapsed, or "cannot tell"

- A step not dated to the day leaves the state open where it matters: `candidates` holds what it may be.
- The period runs from `started`, never from `notified`: submission is no start.
- A consultation whose period ran out without a conclusion has lapsed.

Which words count, `said` says; which steps they make, `taken`.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.assessment.gate.dates import UNKNOWN
from comity.assessment.gate.deadline import Reckoned
from comity.assessment.gate.said import Aside, Opening, Said, counted
from comity.assessment.gate.taken import Step, end_of_steps, steps_of, with_ends

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from comity.assessment.gate.rules import Rule

METHOD: Final = "gate-states@1"
CANNOT_TELL: Final = "cannot tell"
STATES: Final = ("draft", "notified", "complete", "open", "extended", "concluded", "lapsed")
MOST_OPEN: Final = 8
"""Undated steps beyond which every combination is not tried."""


@dataclass(frozen=True, slots=True)
class Life:
    """A consultation as of a day.

    Attributes:
        opening: What opened it.
        state: One of `STATES`, or `cannot tell`.
        candidates: Every state that it may be in.
        procedures: The procedure, or each that it may be.
        steps: What was taken, in the order of the procedure.
        end: The last day of the period; None where it has not started or has no period.
        conflicts: Codes of what does not fit together.
        aside: What does not count.
    """

    opening: Opening
    state: str
    candidates: tuple[str, ...]
    procedures: tuple[str, ...]
    steps: tuple[Step, ...]
    end: Reckoned | None
    conflicts: tuple[str, ...]
    aside: tuple[Aside, ...]

    def step(self, name: str) -> Step | None:
        """Return a step by name, or None."""
        return next((one for one in self.steps if one.step == name), None)

    @property
    def timed(self) -> bool:
        """Whether the procedure is known and has a period that has begun."""
        return self.end is not None


def life(opening: Opening, said: Iterable[Said], rule: Rule, parties: Sequence[str], on: date) -> Life:
    """Return where a consultation stands on a day.

    Args:
        opening: The one that counts.
        said: Every word on its steps, of every party, in any order.
        rule: The rule that the opening carries.
        parties: Whose word counts.
        on: The day.
    """
    words, aside = counted(opening, said, rule, parties)
    procedures = rule.procedures(opening.water, opening.seasons, opening.use)
    timed = len(procedures) == 1 and procedures[0] in rule.period.of
    steps = steps_of(words, rule, parties)
    steps, conflicts = with_ends(steps, rule, timed=timed)
    known = [one for one in steps if one.when.reached(on) != "no"]
    candidates, end = _candidates(known, rule, on, timed=timed)
    state = candidates[0] if len(candidates) == 1 else CANNOT_TELL
    conflicts = (*conflicts, *_order_conflicts(steps, rule))
    return Life(opening, state, candidates, procedures, tuple(steps), end, conflicts, aside)


def _candidates(
    known: list[Step], rule: Rule, on: date, *, timed: bool
) -> tuple[tuple[str, ...], Reckoned | None]:
    """Return every state that the steps allow on a day, and the end as far as it is known."""
    sure = [one for one in known if one.when.reached(on) == "yes"]
    open_ = [one for one in known if one.when.reached(on) == "maybe"]
    if len(open_) > MOST_OPEN:
        return STATES, None
    states: set[str] = set()
    ends: list[Reckoned] = []
    for chosen in itertools.product((False, True), repeat=len(open_)):
        taken = sure + [one for one, is_in in zip(open_, chosen, strict=True) if is_in]
        found, end = _states(taken, rule, on, timed=timed)
        states |= found
        ends += [end] if end is not None else []
    return tuple(name for name in STATES if name in states), _widest(ends)


def _widest(ends: list[Reckoned]) -> Reckoned | None:
    if not ends or len({(one.earliest, one.latest) for one in ends}) == 1:
        return ends[0] if ends else None
    whole = ends[0].days
    for one in ends[1:]:
        whole = whole.hull(one.days)
    return Reckoned(None, whole.first, whole.last, "coarse" if whole.certain else "uncertain")


def _states(taken: list[Step], rule: Rule, on: date, *, timed: bool) -> tuple[set[str], Reckoned | None]:
    by_name = {one.step: one for one in taken}
    end = None
    if timed and "started" in by_name:
        end = end_of_steps(by_name["started"], [one for one in taken if one.step == "extended"], rule)
    for name in ("concluded", "lapsed"):
        if name in by_name:
            return {name}, end
    if "started" in by_name:
        running = "extended" if "extended" in by_name else "open"
        if end is None:
            return {running}, None
        # A day past the last one: `reached` asks for on or before, so the end itself still runs.
        over = "yes" if end.days.certain and end.latest is not None and end.latest < on else "no"
        if over == "no" and not (end.days.certain and end.earliest is not None and end.earliest >= on):
            over = "maybe"
        return {"yes": {"lapsed"}, "no": {running}, "maybe": {running, "lapsed"}}[over], end
    return {next((name for name in ("complete", "notified") if name in by_name), "draft")}, None


def _order_conflicts(steps: Sequence[Step], rule: Rule) -> list[str]:
    by_name = {one.step: one.when for one in steps}
    found = []
    order = [name for name in ("notified", "complete", "started", "concluded") if rule.voice(name)]
    for early, late in itertools.pairwise(order):
        if late in by_name and early not in by_name:
            found.append(f"{late}-without-{early}")
    for early, late in itertools.combinations(order, 2):
        if by_name.get(late, UNKNOWN).before(by_name.get(early, UNKNOWN)):
            found.append(f"{late}-before-{early}")
    return found
