"""Steps in the life of one instrument that the two parties date differently: each is a ticket.

Several reports of a step stay several. The parties differ only where no day that one of them reports can be
a day that the other reports: 2015 and 6 February 2015 are no difference.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from comity.record.canonical import encode
from comity.register.calendar_bounds import bounds
from comity.register.reconcile_tickets import Difference

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.node.rows import Report
    from comity.register.reconcile import Pair
    from comity.register.reconcile_score import Item


_Life = tuple[str, str, bool]
"""By whose records, of which instrument, whether fictional."""
_Step = tuple[str, str]
"""The type of a step, and the party that took it alone."""


def event_differences(pairs: Iterable[Pair], events: Iterable[Report]) -> list[Difference]:
    """Return a difference for each step of a paired instrument that the parties date differently.

    Args:
        pairs: The paired records; those that are no instruments are passed over.
        events: Every event on record.
    """
    steps: dict[_Life, dict[_Step, list[str]]] = defaultdict(lambda: defaultdict(list))
    for report in _standing(events):
        fields = report.fields
        step = (fields["type"], fields.get("party") or "")
        steps[report.party, fields["instrument"], report.exercise][step].append(fields["date"])
    found = []
    for pair in pairs:
        if pair.one.kind == "register.instrument":
            ours, theirs = (steps[item.party, item.slug, item.exercise] for item in (pair.one, pair.other))
            found += [
                _difference(pair, step, ours[step], theirs[step])
                for step in sorted(ours.keys() & theirs.keys())
                if not _can_meet(ours[step], theirs[step])
            ]
    return found


def _standing(events: Iterable[Report]) -> list[Report]:
    """Return the reports that no later one of the same party corrects."""
    events = list(events)
    corrected = {(report.party, report.fields.get("corrects")) for report in events}
    return [report for report in events if (report.party, report.id) not in corrected]


def _can_meet(ours: Sequence[str], theirs: Sequence[str]) -> bool:
    return any(bounds(one).overlaps(bounds(other)) for one in ours for other in theirs)


def _difference(pair: Pair, step: _Step, ours: Sequence[str], theirs: Sequence[str]) -> Difference:
    readings = {
        (item.party, _name(item, step), encode(day).decode())
        for item, days in ((pair.one, ours), (pair.other, theirs))
        for day in days
    }
    return Difference("event", "date", tuple(sorted(readings)), pair.one.exercise)


def _name(item: Item, step: _Step) -> str:
    return " ".join(filter(None, (item.slug, *step)))
