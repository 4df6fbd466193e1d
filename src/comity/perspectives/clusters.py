"""The computed finding, method `clusters/2`: what the coded statements alone support.

1. *What counts.* A statement reached us through a chain of works; statements whose chains share an origin
   cluster are one origin (`comparison.origins`). An official side needs one first-hand statement, and the
   highest rung on which one of its offices spoke is where it stands: a treaty or joint statement, a leader, a
   ministry, the party press; what others report of it does not count. An open community needs three
   independent origins (`comparison.sides`). Every origin weighs the same.
2. *Two sides* are compared only where each is fit, is not internally divided, and no single work reports
   both. The difference of their means has a 90 % cluster-bootstrap interval (`comparison.bootstrap`). They
   *agree* if it lies within one step, the signs are the same, and the origins of each side spread by at most
   one step. They *differ* if it lies outside one step and the difference stands in the family. Else one
   *cannot tell*.
3. *Tests* permute clusters (`comparison.permutation`) and are corrected together (`comparison.family`): the
   family of proposition and pair is fixed in the codebook before anything is opened; one that is fixed when
   statements on it are on record already is no family (`queries_fixed`). A row that cannot reach the
   threshold leaves it. Below four origins against four there is a description and no verdict.
4. *Sensitivity*: again with all organs of one party-state as one origin (`comparison.sensitivity`).

A proposition differs if some pair of perspectives does, agrees if every pair does, and otherwise one cannot
tell. `mixed` and `not_addressed` are counted apart from stances. Every "cannot tell" says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.comparison.origins import common_work
from comity.perspectives.comparison.reasons import WORDS, Reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.perspectives.comparison.pairs import Compared, Verdict
    from comity.perspectives.comparison.sides import Cell

METHOD: Final = "clusters/2"
MIN_SIDES: Final = 2

__all__ = ["METHOD", "WORDS", "Computed", "Reason", "compute"]


@dataclass(frozen=True)
class Computed:
    """The computed finding on one proposition."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    method: str = METHOD


def compute(cells: Sequence[Cell], pairs: Sequence[Compared]) -> Computed:
    """Return the computed finding on a proposition over all pairs of perspectives."""
    if not pairs:
        return Computed("cannot tell", (Reason("one_perspective"),))
    verdicts = {pair.verdict for pair in pairs}
    if "differ" in verdicts:
        return Computed("differ", ())
    if verdicts == {"agree"}:
        return Computed("agree", ())
    return Computed("cannot tell", _why(cells, pairs))


def _why(cells: Sequence[Cell], pairs: Sequence[Compared]) -> tuple[Reason, ...]:
    """Return every reason once; what holds for all sides first, and then not again for each two of them."""
    seen = list(dict.fromkeys(reason for pair in pairs for reason in pair.reasons))
    heard = [cell for cell in cells if cell.voices]
    work = common_work([voice.chain for cell in heard for voice in cell.voices])
    if work is None or len(heard) < MIN_SIDES:
        return tuple(seen)
    return Reason("one_work", work=work), *(reason for reason in seen if reason.code != "one_work_pair")
