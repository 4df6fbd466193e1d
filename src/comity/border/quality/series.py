"""Series of numbers: spikes, steps, flat lines and gaps.

Spikes are those of Hampel's identifier (Hampel 1974; Pearson 2002): |x - median| exceeds
k · 1.4826 · MAD in a window of 2h + 1. A real peak can look like one, so a spike must also be short
and come back: few readings at most, and what stands before and after lies on one side and near each other. At
the end of a series nobody knows whether it comes back; such a reading is *unconfirmed* and is not removed.

A gap is never normal: nothing is put in, and what would need the missing readings cannot be told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Times = NDArray[np.int64]

HALF: Final = 3
K: Final = 3.0
MAD_TO_SIGMA: Final = 1.4826
RETURN: Final = 0.5
"""How far before and after may lie apart, as a share of the spike's height."""
LONGEST_SPIKE: Final = 2
"""Readings in a row; more of them confirm each other."""
STEADY: Final = 5
QUIET: Final = 4
"""A step is at least so many times what the readings beside it range over."""
GAP: Final = 1.9
"""Usual times between two readings, beyond which one is missing."""
RESOLUTIONS: Final = 6
"""Steps of its own resolution that a series of an unknown unit may make without being doubted."""
DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What is doubted in a series.

    Attributes:
        least_spike: In the series' unit, below which nothing is a spike; None where it follows from the
            resolution that the series shows.
        least_step: The same of steps.
        flat_count: Equal readings in a row that are a flat line,
        flat_span: and how long they must last, in microseconds.
        idle: A value that may stand for ever, such as no case and no rain; None for none.
        interval: Usual microseconds between two readings; None where the series shows it.
    """

    least_spike: float | None = None
    least_step: float | None = None
    flat_count: int = 24
    flat_span: int = DAY
    idle: float | None = None
    interval: int | None = None


@dataclass(frozen=True, slots=True)
class Stretches:
    """Where a series is whole.

    Attributes:
        spacing: Usual time between two readings, in the unit of the times; 0 where nobody can tell.
        before: Places after which readings are missing.
        missing: About how many, of each.
        bounds: First place of each stretch without a gap, and the end.
    """

    spacing: int
    before: tuple[int, ...]
    missing: tuple[int, ...]
    bounds: tuple[int, ...]


def stretches(times: Times, interval: int | None = None) -> Stretches:
    """Return where readings are missing.

    Args:
        times: Shape (n,), in order.
        interval: The usual time between two; the median where it is not given.
    """
    steps = np.diff(times)
    if not len(steps):
        return Stretches(interval or 0, (), (), (0, len(times)) if len(times) else (0,))
    spacing = interval or int(np.partition(steps, len(steps) // 2)[len(steps) // 2])
    apart = np.flatnonzero(steps > spacing * GAP)
    missing = [max(round(int(steps[at]) / spacing) - 1, 1) if spacing else 1 for at in apart]
    return Stretches(spacing, tuple(apart.tolist()), tuple(missing), (0, *(apart + 1).tolist(), len(times)))


def flags(times: Times, values: Values, limits: Limits, found: Stretches | None = None) -> list[str]:
    """Return for each reading `spike`, `unconfirmed`, `step`, `flat`, or nothing.

    Args:
        times: Shape (n,), microseconds, in order.
        values: Shape (n,).
        limits: What is doubted.
        found: Where the series is whole, where that is known already.
    """
    whole = found or stretches(times, limits.interval)
    given = [""] * len(values)
    for first, end in zip(whole.bounds, whole.bounds[1:], strict=False):
        part = values[first:end]
        for at in flat(times[first:end], part, limits):
            given[first + at] = "flat"
        for at in steps(part, _least(part, limits.least_step)):
            given[first + at] = "step"
        for at, word in spikes(part, _least(part, limits.least_spike)):
            given[first + at] = word
    return given


def hampel(values: Values, least: float) -> Values:
    """Return by how much each reading exceeds the limit of its window; not above 0 where it fits.

    Args:
        values: Shape (n,). Windows are cut at both ends.
        least: Below which nothing is a spike.
    """
    padded = np.pad(values, HALF, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HALF + 1)
    median = np.nanmedian(windows, axis=1)
    spread = np.nanmedian(np.abs(windows - median[:, None]), axis=1)
    return np.abs(values - median) - np.maximum(K * MAD_TO_SIGMA * spread, least)


def spikes(values: Values, least: float) -> list[tuple[int, str]]:
    """Return the places of spikes, and of what may yet become one, with their words."""
    size, found = len(values), list[tuple[int, str]]()
    if size < 2:  # noqa: PLR2004 - nothing to compare with
        return found
    suspect = hampel(values, least) > 0
    for at in np.flatnonzero(suspect).tolist():
        left = next((n for n in range(at - 1, -1, -1) if not suspect[n]), None)
        right = next((n for n in range(at + 1, size) if not suspect[n]), None)
        if left is None or right is None or at + HALF >= size:
            found.append((at, "unconfirmed"))
            continue
        if right - left - 1 > LONGEST_SPIKE:
            continue
        up, down = values[at] - values[left], values[at] - values[right]
        returns = abs(values[left] - values[right]) <= RETURN * min(abs(up), abs(down))
        if up * down > 0 and min(abs(up), abs(down)) > least and returns:
            found.append((at, "spike"))
    return found


def steps(values: Values, least: float) -> list[int]:
    """Return where a steady stretch jumps to another: its zero was moved, or something real came."""
    found = []
    for at in (np.flatnonzero(np.abs(np.diff(values)) >= least) + 1).tolist():
        before, after = values[max(at - STEADY, 0) : at], values[at : at + STEADY]
        if min(len(before), len(after)) < STEADY:
            continue
        if max(np.ptp(before), np.ptp(after)) < abs(values[at] - values[at - 1]) / QUIET:
            found.append(at)
    return found


def flat(times: Times, values: Values, limits: Limits) -> list[int]:
    """Return the places in flat lines: equal readings, many and long, where the series may not idle."""
    edges = np.flatnonzero(np.diff(values) != 0) + 1
    starts = np.concatenate(([0], edges)).astype(np.int64)
    ends = np.concatenate((edges, [len(values)])).astype(np.int64)
    found = list[int]()
    for first, end in zip(starts.tolist(), ends.tolist(), strict=True):
        long = end - first >= limits.flat_count and times[end - 1] - times[first] >= limits.flat_span
        if long and values[first] != limits.idle:
            found += range(first, end)
    return found


def _least(values: Values, given: float | None) -> float:
    """Return a limit, from the smallest change that a series shows where none is given."""
    if given is not None:
        return given
    changes = np.abs(np.diff(values))
    changes = changes[changes > 0]
    return RESOLUTIONS * float(changes.min()) if len(changes) else np.inf
