"""What changed since a day or a meeting: what was recorded, what happened, and which windows ran out.

Two questions are kept apart. *Recorded* goes by the time that records claim: a fact of 1977 that was written
down yesterday is new on record. *Happened* goes by the dates inside the records. The clock is given, so that
the same question has the same answer on both sides and in a year.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.record.errors import ComityError
from comity.register import entries, queries
from comity.register.calendar_bounds import bounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.record.kinds import Kind

Change = Literal["new", "another report", "corrected", "spoken", "happened", "window over"]

SPOKEN: Final[dict[type[Kind], tuple[str, str]]] = {
    entries.Status: ("undertaking", "status"),
    entries.Annotation: ("undertaking", ""),
    entries.Ticket: ("slug", "field"),
    entries.TicketWord: ("ticket", "word"),
    entries.Direction: ("slug", "state"),
    entries.VotingIntention: ("item", "intends"),
    entries.Backing: ("candidature", "support"),
}
"""Words of a party: the field that names what they are about, and the one that holds the word."""


class SinceError(ComityError):
    """It is not clear since when changes are asked for."""

    code = "register-since"
    advice = "Give a day such as 2025-12-18, or the short name of a meeting that was held."


@dataclass(frozen=True, slots=True)
class Item:
    """One change.

    Attributes:
        change: What kind of change it is.
        kind: Kind of the record.
        key: Natural name of what changed.
        party: The party that recorded it; empty where the calendar alone made the change.
        on: The day of the change, ISO 8601.
        what: Fields that a correction changed, the word that was spoken, or the dates of what happened.
        origin: The log that the record stands in.
        index: Its place there; -1 where no record made the change.
        exercise: Whether it is fictional.
    """

    change: Change
    kind: str
    key: str
    party: str
    on: str
    what: str
    origin: str = ""
    index: int = -1
    exercise: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


def since_day(db: Connection, text: str, voices: Sequence[str]) -> date:
    """Return the day that a date or the short name of a held meeting means: that of a meeting is its last.

    Raises:
        SinceError: it is neither, or the meeting's day is not known.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        pass
    days = [
        day
        for fact in queries.facts(db, "register.meeting", voices)
        if fact.key == text
        for report in fact.reports
        if report.fields["state"] == "held"
        and (day := bounds(report.fields.get("end") or report.fields["start"]).last)
    ]
    if not days:
        raise SinceError(f"{text[:96]!a} is no day, and no meeting of this name is on record as held")
    return max(days)


def changes(db: Connection, since: date, today: date, voices: Sequence[str]) -> list[Item]:
    """Return what changed after `since`, up to and with `today`, by day.

    Args:
        db: The node's tables.
        since: The day after which a change counts.
        today: The reader's clock.
        voices: The parties whose word counts.
    """
    found = [
        *_recorded(db, since, today),
        *_happened(db, since, today, voices),
        *_over(db, since, today, voices),
    ]
    return sorted(
        found, key=lambda item: (item.on, item.change, item.kind, item.key, item.origin, item.index)
    )


def _recorded(db: Connection, since: date, today: date) -> Iterable[Item]:
    for kind, model in queries.FACTS.items():
        earlier: dict[tuple[str, str], list[Report]] = defaultdict(list)
        for report in sorted(
            queries.reports(db, model), key=lambda one: (one.claimed, one.origin, one.index)
        ):
            key = _key(kind, report.fields)
            before = earlier[report.party, key]
            day = _day(report)
            if since < day <= today:
                yield _report(kind, key, before, report)
            before.append(report)
    for spoken, (named, word) in SPOKEN.items():
        about = "register.undertaking" if spoken is entries.Status else spoken.kind
        for report in queries.reports(db, spoken):
            if since < _day(report) <= today:
                key, what = str(report.fields[named]), str(report.fields.get(word) or "")
                yield _item("spoken", about, key, report, what)


def _report(kind: str, key: str, before: Sequence[Report], report: Report) -> Item:
    """Return a report as a change; where several sources are usual, another report corrects none of them."""
    if kind in queries.SEVERAL:
        corrected = [one for one in before if one.id == report.fields.get("corrects")]
        if not corrected:
            return _item("another report" if before else "new", kind, key, report, "")
        before = corrected
    return _item("corrected" if before else "new", kind, key, report, _changed(before, report))


def _happened(db: Connection, since: date, today: date, voices: Sequence[str]) -> Iterable[Item]:
    for kind, field in (("register.event", "date"), ("register.meeting", "start")):
        for fact in queries.facts(db, kind, voices):
            if fact.fields.get("state") == "planned":
                continue
            for text in sorted({report.fields[field] for report in fact.reports}):
                first = bounds(text).first
                if first is not None and since < first <= today:
                    yield Item(
                        "happened", kind, fact.key, "", first.isoformat(), text, exercise=fact.exercise
                    )


def _over(db: Connection, since: date, today: date, voices: Sequence[str]) -> Iterable[Item]:
    for view in queries.undertakings(db, voices, today):
        window = view.fact.fields.get("window")
        last = bounds(window).last
        # The day after the last one is the first on which the window is over.
        if last is not None and since <= last < today:
            yield Item(
                "window over",
                "register.undertaking",
                view.slug,
                "",
                last.isoformat(),
                view.standing.status or view.standing.state,
                exercise=view.exercise,
            )


def _item(change: Change, kind: str, key: str, report: Report, what: str) -> Item:
    day = _day(report).isoformat()
    return Item(change, kind, key, report.party, day, what, report.origin, report.index, report.exercise)


def _changed(before: Sequence[Report], report: Report) -> str:
    if not before:
        return ""
    old, new = before[-1].fields, report.fields
    names = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    return ", ".join(names) or "nothing: said again"


def _key(kind: str, fields: dict[str, Any]) -> str:
    if kind == "register.event":
        return " ".join(filter(None, (fields["instrument"], fields["type"], fields.get("party"))))
    return str(fields.get("slug", ""))


def _day(report: Report) -> date:
    return datetime.fromtimestamp(report.claimed / 1000, UTC).date()
