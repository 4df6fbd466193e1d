"""Events on record, each with its reports, as a picture has them.

    with node.views.connect() as db:
        for view in events(db, now):
            print(view.slug, view.state, view.first.state, view.impact)

A picture is what is asked for of all that a node holds: the national one is everything, the shared one what
the other side holds as well. Whose event it is decides what stands: the owner's newest report sets the
impact, and only the owner closes (2021/581 Art. 9(7), 17(5)); what others say stays beside it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.border.entries.events import (
    BorderEvent,
    EventDraft,
    EventReport,
    InformationAnswer,
    InformationRequest,
)
from comity.border.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from comity.node.rows import Report

FIRST_REPORT_MS: Final = 24 * 3_600_000
"""Until when the first report is due after the authority learnt of it: 2021/581 Art. 9(3)."""

FirstState = Literal["in_time", "late", "due", "overdue"]
RequestState = Literal["open", "overdue", "answered", "answered_late"]


@dataclass(frozen=True, slots=True)
class First:
    """How the first report of the owner stands; times are the writer's own word."""

    state: FirstState
    due: int
    after_ms: int | None


@dataclass(frozen=True)
class EventView:
    """An event with what was reported of it, in order; `aside` holds closings by others than its owner."""

    report: Report
    reports: tuple[Report, ...]
    aside: tuple[Report, ...]
    first: First

    @property
    def slug(self) -> str:
        """Its natural name; with the party it names the event."""
        return str(self.report.fields["slug"])

    @property
    def party(self) -> str:
        """Whose event it is."""
        return self.report.party

    @property
    def closing(self) -> Report | None:
        """The owner's newest report, if it closes the event; a later report of the owner opens it again."""
        own = [one for one in self.reports if one.party == self.party]
        return own[-1] if own and own[-1].fields.get("closes") else None

    @property
    def state(self) -> str:
        """Open, or why it was closed."""
        closing = self.closing
        return str(closing.fields["closes"]) if closing else "open"

    @property
    def impact(self) -> str | None:
        """What the owner said last."""
        own = [one.fields["impact"] for one in self.reports if one.party == self.party]
        return own[-1] if own else None

    @property
    def exercise(self) -> bool:
        """Whether it is fictional, or anything said of it is."""
        return self.report.exercise or any(one.exercise for one in self.reports)


@dataclass(frozen=True)
class RequestView:
    """A request with its answers; `aside` holds answers by others than the party that was asked."""

    report: Report
    answers: tuple[Report, ...]
    aside: tuple[Report, ...]
    state: RequestState

    @property
    def slug(self) -> str:
        """Its natural name; with the party it names the request."""
        return str(self.report.fields["slug"])

    @property
    def party(self) -> str:
        """Who asks."""
        return self.report.party


def events(db: Connection, now: int) -> list[EventView]:
    """Return every event on record, what was learnt of last first.

    Args:
        db: The projection.
        now: The moment, milliseconds UTC.
    """
    said: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, EventReport):
        said[report.fields["event"]["origin"], report.fields["event"]["id"]].append(report)
    found = [
        _event(one, said[one.origin, one.id], now) for one in _firsts(PROJECTOR.reports(db, BorderEvent))
    ]
    return sorted(found, key=lambda one: (-one.report.fields["learnt_at"], one.party, one.slug))


def requests(db: Connection, now: int) -> list[RequestView]:
    """Return every request on record, the nearest deadline first."""
    said: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, InformationAnswer):
        said[report.fields["request"]["origin"], report.fields["request"]["id"]].append(report)
    found = [
        _request(one, said[one.origin, one.id], now)
        for one in _firsts(PROJECTOR.reports(db, InformationRequest))
    ]
    return sorted(found, key=lambda one: (one.report.fields["deadline"], one.party, one.slug))


def drafts(db: Connection, origin: str) -> list[Report]:
    """Return the newest draft of each name in the own log, without those whose event is on record."""
    done = {one.fields["slug"] for one in PROJECTOR.reports(db, BorderEvent) if one.origin == origin}
    kept = {one.fields["slug"]: one for one in PROJECTOR.reports(db, EventDraft) if one.origin == origin}
    return sorted((one for slug, one in kept.items() if slug not in done), key=lambda one: -one.index)


def _firsts(reports: Iterable[Report]) -> list[Report]:
    """Return the first record of each party and name: a repeated name takes nothing's place."""
    kept: dict[tuple[str, str], Report] = {}
    for report in sorted(reports, key=lambda one: (one.origin, one.index)):
        kept.setdefault((report.party, report.fields["slug"]), report)
    return list(kept.values())


def _event(event: Report, said: list[Report], now: int) -> EventView:
    # Nothing real is said of what is fictional, nor the other way round.
    fitting = [one for one in said if one.exercise == event.exercise]
    ordered = sorted(fitting, key=lambda one: (one.claimed, one.origin, one.index))
    aside = [one for one in ordered if one.fields.get("closes") and one.party != event.party]
    own = [one for one in ordered if one.party == event.party]
    return EventView(event, tuple(ordered), tuple(aside), _first(event, own, now))


def _first(event: Report, own: list[Report], now: int) -> First:
    learnt = event.fields["learnt_at"]
    due = learnt + FIRST_REPORT_MS
    if not own:
        return First("overdue" if now > due else "due", due, None)
    at = min(one.claimed for one in own)
    return First("late" if at > due else "in_time", due, at - learnt)


def _request(request: Report, said: list[Report], now: int) -> RequestView:
    fitting = sorted(
        (one for one in said if one.exercise == request.exercise),
        key=lambda one: (one.claimed, one.origin, one.index),
    )
    answers = [one for one in fitting if one.party == request.fields["to"]]
    deadline = request.fields["deadline"]
    state: RequestState = "overdue" if now > deadline else "open"
    if answers:
        state = "answered" if answers[0].claimed <= deadline else "answered_late"
    return RequestView(request, tuple(answers), tuple(one for one in fitting if one not in answers), state)
