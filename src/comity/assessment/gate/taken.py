"""The steps that were taken, as the words that count give them, and when the period of them ends.

Words of both parties on one step narrow its date down; where they contradict, that is shown and the date is
what either says. An extension decided after the end is retroactive, and marked so.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comity.assessment.gate.deadline import Extension, Reckoned, reckon_days
from comity.assessment.gate.errors import GateDateError, PastDeadlineError
from comity.assessment.gate.said import Said, order_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.assessment.gate.dates import Days
    from comity.assessment.gate.rules import Rule

Late = Literal["yes", "no", "maybe"]


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was taken: the days it can be, whose words it rests on, whether they contradict."""

    step: str
    number: int | None
    when: Days
    words: tuple[Said, ...]
    contradicted: bool = False
    retroactive: Late | None = None
    extensions: tuple[Extension, ...] = ()


def steps_of(counted: Iterable[Said], rule: Rule, parties: Sequence[str]) -> list[Step]:
    """Return the steps that counted words make, in the order of the procedure."""
    groups: dict[tuple[str, int], list[Said]] = defaultdict(list)
    for word in counted:
        groups[word.step, word.number or 0].append(word)
    order = ("notified", "complete", "started", "extended", "concluded", "lapsed")
    found = []
    for name, number in sorted(groups, key=lambda key: (order.index(key[0]), key[1])):
        words = sorted(groups[name, number], key=order_of)
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


def with_ends(steps: list[Step], rule: Rule, *, timed: bool) -> tuple[list[Step], tuple[str, ...]]:
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
        late: Late | None = None
        if timed and started is not None:
            late = _later(one.when, end_of_steps(started, before, rule).days)
        found.append(Step(one.step, one.number, one.when, one.words, one.contradicted, late, one.extensions))
        before.append(one)
    if any(one.contradicted for one in steps):
        conflicts.append("dates-contradict")
    return found, tuple(conflicts)


def _later(when: Days, end: Days) -> Late:
    if not when.certain or not end.certain:
        return "maybe"
    if end.before(when):
        return "yes"
    if when.last is not None and end.first is not None and when.last <= end.first:
        return "no"
    return "maybe"


def end_of_steps(started: Step, extensions: Sequence[Step], rule: Rule) -> Reckoned:
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
