"""What the register's pages show, made from its queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.console import Column, Listing, Query, listing
from comity.console.i18n import N_, gettext
from comity.console.texts import plain
from comity.register.labels import KINDS, PAGES, path_of
from comity.register.queries import facts, undertakings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.register.queries import Fact, UndertakingView

COLUMNS: Final = (
    Column("title", N_("What")),
    Column("kind", N_("Kind")),
    Column("date", N_("When")),
    Column("state", N_("Joint state")),
    Column("parties", N_("Recorded by")),
    Column("sources", N_("Sources"), numeric=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the register as the list shows it."""

    kind: str
    slug: str
    title: str | dict[str, str]
    date: str | None
    state: str
    parties: tuple[str, ...]
    sources: int
    exercise: bool
    fact: Fact

    @property
    def path(self) -> str:
        """The path of its page."""
        return path_of(self.kind, self.slug)


def rows(db: Connection, parties: Sequence[str], today: date) -> list[Row]:
    """Return everything in the register that has a page."""
    signed: dict[str, str] = {}
    for event in facts(db, "register.event", parties):
        name, date_ = event.fields["instrument"], str(event.fields["date"])
        signed[name] = min(date_, signed.get(name, date_))
    names = mechanism_names(db, parties)
    stood = {view.slug: view for view in undertakings(db, parties, today)}
    found = []
    for name in PAGES:
        for fact in facts(db, f"register.{name}", parties):
            view = stood.get(fact.key) if name == "undertaking" else None
            found.append(
                Row(
                    kind=fact.kind,
                    slug=fact.key,
                    title=title(fact, names),
                    date=_date(fact, signed),
                    state=fact.state
                    if view is None
                    else view.standing.state
                    if view.statuses
                    else fact.state,
                    parties=tuple(sorted({report.party for report in fact.reports})),
                    sources=len(sources(fact)),
                    exercise=fact.exercise or (view is not None and view.exercise),
                    fact=fact,
                )
            )
    return found


def _date(fact: Fact, signed: dict[str, str]) -> str | None:
    fields = fact.fields
    if fact.kind == "register.instrument":
        return signed.get(fact.key)
    return fields.get("start") or fields.get("window") or fields.get("period")


def title(fact: Fact, mechanisms: Mapping[str, Any]) -> str | dict[str, str]:
    """Return the title of a fact; `mechanisms` gives a meeting the name of its mechanism, by slug."""
    if fact.kind != "register.meeting":
        return KINDS[fact.kind].title(fact.fields)
    names = mechanisms.get(fact.fields["mechanism"], {"en": fact.fields["mechanism"]})
    ordinal = f" · {fact.fields['ordinal']}" if fact.fields.get("ordinal") else ""
    place = f" · {fact.fields['place']}" if fact.fields.get("place") else ""
    return {code: f"{name}{ordinal}{place}" for code, name in names.items()}


def mechanism_names(db: Connection, voices: Sequence[str]) -> dict[str, Any]:
    """Return the names of every mechanism by slug."""
    return {fact.key: fact.fields["names"] for fact in facts(db, "register.mechanism", voices)}


def sources(fact: Fact) -> list[dict[str, Any]]:
    """Return the citations of all reports of a fact, each once."""
    seen: dict[str, dict[str, Any]] = {}
    for report in fact.reports:
        for cite in report.fields.get("cites", []):
            seen.setdefault(repr(sorted(cite.items(), key=lambda item: item[0])), cite)
    return list(seen.values())


def filtered(query: Query, found: Sequence[Row]) -> Listing[Row]:
    """Return the list that the address asks for."""
    kind, party, state = query.get("kind"), query.get("party"), query.get("state")
    text = query.get("text").casefold()
    kept = [
        row
        for row in found
        if (not kind or row.kind == f"register.{kind}")
        and (not party or party in row.parties)
        and (not state or row.state == state)
        and (not text or text in _searchable(row))
    ]
    keys = {
        "title": lambda row: plain(row.title).casefold(),
        "kind": lambda row: gettext(KINDS[row.kind].label),
        "date": lambda row: row.date,
        "state": lambda row: row.state,
        "parties": lambda row: row.parties,
        "sources": lambda row: row.sources,
    }
    return listing(query, COLUMNS, kept, keys, default="title", unfiltered=len(found))


def _searchable(row: Row) -> str:
    fields = row.fact.fields
    words = [*row.title.values()] if isinstance(row.title, dict) else [row.title]
    words += [alias["text"] for alias in fields.get("aliases", [])]
    return " ".join([*words, row.slug]).casefold()


@dataclass(frozen=True, slots=True)
class Summary:
    """The joint picture of the register: how much of it is in which state, and what is disputed."""

    total: int
    states: dict[str, int]
    undertakings: int
    standing: dict[str, int]
    disputed: list[UndertakingView]
    differing: list[Row]
    fictional_words: bool
    exercise: bool


def summary(db: Connection, parties: Sequence[str], today: date) -> Summary:
    """Return what the first page says of the register."""
    found = rows(db, parties, today)
    views = undertakings(db, parties, today)
    spoken = [view for view in views if view.statuses]
    disputed = [view for view in spoken if view.standing.state == "disputed"]
    differing = [row for row in found if row.fact.state == "recorded differently"]
    return Summary(
        total=len(found),
        states=dict(Counter(row.fact.state for row in found)),
        undertakings=len(views),
        standing=dict(Counter(view.standing.state for view in spoken)),
        disputed=disputed,
        differing=differing,
        fictional_words=any(view.exercise for view in spoken),
        exercise=any(view.exercise for view in spoken) or any(row.exercise for row in differing),
    )
