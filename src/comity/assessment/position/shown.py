"""What two sides chose to show of a line, solved: the fair packages, by option and in words.

Only recorded `ShownValues` are read, never a side's own file. Showing a value is a step like any other; what
is shown need not be what a side holds for itself, and says nothing of where it would walk away: no agreement
counts as worth nothing to either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.assessment.entries.position import named
from comity.assessment.position.errors import PackagesError
from comity.assessment.position.explain import MEANING, NAMES
from comity.assessment.position.packages import Domain, Issue, Profile, utilities
from comity.assessment.position.solutions import numbers, solve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.position.solutions import Pair
    from comity.node.rows import Report

SIDES: Final = 2
MOST: Final = 1_000_000
"""Packages beyond which a line is not solved on a page."""
MOST_NAMED: Final = 20
"""Packages of one pair that are named."""


def solutions(shown: Sequence[Report], options: Mapping[str, Sequence[str]]) -> dict[str, Any] | None:
    """Return the fair packages by the values that two parties chose to show; None unless two did.

    Args:
        shown: The newest shown values of each party.
        options: By issue of the line, its options, in the line's order.

    Raises:
        PackagesError: there are too many packages to look at.
    """
    fitting = [one for one in shown if _fits(one, options)]
    if len(fitting) != SIDES:
        return None
    domain = Domain("line", tuple(Issue(issue, tuple(names)) for issue, names in options.items()))
    if domain.size > MOST:
        raise PackagesError(f"{domain.size} packages; a page looks at {MOST} at most")
    one, other = (_profile(report, domain) for report in fitting)
    found = solve(domain, one, other)
    named = _Packages(domain, one, other)
    chosen = {
        "nash": found.nash,
        "kalai_smorodinsky": found.kalai_smorodinsky,
        "egalitarian": found.egalitarian,
    }
    return {
        "parties": [report.party for report in fitting],
        "shown": [[report.origin, report.index] for report in fitting],
        "outcomes": found.outcomes,
        "pareto": [{"worth": numbers(pair), "packages": named.of(pair)} for pair in found.frontier],
        "solutions": {
            name: None
            if item is None
            else {
                "name": NAMES[name],
                "meaning": MEANING[name],
                "worth": numbers(item.pair),
                "packages": named.of(item.pair),
            }
            for name, item in chosen.items()
        },
    }


def _fits(report: Report, options: Mapping[str, Sequence[str]]) -> bool:
    values = report.fields["values"]
    return bool(options) and {issue: set(names) for issue, names in options.items()} == {
        named(issue): set(map(named, worth)) for issue, worth in values.items()
    }


def _profile(report: Report, domain: Domain) -> Profile:
    fields = report.fields
    weights = {named(issue): share for issue, share in fields["weights"].items()}
    values = {
        named(issue): {named(option): share for option, share in worth.items()}
        for issue, worth in fields["values"].items()
    }
    return Profile(
        tuple(float(weights[issue.name]) for issue in domain.issues),
        tuple(
            np.array([float(values[issue.name][option]) for option in issue.options])
            for issue in domain.issues
        ),
    )


class _Packages:
    """Which packages are worth a pair of utilities."""

    def __init__(self, domain: Domain, one: Profile, other: Profile) -> None:
        self._domain = domain
        self._sides = tuple(np.concatenate(list(utilities(domain, side))) for side in (one, other))
        self._sizes = tuple(len(issue.options) for issue in domain.issues)

    def of(self, pair: Pair) -> list[dict[str, str]]:
        """Return the packages of a pair, each an option by issue."""
        first, second = self._sides
        places = np.flatnonzero((first == pair[0]) & (second == pair[1]))[:MOST_NAMED]
        picked = np.unravel_index(places, self._sizes)
        return [
            {
                issue.name: issue.options[int(options[at])]
                for issue, options in zip(self._domain.issues, picked, strict=True)
            }
            for at in range(len(places))
        ]
