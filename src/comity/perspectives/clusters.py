"""The computed finding, method `clusters/1`: what the coded statements alone support.

A statement reached us through a chain of works. Works of one origin cluster are not independent of each
other, so the statements of a perspective are joined wherever their chains share a cluster; the groups that
remain are its *independent origins*. Two perspectives can be compared when each

1. was heard, and has a stance coded that is not both for and against;
2. has at least two independent origins;
3. has at least one first-hand statement;

and no single work reports every statement of both. Then they *differ* if their mean stances lie more than 1
apart, *agree* if they lie within 1 and on the same side of nought, and otherwise one *cannot tell*. A
proposition differs if some pair of perspectives does, agrees if every pair does, and otherwise one cannot
tell. The mean stance of a perspective is the plain mean over its statements that have a stance from -2 to
2; `mixed` and `not_addressed` are counted apart. Every "cannot tell" says why.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

METHOD: Final = "clusters/1"
NEAR: Final = 1
"""Steps of stance within which two means are near each other."""
MIN_ORIGINS: Final = 2
MIN_SIDES: Final = 2

Stance = Fraction | Literal["mixed", "not_addressed"]
Verdict = Literal["agree", "differ", "cannot tell"]
Code = Literal[
    "one_work",
    "one_work_pair",
    "not_heard",
    "no_stance",
    "divided",
    "few_origins",
    "not_first_hand",
    "near_nought",
    "one_perspective",
]

WORDS: Final[dict[Code, str]] = {
    "not_heard": "%(group)s is not heard",
    "no_stance": "no stance of %(group)s could be coded",
    "divided": "%(group)s is internally divided",
    "few_origins": "fewer than two independent origins for %(group)s",
    "not_first_hand": "no first-hand statement of %(group)s",
    "one_work": "one work reports every side: %(work)s",
    "one_work_pair": "one work reports both %(group)s and %(other)s: %(work)s",
    "near_nought": "the means are near each other, but not on one side of nought",
    "one_perspective": "there is nothing to compare with",
}
"""Every reason in English; the placeholders are `group`, `other` and `work`."""


@dataclass(frozen=True)
class Voice:
    """One statement as the method sees it; `stance` is a number, `mixed` or `not_addressed`."""

    slug: str
    group: str
    stance: Stance
    chain: tuple[str, ...]
    first_hand: bool


@dataclass(frozen=True)
class Reason:
    """Why one cannot tell: of one perspective, of two (`other`), or of all."""

    code: Code
    group: str = ""
    other: str = ""
    work: str = ""

    @property
    def words(self) -> str:
        """The reason in English, perspectives by their names in the rule."""
        return WORDS[self.code] % {"group": self.group, "other": self.other, "work": self.work}


@dataclass(frozen=True)
class Cell:
    """One perspective on one proposition.

    `mean` is over the `n` statements with a stance; `through` is the work by which every statement came, if
    one work did: then the cell reads "as reported by one work".
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


@dataclass(frozen=True)
class Computed:
    """The computed finding on one proposition, or on one pair of perspectives."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    method: str = METHOD


def cell(group: str, voices: Sequence[Voice], cluster_of: Mapping[str, str]) -> Cell:
    """Return what `group` says; `cluster_of` maps works to origin clusters, an unknown work is its own."""
    own = tuple(voice for voice in voices if voice.group == group)
    stances = [voice.stance for voice in own if isinstance(voice.stance, Fraction)]
    return Cell(
        group=group,
        mean=sum(stances, Fraction()) / len(stances) if stances else None,
        n=len(stances),
        mixed=sum(voice.stance == "mixed" for voice in own),
        not_addressed=sum(voice.stance == "not_addressed" for voice in own),
        origins=origins([voice.chain for voice in own if isinstance(voice.stance, Fraction)], cluster_of),
        first_hand=sum(voice.first_hand and isinstance(voice.stance, Fraction) for voice in own),
        divided=min(stances, default=0) < 0 < max(stances, default=0),
        through=common_work([voice.chain for voice in own]),
        voices=own,
    )


def origins(chains: Sequence[Sequence[str]], cluster_of: Mapping[str, str]) -> int:
    """Return the number of independent origins: connected components of chains that share a cluster."""
    components: list[set[str]] = []
    for chain in chains:
        joined = {cluster_of.get(work, work) for work in chain}
        apart = []
        for component in components:
            if component & joined:
                joined |= component
            else:
                apart.append(component)
        components = [*apart, joined]
    return len(components)


def common_work(chains: Sequence[Sequence[str]]) -> str | None:
    """Return the work that stands in every chain, the one nearest to the reader, or None."""
    if not chains:
        return None
    shared = set.intersection(*(set(chain) for chain in chains))
    return next((work for work in reversed(chains[0]) if work in shared), None)


def compare(one: Cell, other: Cell) -> Computed:
    """Return the computed finding on two perspectives."""
    reasons = [*_unfit(one), *_unfit(other)]
    both = common_work([voice.chain for voice in (*one.voices, *other.voices)])
    if both and one.voices and other.voices:
        reasons.append(Reason("one_work_pair", one.group, other.group, both))
    if reasons or one.mean is None or other.mean is None:
        return Computed("cannot tell", tuple(reasons))
    if abs(one.mean - other.mean) > NEAR:
        return Computed("differ", ())
    if _sign(one.mean) == _sign(other.mean):
        return Computed("agree", ())
    return Computed("cannot tell", (Reason("near_nought"),))


def compute(cells: Sequence[Cell]) -> Computed:
    """Return the computed finding on a proposition over all pairs of perspectives."""
    pairs = [compare(one, other) for one, other in itertools.combinations(cells, 2)]
    if not pairs:
        return Computed("cannot tell", (Reason("one_perspective"),))
    verdicts = {pair.verdict for pair in pairs}
    if "differ" in verdicts:
        return Computed("differ", ())
    if verdicts == {"agree"}:
        return Computed("agree", ())
    return Computed("cannot tell", _why(cells, pairs))


def _why(cells: Sequence[Cell], pairs: Sequence[Computed]) -> tuple[Reason, ...]:
    """Return every reason once; what holds for all sides first, and then not again for each two of them."""
    seen = list(dict.fromkeys(reason for pair in pairs for reason in pair.reasons))
    heard = [cell for cell in cells if cell.voices]
    work = common_work([voice.chain for cell in heard for voice in cell.voices])
    if work is None or len(heard) < MIN_SIDES:
        return tuple(seen)
    return Reason("one_work", work=work), *(reason for reason in seen if reason.code != "one_work_pair")


def _unfit(side: Cell) -> list[Reason]:
    """Return why a perspective cannot be compared."""
    if not side.voices:
        return [Reason("not_heard", side.group)]
    if side.mean is None:
        return [Reason("no_stance", side.group)]
    found = []
    if side.divided:
        found.append(Reason("divided", side.group))
    if side.origins < MIN_ORIGINS:
        found.append(Reason("few_origins", side.group))
    if not side.first_hand:
        found.append(Reason("not_first_hand", side.group))
    return found


def _sign(value: Fraction) -> int:
    return (value > 0) - (value < 0)
