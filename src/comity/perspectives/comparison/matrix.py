"""Every proposition under one rule: cells, pairs, the family corrected once, the finding on each row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from comity.perspectives.clusters import Computed, compute
from comity.perspectives.comparison.family import adjust
from comity.perspectives.comparison.pairs import Compared, Pairing, judge, pair
from comity.perspectives.comparison.sides import LIMITS, Cell, VoiceOf, cell

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from comity.perspectives.comparison.limits import Limits
    from comity.perspectives.comparison.voices import Voice

Member = tuple[str, frozenset[str]]
"""A member of the family: a proposition, and the two perspectives compared on it."""


@dataclass(frozen=True)
class Design:
    """What was fixed beforehand: perspectives and how each speaks, origin clusters, the family, the limits.

    `codebook` names the version; it seeds what is drawn at random. `late` are the members that were fixed
    only after statements on them were on record: they are not in `family`.
    """

    groups: Mapping[str, VoiceOf]
    cluster_of: Mapping[str, str]
    family: AbstractSet[Member] = frozenset()
    limits: Limits = LIMITS
    codebook: str = ""
    late: AbstractSet[Member] = frozenset()


@dataclass(frozen=True)
class Judged:
    """The finding on one proposition, with the cells and pairs it rests on."""

    cells: dict[str, Cell]
    pairs: tuple[Compared, ...]
    computed: Computed


def compare(voices: Mapping[str, Sequence[Voice]], design: Design) -> dict[str, Judged]:
    """Return the finding on every proposition; `voices` are by proposition."""
    cells = {slug: _cells(found, design) for slug, found in voices.items()}
    pairs = {
        (slug, frozenset((one.group, other.group))): _pair(slug, one, other, design)
        for slug, row in cells.items()
        for one, other in combinations(row.values(), 2)
    }
    permuted = {
        member: found.permuted
        for member, found in pairs.items()
        if member in design.family and found.permuted is not None
    }
    tested = adjust(permuted, float(design.limits.discovery_rate))
    judged: dict[str, list[Compared]] = {slug: [] for slug in cells}
    for member, found in pairs.items():
        judged[member[0]].append(judge(found, tested.get(member), design.limits, late=member in design.late))
    return {
        slug: Judged(row, tuple(judged[slug]), compute(list(row.values()), judged[slug]))
        for slug, row in cells.items()
    }


def _cells(voices: Sequence[Voice], design: Design) -> dict[str, Cell]:
    given: dict[str, Any] = {"cluster_of": design.cluster_of, "limits": design.limits}
    return {group: cell(group, voices, voice=voice, **given) for group, voice in design.groups.items()}


def _pair(slug: str, one: Cell, other: Cell, design: Design) -> Pairing:
    return pair(one, other, design.cluster_of, design.limits, (design.codebook, slug))
