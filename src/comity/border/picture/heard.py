"""What one party has said of one track: its chain, its estimate, and every word that counted.

A chain takes each word once and in order (`fusion.tracklets.Chain`); the sum of its increments is what the
party's own sensors know, and nothing that it was told. What does not fit is put aside with its reason, and
from then on nothing of the chain is added until a whole estimate begins it anew.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.errors import FusionInputError
from comity.border.fusion.intersection import information
from comity.border.fusion.tracklets import Chain, Estimate, add, assumed, begin, predict
from comity.border.picture.terms import AHEAD, FORGOTTEN, LOOSE, LOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.fusion.observations import Floats
    from comity.border.picture.terms import Terms
    from comity.border.picture.wire import Exchange, Move

REASONS: Final = {
    "future": "it is of a time after its entry, or after now",
    "another-sector": "it is of another sector, or of a sector as it was before",
    "repeated": "it was said before, and counted then",
    "gap": "what it follows is not here, or was put aside",
    "begun": "a chain of this name goes on already",
    "absurd": "a number no sensor gives",
    "not-semidefinite": "it claims to unlearn: no detection does",
    "no-covariance": "nothing that could be an uncertainty comes out",
    "out-of-order": "it is of a time before what was said last",
}
"""Why something that was said is not used."""
SLACK: Final = 1e-6
"""Part of what is known that rounding may take from an increment."""
SHARPEST, BLUNTEST = 1e-3, 1e5
"""Standard deviations of a place between which it says something, m."""
KEPT: Final = 512
"""Words of a track that are kept to be added up again; half of them go at once."""
TRAIL: Final = 30


@dataclass(frozen=True, slots=True)
class Word:
    """A move that counted.

    Attributes:
        move: What was said.
        after: What its party alone knows of the track after it.
        effect: `add` where it is added to a sum, `break` where a sum begins anew by intersection, `none`
            where it says again what was known.
    """

    move: Move
    after: Estimate
    effect: str


@dataclass(slots=True)
class Heard:
    """One track as one party tells it.

    Attributes:
        party: Who.
        track: Its name there.
        chain: What was used last; None outside a chain.
        estimate: What is known by this party alone.
        object_class: Class as said last.
        existence: Probability as said last.
        seen: Last detection, ms.
        said: When it was said last, ms.
        config: Digest of the sector that it is of.
        way: How it is shared; `look` where it is an own track that was not said.
        words: Those that counted, the oldest of a long chain left out.
        names: Their digests.
        used: How many words counted.
        whole: How many words since the last whole estimate.
        ended: Whether it is followed no longer.
        broken: Since when nothing of its chain is added; None while it holds.
        trail: Time, x and y of the last words.
    """

    party: str
    track: str
    chain: Chain | None
    estimate: Estimate
    object_class: str
    existence: float
    seen: int
    said: int
    config: str
    way: str
    words: list[Word] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    used: int = 0
    whole: int = 0
    ended: bool = False
    broken: int | None = None
    trail: deque[tuple[int, float, float]] = field(default_factory=lambda: deque(maxlen=TRAIL))

    @property
    def key(self) -> tuple[str, str]:
        """Party and name."""
        return self.party, self.track

    def copy(self) -> Heard:
        """Return a copy that can go on by itself."""
        chain = None if self.chain is None else replace(self.chain)
        trail = deque(self.trail, TRAIL)
        return replace(self, chain=chain, words=list(self.words), names=set(self.names), trail=trail)

    def shown(self, time: int) -> bool:
        """Return whether it is there still, as far as was said until a time, ms."""
        return not self.ended and time - self.said <= LOST

    def at(self, time: int, terms: Terms) -> Estimate:
        """Return what this party knows of it at a time; before what it said last, what it said last."""
        if time <= self.estimate.time:
            return self.estimate
        return predict(self.estimate, time, terms.noise(self.object_class))

    def count(self, word: Word, exchange: Exchange, keep: int | None) -> None:
        """Take what was found sound.

        Args:
            word: What was said, and what follows.
            exchange: The entry that it stands in.
            keep: How many words are kept; None for every one.
        """
        move = word.move
        self.estimate, self.object_class = word.after, move.object_class
        self.existence, self.seen = min(max(move.existence, 0.0), 1.0), move.seen
        self.said, self.ended = exchange.time, False
        self.words.append(word)
        self.names.add(move.digest)
        self.used += 1
        self.whole = 0 if move.kind in {"anchor", "whole"} else self.whole + 1
        x, y = word.after.mean[:2].tolist()
        self.trail.append((move.time, x, y))
        if keep is not None and len(self.words) > keep:
            self.words = self.words[keep // 2 :]
            self.names = {one.move.digest for one in self.words}


Found = tuple[str, "Heard | None", "Word | None"]
"""Why a word is put aside, or nothing; its track; the word as it counts."""


def hear(known: Heard | None, move: Move, exchange: Exchange, terms: Terms) -> Found:
    """Judge one word; the caller counts it.

    Args:
        known: What was heard of the track before, or None; where a chain breaks, it is marked.
        move: The word.
        exchange: The entry that it stands in.
        terms: What both centres share.
    """
    if move.time > exchange.time or exchange.time > exchange.claimed + AHEAD:
        return "future", known, None
    if exchange.config != terms.config:
        return "another-sector", known, None
    if known is not None and exchange.time - known.said > FORGOTTEN:
        known = None
    if move.kind == "look":
        return _look(known, move, exchange, terms)
    if known is not None and move.digest in known.names:
        return "repeated", known, None
    if move.estimate is not None:
        return _whole(known, move, exchange, terms)
    return _increment(known, move, exchange, terms)


def _increment(known: Heard | None, move: Move, exchange: Exchange, terms: Terms) -> Found:
    if move.kind == "first":
        if known is not None or move.since != move.time:
            return "gap" if known is None else "begun", known, None
        before, prior = None, assumed(terms.motions[move.object_class].spread)
    else:
        if known is None or known.chain is None or known.broken is not None:
            return "gap", known, None
        if move.time <= known.estimate.time:
            return "out-of-order", _break(known, exchange), None
        if not replace(known.chain).takes(move.tracklet()):
            return "gap", _break(known, exchange), None
        before = predict(known.estimate, move.time, terms.noise(move.object_class))
        prior = information(before.covariance)
    code, estimate = _sum(before, move, prior, terms)
    if code or estimate is None:
        return code, known if known is None else _break(known, exchange), None
    if known is None:
        known = _new(move, exchange, estimate, Chain(move.track))
    assert known.chain is not None
    known.chain.takes(move.tracklet())
    return "", known, Word(move, estimate, "break" if loose(move) else "add")


def _sum(before: Estimate | None, move: Move, prior: Floats, terms: Terms) -> tuple[str, Estimate | None]:
    """Return why an increment cannot be added, or what comes of it."""
    assert move.matrix is not None
    assert move.vector is not None
    numbers = np.append(move.matrix, move.vector)
    if not np.isfinite(numbers).all() or np.abs(move.matrix).max() > SHARPEST**-2:
        return "absurd", None
    root = np.linalg.cholesky(prior + np.diag([1e-12] * 4))
    left = np.linalg.inv(root)
    if np.linalg.eigvalsh(left @ move.matrix @ left.T).min() < -SLACK:
        return "not-semidefinite", None
    try:
        spread = terms.motions[move.object_class].spread
        estimate = begin(move.tracklet(), spread) if before is None else add(before, [move.tracklet()])
    except FusionInputError:
        return "no-covariance", None
    return absurd(estimate, move.object_class, terms), estimate


def _whole(known: Heard | None, move: Move, exchange: Exchange, terms: Terms) -> Found:
    estimate = move.estimate
    assert estimate is not None
    try:
        information(estimate.covariance)
    except FusionInputError:
        return "no-covariance", known, None
    code = absurd(estimate, move.object_class, terms)
    if code:
        return code, known, None
    chain = Chain(move.track, move.digest, move.time) if move.kind == "anchor" else None
    if known is None:
        return "", _new(move, exchange, estimate, chain), Word(move, estimate, "break")
    if estimate.time < known.estimate.time:
        return "out-of-order", known, None
    effect = "none" if move.kind == "anchor" and holds(known, move) else "break"
    known.chain, known.way, known.broken = chain, exchange.way, None
    return "", known, Word(move, estimate, effect)


def holds(known: Heard, move: Move) -> bool:
    """Return whether a whole estimate in a chain only says again what the chain holds."""
    return (
        known.chain is not None
        and known.broken is None
        and move.reason == "checkpoint"
        and (move.previous, move.time) == (known.chain.last, known.chain.time)
        and move.estimate is not None
        and _same(move.estimate, known.estimate)
    )


def _same(one: Estimate, other: Estimate) -> bool:
    gap = one.mean - other.mean
    worth = float(gap @ information(other.covariance) @ gap)
    return worth < 1e-6 and bool(np.allclose(one.covariance, other.covariance, rtol=1e-4))  # noqa: PLR2004 - a thousandth of sigma


def _look(known: Heard | None, move: Move, exchange: Exchange, terms: Terms) -> Found:
    now = move.estimate
    assert now is not None  # one's own tracker is believed
    if known is None:
        return "", _new(move, exchange, now, None), Word(move, now, "break")
    if move.time <= known.estimate.time:
        return "out-of-order", known, None
    matrix, vector = difference(now, predict(known.estimate, now.time, terms.noise(move.object_class)))
    learnt = replace(move, since=known.estimate.time, matrix=matrix, vector=vector)
    return "", known, Word(learnt, now, "break" if loose(learnt) else "add")


def difference(now: Estimate, before: Estimate) -> tuple[Floats, Floats]:
    """Return the increments of matrix (4, 4) and vector (4,) between two estimates of one time."""
    new, old = information(now.covariance), information(before.covariance)
    return new - old, new @ now.mean - old @ before.mean


def _new(move: Move, exchange: Exchange, estimate: Estimate, chain: Chain | None) -> Heard:
    way = "look" if move.kind == "look" else exchange.way
    return Heard(
        move.party,
        move.track,
        chain,
        estimate,
        move.object_class,
        move.existence,
        move.seen,
        exchange.time,
        exchange.config,
        way,
    )


def _break(known: Heard, exchange: Exchange) -> Heard:
    known.broken = exchange.time
    return known


def absurd(estimate: Estimate, object_class: str, terms: Terms) -> str:
    """Return `absurd` for an estimate that no track of the sector has, else nothing."""
    if not (np.isfinite(estimate.mean).all() and np.isfinite(estimate.covariance).all()):
        return "absurd"
    sigma = np.sqrt(np.diag(estimate.covariance)[:2])
    west, south, east, north = terms.bounds
    margin = max(east - west, north - south)
    x, y, vx, vy = estimate.mean.tolist()
    inside = west - margin <= x <= east + margin and south - margin <= y <= north + margin
    fastest = max(terms.motions[object_class].fastest, 1.0)
    sane = bool((sigma > SHARPEST).all() and (sigma < BLUNTEST).all())
    return "" if inside and sane and math.hypot(vx, vy) <= 2 * fastest else "absurd"


def loose(move: Move) -> bool:
    """Return whether an increment spans too much to be added as if independent."""
    return move.kind in {"increment", "look"} and move.time - move.since > LOOSE


def merged(sides: Sequence[Heard]) -> list[Word]:
    """Return the words of several parties about one thing, in the order of their times."""
    return sorted(
        (word for side in sides for word in side.words),
        key=lambda one: (one.move.time, one.move.party, one.move.origin, one.move.index, one.move.item),
    )
