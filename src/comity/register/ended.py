"""What was praised and quietly ended: praise on record, an end on record, and no joint word of the end.

The end is one of three: a step that ends or suspends an instrument, the word of a party that an undertaking
lapsed, or a mechanism of which no session is on record for more than two of its cadences. It is quiet while
not every party has said the same of it. This is a search, not a judgement: the missing word may be withheld.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.register.calendar_bounds import bounds
from comity.register.series import cadence_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from comity.node.rows import Report
    from comity.register.lives import SeriesView

QUIET_ENDS: Final = ("terminated", "withdrawn", "suspended")
_CADENCES: Final = 2


@dataclass(frozen=True, slots=True)
class QuietEnd:
    """One thing that was praised and then ended without a joint word.

    `praise` and `ends` are the records; for a mechanism without a session `ends` holds the records of the
    last one. `spoke` are the parties that recorded the end, `silent` those that did not; `days` lie between
    the last praise and the end.
    """

    about: str
    about_kind: str
    how: Literal["ended", "lapsed", "no later session"]
    praise: tuple[Report, ...]
    ends: tuple[Report, ...]
    spoke: tuple[str, ...]
    silent: tuple[str, ...]
    days: int | None


def quietly_ended(
    appraisals: Iterable[Report],
    *,
    events: Sequence[Report],
    statuses: Sequence[Report],
    series: Mapping[str, tuple[SeriesView, Sequence[Report]]],
    parties: Sequence[str],
    today: date,
) -> tuple[QuietEnd, ...]:
    """Return what was praised and quietly ended, by what it is about; fiction and fact are kept apart.

    Args:
        appraisals: every appraisal.
        events: every event of an instrument.
        statuses: every party's word on an undertaking.
        series: the mechanisms by slug, each with the reports of its last session.
        parties: those whose word counts.
        today: the reader's clock.
    """
    praised: dict[tuple[str, str, bool], list[Report]] = {}
    for report in appraisals:
        if report.fields["tone"] == "praised":
            key = (report.fields["about_kind"], report.fields["about"], report.exercise)
            praised.setdefault(key, []).append(report)
    found = []
    for (kind, about, exercise), praise in sorted(praised.items(), key=lambda item: item[0]):
        first = min(str(bounds(one.fields["on"]).first) for one in praise)
        if kind == "instrument":
            ends = _ends(events, "instrument", about, "type", QUIET_ENDS, exercise=exercise)
            found += _quiet(
                kind, about, "ended", praise=praise, ends=_since(ends, "date", first), parties=parties
            )
        elif kind == "undertaking":
            ends = _ends(statuses, "undertaking", about, "status", ("lapsed",), exercise=exercise)
            found += _quiet(
                kind, about, "lapsed", praise=praise, ends=_since(ends, "on", first), parties=parties
            )
        elif about in series:
            found += _stopped(about, praise, series[about], parties, today)
    return tuple(found)


def _ends(
    reports: Sequence[Report], name: str, about: str, field: str, words: Sequence[str], *, exercise: bool
) -> list[Report]:
    return [
        one
        for one in reports
        if one.fields[name] == about and one.fields[field] in words and one.exercise == exercise
    ]


def _since(reports: Sequence[Report], field: str, first: str) -> list[Report]:
    """Return the reports of what can have come after the first praise."""
    return [one for one in reports if str(bounds(one.fields[field]).last or "9999") >= first]


def _quiet(
    kind: str,
    about: str,
    how: Literal["ended", "lapsed"],
    *,
    praise: list[Report],
    ends: list[Report],
    parties: Sequence[str],
) -> list[QuietEnd]:
    spoke = {report.party for report in ends}
    silent = tuple(party for party in parties if party not in spoke)
    if not ends or not silent:
        return []
    field = "date" if how == "ended" else "on"
    end = bounds(min(ends, key=lambda one: str(one.fields[field])).fields[field])
    return [
        QuietEnd(
            about,
            kind,
            how,
            _ordered(praise),
            tuple(ends),
            tuple(sorted(spoke)),
            silent,
            _days(praise, end.first),
        )
    ]


def _stopped(
    about: str,
    praise: list[Report],
    found: tuple[SeriesView, Sequence[Report]],
    parties: Sequence[str],
    today: date,
) -> list[QuietEnd]:
    view, last = found
    cadence = cadence_days(view.cadence)
    days = [one.when.last for one in view.sessions if one.when.last is not None]
    if cadence is None or not days or (today - max(days)).days <= _CADENCES * cadence:
        return []
    return [
        QuietEnd(
            about,
            "mechanism",
            "no later session",
            _ordered(praise),
            tuple(last),
            (),
            tuple(parties),
            _days(praise, max(days)),
        )
    ]


def _ordered(praise: list[Report]) -> tuple[Report, ...]:
    return tuple(sorted(praise, key=lambda one: (str(one.fields["on"]), one.origin, one.index)))


def _days(praise: list[Report], end: date | None) -> int | None:
    spoken: list[Any] = [day for one in praise if (day := bounds(one.fields["on"]).last) is not None]
    before = [day for day in spoken if end is not None and day <= end]
    return (end - max(before)).days if before and end is not None else None
