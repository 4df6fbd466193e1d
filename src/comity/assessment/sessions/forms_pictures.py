"""Pictures of a question: one expert's own answer, and what the parties opened laid over each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from comity.assessment.charts.axis import Axis
from comity.assessment.charts.categories import Groups, categories
from comity.assessment.charts.cumulative import cumulative
from comity.assessment.charts.plot import JOINT, Plot
from comity.assessment.charts.ranges import LEVELS, Ranges, ranges
from comity.assessment.charts.table import Table, table
from comity.assessment.entries.sessions import WHOLE
from comity.assessment.sessions.labels import CHANCES, OPENED
from comity.assessment.sessions.lines import distributions, uncertainty

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from comity.assessment.entries.sessions import JointResult, Question, SummaryLine
    from comity.assessment.pools.distributions import Grid
    from comity.console import Query

    Floats = NDArray[np.float64]

_MARGIN = 0.3
"""Of the width between the outer quantiles, by which the axis runs on: a domain may be far wider."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn of a question, and the table beside it.

    Attributes:
        ranges: Of a quantity, or of the probability of an event.
        curves: Distribution functions of a quantity.
        groups: Of categories.
        rows: The figures, by party; the pool of all under the empty name.
        figures: The same as a table.
    """

    ranges: Ranges | None
    curves: Plot | None
    groups: Groups | None
    rows: tuple[dict[str, Any], ...]
    figures: Table | None


def own_picture(question: Question, typed: Sequence[str]) -> Picture:
    """Return the picture of one expert's checked answer."""
    masses = distributions(question, [list(typed)])[0]
    return _picture(question, {JOINT: masses}, {})


def opened_picture(
    question: Question,
    opened: Mapping[str, SummaryLine],
    result: JointResult | None,
    query: Query,
    name: str,
) -> Picture:
    """Return the picture of what the parties opened, with the pool where there is one.

    Args:
        question: Its fields.
        opened: The lines that are open, by party.
        result: The joint result, if it was computed.
        query: The address, for the order of the table.
        name: Of the table, once on the page.
    """
    masses: dict[str, Floats] = {
        party: np.array(line.masses, float) / WHOLE for party, line in sorted(opened.items()) if line.masses
    }
    experts = {party: line.experts or 0 for party, line in opened.items()}
    if result is not None:
        masses[JOINT] = np.array(result.stream, float) / result.out_of
    return _picture(question, masses, experts, query, name)


def _picture(
    question: Question,
    masses: Mapping[str, Floats],
    experts: Mapping[str, int],
    query: Query | None = None,
    name: str = "",
) -> Picture:
    grid = uncertainty(question).grid
    if grid is not None:
        return _quantity(grid, masses, experts, query, name)
    if question.form == "probability":
        chances = {party: [float(parts[1])] for party, parts in masses.items()}
        rows = [_chance(party, experts, "", value) for party, (value,) in chances.items()]
        drawn = ranges(chances, Axis(0.0, 1.0))
        return Picture(drawn, None, None, tuple(rows), _table(query, name, CHANCES, rows))
    slugs = [one.slug for one in question.categories or ()]
    shares = {party: parts.tolist() for party, parts in masses.items()}
    rows = [
        _chance(party, experts, slug, parts[at])
        for at, slug in enumerate(slugs)
        for party, parts in shares.items()
    ]
    return Picture(None, None, categories(slugs, shares), tuple(rows), _table(query, name, CHANCES, rows))


def _quantity(
    grid: Grid, masses: Mapping[str, Floats], experts: Mapping[str, int], query: Query | None, name: str
) -> Picture:
    five = {party: grid.quantiles(LEVELS, parts).tolist() for party, parts in masses.items()}
    axis = _axis(grid, min(one[0] for one in five.values()), max(one[-1] for one in five.values()))
    edges = np.exp(grid.edges) if grid.scale == "log" else grid.edges
    names = ("q5", "q25", "q50", "q75", "q95")
    rows = [
        {"party": party, "experts": experts.get(party), **dict(zip(names, values, strict=True))}
        for party, values in five.items()
    ]
    curves = cumulative({party: parts.tolist() for party, parts in masses.items()}, edges.tolist(), axis)
    return Picture(ranges(five, axis), curves, None, tuple(rows), _table(query, name, OPENED, rows))


def _axis(grid: Grid, low: float, high: float) -> Axis:
    """Return an axis that shows what lies between two quantiles, and some of the tails, inside the domain."""
    left, right = grid.place(low), grid.place(high)
    more = _MARGIN * (right - left)
    ends = [max(left - more, grid.edges[0]), min(right + more, grid.edges[-1])]
    start, end = (np.exp(ends) if grid.scale == "log" else np.array(ends)).tolist()
    return Axis(start, end, grid.scale)


def _chance(party: str, experts: Mapping[str, int], category: str, value: float) -> dict[str, Any]:
    return {"party": party, "experts": experts.get(party), "category": category, "value": value}


def _table(query: Query | None, name: str, columns: Any, rows: Sequence[dict[str, Any]]) -> Table | None:
    if query is None:
        return None
    shown = tuple(one for one in columns if one.name != "category" or any(row["category"] for row in rows))
    return table(query, name, shown, rows)
