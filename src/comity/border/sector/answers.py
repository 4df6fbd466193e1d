"""What may be asked of sectors and zones as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.border.sector import queries
from comity.record.canonical import unb64

if TYPE_CHECKING:
    from comity.border.sector.queries import SectorView, ZoneView
    from comity.node.node import Node


def sector_list(node: Node) -> list[dict[str, Any]]:
    """Return every sector."""
    return [sector_json(one) for one in queries.sectors(node)]


def sector(node: Node, slug: str) -> dict[str, Any]:
    """Return a sector with its zones.

    Raises:
        SectorUnknownError: there is none.
    """
    found = queries.find(node, slug)
    return {**sector_json(found), "zones": zone_list(node, slug)}


def zone_list(node: Node, slug: str) -> list[dict[str, Any]]:
    """Return the zones of a sector that are watched."""
    return [zone_json(one) for one in queries.zones(node, slug)]


def sector_json(one: SectorView) -> dict[str, Any]:
    """Return a sector as JSON data, its place on record beside its fields."""
    return {
        **one.report.fields,
        "party": one.party,
        "config": name_of(one.digest),
        "agreed": list(one.agreed),
        "differs": sorted({other.party for other in one.others} - set(one.agreed)),
        "exercise": one.exercise,
        "origin": one.report.origin,
        "index": one.report.index,
    }


def zone_json(one: ZoneView) -> dict[str, Any]:
    """Return a zone as JSON data, its points in degrees."""
    return {
        **one.report.fields,
        "points": [list(point) for point in one.points],
        "party": one.party,
        "agreed": list(one.agreed),
        "exercise": one.report.exercise,
        "origin": one.report.origin,
        "index": one.report.index,
    }


def name_of(digest: str) -> str:
    """Return a digest in base64 as `sha256:` and hex, as pages and files show it."""
    return f"sha256:{unb64(digest, 32).hex()}"
