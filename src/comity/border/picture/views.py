"""Four views of a moment: what own sensors see, what others say, all of it together, what they see of us.

`joint` is what the record gives, which both centres have alike, and besides it what only one knows: the looks
of own sensors since the last exchange, and own tracks that are not shared as increments.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from comity.border.picture.joint import Joint, JointTrack
from comity.border.picture.terms import EVERY
from comity.border.picture.wire import Exchange, Move

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.border.picture.own import OwnTrack, OwnTracks
    from comity.border.picture.record import Windows
    from comity.border.picture.terms import Terms
    from comity.node.node import Node

VIEWS: Final = ("own", "theirs", "joint", "shared")
BACK: Final = 60_000
"""How far back own tracks that were not said are added up with what others said, ms."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A view of a moment.

    Attributes:
        tracks: What is there, by name.
        own: Own tracks at that time, by name.
        joint: What the record gives, before anything that only this side knows.
    """

    tracks: list[JointTrack]
    own: dict[str, OwnTrack]
    joint: Joint


def seen(whose: tuple[Node, Windows], terms: Terms, own: OwnTracks, time: int, view: str) -> Seen:
    """Return a view.

    Args:
        whose: A node, and what was said as it has it.
        terms: The sector.
        own: Its own tracks.
        time: ms.
        view: One of `VIEWS`.
    """
    node, windows = whose
    party = node.config.party
    common = windows.at(node, terms, time)
    mine = {one.name: one for one in own.at(time)}
    if view == "own":
        joint = Joint(terms)
        joint.take(looks(party, time, mine.values(), terms))
    elif view == "joint":
        joint = _joint(windows, node, terms, own, time)
    else:
        joint = common
    tracks = joint.tracks(time)
    if view in {"theirs", "shared"}:
        every = [joint.of(code, time) for code in sorted({key[0] for key in joint.heard})]
        kept = [one for side in every for one in side if (one.party == party) == (view == "shared")]
        alone = {one.key: one for one in kept}
        lonely = replace(joint, heard=alone, pairings={}, sums={})
        tracks = lonely.tracks(time)
    return Seen(tracks, mine, common)


def looks(party: str, time: int, own: Iterable[OwnTrack], terms: Terms) -> Exchange:
    """Return own tracks as an exchange that was never said."""
    moves = tuple(
        Move(
            party, "", -1, place, f"{one.name}@{one.time}", "look", one.name, one.object_class, one.time,
            one.time, None, None, one.estimate, "", "", one.existence, one.seen,
        )
        for place, one in enumerate(own)
    )  # fmt: skip
    return Exchange(time, party, "", -1, time, terms.config, "look", moves)


def _joint(windows: Windows, node: Node, terms: Terms, own: OwnTracks, time: int) -> Joint:
    """Return the picture of the record with what only this side knows."""
    party = node.config.party
    joint = windows.at(node, terms, time)
    chained = {one.track for one in joint.of(party, time) if one.chain is not None and one.broken is None}
    mine = list(own.at(time))
    if any(one.name not in chained for one in mine) or len(chained) < len(joint.of(party, time)):
        joint = _again(windows, node, terms, own, time)
    joint.take(looks(party, time, mine, terms))
    return joint


def _again(windows: Windows, node: Node, terms: Terms, own: OwnTracks, time: int) -> Joint:
    """Return the picture with own tracks that were not said as increments in it, for the last while."""
    party = node.config.party
    start = time - BACK
    joint = windows.at(node, terms, start)
    joint.drop([key for key, one in joint.heard.items() if key[0] == party and one.chain is None])
    heard = [one for one in windows.exchanges(node, terms, time) if start < one.time <= time]
    said = [one for one in heard if one.party != party or one.way == "tracklets"]
    chained = {move.track for one in said if one.party == party for move in one.moves}
    chained |= {one.track for one in joint.of(party, start)}
    steps = _unsaid(own.between(start, time), chained, terms)
    every = sorted(
        [*said, *(looks(party, one[0].time, one, terms) for one in steps)], key=lambda one: one.order
    )
    for exchange in every:
        joint.take(exchange)
    return joint


def _unsaid(rows: Sequence[OwnTrack], chained: set[str], terms: Terms) -> list[list[OwnTrack]]:
    """Return the frames of tracks outside chains, one every few looks."""
    frames: dict[int, list[OwnTrack]] = {}
    for one in rows:
        if one.name not in chained:
            frames.setdefault(one.time, []).append(one)
    kept: list[list[OwnTrack]] = []
    for _, frame in sorted(frames.items()):
        if not kept or frame[0].time - kept[-1][0].time >= EVERY * terms.look:
            kept.append(frame)
    return kept
