"""What others may ask of the register.

    voices = compacts.parties(node)
    with node.views.connect() as db:
        for view in undertakings(db, voices, today):
            print(view.slug, view.standing.state, view.standing.said, view.advice)

`voices` are the parties whose word counts: those of the signed compact (`comity.node.compacts.parties`).
Observers are not among them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.node.rows import Report, newest_of
from comity.register import entries
from comity.register.standing import (
    SUBSTANCE,
    FactState,
    Standing,
    advice,
    contradictions,
    fact_state,
    standing,
)
from comity.register.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.record.kinds import Kind
    from comity.register.places import Found

FACTS: Final[dict[str, type[Kind]]] = {kind.kind: kind for kind in entries.KINDS if kind.kind in SUBSTANCE}
"""The kinds that state facts, by name."""

SEVERAL: Final = ("register.event", "register.figure")
"""Kinds of which each source's report stays beside the others, also those of one party."""


@dataclass(frozen=True)
class Fact:
    """Everything recorded under one natural key, by all parties."""

    kind: str
    key: str
    reports: tuple[Report, ...]
    state: FactState
    silent: tuple[str, ...]
    differs: tuple[str, ...]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the first report: for a heading, never instead of the reports."""
        return self.reports[0].fields

    @property
    def exercise(self) -> bool:
        """Whether any report is fictional; then the whole is shown as fictional."""
        return any(report.exercise for report in self.reports)


@dataclass(frozen=True)
class UndertakingView:
    """An undertaking with its standing between the parties, and the software's advice, which is no status."""

    slug: str
    fact: Fact
    standing: Standing
    statuses: tuple[Report, ...]
    advice: str
    evidence: tuple[Report, ...] = ()
    annotations: tuple[Report, ...] = ()

    @property
    def overdue(self) -> bool:
        """Whether its window is over and the parties have not said the same of it; advice, no status."""
        return self.advice.startswith("window over")

    @property
    def disputed_before(self) -> bool:
        """Whether the parties' words once differed and no longer do."""
        words: dict[str, str] = {}
        differed = False
        for report in sorted(self.statuses, key=lambda one: (one.claimed, one.origin, one.index)):
            words[report.party] = report.fields["status"]
            differed = differed or len(set(words.values())) > 1
        return differed and self.standing.state == "joint"

    @property
    def exercise(self) -> bool:
        """Whether the undertaking or any word about it is fictional."""
        return self.fact.exercise or any(report.exercise for report in self.statuses)


@dataclass(frozen=True)
class InstrumentView:
    """An instrument with its life and what rests on it."""

    fact: Fact
    events: tuple[Fact, ...]
    undertakings: tuple[UndertakingView, ...]


def reports(db: Connection, kind: type[Kind]) -> list[Report]:
    """Return every record of `kind`, in the order of origin and index."""
    return PROJECTOR.reports(db, kind)


def facts(db: Connection, kind: type[Kind] | str, voices: Sequence[str]) -> list[Fact]:
    """Return the facts of `kind`, by key, each with all its reports."""
    model = FACTS[kind] if isinstance(kind, str) else kind
    groups: dict[str, list[Report]] = defaultdict(list)
    for report in reports(db, model):
        groups[_key(model.kind, report.fields)].append(report)
    return [_fact(model.kind, key, groups[key], voices) for key in sorted(groups)]


def undertakings(db: Connection, voices: Sequence[str], today: date) -> list[UndertakingView]:
    """Return every undertaking with what each party said became of it."""
    said = _by_undertaking(db, entries.Status)
    shown, added = _by_undertaking(db, entries.Evidence), _by_undertaking(db, entries.Annotation)
    views = []
    for fact in facts(db, entries.Undertaking, voices):
        # A fictional word counts for a fictional undertaking only, and a real one for a real one.
        spoken, evidence, annotations = (
            [report for report in found[fact.key] if report.exercise == fact.exercise]
            for found in (said, shown, added)
        )
        newest = {party: newest_of(spoken, party) for party in voices}
        words = {party: report.fields["status"] for party, report in newest.items() if report}
        stood = standing(words, voices)
        views.append(
            UndertakingView(
                slug=fact.key,
                fact=fact,
                standing=stood,
                statuses=tuple(spoken),
                advice=advice(fact.fields.get("window"), stood, today, evidence=bool(evidence)),
                evidence=tuple(evidence),
                annotations=tuple(sorted(annotations, key=lambda one: (one.claimed, one.origin, one.index))),
            )
        )
    return views


def _by_undertaking(db: Connection, kind: type[Kind]) -> dict[str, list[Report]]:
    found: dict[str, list[Report]] = defaultdict(list)
    for report in reports(db, kind):
        found[report.fields["undertaking"]].append(report)
    return found


def instrument(db: Connection, slug: str, voices: Sequence[str], today: date) -> InstrumentView | None:
    """Return one instrument with its events and undertakings, or None where nobody recorded it."""
    found = [fact for fact in facts(db, entries.Instrument, voices) if fact.key == slug]
    if not found:
        return None
    return InstrumentView(
        fact=found[0],
        events=tuple(
            sorted(
                (fact for fact in facts(db, entries.Event, voices) if fact.fields["instrument"] == slug),
                key=lambda fact: str(fact.fields["date"]),
            )
        ),
        undertakings=tuple(
            view for view in undertakings(db, voices, today) if view.fact.fields.get("instrument") == slug
        ),
    )


def counts(db: Connection) -> dict[str, int]:
    """Return how many records of each kind are held, by the name of the kind."""
    return PROJECTOR.counts(db)


def resolve_place(db: Connection, text: str, on: date | None = None) -> Found:
    """Return what a text names among the places on record, a marker by its number too, as of a day."""
    from comity.register.places import Gazetteer  # noqa: PLC0415 - only who asks for a place needs it
    from comity.register.places_kinds import merged  # noqa: PLC0415 - the same

    return Gazetteer(merged(reports(db, entries.Place))).resolve(text, on)


def digest(db: Connection) -> str:
    """Return a digest of the whole register: equal on two nodes when they show the same."""
    return PROJECTOR.digest(db)


def _fact(kind: str, key: str, found: Sequence[Report], voices: Sequence[str]) -> Fact:
    kept = list(found)
    if kind not in SEVERAL:
        writers = sorted({report.party for report in found})
        kept = [report for party in writers if (report := newest_of(found, party))]
    differs = contradictions(kind, [report.fields for report in kept])
    silent = tuple(party for party in voices if party not in {report.party for report in kept})
    return Fact(kind, key, tuple(kept), fact_state(differs, silent), silent, differs)


def _key(kind: str, fields: dict[str, Any]) -> str:
    if kind == "register.event":
        return " ".join(filter(None, (fields["instrument"], fields["type"], fields.get("party"))))
    return str(fields["slug"])
