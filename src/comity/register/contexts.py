"""What the page of one thing shows beside the thing itself, by its kind."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import N_
from comity.register import entries, labels_channels, queries
from comity.register.answers_life import DayError, day, known_by
from comity.register.charts import life_chart, series_chart
from comity.register.directions import standing_proposals
from comity.register.labels import KINDS, PAGES
from comity.register.lives import life_of, series
from comity.register.pages import mechanism_names, title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from comity.record.kinds import Kind
    from comity.register.queries import Fact

RELATED: Final[dict[str, tuple[tuple[str, type[Kind], str], ...]]] = {
    "register.forum_item": ((N_("How the parties intend to vote"), entries.VotingIntention, "item"),),
    "register.candidature": ((N_("What the parties say of it"), entries.Backing, "candidature"),),
    "register.material_support": ((N_("Does it still work?"), entries.SupportCheck, "support"),),
    "register.remains_mission": (
        (N_("Search sites"), entries.RemainsSite, "mission"),
        (N_("Handovers"), entries.Handover, "mission"),
    ),
}
"""What stands on the page of a matter: the heading, the kind, and the field that names the matter."""


def context_of(
    db: Connection, fact: Fact, voices: tuple[str, ...], *, on: str = "", known: str = ""
) -> dict[str, Any]:
    """Return what the page of `fact` needs; `on` and `known` are the days an instrument is asked for."""
    names = mechanism_names(db, voices)
    listed = [row for name in PAGES for row in queries.facts(db, f"register.{name}", voices)]
    context: dict[str, Any] = {
        "titles": {row.key: title(row, names) for row in listed},
        "kind_of": {row.key: row.kind for row in listed},
        "exercise": fact.exercise,
        "standing": None,
    }
    made = _BY_KIND.get(fact.kind, _matter)
    return {**context, **made(db, fact, voices, (on, known))}


def _instrument(db: Connection, fact: Fact, voices: Sequence[str], asked: tuple[str, str]) -> dict[str, Any]:
    on, known = (_day_or_none(text) for text in asked)
    at = life_of(db, fact.key, voices, day(on), known_by(known))
    assert at is not None
    view = queries.instrument(db, fact.key, voices, _today())
    assert view is not None
    return {
        "at": at,
        "known": known,
        "chart": life_chart(at.bands),
        "life_states": labels_channels.LIFE_STATES,
        "conflicts": labels_channels.CONFLICTS,
        "view": view,
        "exercise": fact.exercise
        or any(event.exercise for event in view.events)
        or any(one.exercise for one in view.undertakings),
    }


def _mechanism(db: Connection, fact: Fact, voices: Sequence[str], _asked: tuple[str, str]) -> dict[str, Any]:
    view = next(one for one in series(db, voices, _today()) if one.fact.key == fact.key)
    meetings = [
        one for one in queries.facts(db, entries.Meeting, voices) if one.fields["mechanism"] == fact.key
    ]
    return {
        "series": view,
        "chart": series_chart(view.sessions, view.findings, voices),
        "findings": labels_channels.FINDINGS,
        "meetings": sorted(meetings, key=lambda meeting: str(meeting.fields["start"])),
        "proposals": standing_proposals(queries.reports(db, entries.Direction), fact.key),
        "own": "",
    }


def _meeting(db: Connection, fact: Fact, voices: Sequence[str], _asked: tuple[str, str]) -> dict[str, Any]:
    views = queries.undertakings(db, voices, _today())
    forum = fact.fields["mechanism"]
    proposals = standing_proposals(queries.reports(db, entries.Direction), forum, fact.key)
    return {
        "undertakings": [view for view in views if view.fact.fields.get("meeting") == fact.key],
        "proposals": [
            one for one in proposals if one.fields.get("meeting") or fact.fields["state"] == "planned"
        ],
        "own": "",
        "exercise": fact.exercise or any(one.exercise for one in proposals),
    }


def _undertaking(
    db: Connection, fact: Fact, voices: Sequence[str], _asked: tuple[str, str]
) -> dict[str, Any]:
    view = next(one for one in queries.undertakings(db, voices, _today()) if one.slug == fact.key)
    return {
        "view": view,
        "exercise": view.exercise,
        "standing": view.standing.state if view.statuses else None,
    }


def _matter(db: Connection, fact: Fact, _voices: Sequence[str], _asked: tuple[str, str]) -> dict[str, Any]:
    related = []
    for label, kind, name in RELATED.get(fact.kind, ()):
        found = [
            (KINDS[kind.kind].title(report.fields), report)
            for report in queries.reports(db, kind)
            if report.fields.get(name) == fact.key and report.exercise == fact.exercise
        ]
        related.append((label, found, kind.kind.partition(".")[2], name))
    own = [name for name in queries.FACTS[fact.kind].model_fields if name not in ("slug", "cites")]
    return {"own": own, "related": related}


def _day_or_none(text: str) -> str:
    """Return the day as it was asked for, or nothing where it is no day: a page shows today then."""
    try:
        day(text)
    except DayError:
        return ""
    return text


def _today() -> date:
    return datetime.now(UTC).date()


_BY_KIND: Final = {
    "register.instrument": _instrument,
    "register.mechanism": _mechanism,
    "register.meeting": _meeting,
    "register.undertaking": _undertaking,
    "register.figure": lambda *_: {},
}
