"""By which entries a centre tracked its sector, and when: as its own log says it, one entry a change.

    for era in eras(node, "ford"):
        print(era.clock, era.sector.digest, [zone.slug for zone in era.zones])

What was seen by an entry is understood by that entry: a sector that was written anew moves no old track, and
a picture of the past is made again by what was in force then. A centre that begins anew from its first
observation, as its store was lost, takes the place of what it had told.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.sectors import Sector, Zone
from comity.border.entries.tracking import Tracking
from comity.border.sector import queries
from comity.border.sector.queries import SectorView, ZoneView
from comity.border.tables import PROJECTOR
from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.canonical import Value

DOMAIN: Final = b"comity/border/tracking/v1\n"
SIZE: Final = 16
DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "border centre", "retention": "working"}
WORDS: Final = {"title", "alerts_to", "synthetic"}
"""Fields of a sector that change no track."""
SOFTWARE: Final = "border centre"
"""The author of what no person wrote."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Where a centre stood when it took up the entries it has: as in `border.tracking`."""

    after: int
    moment: int
    clock: int


@dataclass(frozen=True, slots=True)
class Era:
    """A stretch in which a centre tracked by the same entries.

    Attributes:
        sector: As it stood.
        zones: What was watched.
        after: Number of the last observation before it.
        moment: When it began, ms UTC by the node's clock.
        clock: Time of the sector when it began, ms UTC; 0 for the first.
        place: The entry that says so; None where the log holds none, and what is in force now is taken.
        anew: Time of the sector (ms) up to which tracks were told by other rules or in another plane.
    """

    sector: SectorView
    zones: tuple[ZoneView, ...]
    after: int = 0
    moment: int = 0
    clock: int = 0
    place: tuple[str, int] | None = None
    anew: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return which entries these are."""
        return {
            "since": self.clock,
            "after": self.after,
            "config": self.sector.digest,
            "sector": [self.sector.report.origin, self.sector.report.index],
            "zones": [[one.report.origin, one.report.index] for one in self.zones],
            "said": None if self.place is None else list(self.place),
        }


def draft(sector: SectorView, config: str, zones: Sequence[ZoneView], begun: Begun) -> dict[str, Any]:
    """Return the entry that a centre tracks by these entries from now on, to be appended under its `id`."""
    fields = {
        "sector": sector.slug,
        "config": config,
        "entry": _ref(sector.report),
        "zones": [_ref(one.report) for one in zones],
        "after": begun.after,
        "moment": begun.moment,
        "clock": begun.clock,
    }
    header = {"releasable_to": list(sector.model.alerts_to), "author": SOFTWARE}
    header["class"] = "exercise" if sector.exercise else "record"
    return {**DEFAULTS, **header, "kind": Tracking.kind, "fields": fields}


def name_of(origin: str, draft: Mapping[str, Any]) -> str:
    """Return the id of that entry, base64: the same where a centre that was killed says it again."""
    fields = draft["fields"]
    said: list[Value] = [origin, *(fields[name] for name in ("sector", "config", "after", "moment"))]
    return b64(hashlib.sha256(DOMAIN + encode(said)).digest()[:SIZE])


def eras(node: Node, slug: str) -> list[Era]:
    """Return by which entries this node's centre tracked a sector, in order; none where it never did."""
    with node.views.connect() as db:
        said = [
            one
            for one in PROJECTOR.reports(db, Tracking)
            if one.fields["sector"] == slug and _lineage(one.origin) == _lineage(node.origin)
        ]
        if not said:
            return []
        sectors, zones = PROJECTOR.reports(db, Sector), PROJECTOR.reports(db, Zone)
    known = {(one.origin, one.id): one for one in (*sectors, *zones)}
    found: list[Era] = []
    for one in sorted(said, key=lambda report: (report.claimed, report.origin, report.index)):
        era = _era(one, known, [other for other in sectors if other.fields["slug"] == slug])
        if era is None:
            continue
        while found and found[-1].after >= era.after:
            found.pop()
        since = found[-1].anew if found and _alike(found[-1].sector, era.sector) else era.clock
        found.append(replace(era, anew=since))
    return found


def at(node: Node, slug: str, ms: int) -> Era:
    """Return what was in force at a time of the sector, ms UTC; of a node without a centre, what is now.

    Raises:
        SectorUnknownError: there is no such sector.
    """
    now = queries.find(node, slug)
    found = eras(node, slug) if now.party == node.config.party else []
    known = [one for one in found if not one.clock or one.clock < ms]
    return known[-1] if known else Era(now, tuple(queries.zones(node, slug)))


def watched(node: Node, era: Era) -> list[ZoneView]:
    """Return the zones of an era by name, with those of other parties that no own one goes before."""
    if era.place is None:
        return list(era.zones)
    own = {one.slug: one for one in era.zones}
    others = (one for one in queries.zones(node, era.sector.slug) if one.party != node.config.party)
    every = {**{one.slug: one for one in others}, **own}
    return [every[name] for name in sorted(every)]


def _era(said: Report, known: Mapping[tuple[str, str], Report], sectors: Sequence[Report]) -> Era | None:
    """Return the era of an entry; None where what it names is erased."""
    fields = said.fields
    refs = [(one["origin"], one["id"]) for one in (fields["entry"], *fields.get("zones", []))]
    if any(ref not in known for ref in refs):
        return None
    sector, *zones = (known[ref] for ref in refs)
    same = queries.digest_of(sector.fields)
    agreed = {
        one.party: one
        for one in sectors
        if one.party != sector.party and queries.digest_of(one.fields) == same
    }
    view = SectorView(sector, tuple(agreed[party] for party in sorted(agreed)))
    figures = (fields["after"], fields["moment"], fields["clock"])
    return Era(view, tuple(map(ZoneView, zones)), *figures, (said.origin, said.index))


def _alike(one: SectorView, other: SectorView) -> bool:
    """Return whether two entries of a sector give the same tracks: they differ in words at most."""
    mine, theirs = (
        {name: value for name, value in view.report.fields.items() if name not in WORDS}
        for view in (one, other)
    )
    return mine == theirs


def _lineage(origin: str) -> str:
    """Return the name of a log without its epoch."""
    return origin.partition("~")[0]


def _ref(report: Report) -> dict[str, str]:
    return {"origin": report.origin, "id": report.id}
