"""The record: two lanes, and the page of one record with its proof."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from comity.console.i18n import gettext, speaking
from comity.console.lane_views import (
    LaneEntry,
    entries,
    is_exercise,
    of_kind,
    outer_label,
    peer_span,
    rungs,
)
from comity.console.lanes import Stretch, weave, window
from comity.console.listing import Leaf, Query, leaf_of
from comity.console.other_side import other_side
from comity.console.proof_view import proof_view
from comity.console.texts import plain
from comity.node.control.disclosed import disclosed
from comity.node.errors import ProofFileError, RecordNotFoundError
from comity.node.proof import make
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.console.render import Console
    from comity.node.node import Node
    from comity.record.partial import Partial


PER_PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class ShownRung:
    """An anchor between two stretches."""

    origin: str
    party: str
    index: int
    peer: str
    size: int


@dataclass(frozen=True, slots=True)
class Segment:
    """Entries side by side; `rung` is the anchor that stands below them, above what is older."""

    own: list[LaneEntry]
    peer: list[LaneEntry]
    rung: ShownRung | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """The two logs that stand beside each other; `peer` is empty while there is none."""

    peer: str
    peer_party: str
    own_size: int
    peer_size: int


@dataclass(frozen=True, slots=True)
class LanesPage:
    """One page of the two lanes."""

    sides: Sides
    segments: list[Segment]
    own_total: int
    peer_total: int
    hidden: int
    leaf: Leaf

    @property
    def exercise(self) -> bool:
        """Whether anything on the page is fictional."""
        return any(entry.exercise for part in self.segments for entry in (*part.own, *part.peer))


def lanes_page(console: Console, query: Query) -> LanesPage:
    """Return the page of the lanes that the address asks for."""
    node = console.node
    peers = [origin for origin in node.origins if origin != node.origin]
    peer = query.get("peer", peers) or (peers[0] if peers else "")
    party = node.charters[peer].party if peer else ""
    own_size, peer_size = node.size(node.origin), node.size(peer) if peer else 0
    sides = Sides(peer, party, own_size, peer_size)
    if kind := query.get("kind", list(console.kinds.known())):
        return _filtered(console, query, kind, sides)
    if lane := query.get("lane", ("own", "peer")):
        return _alone(console, query, lane, sides)
    leaf = leaf_of(query, own_size, PER_PAGE)
    own = window(own_size, leaf.page, PER_PAGE)
    beside, hidden = peer_span(node, own, own_size, peer) if peer else (range(0), 0)
    stretches = weave(
        own,
        beside,
        rungs(node, node.origin, own, peer),
        rungs(node, peer, beside, node.origin) if peer else [],
    )
    return LanesPage(
        sides=sides,
        segments=_segments(console, stretches, peer),
        own_total=own_size,
        peer_total=peer_size,
        hidden=hidden,
        leaf=leaf,
    )


def _filtered(console: Console, query: Query, kind: str, sides: Sides) -> LanesPage:
    node, peer = console.node, sides.peer
    page = max(1, query.number("page", 1))
    own, own_total = of_kind(node, node.origin, kind, page, PER_PAGE)
    theirs, peer_total = of_kind(node, peer, kind, page, PER_PAGE) if peer else ([], 0)
    segment = Segment(
        entries(node, node.origin, own, console.kinds), entries(node, peer, theirs, console.kinds)
    )
    return LanesPage(
        sides=sides,
        segments=[segment] if own or theirs else [],
        own_total=own_total,
        peer_total=peer_total,
        hidden=0,
        leaf=leaf_of(query, max(own_total, peer_total), PER_PAGE),
    )


def _alone(console: Console, query: Query, lane: str, sides: Sides) -> LanesPage:
    """Return one lane by itself: every entry of a large log can be reached by leafing."""
    origin, size = (console.node.origin, sides.own_size) if lane == "own" else (sides.peer, sides.peer_size)
    leaf = leaf_of(query, size, PER_PAGE)
    shown = entries(console.node, origin, window(size, leaf.page, PER_PAGE), console.kinds) if origin else []
    segment = Segment(shown, []) if lane == "own" else Segment([], shown)
    return LanesPage(
        sides=sides,
        segments=[segment],
        own_total=sides.own_size,
        peer_total=sides.peer_size,
        hidden=0,
        leaf=leaf,
    )


def _segments(console: Console, stretches: list[Stretch], peer: str) -> list[Segment]:
    """Turn stretches (oldest first) into segments (newest first), each with the anchor below it."""
    segments = []
    below: ShownRung | None = None
    for stretch in stretches:
        segments.append(
            Segment(
                entries(console.node, console.node.origin, stretch.own, console.kinds),
                entries(console.node, peer, stretch.peer, console.kinds),
                below,
            )
        )
        below = _shown(console.node, stretch, peer)
    return segments[::-1]


def _shown(node: Node, stretch: Stretch, peer: str) -> ShownRung | None:
    if stretch.rung is None:
        return None
    origin, other = (node.origin, peer) if stretch.own_rung else (peer, node.origin)
    return ShownRung(origin, node.charters[origin].party, stretch.rung.index, other, stretch.rung.size)


def routes(console: Console) -> APIRouter:
    """Return the routes of the record."""
    router = APIRouter()
    node = console.node

    @router.get("/record")
    def lanes(request: Request) -> Response:
        with speaking(console.language_of(request)):
            page = lanes_page(console, Query.of(request))
            options = sorted(
                ((kind, gettext(label)) for kind, label in console.kinds.known().items()), key=lambda o: o[1]
            )
        peers = [
            (origin, f"{plain(node.charters[origin].names)} · {origin}")
            for origin in node.origins
            if origin != node.origin
        ]
        return console.render(request, "lanes.html", page=page, kind_options=options, peers=peers)

    @router.get("/record/{party}/{name}/{index}")
    def one(request: Request, party: str, name: str, index: int) -> Response:
        try:
            record = node.record(f"{party}/{name}", index)
        except RecordNotFoundError:
            return not_found(console, request)
        partial = node.control.inbox.partial(record.origin, index) if record.content is None else None
        given = disclosed(node, record)
        view = "other" if request.query_params.get("view") == "other" else "own"
        content = record.content
        with speaking(console.language_of(request)):
            title = console.kinds.title(content) if content else ""
        return console.render(
            request,
            "record.html",
            record=record,
            party=party,
            title=title,
            page_path=console.kinds.page(content) if content else None,
            outer_label=outer_label(record),
            exercise=is_exercise(record) or _fictional(partial),
            partial=partial,
            disclosed=given,
            problems=node.quarantined(record.origin, record.index),
            view=view,
            seen=other_side(record, console.kinds, given) if view == "other" else [],
            own=record.origin == node.origin,
            proof=proof_view(node, record),
            commit=b64(record.entry.commit) if record.entry else "",
            leaf_hash=b64(record.leaf_hash),
            heads=[{"origin": h.origin, "size": h.size, "root": b64(h.root)} for h in record.entry.heads]
            if record.entry
            else [],
            leaf=record.entry.leaf.decode("utf-8", "replace") if record.entry else "",
        )

    @router.get("/record/{party}/{name}/{index}/proof.json")
    def proof_file(request: Request, party: str, name: str, index: int) -> Response:
        try:
            # Content that is not for everybody stays out of the file: it is made to be handed on.
            proof = make(node, f"{party}/{name}", index)
        except (RecordNotFoundError, ProofFileError):
            return not_found(console, request)
        disposition = f'attachment; filename="proof-{party}-{name}-{index}.json"'
        return Response(
            json.dumps(proof, ensure_ascii=False, indent=1),
            media_type="application/json",
            headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
        )

    return router


def _fictional(partial: Partial | None) -> bool:
    """Whether the single fields held of a record say that it is an exercise."""
    return partial is not None and partial.values.get("header.class") == "exercise"


def not_found(console: Console, request: Request) -> Response:
    """Return the one page for what is not there, withheld, erased or not for this reader: they look alike."""
    return console.render(request, "error.html", status=404)
