"""Sectors and zones on record; one's own count before those of others.

    sector = find(node, "ford")
    x, y = sector.plane.place(17.1, 106.2)
    for zone in zones(node, "ford"):
        print(zone.slug, zone.shape)

What a party watches is its own entry. Another's sector of the same name and content is *agreed*: both sides
track by the same rules, and what they derive has the same names.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from comity.border.entries.sectors import Sector, Zone
from comity.border.sector.errors import SectorUnknownError
from comity.border.sector.plane import MICRO, Plane
from comity.border.tables import PROJECTOR
from comity.node.rows import newest_of
from comity.record import canonical

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.kinds import Kind


@dataclass(frozen=True)
class SectorView:
    """A sector as one party has it.

    Attributes:
        report: The entry.
        others: The newest entries of other parties of the same name.
    """

    report: Report
    others: tuple[Report, ...] = ()

    @cached_property
    def model(self) -> Sector:
        """Its fields."""
        return Sector.model_validate(self.report.fields)

    @property
    def slug(self) -> str:
        """Its natural name."""
        return str(self.report.fields["slug"])

    @property
    def title(self) -> dict[str, str]:
        """What it is called, by language."""
        return dict(self.report.fields["title"])

    @property
    def party(self) -> str:
        """Whose entry it is."""
        return self.report.party

    @cached_property
    def plane(self) -> Plane:
        """Its local plane."""
        return Plane(self.model.origin_lat, self.model.origin_lon)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its canonical fields, base64: the name of the configuration."""
        return digest_of(self.report.fields)

    @property
    def exercise(self) -> bool:
        """Whether it is fictional, or its observations come from a simulator."""
        return self.report.exercise or bool(self.report.fields.get("synthetic"))

    @property
    def agreed(self) -> tuple[str, ...]:
        """Parties whose newest sector of this name says the very same."""
        return tuple(sorted(one.party for one in self.others if digest_of(one.fields) == self.digest))


@dataclass(frozen=True)
class ZoneView:
    """A zone as one party has it.

    Attributes:
        report: The entry.
        points: Latitude and longitude in degrees.
        agreed: Parties whose newest zone of this name says the very same.
    """

    report: Report
    agreed: tuple[str, ...] = ()
    points: tuple[tuple[float, float], ...] = field(init=False)

    def __post_init__(self) -> None:
        """Read the points."""
        found = tuple((one["lat"] / MICRO, one["lon"] / MICRO) for one in self.report.fields["points"])
        object.__setattr__(self, "points", found)

    @cached_property
    def model(self) -> Zone:
        """Its fields."""
        return Zone.model_validate(self.report.fields)

    @property
    def slug(self) -> str:
        """Its natural name."""
        return str(self.report.fields["slug"])

    @property
    def party(self) -> str:
        """Whose entry it is."""
        return self.report.party

    @property
    def title(self) -> dict[str, str]:
        """What it is called, by language."""
        return dict(self.report.fields["title"])

    @property
    def shape(self) -> str:
        """Area, line or point."""
        return str(self.report.fields["shape"])

    @property
    def severity(self) -> str:
        """As in CAP."""
        return str(self.report.fields.get("severity", "Minor"))

    @property
    def own_digest(self) -> str:
        """SHA-256 of its canonical fields, base64."""
        return digest_of(self.report.fields)


def digest_of(fields: dict[str, Any]) -> str:
    """Return SHA-256 of the canonical JSON of an entry's fields, base64."""
    return canonical.b64(hashlib.sha256(canonical.encode(fields)).digest())


def sectors(node: Node) -> list[SectorView]:
    """Return every sector by name: the own entry where there is one, else that of the first other party."""
    with node.views.connect() as db:
        found = _newest(db, Sector, ("slug",))
    made = []
    for _, reports in sorted(found.items()):
        first = _own_first(node, reports)
        made.append(SectorView(first[0], tuple(first[1:])))
    return made


def find(node: Node, slug: str, *, own: bool = False) -> SectorView:
    """Return the sector of a name.

    Args:
        node: Where.
        slug: Its name.
        own: Whether it must be an entry of this party: what others say starts nothing here.

    Raises:
        SectorUnknownError: there is none.
    """
    for one in sectors(node):
        if one.slug == slug and (not own or one.party == node.config.party):
            return one
    raise SectorUnknownError(f"no sector {slug[:96]!a}" + (" of this party" if own else ""))


def zones(node: Node, slug: str, *, own: bool = False) -> list[ZoneView]:
    """Return the zones of a sector by name that are watched: the own where there is one, else another's.

    Args:
        node: Where.
        slug: The sector's name.
        own: Only those of this party.
    """
    with node.views.connect() as db:
        found = _newest(db, Zone, ("sector", "slug"))
    made = []
    for (sector, _), reports in sorted(found.items()):
        first, *others = _own_first(node, reports)
        if sector != slug or first.fields.get("withdrawn") or (own and first.party != node.config.party):
            continue
        same = digest_of(first.fields)
        made.append(ZoneView(first, tuple(one.party for one in others if digest_of(one.fields) == same)))
    return made


def _newest(db: Connection, kind: type[Kind], names: tuple[str, ...]) -> dict[tuple[str, ...], list[Report]]:
    """Return by natural name the newest entry of each party."""
    every: dict[tuple[str, ...], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, kind):
        every[tuple(report.fields[name] for name in names)].append(report)
    return {
        key: [
            one
            for party in sorted({report.party for report in reports})
            if (one := newest_of(reports, party)) is not None
        ]
        for key, reports in every.items()
    }


def _own_first(node: Node, reports: list[Report]) -> list[Report]:
    return sorted(reports, key=lambda one: (one.party != node.config.party, one.party))
