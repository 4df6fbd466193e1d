"""Tracks of two centres that are one thing: an alert of each about it is one alert.

Each centre names its tracks itself. Which two are one follows from the joint picture, which both sides have
alike, so that both call the alerts one as soon as each has what the other said.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING, Final

from comity.border.alerts.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comity.node.node import Node
    from comity.node.rows import Report

OF_TRACKS: Final = "geofence-"
"""What the rules begin with whose subject is a track; the cell is the zone."""


def aliases(node: Node, alerts: Sequence[Report]) -> dict[str, str]:
    """Return for each track that is one with another centre's the name that both go by.

    Args:
        node: Whose picture is asked.
        alerts: Entries `border.alert`.
    """
    found: dict[str, str] = {}
    pairs = list(_beside(alerts))
    sectors = _sectors(node, {str(one.fields["cell"]) for one, _ in pairs}) if pairs else {}
    for one, other in pairs:
        sector = sectors.get(str(one.fields["cell"]))
        names = sorted({str(one.fields["subject"]), str(other.fields["subject"])})
        if sector is not None and _are_one(node, sector, names, (one, other)):
            found |= dict.fromkeys(names, found.get(names[0], names[0]))
    return found


def _beside(alerts: Iterable[Report]) -> Iterator[tuple[Report, Report]]:
    """Yield alerts of two parties, of one rule and place, that began at nearly the same time."""
    places: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for one in alerts:
        if str(one.fields["rule"]).startswith(OF_TRACKS) and one.fields["rule"] in RULES:
            places[one.fields["rule"], one.fields["cell"]].append(one)
    for (rule, _), found in places.items():
        near = RULES[rule].tolerance
        for one, other in combinations(sorted(found, key=lambda report: report.fields["since"]), 2):
            if one.party != other.party and other.fields["since"] - one.fields["since"] <= near:
                yield one, other


def _sectors(node: Node, cells: set[str]) -> dict[str, str]:
    """Return the sector of each of these zones, those that are watched no more too."""
    from comity.border.entries.sectors import Zone  # noqa: PLC0415 - most alerts do without
    from comity.border.tables import PROJECTOR  # noqa: PLC0415 - as above

    with node.views.connect() as db:
        found = [one.fields for one in PROJECTOR.reports(db, Zone)]
    return {str(one["slug"]): str(one["sector"]) for one in found if one["slug"] in cells}


def _are_one(node: Node, sector: str, names: Sequence[str], both: tuple[Report, Report]) -> bool:
    """Return whether two tracks are one when the alerts were raised, or by the end of what is near.

    What was said then is read by the sector as it was in force then.
    """
    from comity.border.picture.record import terms_of, windows_of  # noqa: PLC0415 - needs arrays
    from comity.border.sector import history  # noqa: PLC0415 - as above
    from comity.border.sector.errors import SectorUnknownError  # noqa: PLC0415 - as above

    seen = max(one.fields["observed"] for one in both)
    near = RULES[both[0].fields["rule"]].tolerance
    try:
        terms = terms_of(history.at(node, sector, seen).sector)
    except SectorUnknownError:
        return False
    for time in (seen, seen + near):
        pairs = windows_of(node).at(node, terms, time).pairs()
        if any({track for _, track in pair} == set(names) for pair in pairs):
            return True
    return False
