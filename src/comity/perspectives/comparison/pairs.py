"""Two perspectives on one proposition: described, estimated, and judged.

An origin that stands behind both sides is in neither estimate: nobody is compared with themselves. With
fewer clusters than the codebook asks on either side the difference is *described*, with its range as each
cluster is left out, and there is no verdict. Else

- *agree*: the interval of the difference lies within the limit, both means have one sign, and the clusters of
  each side lie near each other;
- *differ*: the interval lies outside the limit, and the difference stands in the family of tests;
- *cannot tell*: everything else.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from comity.perspectives.comparison.origins import common_work, components
from comity.perspectives.comparison.reasons import Reason
from comity.perspectives.comparison.sides import LIMITS, Cell, cluster, sign

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from fractions import Fraction

    from comity.perspectives.comparison.family import Tested
    from comity.perspectives.comparison.limits import Limits
    from comity.perspectives.comparison.permutation import Permuted
    from comity.perspectives.comparison.sides import Cluster

Verdict = Literal["agree", "differ", "cannot tell"]
Lie = Literal["near", "apart", "neither"]


@dataclass(frozen=True)
class Described:
    """A difference of means, its range as each cluster is left out, and whether it stays what it is.

    `lie`: the means are near each other on one side of nought, apart by more than the limit, or neither. A
    side of one cluster has nothing left when that is left out: then it is not stable.
    """

    difference: Fraction
    low: Fraction
    high: Fraction
    lie: Lie
    stable: bool


@dataclass(frozen=True)
class Pairing:
    """Two perspectives as far as they can be compared, before the family of tests is corrected."""

    one: Cell
    other: Cell
    clusters: tuple[tuple[Cluster, ...], tuple[Cluster, ...]]
    shared: tuple[str, ...]
    unfit: tuple[Reason, ...]
    described: Described | None
    interval: tuple[float, float] | None
    permuted: Permuted | None


@dataclass(frozen=True)
class Compared:
    """The finding on two perspectives, with everything it rests on."""

    pairing: Pairing
    verdict: Verdict
    reasons: tuple[Reason, ...]
    tested: Tested | None


def pair(
    one: Cell,
    other: Cell,
    cluster_of: Mapping[str, str],
    limits: Limits = LIMITS,
    seed: Sequence[str] = (),
) -> Pairing:
    """Return two perspectives with what can be estimated of their difference."""
    apart, shared = _apart(one, other, cluster_of)
    unfit = [*_unfit(one, limits), *_unfit(other, limits)]
    work = common_work([voice.chain for voice in (*one.voices, *other.voices)])
    if work and one.voices and other.voices:
        unfit.append(Reason("one_work_pair", one.group, other.group, work))
    elif one.clusters and other.clusters and not (apart[0] and apart[1]):
        unfit.append(Reason("shared_origin", one.group, other.group))
    found = Pairing(one, other, apart, shared, tuple(unfit), _describe(apart, limits), None, None)
    if unfit or min(map(len, apart)) < limits.clusters_to_test:
        return found
    return _estimate(found, limits, (*seed, *sorted((one.group, other.group))))


def judge(found: Pairing, tested: Tested | None, limits: Limits = LIMITS, *, late: bool = False) -> Compared:
    """Return the verdict; `tested` is None where the pair is in no family that was fixed before opening.

    `late`: it is in one that was fixed after statements on it were on record.
    """
    reasons = list(found.unfit)
    names = (found.one.group, found.other.group)
    if not reasons and tested is None and found.interval is not None:
        reasons.append(Reason("fixed_late" if late else "no_family", *names))
    if not reasons and found.interval is None:
        reasons.append(Reason("few_clusters", *names))
    if reasons or found.interval is None or found.described is None or tested is None:
        return Compared(found, "cannot tell", tuple(reasons), tested)
    low, high = found.interval
    if low > limits.near or high < -limits.near:
        return _apart_verdict(found, tested, limits)
    against = _against_agreement(found, limits)
    return Compared(found, "cannot tell" if against else "agree", against, tested)


# --- inside ---


def _apart_verdict(found: Pairing, tested: Tested, limits: Limits) -> Compared:
    if tested.q is None:
        return Compared(found, "cannot tell", (Reason("not_testable"),), tested)
    if tested.q > limits.discovery_rate:
        return Compared(found, "cannot tell", (Reason("not_found_in_family"),), tested)
    return Compared(found, "differ", (), tested)


def _against_agreement(found: Pairing, limits: Limits) -> tuple[Reason, ...]:
    """Return what stands against agreement of a pair that does not differ."""
    low, high = found.interval or (0.0, 0.0)
    if low < -limits.near or high > limits.near:
        return (Reason("wide_interval"),)
    reasons = [
        Reason("wide_spread", side.group)
        for side in (found.one, found.other)
        if side.spread is not None and side.spread > limits.spread
    ]
    means = [_mean(clusters) for clusters in found.clusters]
    if sign(means[0]) != sign(means[1]):
        reasons.append(Reason("near_nought"))
    return tuple(reasons)


def _estimate(found: Pairing, limits: Limits, seed: tuple[str, ...]) -> Pairing:
    one, other = (tuple(float(item.mean) for item in side) for side in found.clusters)
    span, permuted = _numbers(one, other, float(limits.coverage), limits.resamples, seed)
    return replace(found, interval=span, permuted=permuted)


@lru_cache(maxsize=4096)
def _numbers(
    one: tuple[float, ...],
    other: tuple[float, ...],
    coverage: float,
    resamples: int,
    seed: tuple[str, ...],
) -> tuple[tuple[float, float], Permuted]:
    """Return interval and test: pure, so that a page asks for them once."""
    from comity.perspectives.comparison.bootstrap import interval  # noqa: PLC0415 - needs numpy and scipy
    from comity.perspectives.comparison.permutation import permute  # noqa: PLC0415 - the same

    span = interval(one, other, coverage=coverage, resamples=resamples, seed=seed)
    return span, permute(one, other, seed)


def _apart(
    one: Cell, other: Cell, cluster_of: Mapping[str, str]
) -> tuple[tuple[tuple[Cluster, ...], tuple[Cluster, ...]], tuple[str, ...]]:
    """Return the clusters of each side that do not stand behind the other, and the names of those that do."""
    voices = (*one.counted, *other.counted)
    both: set[int] = set()
    for places in components([voice.chain for voice in voices], cluster_of):
        if places[0] < len(one.counted) <= places[-1]:
            both |= set(places)
    kept = [voice for at, voice in enumerate(voices) if at not in both]
    shared = {
        name for part in cluster([voices[at] for at in sorted(both)], cluster_of) for name in part.names
    }
    ours = [voice for voice in kept if voice.group == one.group]
    theirs = [voice for voice in kept if voice.group == other.group]
    return (cluster(ours, cluster_of), cluster(theirs, cluster_of)), tuple(sorted(shared))


def _unfit(side: Cell, limits: Limits) -> list[Reason]:
    """Return why a perspective cannot be compared."""
    if not side.voices:
        return [Reason("not_heard", side.group)]
    if side.mean is None:
        return [Reason("no_stance", side.group)]
    found = []
    if side.divided:
        found.append(Reason("divided", side.group))
    if side.voice == "open" and side.origins < limits.clusters_open:
        found.append(Reason("few_origins", side.group))
    if side.voice == "official" and not side.first_hand:
        found.append(Reason("not_first_hand", side.group))
    return found


def _describe(sides: tuple[Sequence[Cluster], Sequence[Cluster]], limits: Limits) -> Described | None:
    if not sides[0] or not sides[1]:
        return None
    one, other = (_mean(side) for side in sides)
    lie = _lie(one, other, limits)
    left = [(mean, other) for mean in _leave_one_out(sides[0])]
    left += [(one, mean) for mean in _leave_one_out(sides[1])]
    differences = [one - other, *(mine - theirs for mine, theirs in left)]
    stable = min(map(len, sides)) > 1 and all(_lie(mine, theirs, limits) == lie for mine, theirs in left)
    return Described(one - other, min(differences), max(differences), lie, stable)


def _leave_one_out(side: Sequence[Cluster]) -> list[Fraction]:
    """Return the mean of a side without each of its clusters; nothing of one cluster."""
    if len(side) == 1:
        return []
    total = _mean(side) * len(side)
    return [(total - item.mean) / (len(side) - 1) for item in side]


def _lie(one: Fraction, other: Fraction, limits: Limits) -> Lie:
    if abs(one - other) > limits.near:
        return "apart"
    return "near" if sign(one) == sign(other) else "neither"


def _mean(clusters: Sequence[Cluster]) -> Fraction:
    return sum((item.mean for item in clusters), 0 * clusters[0].mean) / len(clusters)
