"""Two parties' records paired one to one: what is the same thing, what is not told apart, what stands alone.

    found = reconcile(ours, theirs)
    found.pairs, found.open, found.alone

The pairing maximises the sum of the scores (Kuhn 1955, the assignment problem; scipy's
`linear_sum_assignment`, Crouse 2016). A pair counts from `THRESHOLD`; a pair that another one comes near to
is left open, and so is what is likely only. An item without a partner has *no counterpart visible*: it may
be withheld, so nothing says that it is missing.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.register.reconcile_score import Item, Score, comparable, score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

THRESHOLD: Final = 0.80
"""From this score two records are taken to be about the same thing."""
LIKELY: Final = 0.60
"""From this score a pair is shown as possible."""
MARGIN: Final = 0.05
"""A pair is open when one of the two fits somewhere else nearly as well."""
METHOD: Final = (
    "register-reconciliation/2: title and its own words, date, class, parties; 0.80, 0.60, margin 0.05"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are taken to be about the same thing, or may be."""

    one: Item
    other: Item
    score: Score


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The outcome: pairs, open questions with every possible pair, and what stands alone on either side."""

    pairs: tuple[Pair, ...]
    open: tuple[Pair, ...]
    alone: tuple[Item, ...]
    method: str = METHOD

    def __add__(self, more: Reconciled) -> Reconciled:
        """Return both outcomes as one; they are of different kinds of records."""
        return Reconciled(self.pairs + more.pairs, self.open + more.open, self.alone + more.alone)


def reconcile(
    ours: Iterable[Item],
    theirs: Iterable[Item],
    said: Mapping[tuple[str, str, str], bool] | None = None,
) -> Reconciled:
    """Pair the records of two parties.

    Args:
        ours: One party's records, one for each name.
        theirs: The other's.
        said: What people recorded: (kind, one name, other name) to whether they are about the same thing.

    Returns:
        Every item in exactly one place: in a pair, in open pairs, or alone.
    """
    groups: dict[str, tuple[list[Item], list[Item]]] = defaultdict(lambda: ([], []))
    for item in ours:
        groups[item.kind][0].append(item)
    for item in theirs:
        groups[item.kind][1].append(item)
    pairs: list[Pair] = []
    unsure: list[Pair] = []
    alone: list[Item] = []
    for kind in sorted(groups):
        some = _group(*groups[kind], said or {})
        pairs += some.pairs
        unsure += some.open
        alone += some.alone
    return Reconciled(tuple(pairs), tuple(unsure), tuple(alone))


def _group(
    ours: Sequence[Item], theirs: Sequence[Item], said: Mapping[tuple[str, str, str], bool]
) -> Reconciled:
    settled, ours, theirs = _by_name(ours, theirs, said)
    scores = [[_judged(one, other, said) for other in theirs] for one in ours]
    chosen = _assigned(scores)
    pairs, unsure = list(settled), []
    placed: set[Item] = set()
    for row, column in chosen:
        pair = Pair(ours[row], theirs[column], scores[row][column])
        rivals = [
            Pair(ours[i], theirs[j], scores[i][j])
            for i, j in _rivals(scores, row, column)
            if scores[i][j].value >= LIKELY
        ]
        if pair.score.value >= THRESHOLD and not rivals:
            pairs.append(pair)
            placed |= {pair.one, pair.other}
        elif pair.score.value >= LIKELY:
            unsure += [pair, *rivals]
    unsure = [pair for pair in dict.fromkeys(unsure) if pair.one not in placed and pair.other not in placed]
    placed |= {item for pair in unsure for item in (pair.one, pair.other)}
    return Reconciled(tuple(pairs), tuple(unsure), tuple(i for i in (*ours, *theirs) if i not in placed))


def _by_name(
    ours: Sequence[Item], theirs: Sequence[Item], said: Mapping[tuple[str, str, str], bool]
) -> tuple[list[Pair], list[Item], list[Item]]:
    """Pair what bears one name, and what people said is the same; return the pairs and what is left."""
    there: dict[str, list[Item]] = defaultdict(list)
    for other in theirs:
        there[other.slug].append(other)
    pairs, left, taken = [], [], set()
    for one in ours:
        names = [b for (kind, a, b), same in said.items() if same and kind == one.kind and a == one.slug]
        found = [
            other
            for name in (one.slug, *names)
            for other in there.get(name, [])
            if other not in taken
            and comparable(one, other)
            and said.get((one.kind, one.slug, other.slug), True)
        ]
        if found:
            word = "the same name" if found[0].slug == one.slug else "people said so"
            pairs.append(Pair(one, found[0], Score(1.0, (word,))))
            taken.add(found[0])
        else:
            left.append(one)
    return pairs, left, [other for other in theirs if other not in taken]


def _judged(one: Item, other: Item, said: Mapping[tuple[str, str, str], bool]) -> Score:
    if said.get((one.kind, one.slug, other.slug)) is False:
        return Score(0.0, ("people said that they are not the same",))
    return score(one, other)


def _assigned(scores: Sequence[Sequence[Score]]) -> list[tuple[int, int]]:
    if not scores or not scores[0]:
        return []
    import numpy as np  # noqa: PLC0415 - the register starts without arrays
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - the same

    table = np.array([[cell.value if cell.value >= LIKELY else 0.0 for cell in row] for row in scores])
    rows, columns = linear_sum_assignment(table, maximize=True)
    return [(int(row), int(column)) for row, column in zip(rows, columns, strict=True)]


def _rivals(scores: Sequence[Sequence[Score]], row: int, column: int) -> list[tuple[int, int]]:
    """Return the other places of the same row and column that come within the margin of the chosen one."""
    best = scores[row][column].value - MARGIN
    across = [(row, j) for j in range(len(scores[row])) if j != column and scores[row][j].value > best]
    along = [(i, column) for i in range(len(scores)) if i != row and scores[i][column].value > best]
    return across + along
