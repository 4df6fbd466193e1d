"""What may be asked of a running centre as JSON data: for the command line and the API alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.border.live.keeping import FEATURE, keeper_of
from comity.border.live.tracks import store_of
from comity.border.sector import queries

if TYPE_CHECKING:
    from comity.border.live.centre import Report
    from comity.node.node import Node


def watch(node: Node, sector: str = "") -> dict[str, Any]:
    """Take what came in since, of one own sector or of all; return what came of it.

    Raises:
        SectorUnknownError: there is no such sector of this party.
    """
    if sector:
        queries.find(node, sector, own=True)
    done = keeper_of(node).once(sector)
    return {
        "sectors": [_report(one) for one in done.reports],
        "not_kept": done.refused,
        "sealed": done.sealed,
    }


def state(node: Node) -> dict[str, Any]:
    """Return how each own sector stands: its clock, its frames, silences, and what was set aside."""
    store = store_of(node)
    found = []
    for one in queries.sectors(node):
        if one.party != node.config.party:
            continue
        slug = one.slug
        step = store.read_one("SELECT last, clock FROM step WHERE sector = ?", (slug,))
        span = store.span(slug)
        found.append(
            {
                "sector": slug,
                "exercise": one.exercise,
                "clock": None if step is None else step[1],
                "last": None if step is None else step[0],
                "span": None if span is None else list(span),
                "silences": [item._asdict() for item in store.silences(slug)],
                "set_aside": [item._asdict() for item in store.aside(slug)],
                "late": store.late(slug),
            }
        )
    return {"sectors": found, "background": FEATURE in node.config.features}


def _report(one: Report) -> dict[str, Any]:
    return {
        "sector": one.sector,
        "observations": one.observations,
        "frames": one.frames,
        "tracks": one.tracks,
        "late": one.late,
        "set_aside": dict(sorted(one.set_aside.items())),
        "steps": one.steps,
        "clock": one.clock,
    }
