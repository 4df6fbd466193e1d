"""A file for an auditor: which tracklets a joint picture counted, with every entry that says one, opened.

`verifier/comity-verify.mjs tracklets FILE FOLDER VKEY` checks it with code that shares nothing with this:
each entry stands in a signed log, each word has the digest that the next one names, each counts once, and no
chain is in two tracks (docs/spec/tracklet.md, A file for an auditor).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.picture.answers import now
from comity.border.picture.errors import PictureRefusedError
from comity.border.picture.joint import Joint
from comity.border.picture.record import terms_of, windows_of
from comity.border.picture.terms import AHEAD
from comity.border.sector import history
from comity.record import canonical

if TYPE_CHECKING:
    from comity.border.picture.joint import Aside
    from comity.border.picture.wire import Exchange
    from comity.node.node import Node

FORMAT: Final = "comity/tracklets/v1"


def make(node: Node, slug: str, at: int | None = None, *, sealed_too: bool = False) -> dict[str, Any]:
    """Return the file as text, and how much it holds.

    Args:
        node: Where.
        slug: Name of the sector.
        at: ms UTC; now without.
        sealed_too: Put content in that is not for everybody: the file is then as secret as it is.

    Raises:
        PictureRefusedError: content is not for everybody, and was not asked for; or it is held no longer.
        SectorUnknownError: there is no such sector.
    """
    moment = now()
    at = moment if at is None else min(at, moment)
    terms = terms_of(history.at(node, slug, at).sector)
    exchanges = [
        one
        for one in windows_of(node).exchanges(node, terms, at)
        if one.time <= at or one.time > moment + AHEAD
    ]
    joint = Joint(terms, keep=None)
    for exchange in exchanges:
        if exchange.time <= at:
            joint.take(exchange)
    last = max((one.time for one in exchanges if one.time <= at), default=at)
    words = [_word(one) for one in joint.told]
    words += [_ahead(one, item) for one in exchanges if one.time > at for item in range(len(one.moves))]
    claim: dict[str, Any] = {
        "v": 1,
        "format": FORMAT,
        "sector": slug,
        "config": terms.config,
        "at": at,
        "made": moment,
        "tracks": [
            {"id": one.name, "sides": [{"party": side.party, "track": side.track} for side in one.sides]}
            for one in joint.tracks(last)
        ],
        "words": words,
    }
    lines = [claim, *(_line(node, one, sealed_too=sealed_too) for one in exchanges)]
    text = b"".join(canonical.encode(line) + b"\n" for line in lines).decode()
    return {"sector": slug, "at": at, "entries": len(exchanges), "words": len(words), "file": text}


def _word(one: Aside) -> dict[str, Any]:
    move = one.move
    place = {"origin": move.origin, "index": move.index, "item": move.item}
    return {**place, "digest": move.digest, "effect": one.code}


def _ahead(exchange: Exchange, item: int) -> dict[str, Any]:
    place = {"origin": exchange.origin, "index": exchange.index, "item": item}
    return {**place, "digest": exchange.moves[item].digest, "effect": "future"}


def _line(node: Node, exchange: Exchange, *, sealed_too: bool) -> dict[str, Any]:
    origin, index = exchange.origin, exchange.index
    record = node.record(origin, index)
    if not record.clear and not sealed_too:
        raise PictureRefusedError(
            f"{origin} {index} is not for everybody: with --with-sealed its content stands in the file, "
            "which is then as secret as it is"
        )
    opening = node.contents.get(origin, record.id)
    if opening is None:
        raise PictureRefusedError(f"the content of {origin} {index} is held no longer")
    store = node.log.store if origin == node.origin else node.peers.require(origin).mirror.store
    leaf = canonical.b64(store.leaves(index, index + 1)[0])
    return {"index": index, "opening": {"v": 1, "leaf": leaf, "full": opening.to_json()}}
