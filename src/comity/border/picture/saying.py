"""From own tracks to entries: what may be said of them now, given what was said already.

Nothing is kept here: what was said stands on the record, and the sum of it (`heard`) is what the other side
holds. So a sender that was killed goes on where the record ends, and never says anything twice.

An increment is taken against that sum, not against what the tracker said of the same time: the rounding of
one exchange is made good in the next. Where late data changed what was known at the last exchange, a whole
estimate says so (`corrected`); what was said stays said.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.fusion.intersection import information
from comity.border.fusion.tracklets import Estimate, assumed, predict
from comity.border.picture import wire
from comity.border.picture.terms import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from comity.border.fusion.observations import Floats
    from comity.border.picture.heard import Heard
    from comity.border.picture.own import OwnTrack
    from comity.border.picture.terms import Terms

    Earlier = Callable[[str, int], OwnTrack | None]
    """Gives what the tracker now says of a track at a time; None where it says nothing."""

CHECKPOINT: Final = 12
"""Exchanges after which a whole estimate is said besides, so that a gap can be mended."""
WIDENED: Final = 0.5
"""Part of what its chain says that a track may unlearn before a whole estimate says so: the motion of one or
two looks makes less good by itself."""
MOVED: Final = 1e-4
"""Squared distance, in standard deviations, from which what was known at the last exchange has changed."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What is said in one exchange: items of entries, increments first.

    Attributes:
        increments: Of `border.tracklets`.
        wholes: Of `border.told`.
        ended: Names of tracks that are followed no longer.
    """

    increments: list[dict[str, Any]]
    wholes: list[dict[str, Any]]
    ended: list[str]


def tracklets(
    heard: Mapping[str, Heard], own: Sequence[OwnTrack], earlier: Earlier, terms: Terms, time: int
) -> Saying:
    """Return what is said of own tracks as increments of their chains.

    Args:
        heard: What was said so far, by track.
        own: The tracks that may be shared, now.
        earlier: What the tracker says now of the times of earlier exchanges.
        terms: What both centres share.
        time: Of the exchange, ms.
    """
    said = Saying([], [], [])
    for track in sorted(own, key=lambda one: one.name):
        known = heard.get(track.name)
        if known is not None and time - known.said > FORGOTTEN:
            known = None
        if known is None or known.chain is None:
            said.increments.append(_first(track, terms))
        elif track.time > known.estimate.time:
            _next(said, track, known, earlier(track.name, known.estimate.time), terms)
    said.ended.extend(_ended(heard, {track.name for track in own}))
    return said


def wholes(heard: Mapping[str, Heard], own: Sequence[OwnTrack]) -> Saying:
    """Return what is said of tracks as whole estimates, changed already as the decision says."""
    said = Saying([], [], [])
    for track in sorted(own, key=lambda one: one.name):
        known = heard.get(track.name)
        if known is None or track.time > known.estimate.time:
            said.wholes.append(_whole(track))
    said.ended.extend(_ended(heard, {track.name for track in own}))
    return said


def _ended(heard: Mapping[str, Heard], there: set[str]) -> list[str]:
    return sorted(name for name, one in heard.items() if not one.ended and name not in there)


def _first(track: OwnTrack, terms: Terms) -> dict[str, Any]:
    prior = assumed(terms.motions[track.object_class].spread)
    now = information(track.estimate.covariance)
    matrix = _gained(now - prior, prior + np.diag([1e-12, 1e-12, 0.0, 0.0]))
    vector = (prior + matrix) @ track.estimate.mean
    return _item(track, track.time, matrix, vector, None)


def _next(said: Saying, track: OwnTrack, known: Heard, then: OwnTrack | None, terms: Terms) -> None:
    assert known.chain is not None
    previous = known.chain.last
    if then is not None and then.time == known.estimate.time and _moved(then.estimate, known.estimate):
        said.wholes.append(_whole(track, previous, "corrected"))
        return
    before = predict(known.estimate, track.time, terms.noise(track.object_class))
    old = information(before.covariance)
    learnt = information(track.estimate.covariance) - old
    left = np.linalg.inv(np.linalg.cholesky(old))
    if np.linalg.eigvalsh(left @ learnt @ left.T).min() < -WIDENED:
        said.wholes.append(_whole(track, previous, "widened"))
        return
    matrix = _gained(learnt, old)
    vector = (old + matrix) @ track.estimate.mean - old @ before.mean
    item = _item(track, known.estimate.time, matrix, vector, previous)
    said.increments.append(item)
    if known.whole + 1 >= CHECKPOINT:
        name = wire.digest(wire.INCREMENT, item, terms.sector, terms.config)
        said.wholes.append(_whole(_as_said(item, known, track, terms), name, "checkpoint"))


def _gained(learnt: Floats, old: Floats) -> Floats:
    """Return the part of an increment that is no loss, as the old information sees it.

    A tracker that cannot tell which detection is a track's becomes less sure of it; no detection unlearns.
    What is left out is made good in the next increments, as the motion makes the chain less sure, too.
    """
    root = np.linalg.cholesky(old)
    left = np.linalg.inv(root)
    values, vectors = np.linalg.eigh(left @ learnt @ left.T)
    kept = (vectors * np.maximum(values, 0.0)) @ vectors.T
    found: Floats = root @ kept @ root.T
    return (found + found.T) / 2


def _moved(now: Estimate, said: Estimate) -> bool:
    gap = now.mean - said.mean
    return float(gap @ information(said.covariance) @ gap) > MOVED


def _as_said(item: dict[str, Any], known: Heard, track: OwnTrack, terms: Terms) -> OwnTrack:
    """Return a track as the receiver has it after an increment: what a checkpoint repeats."""
    before = predict(known.estimate, track.time, terms.noise(track.object_class))
    matrix = information(before.covariance) + wire.matrix_of(item["matrix"])
    covariance = information(matrix)
    mean = covariance @ (information(before.covariance) @ before.mean + wire.vector_of(item["vector"]))
    return replace(track, estimate=Estimate(track.time, mean, covariance))


def _item(
    track: OwnTrack, since: int, matrix: Floats, vector: Floats, previous: str | None
) -> dict[str, Any]:
    return {
        "track": track.name,
        "object_class": track.object_class,
        "since": since,
        "time": track.time,
        "matrix": wire.ten(matrix),
        "vector": wire.four(vector),
        **({"previous": previous} if previous else {}),
        "existence": f"{track.existence:.4f}",
        "seen": track.seen,
    }


def _whole(track: OwnTrack, previous: str = "", reason: str = "") -> dict[str, Any]:
    return {
        "track": track.name,
        "object_class": track.object_class,
        "time": track.time,
        "mean": wire.four(track.estimate.mean),
        "covariance": wire.ten(track.estimate.covariance),
        **({"previous": previous} if previous else {}),
        **({"reason": reason} if reason else {}),
        "existence": f"{track.existence:.4f}",
        "seen": track.seen,
    }
