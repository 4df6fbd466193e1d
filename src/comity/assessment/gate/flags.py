"""Which commitments to a third party are dated before the consultation was over, and by how many days.

A comparison of dates that every node derives for itself: no breach of law is decided and nothing is vetoed.
The days are counted to the conclusion where there is one, else to the end of the period, else (for a mere
notification) to the day of submission. A coarser date gives the fewest and the most days it can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, Literal

from comity.assessment.gate.dates import Days

if TYPE_CHECKING:
    from comity.assessment.gate.rules import Rule
    from comity.assessment.gate.said import Place
    from comity.assessment.gate.states import Life

METHOD: Final = "gate-flag@1"
WORDS: Final = "dated before consultation concluded"
Verdict = Literal["before", "not before", "not concluded", "cannot tell", "not counted"]
Basis = Literal["conclusion", "end of the period", "submission", "nothing yet"]


@dataclass(frozen=True, slots=True)
class Commitment:
    """An assertion that somebody committed himself toward a third party."""

    place: Place
    slug: str
    kind: str
    when: Days


@dataclass(frozen=True, slots=True)
class Flag:
    """What the comparison gives.

    Attributes:
        commitment: Which.
        verdict: `before` is the flag; `not concluded` is dated after a period that ran out.
        basis: What the days are counted to.
        fewest: Fewest days early that it can be; None where nothing can be counted.
        most: Most days early that it can be.
    """

    commitment: Commitment
    verdict: Verdict
    basis: Basis
    fewest: int | None = None
    most: int | None = None

    @property
    def raised(self) -> bool:
        """Whether the flag stands."""
        return self.verdict == "before"


def flag(life: Life, rule: Rule, commitment: Commitment) -> Flag:
    """Compare a commitment with the consultation.

    Args:
        life: The consultation as of a day.
        rule: The rule it runs under, which lists what counts.
        commitment: The assertion.
    """
    if commitment.kind not in rule.commitments.counts:
        return Flag(commitment, "not counted", "nothing yet")
    until, basis = _until(life)
    if until is None:
        return Flag(commitment, "before", basis)
    verdict = _verdict(commitment.when, until, basis)
    early = verdict == "before" or (verdict == "cannot tell" and basis != "submission")
    return Flag(commitment, verdict, basis, *(_days(commitment.when, until) if early else ()))


def _verdict(when: Days, until: Days, basis: Basis) -> Verdict:
    # The last day of a period still belongs to it: what is dated on that day is not yet after it.
    over = until
    if basis == "end of the period":
        over = Days(_next(until.first), _next(until.last), until.certain)
    if not when.certain or not over.certain:
        return "cannot tell"
    if when.before(over):
        return "before"
    if when.first is None or over.last is None or when.first < over.last:
        return "cannot tell"
    return "not concluded" if basis == "end of the period" else "not before"


def _until(life: Life) -> tuple[Days | None, Basis]:
    concluded = life.step("concluded")
    if concluded is not None and life.state == "concluded":
        return concluded.when, "conclusion"
    if life.procedures == ("notification",):
        notified = life.step("notified")
        return (None, "nothing yet") if notified is None else (notified.when, "submission")
    if life.end is not None:
        return life.end.days, "end of the period"
    return None, "nothing yet"


def _days(when: Days, until: Days) -> tuple[int | None, int | None]:
    """Return the fewest and the most days by which a commitment is early."""
    fewest = None if when.last is None or until.first is None else max((until.first - when.last).days, 0)
    most = None if when.first is None or until.last is None else max((until.last - when.first).days, 0)
    return fewest, most


def _next(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)
