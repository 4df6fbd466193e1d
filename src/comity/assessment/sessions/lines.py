"""A party's summary of one question as integers and decimal strings, and back: both nodes compute on these.

Masses are parts of 10^12, rounded by largest remainders, so that they sum to the whole and any two nodes add
them alike, bit for bit. Other figures are decimal strings to the last bit.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.assessment.entries.sessions import WHOLE, Question, SummaryLine
from comity.assessment.pools.decompose import Uncertainty
from comity.assessment.pools.distributions import Grid, binary
from comity.assessment.pools.summary import Summary
from comity.record.canonical import encode
from comity.record.merkle import root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST_CHARACTERS: Final = 80
_DIGITS: Final = 60


def uncertainty(question: Question) -> Uncertainty:
    """Return how what a question leaves open is measured: on its grid, or over its categories."""
    if question.form != "quantile":
        return Uncertainty()
    assert question.low is not None
    assert question.high is not None
    assert question.scale is not None
    assert question.cells is not None
    return Uncertainty(Grid(float(question.low), float(question.high), question.scale, question.cells))


def distributions(question: Question, answers: Sequence[Sequence[str]]) -> Floats:
    """Return checked answers as distributions, shape (E, C): cells, no and yes, or categories."""
    given = np.array([[float(value) for value in answer] for answer in answers])
    grid = uncertainty(question).grid
    if grid is not None:
        return grid.masses([float(level) for level in question.levels or ()], given)
    if question.form == "probability":
        return binary(given[:, 0])
    found: Floats = given / given.sum(axis=1, keepdims=True)
    return found


def integers(masses: Floats) -> list[int]:
    """Return masses as whole parts of 10^12 that sum to it: the largest remainders are rounded up."""
    exact = masses / masses.sum() * WHOLE
    parts = np.floor(exact).astype(np.int64)
    # Between 0 and the number of cells: each was cut by less than one.
    left = WHOLE - int(parts.sum())
    parts[np.argsort(-(exact - parts), kind="stable")[:left]] += 1
    return [int(part) for part in parts]


def to_line(asked: tuple[str, str], made: Summary, inputs: str, *, performance: bool) -> SummaryLine:
    """Return a summary as it is sealed.

    Args:
        asked: Slug and digest of the question.
        made: The summary.
        inputs: Root over the leaves of the answers.
        performance: Whether performance weights were used.
    """
    return SummaryLine(
        question=asked[0],
        question_digest=asked[1],
        experts=made.experts,
        effective=text(made.effective),
        masses=integers(made.masses),
        within=text(made.within),
        spread=text(made.spread),
        median=None if made.median is None else text(made.median),
        log_odds=None if made.log_odds is None else text(made.log_odds),
        weights="performance" if performance else "equal",
        inputs=inputs,
        method=made.method,
    )


def from_line(line: SummaryLine, party: str) -> Summary:
    """Read a summary that was opened.

    Raises:
        PoolError: it is none.
        TooFewError: of fewer than three experts.
    """
    assert line.masses is not None
    return Summary(
        party=party,
        experts=line.experts or 0,
        effective=float(line.effective or "nan"),
        masses=np.array(line.masses, float) / WHOLE,
        within=float(line.within or "nan"),
        spread=float(line.spread or "nan"),
        median=None if line.median is None else float(line.median),
        log_odds=None if line.log_odds is None else float(line.log_odds),
        method=line.method or "",
    )


def root_of(opened: Mapping[str, SummaryLine]) -> str:
    """Return the root over the opened lines of one question, by party; hexadecimal."""
    return _root([party, line.model_dump(mode="json", exclude_none=True)] for party, line in opened.items())


def root_of_leaves(places: Iterable[tuple[str, int, str]]) -> str:
    """Return the root over answers by their leaves (log, index, leaf hash in base64); hexadecimal.

    A leaf holds a salted commitment: who has the root cannot try out answers against it.
    """
    return _root(list(place) for place in places)


def _root(leaves: Iterable[Any]) -> str:
    return root(sorted(encode(leaf) for leaf in leaves)).hex()


def text(value: float) -> str:
    """Return a number as a decimal string, to its last bit; below 10^-60 it is cut."""
    exact = Decimal(repr(float(value)))
    plain = f"{exact:f}"
    return plain if len(plain) <= MOST_CHARACTERS else f"{exact:.{_DIGITS}f}"
