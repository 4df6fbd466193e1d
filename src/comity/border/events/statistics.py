"""How many events of each kind a year: counted from the record, and from nothing else.

A year without a record is absent, never zero: that nothing was reported does not say that nothing happened.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.border.events.queries import EventView


def by_year(views: Iterable[EventView]) -> list[dict[str, Any]]:
    """Return a row for each year, party and type of which an event is on record; the newest year first.

    What did not happen, by its owner's word, is counted apart; fictional events make rows of their own.
    """
    counted: dict[tuple[int, str, str, bool], Counter[str]] = {}
    for view in views:
        fields = view.report.fields
        moment = fields.get("happened_at") or fields["learnt_at"]
        year = datetime.fromtimestamp(moment / 1000, UTC).year
        key = (year, view.party, str(fields["event_type"]), view.report.exercise)
        row = counted.setdefault(key, Counter())
        row["not_happened" if view.state == "did_not_happen" else "events"] += 1
        row["open"] += view.state == "open"
        row["late"] += view.first.state in ("late", "overdue")
    names = ("events", "not_happened", "open", "late")
    return [
        {
            "year": year,
            "party": party,
            "event_type": kind,
            "exercise": exercise,
            **{name: row[name] for name in names},
        }
        for (year, party, kind, exercise), row in sorted(
            counted.items(), key=lambda one: (-one[0][0], one[0])
        )
    ]
