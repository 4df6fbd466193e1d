"""The Classical Model in plain loops, as its definitions are written: one panel, one decision maker at a time.

An oracle that shares no line with the engine; the bench measures against it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from itertools import pairwise

from scipy.stats import chi2


class Plain:
    """A study as lists: `answers[e][j]` is a list of quantiles on the item's scale, or None."""

    def __init__(self, study, experts=None, seeds=None):
        self.levels = list(study.levels)
        self.masses = [b - a for a, b in zip([0, *self.levels], [*self.levels, 1], strict=True)]
        self.logs = [scale == "log" for scale in study.scales]
        self.answers = []
        for e in range(len(study.experts)) if experts is None else experts:
            row = []
            for j, log in enumerate(self.logs):
                given = [float(x) for x in study.answers[e, j]]
                row.append(None if math.isnan(given[0]) else [math.log(x) if log else x for x in given])
            self.answers.append(row)
        known = [float(x) for x in study.realisations]
        self.known = [
            None if math.isnan(x) else math.log(x) if log else x
            for x, log in zip(known, self.logs, strict=True)
        ]
        every = [j for j, x in enumerate(self.known) if x is not None]
        self.seeds = every if seeds is None else seeds
        self.ends = [self.range(j) for j in range(len(self.known))]
        self.power = min(len(self.given(row)) for row in self.answers if self.enough(row))

    def enough(self, row):
        return 2 * len(self.given(row)) >= len(self.seeds)

    def given(self, row):
        return [j for j in self.seeds if row[j] is not None]

    def range(self, j):
        values = [x for row in self.answers if row[j] for x in row[j]]
        values += [self.known[j]] if self.known[j] is not None else []
        beyond = 0.1 * (max(values) - min(values))
        return min(values) - beyond, max(values) + beyond

    def calibration(self, row):
        counts = [0] * len(self.masses)
        for j in self.given(row):
            counts[sum(1 for q in row[j] if q < self.known[j])] += 1
        total = sum(counts)
        if not total:
            return None
        found = sum(
            c / total * math.log(c / total / p) for c, p in zip(counts, self.masses, strict=True) if c
        )
        return float(f"{chi2.sf(2 * min(self.power, total) * max(found, 0), len(self.levels)):.9e}")

    def informed(self, row, j):
        low, high = self.ends[j]
        points = [low, *row[j], high]
        widths = [b - a for a, b in pairwise(points)]
        return math.log(high - low) + sum(
            p * math.log(p / w) for p, w in zip(self.masses, widths, strict=True)
        )

    def information(self, row, items):
        items = [j for j in items if row[j] is not None]
        return sum(self.informed(row, j) for j in items) / len(items)

    def height(self, own, j, x):
        points, levels = [self.ends[j][0], *own, self.ends[j][1]], [0, *self.levels, 1]
        at = min(max(bisect_left(points, x), 1), len(points) - 1)
        share = (x - points[at - 1]) / (points[at] - points[at - 1])
        return levels[at - 1] + share * (levels[at] - levels[at - 1])

    def maker(self, weight, items):
        """Answers of the decision maker; `weight(e, j)` may differ by item."""
        row = [None] * len(self.known)
        for j in items:
            held = [(weight(e, j), own[j]) for e, own in enumerate(self.answers) if own[j] is not None]
            total = sum(w for w, _ in held)
            if total <= 0:
                continue
            grid = sorted({*self.ends[j], *(x for _, own in held for x in own)})
            heights = [sum(w * self.height(own, j, x) for w, own in held) / total for x in grid]
            row[j] = [self.invert(grid, heights, level) for level in self.levels]
        return row

    @staticmethod
    def invert(grid, heights, level):
        at = next(i for i, h in enumerate(heights) if h >= level - 1e-12)
        if at == 0 or abs(heights[at] - level) < 1e-12:
            return grid[at]
        return grid[at - 1] + (level - heights[at - 1]) / (heights[at] - heights[at - 1]) * (
            grid[at] - grid[at - 1]
        )

    def equal(self, items):
        return self.maker(lambda e, j: 1.0, items)

    def weights(self):
        held = [self.calibration(row) if self.enough(row) else 0 for row in self.answers]
        return held, [
            c * self.information(row, self.seeds) if c else 0.0
            for c, row in zip(held, self.answers, strict=True)
        ]

    def optimised(self, items):
        """Return (value, alpha, row) of the best cut-off."""
        held, weights = self.weights()
        best = (0.0, None, None)
        for cut in sorted({c for c in held if c}):
            row = self.maker(lambda e, j, cut=cut: weights[e] if held[e] >= cut else 0.0, items)
            reached = self.calibration(row)
            if reached is None or reached < cut:
                continue
            value = float(f"{reached * self.information(row, self.seeds):.9e}")
            if value > best[0]:
                best = (value, cut, row)
        return best

    def makers(self):
        """Return the four decision makers' rows."""
        items = [j for j in range(len(self.known)) if any(row[j] for row in self.answers)]
        held, weights = self.weights()
        return {
            "equal": self.equal(items),
            "global": self.maker(lambda e, j: weights[e], items),
            "item": self.maker(lambda e, j: held[e] * self.informed(self.answers[e], j), items),
            "global_optimised": self.optimised(items)[2],
        }
