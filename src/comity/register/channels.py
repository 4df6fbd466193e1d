"""The ways on which the parties deal with each other: what is on record on each, and what nobody reported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.register import entries, queries
from comity.register.labels_channels import CHANNELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from comity.record.kinds import Kind
    from comity.register.queries import Fact

_OF_KIND: Final[dict[type[Kind], str]] = {
    entries.Patrol: "patrol",
    entries.ForumItem: "forum",
    entries.Candidature: "forum",
    entries.ConsularMatter: "consular",
    entries.PressExchange: "press",
    entries.PostsCooperation: "posts",
    entries.Training: "training",
    entries.ExpertMission: "experts",
    entries.MaterialSupport: "material_support",
    entries.RemainsMission: "remains",
    entries.Handover: "remains",
    entries.HealthSurvey: "health",
}
_BY_FIELD: Final[tuple[type[Kind], ...]] = (entries.Instrument, entries.Mechanism, entries.Talks)


@dataclass(frozen=True)
class Amount:
    """A number that stands on a channel, or that its kind has a place for and nobody reported (None)."""

    fact: Fact
    name: str
    value: int | None
    unit: str | None


@dataclass(frozen=True)
class ChannelView:
    """One channel: what is on record on it by kind, the numbers, and the declared gaps."""

    name: str
    facts: tuple[Fact, ...]
    amounts: tuple[Amount, ...]
    gaps: tuple[Fact, ...]
    meetings: int

    @property
    def exercise(self) -> bool:
        """Whether anything on it is fictional."""
        return any(fact.exercise for fact in (*self.facts, *self.gaps))


def channels(db: Connection, voices: Sequence[str]) -> list[ChannelView]:
    """Return every channel, in their fixed order; a channel without a record is there and empty."""
    found: dict[str, list[Fact]] = {name: [] for name in CHANNELS}
    for kind in (*_BY_FIELD, *_OF_KIND):
        for fact in queries.facts(db, kind, voices):
            name = _OF_KIND.get(kind) or _channel(fact)
            if name in found:
                found[name].append(fact)
    gaps = queries.facts(db, entries.Gap, voices)
    meetings: dict[str, int] = {}
    for meeting in queries.facts(db, entries.Meeting, voices):
        meetings[meeting.fields["mechanism"]] = meetings.get(meeting.fields["mechanism"], 0) + 1
    return [
        ChannelView(
            name=name,
            facts=tuple(facts),
            amounts=tuple(amount for fact in facts for amount in _amounts(fact)),
            gaps=tuple(gap for gap in gaps if gap.fields.get("channel") == name),
            meetings=sum(meetings.get(fact.key, 0) for fact in facts if fact.kind == "register.mechanism"),
        )
        for name, facts in found.items()
    ]


def _channel(fact: Fact) -> str | None:
    return next((one.fields["channel"] for one in fact.reports if one.fields.get("channel")), None)


def _amounts(fact: Fact) -> list[Amount]:
    """Return the numbers of the first report that has them; none is a statement of zero."""
    names = [name for name in ("count", "offered", "taken") if name in _model(fact).model_fields]
    units = (report.fields.get("unit") for report in fact.reports)
    unit = next((one for one in units if one), None)
    return [
        Amount(
            fact,
            name,
            next((one.fields[name] for one in fact.reports if one.fields.get(name) is not None), None),
            unit,
        )
        for name in names
    ]


def _model(fact: Fact) -> type[Kind]:
    return queries.FACTS[fact.kind]
