"""Where a blind zone stands: its mandate, its two rounds, what each side opened, what each found."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.assessment.entries.zone import Zone, ZoneResult
from comity.assessment.position.line import Written, standing
from comity.assessment.position.queries import approved
from comity.assessment.position.zone.errors import ZoneMessageError, ZoneRefusedError
from comity.assessment.position.zone.protocol import Side, check
from comity.assessment.position.zone.terms import REPLIES, SETS, Terms
from comity.assessment.tables import PROJECTOR
from comity.node.control.rounds import Round
from comity.record.canonical import b64, unb64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from comity.assessment.position.line import Standing
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.rounds import PartyStanding, RoundStanding

Stage = Literal[
    "mandate",
    "run-before",
    "sets-to-seal",
    "sets-to-open",
    "points-awaited",
    "reply-to-seal",
    "reply-awaited",
    "reply-to-open",
    "opening-awaited",
    "result-to-write",
    "result-awaited",
    "agreed",
    "differs",
]
"""What comes next, as seen from the own node."""
KEY: Final = 32
_STEPS: Final[tuple[tuple[Stage, Stage, Stage, Stage], ...]] = (
    ("sets-to-seal", "points-awaited", "sets-to-open", "points-awaited"),
    ("reply-to-seal", "reply-awaited", "reply-to-open", "opening-awaited"),
)
"""By round: to seal, sealed by one side, to open, opened by one side."""


@dataclass(frozen=True)
class Leg:
    """One of the two rounds of a zone, with its standing as of when it was looked up."""

    round: Round

    @cached_property
    def standing(self) -> RoundStanding:
        """How it stands; judging a round reads every step of it, so it is judged once."""
        return self.round.status()

    def party(self, origin: str) -> PartyStanding | None:
        """Return how a log stands in it."""
        return self.standing.party(origin)


@dataclass(frozen=True)
class ZoneView:
    """One zone as one node holds it.

    Attributes:
        terms: The mandate, the own party's where it wrote one.
        mandate: How it stands: co-signed, valid, over.
        written: The record of each party.
        sets: The round in which the sets are sealed and the first messages opened.
        replies: The round of the second messages.
        results: Each party's word on what was found.
    """

    terms: Terms
    mandate: Standing
    written: tuple[Report, ...]
    sets: Leg | None
    replies: Leg | None
    results: Mapping[str, Report]

    @property
    def slug(self) -> str:
        """Its natural name."""
        return self.terms.model.slug

    @property
    def exercise(self) -> bool:
        """Whether it is fictional."""
        return any(report.exercise for report in self.written)


def views(node: Node, on: date) -> list[ZoneView]:
    """Return every zone on record here, by name."""
    with node.views.connect() as db:
        every = PROJECTOR.reports(db, Zone)
        results = PROJECTOR.reports(db, ZoneResult)
    rounds = Round.all(node)
    names = sorted({report.fields["slug"] for report in every})
    return [
        _view(node, [report for report in every if report.fields["slug"] == slug], results, rounds, on)
        for slug in names
    ]


def view(node: Node, slug: str, on: date) -> ZoneView:
    """Return one zone.

    Raises:
        ZoneRefusedError: nobody recorded it.
    """
    found = [one for one in views(node, on) if one.slug == slug]
    if not found:
        raise ZoneRefusedError(f"no zone {slug[:60]!a} is on record here")
    return found[0]


def _view(
    node: Node, reports: list[Report], results: list[Report], rounds: Sequence[Round], on: date
) -> ZoneView:
    # A mandate is frozen: of a party's records under one name the first stands, in the log that it names.
    first: dict[str, Report] = {}
    for report in reports:
        if report.origin in report.fields["logs"]:
            first.setdefault(report.party, report)
    written = tuple(first[party] for party in sorted(first)) or (reports[0],)
    own = first.get(node.origin.partition("/")[0], written[0])
    terms = Terms(own.fields)
    words = [
        Written(one.party, one.origin, one.index, one.fields, approved(node, one)) for one in first.values()
    ]
    told: dict[str, Report] = {}
    for one in results:
        if one.fields["zone"] == terms.model.slug and one.origin in terms.model.logs:
            told.setdefault(one.party, one)
    mandate = standing(1, words, {}, terms.parties, on)
    sets, replies = (_round(terms, rounds, step) for step in (SETS, REPLIES))
    return ZoneView(terms, mandate, written, sets, replies, told)


def _round(terms: Terms, rounds: Sequence[Round], step: str) -> Leg | None:
    """Return the round that counts for a list: the first that the log which starts began."""
    mine = [
        one
        for one in of_list(terms, rounds, step)
        if one.place.origin == terms.starter and set(one.model.parties) == set(terms.model.logs)
    ]
    return Leg(min(mine, key=lambda one: one.place.index)) if mine else None


def of_list(terms: Terms, rounds: Sequence[Round], step: str) -> list[Round]:
    """Return every round ever started on this frozen list, under whatever name and mandate."""
    digest = b64(hashlib.sha256(terms.question(step)).digest())
    return [one for one in rounds if one.model.question_digest == digest]


def stage(node: Node, found: ZoneView) -> Stage:
    """Say what comes next on this node."""
    if found.sets is None:
        return "sets-to-seal" if found.mandate.status == "in-force" else "mandate"
    if found.sets.round.model.round != found.terms.name(SETS):
        return "run-before"
    for leg, steps in zip((found.sets, found.replies), _STEPS, strict=True):
        at = _within(node, leg, steps)
        if at is not None:
            return at
    return _told(node, found)


def _within(node: Node, leg: Leg | None, steps: tuple[Stage, Stage, Stage, Stage]) -> Stage | None:
    """Return what comes next in a round, None once all have opened."""
    to_seal, half_sealed, to_open, half_open = steps
    own = None if leg is None else leg.party(node.origin)
    if leg is None or own is None or own.seal is None:
        return to_seal
    if not leg.standing.all_sealed:
        return half_sealed
    if not is_open(own):
        return to_open
    return None if all(map(is_open, leg.standing.parties)) else half_open


def _told(node: Node, found: ZoneView) -> Stage:
    if node.origin.partition("/")[0] not in found.results:
        return "result-to-write"
    if len(found.results) < len(found.terms.parties):
        return "result-awaited"
    said = {tuple(report.fields["common"]) for report in found.results.values()}
    mandates = {report.fields["terms"] for report in found.results.values()}
    return "agreed" if mandates == {bound(found)} and len(said) == 1 else "differs"


def is_open(party: PartyStanding) -> bool:
    """Whether a party opened all that a round asks."""
    return bool(party.openings) and not party.partly


def held(node: Node, leg: Leg | None, origin: str) -> dict[str, Any]:
    """Return the fields held here of what a log sealed in a round: the own, or what another opened."""
    party = None if leg is None else leg.party(origin)
    if party is None or party.sealed is None:
        return {}
    record = node.record(origin, party.sealed.index)
    if record.content is not None:
        return dict(record.content.fields)
    partial = node.control.inbox.partial(origin, party.sealed.index)
    return {} if partial is None else dict(partial.values)


def bound(found: ZoneView) -> str:
    """Return the digest that every message of a zone names: that of its mandate."""
    return b64(found.terms.digest)


def points(found: ZoneView, fields: Mapping[str, Any], name: str) -> list[bytes]:
    """Return a message out of opened fields, checked.

    Raises:
        ZoneMessageError: it is missing, for another mandate, or not as many points as the cap says.
    """
    if name not in fields:
        raise ZoneMessageError("the other side's message is not here yet")
    if fields.get("terms") != bound(found):
        raise ZoneMessageError("what the other side opened was made for another mandate")
    sent = [unb64(text, KEY) for text in fields[name]]
    check(sent, found.terms.model.cap)
    return sent


def side(found: ZoneView, fields: Mapping[str, Any]) -> Side:
    """Return a side out of its opened set.

    Raises:
        ZoneMessageError: its seed is not open.
    """
    if "seed" not in fields:
        raise ZoneMessageError("the set is not open")
    accepted = frozenset(slug for slug, bit in found.terms.bits(fields).items() if bit)
    return Side(
        unb64(fields["seed"], KEY),
        found.terms.digest,
        found.terms.frozen,
        accepted,
        found.terms.model.cap,
    )
