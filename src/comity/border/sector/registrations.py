"""Accepted corrections of sensors on record: what of them is in force, and their common name.

Only a party's own entries correct its own sensors; those of others say what their tracklets were made with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.border.entries.registrations import Registration
from comity.border.live.correcting import Correction
from comity.border.sector.queries import digest_of
from comity.border.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.node.node import Node
    from comity.node.rows import Report


def reports(node: Node, sector: str, party: str = "") -> list[Report]:
    """Return the registrations of a sector by their beginning, those of one party or of all."""
    with node.views.connect() as db:
        every = PROJECTOR.reports(db, Registration)
    found = [one for one in every if one.fields["sector"] == sector and party in {"", one.party}]
    return sorted(found, key=lambda one: (one.fields["since"], one.claimed, one.origin, one.index))


def corrections(node: Node, sector: str) -> tuple[Correction, ...]:
    """Return the corrections of this party's sensors of a sector; of two that begin together the later."""
    found = {
        (one.fields["sensor"], one.fields["since"]): correction_of(one)
        for one in reports(node, sector, node.config.party)
    }
    return tuple(found[key] for key in sorted(found))


def correction_of(report: Report) -> Correction:
    """Return what a registration corrects."""
    fields = report.fields
    return Correction(
        str(fields["sensor"]),
        int(fields["since"]),
        float(fields.get("shift_east", 0)),
        float(fields.get("shift_north", 0)),
        float(fields.get("turn", 0)),
        int(fields.get("late", 0)),
        digest_of(fields),
    )


def in_force(accepted: Iterable[Correction], at: int) -> list[Correction]:
    """Return the correction of each sensor that holds at a time, ms UTC, by the sensor's name."""
    newest: dict[str, Correction] = {}
    for one in sorted(accepted, key=lambda one: one.since):
        if one.since <= at:
            newest[one.sensor] = one
    return [newest[name] for name in sorted(newest) if not newest[name].is_none]


def name_of(accepted: Iterable[Correction], at: int) -> str:
    """Return a common name (SHA-256, base64) for the corrections at a time, nothing where there are none."""
    held = in_force(accepted, at)
    return digest_of({"corrections": [one.digest for one in held]}) if held else ""


def shown(node: Node, sector: str, at: int) -> list[dict[str, Any]]:
    """Return every correction on record of a sector as JSON data; its state at a time, ms UTC.

    The state is `in force`, `coming` where it has not begun, or `over`.
    """
    found = []
    every = reports(node, sector)
    for party in sorted({one.party for one in every}):
        own = [one for one in every if one.party == party]
        holding = {one.digest for one in in_force(map(correction_of, own), at)}
        for one in own:
            name = digest_of(one.fields)
            place = {"party": party, "origin": one.origin, "index": one.index, "exercise": one.exercise}
            state = "coming" if one.fields["since"] > at else "in force" if name in holding else "over"
            found.append({**one.fields, **place, "digest": name, "state": state})
    return found
