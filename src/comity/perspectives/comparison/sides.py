"""One perspective on one proposition: what counts of what it voiced, by origin cluster.

An *official* side says what its offices say first-hand; the highest rung on which one of them spoke is where
it stands, and what others report of it never counts. An *open* community has no spokesman: every stance of
it counts. Each origin cluster weighs the same, whatever the number of statements through it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.comparison.limits import Limits
from comity.perspectives.comparison.origins import common_work, components, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.perspectives.comparison.voices import Rung, Voice

VoiceOf = Literal["official", "open"]
LIMITS: Final = Limits()


@dataclass(frozen=True)
class Cluster:
    """One independent origin: the origin clusters joined in it, its statements, their mean stance."""

    names: tuple[str, ...]
    mean: Fraction
    voices: tuple[Voice, ...]


@dataclass(frozen=True)
class Cell:
    """One perspective on one proposition.

    `mean` is over the `clusters` that count, each weighing the same; `n` counts statements with a stance,
    whether they count or not. `spread` is the standard deviation of the clusters. `position` is the mean on
    the highest rung, `rung` that rung; `through` is the work by which every statement came, if one work did:
    then the cell reads "as reported by one work".
    """

    group: str
    mean: Fraction | None
    n: int
    mixed: int
    not_addressed: int
    origins: int
    first_hand: int
    divided: bool
    through: str | None
    voices: tuple[Voice, ...]
    voice: VoiceOf
    clusters: tuple[Cluster, ...]
    counted: tuple[Voice, ...]
    spread: float | None
    rung: Rung | None
    position: Fraction | None


def cell(
    group: str,
    voices: Sequence[Voice],
    cluster_of: Mapping[str, str],
    voice: VoiceOf = "open",
    limits: Limits = LIMITS,
) -> Cell:
    """Return what `group` says; `cluster_of` maps works to origin clusters, an unknown work is its own."""
    own = tuple(item for item in voices if item.group == group)
    spoken = [item for item in own if isinstance(item.stance, Fraction)]
    first = [item for item in spoken if item.first_hand]
    counted = tuple(first if voice == "official" and first else spoken)
    clusters = cluster(counted, cluster_of)
    rung = min((item.rung for item in spoken), default=None)
    top = [_stance(item) for item in spoken if item.rung == rung]
    means = [one.mean for one in clusters]
    position = _mean(top)
    return Cell(
        group=group,
        mean=_mean(means),
        n=len(spoken),
        mixed=sum(item.stance == "mixed" for item in own),
        not_addressed=sum(item.stance == "not_addressed" for item in own),
        origins=len(clusters),
        first_hand=len(first),
        divided=_divided(means, limits)
        or _divided([_stance(item) for item in counted], limits)
        or (voice == "official" and _contradicts(position, _mean(means))),
        through=common_work([item.chain for item in own]),
        voices=own,
        voice=voice,
        clusters=clusters,
        counted=counted,
        spread=spread(means),
        rung=rung,
        position=position,
    )


def cluster(voices: Sequence[Voice], cluster_of: Mapping[str, str]) -> tuple[Cluster, ...]:
    """Return the independent origins of voices that have a stance, by the names of their clusters."""
    found = []
    for places in components([item.chain for item in voices], cluster_of):
        members = tuple(voices[place] for place in places)
        mean = _mean([_stance(item) for item in members])
        if mean is not None:
            found.append(Cluster(names([item.chain for item in members], cluster_of), mean, members))
    return tuple(sorted(found, key=lambda one: one.names))


def spread(values: Sequence[Fraction]) -> float | None:
    """Return the standard deviation (n - 1), or None of fewer than two values."""
    if len(values) <= 1:
        return None
    mean = sum(values, Fraction()) / len(values)
    squares = sum(((value - mean) ** 2 for value in values), Fraction())
    return math.sqrt(squares / (len(values) - 1))


def sign(value: Fraction) -> int:
    """Return -1, 0 or 1."""
    return (value > 0) - (value < 0)


def _divided(values: Sequence[Fraction], limits: Limits) -> bool:
    """Whether voices stand on both sides of nought, further apart than a side may be."""
    wide = spread(values)
    return wide is not None and wide > limits.spread and min(values) < 0 < max(values)


def _contradicts(position: Fraction | None, mean: Fraction | None) -> bool:
    """Whether the highest rung stands on the other side of nought than all of them together."""
    return position is not None and mean is not None and sign(position) * sign(mean) < 0


def _mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction()) / len(values) if values else None


def _stance(voice: Voice) -> Fraction:
    if not isinstance(voice.stance, Fraction):
        raise TypeError(f"{voice.slug} has no stance")
    return voice.stance
