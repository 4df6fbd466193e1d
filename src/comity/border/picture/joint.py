"""The joint picture: what every party said, taken in one order, added up where the chains hold.

    joint = Joint(terms)
    for exchange in sorted(exchanges, key=lambda one: one.order):
        joint.take(exchange)
    for track in joint.tracks(time):
        print(track.name, track.estimate.mean, track.basis)

It depends on nothing but the exchanges: two centres that hold the same entries have the same picture.
Increments of tracks that are one thing are added (Chong, Mori, Barker and Chang 2000); where a chain is
broken, where a span is too long, and where a side tells whole estimates only, covariance intersection counts
nothing twice (Julier and Uhlmann 1997).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from comity.border.errors import FusionInputError
from comity.border.fusion.intersection import intersect
from comity.border.fusion.tracklets import Estimate, add, predict
from comity.border.picture.association import Candidate, Pairing
from comity.border.picture.existence import together
from comity.border.picture.heard import KEPT, Heard, hear, merged
from comity.border.picture.terms import FORGOTTEN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.picture.association import Key, Pair
    from comity.border.picture.heard import Word
    from comity.border.picture.terms import Terms
    from comity.border.picture.wire import Exchange, Move

FADES: Final = 60_000
"""How long after an intersection a track is said to rest on it, ms."""
MOST_ASIDE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Aside:
    """A word that is not used, and why: a code of `heard.REASONS`."""

    move: Move
    code: str


@dataclass(slots=True)
class Sum:
    """What two sides know together of one thing.

    Attributes:
        estimate: The sum.
        broken: When it last rested on an intersection, ms; None where it never did.
    """

    estimate: Estimate
    broken: int | None = None


@dataclass(frozen=True, slots=True)
class JointTrack:
    """A thing in the joint picture.

    Attributes:
        sides: What each party said of it, by the name of the party.
        estimate: At the time asked for.
        existence: Probability that it is there.
        basis: `own`, `tracklets`, `intersection` or `told`.
    """

    sides: tuple[Heard, ...]
    estimate: Estimate
    existence: float
    basis: str

    @property
    def name(self) -> str:
        """The names of its tracks, by party."""
        return "+".join(side.track for side in self.sides)

    @property
    def object_class(self) -> str:
        """The class that a side knows."""
        known = [side.object_class for side in self.sides if side.object_class != "unknown"]
        return known[0] if known else "unknown"

    @property
    def seen(self) -> int:
        """The last detection by anybody, ms."""
        return max(side.seen for side in self.sides)


@dataclass(slots=True)
class Joint:
    """The joint picture as far as it was told.

    Attributes:
        terms: What both centres share.
        keep: Words of a track that are kept; None for every one.
        time: Of the last exchange, ms.
        heard: Every track by party and name.
        pairings: Which tracks are one, for each two parties.
        sums: Of each pair that stands.
        aside: What was put aside lately.
        silent: Sensors of each party of which nothing is heard, and when it said so.
        told: Every word with its effect, or the code of why it is not used, where every word is kept.
    """

    terms: Terms
    keep: int | None = KEPT
    time: int = 0
    heard: dict[Key, Heard] = field(default_factory=dict)
    pairings: dict[tuple[str, str], Pairing] = field(default_factory=dict)
    sums: dict[Pair, Sum] = field(default_factory=dict)
    aside: list[Aside] = field(default_factory=list)
    silent: dict[str, tuple[int, tuple[str, ...]]] = field(default_factory=dict)
    told: list[Aside] = field(default_factory=list)

    def copy(self) -> Joint:
        """Return a copy that can go on by itself."""
        return replace(
            self,
            heard={key: one.copy() for key, one in self.heard.items()},
            pairings={key: one.copy() for key, one in self.pairings.items()},
            sums={key: replace(one) for key, one in self.sums.items()},
            aside=list(self.aside),
            told=list(self.told),
            silent=dict(self.silent),
        )

    def take(self, exchange: Exchange) -> None:
        """Take an exchange, none of which is before those taken."""
        self.time = max(self.time, exchange.time)
        for move in exchange.moves:
            self._hear(move, exchange)
        for name in exchange.ended:
            track = self.heard.get((exchange.party, name))
            if track is not None:
                track.ended, track.said = True, exchange.time
        if exchange.origin:
            self.silent[exchange.party] = (exchange.time, exchange.silent)
        self._associate(exchange)
        self._forget()

    def drop(self, keys: Sequence[Key]) -> None:
        """Forget tracks as if they had never been told."""
        gone = set(keys)
        for key in gone:
            del self.heard[key]
        for pairing in self.pairings.values():
            for pairs in (pairing.near, pairing.far):
                for pair in [one for one in pairs if gone & set(one)]:
                    del pairs[pair]
        self.sums = {pair: total for pair, total in self.sums.items() if not gone & set(pair)}

    def of(self, party: str, time: int) -> list[Heard]:
        """Return the tracks that a party says are there at a time, by name."""
        found = [one for key, one in self.heard.items() if key[0] == party and one.shown(time)]
        return sorted(found, key=lambda one: one.track)

    def pairs(self) -> list[Pair]:
        """Return the pairs that stand, in order."""
        return sorted(pair for pairing in self.pairings.values() for pair in pairing.far)

    def tracks(self, time: int) -> list[JointTrack]:
        """Return what is there at a time not before the last exchange, by name."""
        shown = {key: one for key, one in self.heard.items() if one.shown(time)}
        found, paired = [], set[tuple[str, str]]()
        for pair in self.pairs():
            sides = [shown[key] for key in pair if key in shown]
            if len(sides) == 2 and not paired & set(pair):  # noqa: PLR2004 - a pair
                found.append(self._together((sides[0], sides[1]), time))
                paired |= set(pair)
        found += [_alone(one, time, self.terms) for key, one in shown.items() if key not in paired]
        return sorted(found, key=lambda one: one.name)

    # --- inside ----------------------------------------------------------------------------------------

    def _hear(self, move: Move, exchange: Exchange) -> None:
        key = move.party, move.track
        code, track, word = hear(self.heard.get(key), move, exchange, self.terms)
        if self.keep is None:
            self.told.append(Aside(move, code if word is None else word.effect))
        if code or track is None or word is None:
            if self.keep is not None:
                del self.aside[: -MOST_ASIDE + 1]
            self.aside.append(Aside(move, code))
            return
        self.heard[key] = track
        track.count(word, exchange, self.keep)
        for pair, total in self.sums.items():
            if key in pair:
                sides = self.heard[pair[0]], self.heard[pair[1]]
                self.sums[pair] = grown(total, word, sides, self.terms)

    def _together(self, sides: tuple[Heard, Heard], time: int) -> JointTrack:
        pair = sides[0].key, sides[1].key
        told = any(side.way not in {"tracklets", "look"} for side in sides)
        total = self.sums[pair]
        if told:
            estimate, basis = met([side.at(time, self.terms) for side in sides]), "told"
        else:
            noise = self.terms.noise(*(side.object_class for side in sides))
            late = time > total.estimate.time
            estimate = predict(total.estimate, time, noise) if late else total.estimate
            fresh = total.broken is not None and time - total.broken <= FADES
            basis = "intersection" if fresh else "tracklets"
        alone = [(side.existence, side.at(time, self.terms)) for side in sides]
        return JointTrack(sides, estimate, together(alone[0], alone[1]), basis)

    def _associate(self, exchange: Exchange) -> None:
        time, party = exchange.time, exchange.party
        mine = [self._candidate(one, time) for one in self.of(party, time)]
        for other in sorted({key[0] for key in self.heard} - {party}):
            theirs = [self._candidate(one, time) for one in self.of(other, time)]
            between = min(party, other), max(party, other)
            pairing = self.pairings.setdefault(between, Pairing())
            pairing.check(*((mine, theirs) if party == between[0] else (theirs, mine)))
        standing = set(self.pairs())
        self.sums = {pair: total for pair, total in self.sums.items() if pair in standing}
        for pair in sorted(standing - set(self.sums)):
            self.sums[pair] = add_up((self.heard[pair[0]], self.heard[pair[1]]), self.terms)

    def _candidate(self, one: Heard, time: int) -> Candidate:
        return Candidate(one.key, one.object_class, one.at(time, self.terms))

    def _forget(self) -> None:
        self.drop([key for key, one in self.heard.items() if self.time - one.said > 2 * FORGOTTEN])


def add_up(sides: tuple[Heard, Heard], terms: Terms) -> Sum:
    """Return what two sides know together, from all that each said.

    The first word of a chain holds all that its side knew, less what both assume: it is added too. Where the
    beginning is gone, or a side tells whole estimates, the two meet by intersection.
    """
    alone: dict[Key, Heard] = {}
    total: Sum | None = None
    for word in merged(sides):
        mine, other = sides if word.move.party == sides[0].party else sides[::-1]
        alone[mine.key] = replace(mine, estimate=word.after, object_class=word.move.object_class)
        if other.key not in alone:
            continue
        both = alone[sides[0].key], alone[sides[1].key]
        if total is None and word.move.kind == "first":
            total = grown(Sum(alone[other.key].estimate), word, both, terms)
        elif total is None:
            total = broken(both, terms)
        else:
            total = grown(total, word, both, terms)
    return total or broken(sides, terms)


def grown(total: Sum, word: Word, sides: tuple[Heard, Heard], terms: Terms) -> Sum:
    """Return the sum of two sides after a word of one of them, which `sides` hold already."""
    move = word.move
    if word.effect == "none":
        return total
    if word.effect == "add" and move.matrix is not None and move.time >= total.estimate.time:
        noise = terms.noise(*(side.object_class for side in sides))
        try:
            return Sum(add(predict(total.estimate, move.time, noise), [move.tracklet()]), total.broken)
        except FusionInputError:
            pass
    return broken(sides, terms)


def broken(sides: tuple[Heard, Heard], terms: Terms) -> Sum:
    """Return a sum that begins anew: what both sides know, by intersection."""
    time = max(side.estimate.time for side in sides)
    return Sum(met([side.at(time, terms) for side in sides]), time)


def met(estimates: Sequence[Estimate]) -> Estimate:
    """Return two estimates of one time by intersection, or one alone where that is better of the place."""
    one, other = estimates
    mean, covariance, _ = intersect((one.mean, one.covariance), (other.mean, other.covariance))
    choices = (Estimate(one.time, mean, covariance), one, other)
    return min(choices, key=lambda found: float(found.covariance[0, 0] + found.covariance[1, 1]))


def _alone(one: Heard, time: int, terms: Terms) -> JointTrack:
    basis = {"tracklets": "tracklets", "look": "own"}.get(one.way, "told")
    return JointTrack((one,), one.at(time, terms), one.existence, basis)
