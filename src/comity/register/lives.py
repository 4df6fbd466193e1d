"""From the rows of the register to the life of an instrument, and to the series of a mechanism."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.register import entries, queries
from comity.register.attestations import Attestation
from comity.register.calendar_bounds import Bounds, bounds
from comity.register.lifecycle import life
from comity.register.lifecycle_bands import bands
from comity.register.series import Session, Term, findings, joins, meeting_days

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.register.lifecycle import Life
    from comity.register.lifecycle_bands import Band
    from comity.register.queries import Fact
    from comity.register.series import Finding


@dataclass(frozen=True)
class LifeView:
    """An instrument, where it stands, and its bands: of all together under "", of each party's records."""

    fact: Fact
    life: Life
    bands: dict[str, tuple[Band, ...]]
    reports: dict[tuple[str, int], Report]


@dataclass(frozen=True)
class SeriesView:
    """A mechanism with its sessions in the order of their days, and what does not fit among them."""

    fact: Fact
    cadence: str | None
    rotation: str | None
    sessions: tuple[Session, ...]
    findings: tuple[Finding, ...]


def life_of(
    db: Connection, slug: str, voices: Sequence[str], on: date, known: int | None = None
) -> LifeView | None:
    """Return the life of an instrument as of `on`, as known at `known`; None where nobody recorded it.

    A fictional event counts for a fictional instrument only.
    """
    fact = next((one for one in queries.facts(db, entries.Instrument, voices) if one.key == slug), None)
    if fact is None:
        return None
    events = events_of(queries.reports(db, entries.Event), slug, exercise=fact.exercise)
    items = [attestation(report) for report in events]
    parties = list(dict.fromkeys(item["party"] for item in fact.fields["parties"]))
    return LifeView(
        fact,
        life(items, parties, on, known),
        bands(items, parties, on, known),
        {(report.origin, report.index): report for report in events},
    )


def events_of(events: Iterable[Report], slug: str, *, exercise: bool) -> list[Report]:
    """Return the reports that speak of one instrument and are of its class."""
    return [one for one in events if one.fields["instrument"] == slug and one.exercise == exercise]


def attestation(report: Report) -> Attestation:
    """Return what a recorded event attests."""
    fields = report.fields
    return Attestation(
        step=fields["type"],
        date=fields["date"],
        actor=fields.get("party"),
        recorder=report.party,
        origin=report.origin,
        index=report.index,
        id=report.id,
        known=report.claimed,
        attested_by=fields["attested_by"],
        unverified=all(cite.get("unverified") for cite in fields["cites"]),
        corrects=fields.get("corrects"),
    )


def series(db: Connection, voices: Sequence[str], today: date) -> list[SeriesView]:
    """Return every mechanism with its sessions and findings, by slug."""
    meetings = queries.facts(db, entries.Meeting, voices)
    return [_series(fact, meetings, today) for fact in queries.facts(db, entries.Mechanism, voices)]


def _series(fact: Fact, meetings: Sequence[Fact], today: date) -> SeriesView:
    sessions = [
        session(meeting)
        for meeting in meetings
        if meeting.fields["mechanism"] == fact.key and meeting.exercise == fact.exercise
    ]
    cadence, rotation = _first(fact, "cadence"), _first(fact, "rotation")
    return SeriesView(
        fact,
        cadence,
        rotation,
        tuple(sorted(sessions, key=lambda one: (str(one.when.first), one.slug))),
        findings(sessions, cadence, rotation, today),
    )


def session(meeting: Fact) -> Session:
    """Return a meeting as all its reports have it; a report that it was held outweighs the plan."""
    held = [one for one in meeting.reports if one.fields["state"] == "held"]
    kept = held or list(meeting.reports)
    spans = [meeting_days(one.fields["start"], one.fields.get("end")) for one in kept]
    when = spans[0]
    if any(not one.overlaps(other) for one in spans for other in spans):
        when = Bounds(_least([one.first for one in spans]), _most([one.last for one in spans]))
    differs = {name for name in meeting.differs if name != "state"}
    return Session(
        slug=meeting.key,
        ordinal=next((one.fields["ordinal"] for one in kept if one.fields.get("ordinal")), None),
        when=when,
        host=next((one.fields["host"] for one in kept if one.fields.get("host")), None),
        held=bool(held),
        records=tuple((one.origin, one.index) for one in meeting.reports),
        differs=tuple(sorted(differs)),
    )


def term_findings(db: Connection, voices: Sequence[str]) -> tuple[Finding, ...]:
    """Return where plans and protocols that follow one another do not join."""
    return joins(
        [
            Term(
                slug=fact.key,
                when=bounds(term),
                follows=tuple(
                    dict.fromkeys(
                        relation["target"]
                        for report in fact.reports
                        for relation in report.fields.get("relations", [])
                        if relation["type"] in ("follows", "supersedes")
                    )
                ),
                records=tuple((one.origin, one.index) for one in fact.reports),
            )
            for fact in queries.facts(db, entries.Instrument, voices)
            if (term := _first(fact, "term"))
        ]
    )


def _first(fact: Fact, name: str) -> str | None:
    return next((report.fields[name] for report in fact.reports if report.fields.get(name)), None)


def _least(days: Sequence[date | None]) -> date | None:
    kept = [day for day in days if day is not None]
    return min(kept) if len(kept) == len(days) else None


def _most(days: Sequence[date | None]) -> date | None:
    kept = [day for day in days if day is not None]
    return max(kept) if len(kept) == len(days) else None
