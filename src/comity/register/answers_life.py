"""Lives, series, channels, formulas, gaps and quiet ends as JSON data: for the API and the command line."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from comity.node.compacts import parties
from comity.record.errors import ComityError
from comity.register import entries, queries
from comity.register.answers import UnknownFactError, fact_json
from comity.register.channels import channels
from comity.register.ended import quietly_ended
from comity.register.formulas import differences, merged
from comity.register.lives import life_of, series, term_findings

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.register.attestations import Step
    from comity.register.calendar_bounds import Bounds
    from comity.register.channels import ChannelView
    from comity.register.ended import QuietEnd
    from comity.register.lifecycle import Stand
    from comity.register.lives import LifeView, SeriesView
    from comity.register.queries import Fact
    from comity.register.series import Finding, Session


class DayError(ComityError):
    """A day that was asked for is not written as one."""

    code = "register-day"
    advice = "Write a day as 2025-12-31."


def today() -> date:
    """Return the day it is, by the clock of this machine, UTC."""
    return datetime.now(UTC).date()


def day(text: str) -> date:
    """Return the day that is written, today where none is.

    Raises:
        DayError: it is no day.
    """
    if not text:
        return today()
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise DayError(f"{text[:40]!a} is not a day") from error


def known_by(text: str) -> int | None:
    """Return the end of a day in milliseconds UTC, exclusive; None where no day is given.

    Raises:
        DayError: it is no day.
    """
    if not text:
        return None
    midnight = datetime.combine(day(text) + timedelta(days=1), time(), UTC)
    return int(midnight.timestamp() * 1000) - 1


def lifecycle(node: Node, slug: str, on: str = "", known: str = "") -> dict[str, Any]:
    """Return where an instrument stands as of a day, as known by the end of another.

    Raises:
        UnknownFactError: nobody recorded it.
        DayError: a day is not written as one.
    """
    as_of, by = day(on), known_by(known)
    with node.views.connect() as db:
        view = life_of(db, slug, parties(node), as_of, by)
    if view is None:
        raise UnknownFactError(f"no instrument {slug[:60]!a} in the register")
    return _life_json(view)


def series_of(node: Node, mechanism: str = "", on: str = "") -> dict[str, Any]:
    """Return every mechanism's sessions and findings, or one's, and where plans do not join.

    Raises:
        UnknownFactError: there is no such mechanism.
        DayError: the day is not written as one.
    """
    as_of, voices = day(on), parties(node)
    with node.views.connect() as db:
        found = [view for view in series(db, voices, as_of) if mechanism in ("", view.fact.key)]
        plans = [] if mechanism else [_finding_json(one) for one in term_findings(db, voices)]
    if mechanism and not found:
        raise UnknownFactError(f"no mechanism {mechanism[:60]!a} in the register")
    return {"mechanisms": [_series_json(view) for view in found], "plans": plans}


def channels_of(node: Node, name: str = "") -> list[dict[str, Any]]:
    """Return every channel, or one.

    Raises:
        UnknownFactError: there is no such channel.
    """
    with node.views.connect() as db:
        found = [view for view in channels(db, parties(node)) if name in ("", view.name)]
    if name and not found:
        raise UnknownFactError(f"no channel {name[:60]!a}")
    return [_channel_json(view) for view in found]


def formulas_of(node: Node) -> list[dict[str, Any]]:
    """Return every formula: its versions, and what changed from each to the next."""
    with node.views.connect() as db:
        lineages = formula_versions(db, parties(node))
    return [
        {
            "formula": name,
            "versions": [fact_json(fact) for fact in versions],
            "changes": [
                {
                    "before": before.key,
                    "after": after.key,
                    "terms": [asdict(one) for one in differences(terms_of(before), terms_of(after))],
                }
                for before, after in pairwise(versions)
            ],
        }
        for name, versions in lineages.items()
    ]


def formula_versions(db: Connection, voices: tuple[str, ...]) -> dict[str, list[Fact]]:
    """Return the versions of every formula, in their order."""
    found: dict[str, list[Fact]] = {}
    facts = queries.facts(db, entries.Formula, voices)
    for fact in sorted(facts, key=lambda one: (one.fields["formula"], one.fields["number"], one.key)):
        found.setdefault(fact.fields["formula"], []).append(fact)
    return found


def terms_of(fact: Fact) -> list[dict[str, Any]]:
    """Return the terms of a version: words that one party alone records are added, none replaces another."""
    return merged([report.fields["terms"] for report in fact.reports])


def gaps_of(node: Node) -> list[dict[str, Any]]:
    """Return every declared gap."""
    with node.views.connect() as db:
        return [fact_json(fact) for fact in queries.facts(db, entries.Gap, parties(node))]


def quietly_ended_of(node: Node, on: str = "") -> list[dict[str, Any]]:
    """Return what was praised and ended without a joint word, as of a day.

    Raises:
        DayError: the day is not written as one.
    """
    as_of = day(on)
    with node.views.connect() as db:
        return [_quiet_json(one) for one in quiet_ends(db, parties(node), as_of)]


def quiet_ends(db: Connection, voices: tuple[str, ...], as_of: date) -> tuple[QuietEnd, ...]:
    """Return what was praised and quietly ended."""
    meetings = {fact.key: fact for fact in queries.facts(db, entries.Meeting, voices)}
    by_mechanism = {
        view.fact.key: (view, meetings[view.sessions[-1].slug].reports if view.sessions else ())
        for view in series(db, voices, as_of)
    }
    return quietly_ended(
        queries.reports(db, entries.Appraisal),
        events=queries.reports(db, entries.Event),
        statuses=queries.reports(db, entries.Status),
        series=by_mechanism,
        parties=voices,
        today=as_of,
    )


def _life_json(view: LifeView) -> dict[str, Any]:
    found = view.life
    return {
        "instrument": fact_json(view.fact),
        "on": found.on.isoformat(),
        "stand": _stand_json(found.stand),
        "by_party": {party: _stand_json(stand) for party, stand in found.by_party.items()},
        "by_recorder": {party: _stand_json(stand) for party, stand in found.by_recorder.items()},
        "steps": [_step_json(step) for step in found.steps],
        "conflicts": [asdict(conflict) for conflict in found.conflicts],
        "recorded_later": found.unknown,
        "exercise": view.fact.exercise,
    }


def _stand_json(stand: Stand) -> dict[str, Any]:
    places = [(report.origin, report.index) for step in stand.rests_on for report in step.reports]
    return {"state": stand.state, "candidates": list(stand.candidates), "rests_on": places}


def _step_json(step: Step) -> dict[str, Any]:
    return {
        "type": step.type,
        "actor": step.actor,
        "when": _bounds_json(step.when),
        "taken": step.taken,
        "contradicted": step.contradicted,
        "unverified": step.unverified,
        "reports": [asdict(report) for report in step.reports],
    }


def _bounds_json(when: Bounds) -> dict[str, str | None]:
    return {
        "first": when.first.isoformat() if when.first else None,
        "last": when.last.isoformat() if when.last else None,
    }


def _series_json(view: SeriesView) -> dict[str, Any]:
    return {
        "mechanism": view.fact.key,
        "cadence": view.cadence,
        "rotation": view.rotation,
        "sessions": [_session_json(one) for one in view.sessions],
        "findings": [_finding_json(one) for one in view.findings],
        "exercise": view.fact.exercise,
    }


def _session_json(one: Session) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "ordinal": one.ordinal,
        "when": _bounds_json(one.when),
        "host": one.host,
        "held": one.held,
        "records": [list(place) for place in one.records],
    }


def _finding_json(one: Finding) -> dict[str, Any]:
    return asdict(one)


def _channel_json(view: ChannelView) -> dict[str, Any]:
    return {
        "channel": view.name,
        "facts": [{"kind": fact.kind, "key": fact.key, "state": fact.state} for fact in view.facts],
        "amounts": [
            {"key": one.fact.key, "name": one.name, "value": one.value, "unit": one.unit}
            for one in view.amounts
        ],
        "gaps": [gap.key for gap in view.gaps],
        "meetings": view.meetings,
        "exercise": view.exercise,
    }


def _quiet_json(one: QuietEnd) -> dict[str, Any]:
    return {
        "about": one.about,
        "about_kind": one.about_kind,
        "how": one.how,
        "praise": [_report_json(report) for report in one.praise],
        "ends": [_report_json(report) for report in one.ends],
        "spoke": list(one.spoke),
        "silent": list(one.silent),
        "days": one.days,
        "exercise": any(report.exercise for report in one.praise),
    }


def _report_json(report: Report) -> dict[str, Any]:
    return asdict(report)
