"""Is a reading to be believed: spikes, steps, flat lines and gaps, found before anything is detected.

The checks are those of every series of numbers; here are their limits for stages of rivers. The peak of a
flood can look like a spike: it must be short and come back; at the end of a series it is only unconfirmed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.quality import series

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from comity.border.river.readings import Reading

METHOD: Final = "gauge-quality@1"
STAGE: Final = series.Limits(
    # Power stations and wind move a river by 0.30 m.
    least_spike=0.30,
    least_step=1.0,
    flat_count=8,
    flat_span=5 * series.DAY,
)
"""What is doubted in stages, metres."""
GAP: Final = series.GAP
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)


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
    times = np.array([(one.time - EPOCH) // MICROSECOND for one in items], dtype=np.int64)
    levels = np.array([one.level for one in items], dtype=np.float64)
    found = series.stretches(times)
    gaps = [
        Gap(items[at].time, items[at + 1].time, missing)
        for at, missing in zip(found.before, found.missing, strict=True)
    ]
    segment = np.zeros(len(items), dtype=np.int64)
    segment[np.array(found.bounds[1:-1], dtype=np.int64)] = 1
    return Checked(
        tuple(items),
        tuple(series.flags(times, levels, STAGE, found)),
        tuple(gaps),
        tuple(np.cumsum(segment).tolist()),
        timedelta(microseconds=found.spacing) if len(items) > 1 else timedelta(days=1),
    )


def hampel(levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much each reading exceeds the limit of its window, metres; not above 0 where it fits.

    Args:
        levels: Shape (n,), metres. Windows are cut at both ends.
    """
    return series.hampel(levels, STAGE.least_spike or 0.0)
