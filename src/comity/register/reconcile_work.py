"""Reconciliation over a node's tables: the parties' records as items, differences and tickets, conflicts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from comity.node.rows import newest_of
from comity.register import entries, queries
from comity.register.calendar_bounds import Bounds, bounds
from comity.register.reconcile import Reconciled, reconcile
from comity.register.reconcile_events import event_differences
from comity.register.reconcile_score import Item
from comity.register.reconcile_tickets import Difference, TicketView, differences, views
from comity.register.standing import SUBSTANCE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.record.kinds import Kind

STAGES: Final[tuple[tuple[type[Kind], ...], ...]] = (
    (entries.Instrument, entries.Mechanism),
    (entries.Meeting,),
    (entries.Undertaking,),
)
"""What has a life of its own, as it is paired: meetings are of a mechanism, undertakings rest on the others.

Events are compared with the instruments that they are of; figures stay reports of somebody."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The reconciliation of two parties, and the tickets of all that differs."""

    one: str
    other: str
    matched: Reconciled
    tickets: tuple[TicketView, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A fact of which the sources say different things; all stay."""

    kind: str
    key: str
    field: str
    values: tuple[tuple[str, tuple[Report, ...]], ...]

    @property
    def exercise(self) -> bool:
        """Whether any report is fictional."""
        return any(report.exercise for _, found in self.values for report in found)


def outcome(db: Connection, one: str, other: str, voices: Sequence[str]) -> Outcome:
    """Reconcile two parties' records, as far as this node may read them; `voices` are all parties."""
    newest = _newest(db, (one, other))
    matched = _matched(newest[one], newest[other], _said(db))
    found = [
        difference
        for pair in matched.pairs
        for difference in _differences(
            pair.one.kind,
            newest[one][pair.one.kind, pair.one.slug],
            newest[other][pair.other.kind, pair.other.slug],
        )
    ]
    found += event_differences(matched.pairs, queries.reports(db, entries.Event))
    tickets = views(
        found, queries.reports(db, entries.Ticket), queries.reports(db, entries.TicketWord), voices
    )
    return Outcome(one, other, matched, tuple(tickets))


def every_outcome(db: Connection, voices: Sequence[str]) -> list[Outcome]:
    """Reconcile each two of the parties."""
    return [outcome(db, one, other, voices) for one, other in combinations(voices, 2)]


def conflicts(db: Connection, voices: Sequence[str]) -> list[Conflict]:
    """Return every fact of which the reports differ, with each value and who reports it."""
    found = []
    for kind in queries.FACTS:
        for fact in queries.facts(db, kind, voices):
            # A number stands with its unit: where the numbers differ, that says both.
            for field in (name for name in fact.differs if name != "unit" or "value" not in fact.differs):
                grouped: dict[str, list[Report]] = defaultdict(list)
                for report in fact.reports:
                    if report.fields.get(field) is not None:
                        grouped[_words(report.fields, field)].append(report)
                values = tuple((value, tuple(said)) for value, said in sorted(grouped.items()))
                found.append(Conflict(kind, fact.key, field, values))
    return found


def _matched(
    ours: Mapping[tuple[str, str], Report],
    theirs: Mapping[tuple[str, str], Report],
    said: Mapping[tuple[str, str, str], bool],
) -> Reconciled:
    """Pair stage by stage, so that what rests on different things is not taken to be the same."""
    matched = Reconciled((), (), ())
    for stage in STAGES:
        names = _names(matched)
        kinds = {kind.kind for kind in stage}
        mine, other = (
            [_item(kind, report, names) for (kind, _), report in found.items() if kind in kinds]
            for found in (ours, theirs)
        )
        matched += reconcile(mine, other, said)
    return matched


def _names(matched: Reconciled) -> dict[tuple[str, str], str]:
    """Return by party and name what stands for a thing on both sides; nothing where that is open."""
    # What only one side records stands for itself, also where the other side refers to it.
    names = {("", item.slug): item.slug for item in matched.alone}
    for pair in matched.open:
        names |= {(pair.one.party, pair.one.slug): "", (pair.other.party, pair.other.slug): ""}
    for pair in matched.pairs:
        names |= {
            (pair.one.party, pair.one.slug): pair.one.slug,
            (pair.other.party, pair.other.slug): pair.one.slug,
        }
    return names


def _words(fields: Mapping[str, Any], field: str) -> str:
    value = fields[field]
    if field == "value" and fields.get("unit"):
        return f"{value} {fields['unit']}"
    if isinstance(value, list):
        return ", ".join(
            " ".join(map(str, (item.get("party"), item.get("level"))))
            if isinstance(item, dict)
            else str(item)
            for item in value
        )
    return str(value)


def _newest(db: Connection, parties: Iterable[str]) -> dict[str, dict[tuple[str, str], Report]]:
    newest: dict[str, dict[tuple[str, str], Report]] = {party: {} for party in parties}
    for kind in (kind for stage in STAGES for kind in stage):
        grouped: dict[tuple[str, str], list[Report]] = defaultdict(list)
        for report in queries.reports(db, kind):
            if report.party in newest:
                grouped[report.party, report.fields["slug"]].append(report)
        for (party, slug), found in grouped.items():
            last = newest_of(found, party)
            if last:
                newest[party][kind.kind, slug] = last
    return newest


def _said(db: Connection) -> dict[tuple[str, str, str], bool]:
    """Return what people recorded about names: a party's later word counts, and anybody's `not the same`."""
    words: dict[tuple[str, str, str], dict[str, bool]] = defaultdict(dict)
    for report in sorted(queries.reports(db, entries.Match), key=lambda item: (item.claimed, item.index)):
        kind = f"register.{report.fields['about']}"
        one, other, same = report.fields["one"], report.fields["other"], report.fields["same"]
        for names in ((one, other), (other, one)):
            words[kind, *names][report.party] = same
    return {key: all(word.values()) for key, word in words.items()}


def _item(kind: str, report: Report, names: Mapping[tuple[str, str], str]) -> Item:
    fields = report.fields
    titles = fields.get("titles") or fields.get("names") or fields.get("action") or {}
    listed = [(lang, text) for lang, text in titles.items()]
    listed += [(alias["lang"], alias["text"]) for alias in fields.get("aliases", [])]
    rests_on = next((fields[name] for name in ("mechanism", "instrument", "meeting") if fields.get(name)), "")
    base = names.get((report.party, rests_on), names.get(("", rests_on), ""))
    if kind == "register.meeting":
        title = f"{base or fields['mechanism']} {fields.get('ordinal', '')} {fields['start'][:4]}"
        listed.append(("en", title))
    bound = fields.get("parties") or fields.get("obligors") or []
    classes = tuple(
        str(fields[name]) for name in ("instrument_class", "level", "modality") if fields.get(name)
    )
    return Item(
        party=report.party,
        kind=kind,
        slug=fields["slug"],
        titles=tuple(listed),
        date=_date(fields),
        classes=classes,
        parties=frozenset(item["party"] if isinstance(item, dict) else item for item in bound),
        exact=(base, str(fields.get("ordinal") or "")),
        exercise=report.exercise,
    )


def _date(fields: Mapping[str, Any]) -> Bounds:
    start = fields.get("start") or fields.get("window")
    if not start:
        return Bounds(None, None)
    return Bounds(bounds(start).first, bounds(fields.get("end") or start).last)


def _differences(kind: str, one: Report, other: Report) -> list[Difference]:
    return differences(
        kind.removeprefix("register."),
        [(report.party, report.fields["slug"], report.fields) for report in (one, other)],
        SUBSTANCE[kind],
        exercise=one.exercise,
    )
