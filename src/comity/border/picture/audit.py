"""Which words make each track of the joint picture: every tracklet once, none twice, none missing.

The audit takes the exchanges of the record anew, keeping every word, and depends on nothing else: two centres
that hold the same entries print the same, to the byte.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from comity.border.picture.answers import now
from comity.border.picture.heard import REASONS
from comity.border.picture.joint import Joint
from comity.border.picture.record import terms_of, windows_of
from comity.border.picture.terms import AHEAD
from comity.border.sector import history
from comity.border.sector.answers import name_of
from comity.record import canonical

if TYPE_CHECKING:
    from comity.border.picture.heard import Heard
    from comity.border.picture.wire import Exchange, Move
    from comity.node.node import Node


def audit(node: Node, slug: str, at: int | None = None) -> dict[str, Any]:
    """Return which words make each track of the joint picture of a time, and which do not, and why.

    Args:
        node: Where.
        slug: Name of the sector.
        at: ms UTC; now without.

    Raises:
        SectorUnknownError: there is no such sector.
    """
    moment = now()
    at = moment if at is None else min(at, moment)
    sector = history.at(node, slug, at).sector
    exchanges = windows_of(node).exchanges(node, terms_of(sector), at)
    joint = Joint(terms_of(sector), keep=None)
    for exchange in exchanges:
        if exchange.time <= at:
            joint.take(exchange)
    time = max((one.time for one in exchanges if one.time <= at), default=at)
    tracks = [
        {
            "id": one.name,
            "basis": one.basis,
            "parties": [_side(side) for side in one.sides],
            "used": [_word(word.move, word.effect) for side in one.sides for word in side.words],
        }
        for one in joint.tracks(time)
    ]
    aside = [{**_word(one.move, one.code), "why": REASONS[one.code]} for one in joint.aside]
    aside += [_ahead(move) for one in exchanges if one.time > moment + AHEAD for move in one.moves]
    name = name_of(sector.digest)
    said: dict[str, Any] = {"sector": slug, "config": name, "tracks": tracks, "aside": aside}
    return {
        **said,
        "time": time,
        "exchanges": sum(one.time <= at for one in exchanges),
        "twice": _twice(tracks),
        "missing": _missing(exchanges, joint, at),
        "digest": canonical.b64(hashlib.sha256(canonical.encode(said)).digest()),
        "exercise": sector.exercise,
    }


def _side(side: Heard) -> dict[str, Any]:
    chain = "" if side.chain is None else side.chain.last
    return {"party": side.party, "track": side.track, "words": side.used, "way": side.way, "last": chain}


def _word(move: Move, effect: str) -> dict[str, Any]:
    place = {"origin": move.origin, "index": move.index, "item": move.item}
    return {**place, "track": move.track, "time": move.time, "digest": move.digest, "effect": effect}


def _ahead(move: Move) -> dict[str, Any]:
    return {**_word(move, "future"), "why": REASONS["future"]}


def _twice(tracks: list[dict[str, Any]]) -> list[str]:
    """Return digests that were used more than once; there are none."""
    found = [word["digest"] for one in tracks for word in one["used"]]
    return sorted({one for one in found if found.count(one) > 1}) if len(set(found)) < len(found) else []


def _missing(exchanges: list[Exchange], joint: Joint, at: int) -> list[dict[str, Any]]:
    """Return words on record that were neither used nor put aside with a reason; there are none."""
    used = {word.move.digest for one in joint.heard.values() for word in one.words}
    aside = {(one.move.origin, one.move.index, one.move.item) for one in joint.aside}
    return [
        _word(move, "missing")
        for one in exchanges
        for move in one.moves
        if one.time <= at and move.digest not in used and (move.origin, move.index, move.item) not in aside
    ]
