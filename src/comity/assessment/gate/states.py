"""Where a consultation stands on a day: a pure function of what both parties have said, in any order.

    found = life(opening, steps, rule, parties, on)
    found.state          # draft, notified, complete, open, extended, concluded, lapsed, or "cannot tell"

Rules of the machine:

- Only the sponsor opens. Of several openings under one name the sponsor's first counts.
- Whose word makes a step, the rule says (`sponsor`, `each`, `all`). Of one party's words on one step the
  first counts, unless a later one says that it corrects it: a replayed entry changes nothing.
- Words of both parties on one step narrow its date down; where they contradict, that is shown and the date is
  what either says.
- A step not dated to the day leaves the state open where it matters: `candidates` holds what it may be.
- The period runs from `started`, never from `notified`: submission is no start.
- A consultation whose period ran out without a conclusion has lapsed; an extension decided after the end is
  retroactive, and marked so.

What cannot count is set aside with a code and stays visible.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.assessment.gate.dates import UNKNOWN, Days
from comity.assessment.gate.deadline import Extension, Reckoned, reckon_days
from comity.assessment.gate.errors import GateDateError, PastDeadlineError

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
class Place:
    """Where an entry stands, by whom, and when its author claims to have written it (ms UTC)."""

    party: str
    origin: str
    index: int
    id: str
    claimed: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A sponsor's opening."""

    place: Place
    sponsor: str
    slug: str
    initiative: str
    water: str | None = None
    seasons: tuple[str, ...] = ()
    use: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One party's word on one step."""

    place: Place
    step: str
    when: Days
    number: int | None = None
    extension: Extension | None = None
    corrects: str | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that does not count, and why: a code."""

    place: Place
    code: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken: the days it can be, whose words it rests on, whether they contradict."""

    step: str
    number: int | None
    when: Days
    words: tuple[Said, ...]
    contradicted: bool = False
    retroactive: Literal["yes", "no", "maybe"] | None = None
    extensions: tuple[Extension, ...] = ()


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


def first_opening(openings: Iterable[Opening]) -> tuple[Opening | None, tuple[Aside, ...]]:
    """Return the opening that counts under one sponsor and name, and those that do not."""
    rightful, aside = list[Opening](), list[Aside]()
    for one in sorted({(o.place.origin, o.place.id): o for o in openings}.values(), key=_order_opening):
        if one.place.party != one.sponsor:
            aside.append(Aside(one.place, "only-the-sponsor-opens"))
        elif rightful:
            aside.append(Aside(one.place, "opened-before"))
        else:
            rightful.append(one)
    return (rightful[0] if rightful else None), tuple(aside)


def life(opening: Opening, said: Iterable[Said], rule: Rule, parties: Sequence[str], on: date) -> Life:
    """Return where a consultation stands on a day.

    Args:
        opening: The one that counts.
        said: Every word on its steps, of every party, in any order.
        rule: The rule that the opening carries.
        parties: Whose word counts.
        on: The day.
    """
    counted, aside = _counted(opening, said, rule, parties)
    procedures = rule.procedures(opening.water, opening.seasons, opening.use)
    timed = len(procedures) == 1 and procedures[0] in rule.period.of
    steps = _steps(counted, rule, parties)
    steps, conflicts = _with_ends(steps, rule, timed=timed)
    known = [one for one in steps if one.when.reached(on) != "no"]
    candidates, end = _candidates(known, rule, on, timed=timed)
    state = candidates[0] if len(candidates) == 1 else CANNOT_TELL
    conflicts = (*conflicts, *_order_conflicts(steps, rule))
    return Life(opening, state, candidates, procedures, tuple(steps), end, conflicts, aside)


def _counted(
    opening: Opening, said: Iterable[Said], rule: Rule, parties: Sequence[str]
) -> tuple[list[Said], tuple[Aside, ...]]:
    """Return the words that count and those set aside; the order in which they come does not matter."""
    aside: list[Aside] = []
    kept: dict[tuple[str, str, int | None], Said] = {}
    # The same entry twice is one; canonical order makes the rest a matter of each party's own logs.
    unique: dict[tuple[str, str], Said] = {}
    for word in sorted(said, key=_order):
        unique.setdefault((word.place.origin, word.place.id), word)
    for word in unique.values():
        key = (word.place.party, word.step, word.number)
        if code := _refused(opening, word, rule, parties):
            aside.append(Aside(word.place, code))
        elif key not in kept:
            kept[key] = word
        elif word.corrects == kept[key].place.id:
            aside.append(Aside(kept[key].place, "corrected"))
            kept[key] = word
        else:
            aside.append(Aside(word.place, "said-before"))
    return list(kept.values()), tuple(sorted(aside, key=lambda one: (one.place.origin, one.place.index)))


def _refused(opening: Opening, word: Said, rule: Rule, parties: Sequence[str]) -> str:
    voice = rule.voice(word.step)
    if word.place.party not in parties:
        return "no-voice"
    if voice is None:
        return "no-such-step"
    if voice == "sponsor" and word.place.party != opening.sponsor:
        return "only-the-sponsor"
    if word.step == "extended" and not rule.period.extendable:
        return "not-extendable"
    return ""


def _steps(counted: Iterable[Said], rule: Rule, parties: Sequence[str]) -> list[Step]:
    groups: dict[tuple[str, int], list[Said]] = defaultdict(list)
    for word in counted:
        groups[word.step, word.number or 0].append(word)
    order = ("notified", "complete", "started", "extended", "concluded", "lapsed")
    found = []
    for name, number in sorted(groups, key=lambda key: (order.index(key[0]), key[1])):
        words = sorted(groups[name, number], key=_order)
        spoken = {word.place.party for word in words}
        if rule.voice(name) == "all" and not spoken >= set(parties):
            continue
        when, contradicted = _common([word.when for word in words])
        lengths = tuple(dict.fromkeys(word.extension for word in words if word.extension))
        found.append(Step(name, number or None, when, tuple(words), contradicted, None, lengths))
    return found


def _common(dates: list[Days]) -> tuple[Days, bool]:
    """Return the days that fit all words, or where they contradict the days of all, and that they do."""
    found = dates[0]
    for other in dates[1:]:
        if not found.overlaps(other):
            whole = dates[0]
            for each in dates[1:]:
                whole = whole.hull(each)
            return whole, True
        found = found.narrowed(other)
    return found, False


def _with_ends(steps: list[Step], rule: Rule, *, timed: bool) -> tuple[list[Step], tuple[str, ...]]:
    """Return the steps with each extension marked retroactive or not, and what does not fit."""
    started = next((one for one in steps if one.step == "started"), None)
    found, before, conflicts = [], list[Step](), list[str]()
    for one in steps:
        if one.step != "extended":
            found.append(one)
            continue
        if one.number != len(before) + 1:
            conflicts.append("extension-missing")
        if len(one.extensions) > 1:
            conflicts.append("extensions-differ")
        late: Literal["yes", "no", "maybe"] | None = None
        if timed and started is not None:
            late = _later(one.when, _end(started, before, rule).days)
        found.append(Step(one.step, one.number, one.when, one.words, one.contradicted, late, one.extensions))
        before.append(one)
    if any(one.contradicted for one in steps):
        conflicts.append("dates-contradict")
    return found, tuple(conflicts)


def _later(when: Days, end: Days) -> Literal["yes", "no", "maybe"]:
    if not when.certain or not end.certain:
        return "maybe"
    if end.before(when):
        return "yes"
    if when.last is not None and end.first is not None and when.last <= end.first:
        return "no"
    return "maybe"


def _end(started: Step, extensions: Sequence[Step], rule: Rule) -> Reckoned:
    """Return the end; where the parties gave one extension two lengths, the days between both ends."""
    length = rule.period.length
    ends = []
    for chosen in itertools.product(*(one.extensions for one in extensions)):
        try:
            ends.append(reckon_days(started.when, length, chosen))
        except (PastDeadlineError, GateDateError):
            return Reckoned(None, None, None, "unknown")
    if len({(one.earliest, one.latest) for one in ends}) == 1:
        return ends[0]
    spans = [one.days for one in ends]
    whole = spans[0]
    for span in spans[1:]:
        whole = whole.hull(span)
    return Reckoned(None, whole.first, whole.last, "coarse" if whole.certain else "uncertain")


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
        end = _end(by_name["started"], [one for one in taken if one.step == "extended"], rule)
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


def _order(word: Said) -> tuple[str, int, str, int]:
    return word.place.party, word.place.claimed, word.place.origin, word.place.index


def _order_opening(one: Opening) -> tuple[str, int, str, int]:
    return one.place.party, one.place.claimed, one.place.origin, one.place.index
