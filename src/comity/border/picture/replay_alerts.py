"""Alerts made again: each that the rules raise of sealed observations, and each step that software took.

Both ways are compared: what was made again and is not on record, and what is on record and was not made
again. What people did is on record alone: it is asked only where it forestalled an escalation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts.writing import draft, taken_up
from comity.border.entries.alerts import Alert, AlertStep
from comity.border.live.outbox import name_of
from comity.border.live.tracks import store_of
from comity.border.tables import PROJECTOR

if TYPE_CHECKING:
    from comity.border.alerts.engine import Emission
    from comity.node.node import Node
    from comity.node.rows import Report

RULES: Final = frozenset(
    {"geofence-approach", "geofence-dwell", "coverage-lost", "identity-mismatch", "source-flood"}
)
"""Rules of what a centre watches itself; gauges and counts have theirs from what is on record."""
PEOPLE: Final = frozenset({"acknowledged", "resolved", "noted"})
"""Steps that no software takes."""
SHOWN: Final = 200
FAR: Final = 1 << 52
"""A time after all others, ms."""


@dataclass(slots=True)
class Alerts:
    """The alerts of a sector, made again.

    Attributes:
        sensors: Those whose observations were taken.
        made: What the rules said.
        on_record: How many of it are there, the same to the byte.
        raised: The alerts that were raised, as the record names them.
        differences: What does not agree, in words.
    """

    sensors: set[str] = field(default_factory=set)
    made: list[Emission] = field(default_factory=list)
    on_record: int = 0
    raised: list[dict[str, Any]] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return what was made and found as JSON data."""
        return {
            "steps": len(self.made),
            "on_record": self.on_record,
            "agrees": not self.differences,
            "raised": self.raised[:SHOWN],
        }

    def compare(self, node: Node, until: int) -> None:
        """Hold what was made against the own log.

        Args:
            node: Whose log.
            until: Up to when all rests on sealed observations, ms of the sector's clock.
        """
        own = _own(node)
        by_id = {one.id: one for one in own}
        self.made = [one for one in self.made if one.at <= until]
        waiting = {str(row[0]) for row in store_of(node).read_all("SELECT id FROM outbox", ())}
        forestalled = taken_up(node, FAR) if any(one.name == "escalated" for one in self.made) else set()
        for one in self.made:
            name = name_of(node.origin, one)
            if one.name == "raised":
                self.raised.append(_raised(one))
            found = by_id.get(name)
            if found is not None and found.fields == _recorded(one):
                self.on_record += 1
            elif name in waiting or (one.name == "escalated" and one.occurrence in forestalled):
                continue
            else:
                why = "is not on record" if found is None else "differs on record"
                self.differences.append(f"{_words(one)} {why}")
        self._back(own, until)

    def _back(self, own: list[Report], until: int) -> None:
        """Look from the record: what stands there of these sensors, and was not made again."""
        made = {one.occurrence for one in self.made if one.name == "raised"}
        steps = {(one.occurrence, one.name, one.number) for one in self.made}
        for one in own:
            fields = one.fields
            name = fields["occurrence"]
            if "rule" in fields:
                theirs = fields["rule"] in RULES and fields["source"] in self.sensors
                lost = theirs and name not in made and fields["observed"] <= until
                words = f"{fields['rule']} of {fields['subject']} at {fields['observed']}"
            else:
                step = (name, fields["step"], fields.get("level", fields.get("count", 0)))
                lost = name in made and fields["step"] not in PEOPLE and step not in steps
                lost = lost and fields["at"] <= until
                words = f"{name[:8]} at {fields['at']}: {fields['step']}"
            if lost:
                self.differences.append(f"{words} is on record, and was not made again")


def _own(node: Node) -> list[Report]:
    with node.views.connect() as db:
        every = [*PROJECTOR.reports(db, Alert), *PROJECTOR.reports(db, AlertStep)]
    return [one for one in every if one.origin == node.origin]


def _recorded(one: Emission) -> dict[str, Any]:
    """Return the fields of the entry of a step as the record has them."""
    given = draft(one, {})
    kind = Alert if given["kind"] == Alert.kind else AlertStep
    return kind.model_validate(given["fields"]).model_dump(mode="json", by_alias=True, exclude_none=True)


def _raised(one: Emission) -> dict[str, Any]:
    signal = one.signal
    names = {"rule": signal.rule, "subject": signal.subject, "cell": signal.cell}
    return {"key": one.occurrence, **names, "since": signal.since, "at": one.at}


def _words(one: Emission) -> str:
    return f"{one.signal.rule} of {one.signal.subject} at {one.at}: {one.name}"
