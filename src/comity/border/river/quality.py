"""Is a reading to be believed: spikes, steps, flat lines and gaps, found before anything is detected.

Spikes are those of Hampel's identifier (Hampel 1974; Pearson 2002): |x - median| exceeds
k · 1.4826 · MAD in a window of 2h + 1. A flood's peak can look like one, so a spike must also be short
and come back: two readings at most, and what stands before and after lies on one side and near each other. At
the end of a series nobody knows whether it comes back; such a reading is *unconfirmed* and is not removed.

A gap is never normal: nothing is put in, and what would need the missing readings cannot be told.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from comity.border.river.readings import Reading

METHOD: Final = "gauge-quality@1"
HALF: Final = 3
K: Final = 3.0
MAD_TO_SIGMA: Final = 1.4826
LEAST_SPIKE: Final = 0.30
"""Metres below which nothing is a spike: power stations and wind move a river by as much."""
RETURN: Final = 0.5
"""How far before and after may lie apart, as a share of the spike's height."""
LONGEST_SPIKE: Final = 2
"""Readings in a row; more of them confirm each other."""
LEAST_STEP: Final = 1.0
STEADY: Final = 5
FLAT_COUNT: Final = 8
FLAT_SPAN: Final = timedelta(days=5)
GAP: Final = 1.9


@dataclass(frozen=True, slots=True)
class Gap:
    """No reading between two moments, where about `missing` were due."""

    after: datetime
    before: datetime
    missing: int


@dataclass(frozen=True, slots=True)
class Checked:
    """Readings with their flags.

    Attributes:
        items: In the order of time.
        flags: For each: `spike`, `unconfirmed`, `step`, `flat`, or nothing.
        gaps: Where readings are missing.
        segment: For each, the number of the stretch without a gap that it stands in.
        spacing: The usual time between two readings.
    """

    items: tuple[Reading, ...]
    flags: tuple[str, ...]
    gaps: tuple[Gap, ...]
    segment: tuple[int, ...]
    spacing: timedelta

    def usable(self) -> Iterator[tuple[int, Reading]]:
        """Yield what detection may use: everything but spikes, with its place."""
        return ((at, one) for at, one in enumerate(self.items) if self.flags[at] != "spike")

    def flagged(self, flag: str) -> list[Reading]:
        """Return the readings with a flag."""
        return [one for one, given in zip(self.items, self.flags, strict=True) if given == flag]


def check(items: Sequence[Reading]) -> Checked:
    """Return readings with their flags; they come in the order of time, one a moment."""
    steps = [late.time - early.time for early, late in itertools.pairwise(items)]
    spacing = sorted(steps)[len(steps) // 2] if steps else timedelta(days=1)
    gaps, segment = list[Gap](), [0] * len(items)
    for at, step in enumerate(steps):
        apart = step > spacing * GAP
        segment[at + 1] = segment[at] + apart
        if apart:
            gaps.append(Gap(items[at].time, items[at + 1].time, max(round(step / spacing) - 1, 1)))
    flags = [""] * len(items)
    for _, group in itertools.groupby(range(len(items)), key=segment.__getitem__):
        places = list(group)
        levels = np.array([items[at].level for at in places])
        _flag_flat(flags, items, places)
        _flag_steps(flags, levels, places[0])
        _flag_spikes(flags, levels, places[0])
    return Checked(tuple(items), tuple(flags), tuple(gaps), tuple(segment), spacing)


def hampel(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much each reading exceeds the limit of its window, metres; not above 0 where it fits.

    Args:
        levels: Shape (n,), metres. Windows are cut at both ends.
    """
    padded = np.pad(levels, HALF, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * HALF + 1)
    median = np.nanmedian(windows, axis=1)
    spread = np.nanmedian(np.abs(windows - median[:, None]), axis=1)
    return np.abs(levels - median) - np.maximum(K * MAD_TO_SIGMA * spread, LEAST_SPIKE)


def _flag_spikes(flags: list[str], levels: NDArray[np.float64], first: int) -> None:
    size = len(levels)
    if size < 2:  # noqa: PLR2004 - nothing to compare with
        return
    suspect = hampel(levels) > 0
    for at in np.flatnonzero(suspect):
        left = next((n for n in range(at - 1, -1, -1) if not suspect[n]), None)
        right = next((n for n in range(at + 1, size) if not suspect[n]), None)
        if left is None or right is None or at + HALF >= size:
            flags[first + at] = "unconfirmed"
            continue
        if right - left - 1 > LONGEST_SPIKE:
            continue
        up, down = levels[at] - levels[left], levels[at] - levels[right]
        returns = abs(levels[left] - levels[right]) <= RETURN * min(abs(up), abs(down))
        if up * down > 0 and min(abs(up), abs(down)) > LEAST_SPIKE and returns:
            flags[first + at] = "spike"


def _flag_steps(flags: list[str], levels: NDArray[np.float64], first: int) -> None:
    """Flag a jump from one steady stretch to another: the gauge's zero was moved, or a wave came."""
    for at in np.flatnonzero(np.abs(np.diff(levels)) >= LEAST_STEP) + 1:
        before, after = levels[max(at - STEADY, 0) : at], levels[at : at + STEADY]
        if min(len(before), len(after)) < STEADY:
            continue
        jump = abs(levels[at] - levels[at - 1])
        if max(np.ptp(before), np.ptp(after)) < jump / 4:
            flags[first + at] = "step"


def _flag_flat(flags: list[str], items: Sequence[Reading], places: list[int]) -> None:
    for _, group in itertools.groupby(places, key=lambda at: items[at].level):
        run = list(group)
        if len(run) >= FLAT_COUNT and items[run[-1]].time - items[run[0]].time >= FLAT_SPAN:
            for at in run:
                flags[at] = "flat"
