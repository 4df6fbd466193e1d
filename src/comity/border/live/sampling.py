"""Which tracks the geofences look at after a look: those that it detected, each once a second at most."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.fusion.model import CLASSES
from comity.border.geofence.watch import FORGOTTEN, Sample
from comity.border.live.tracks import name_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from comity.border.fusion.picture import Frame

APART: Final = 1_000
"""Milliseconds between two samples of a track."""
SWEPT: Final = 60_000


@dataclass(slots=True)
class Taken:
    """Samples; by the name of a track its class and the sensor that looked."""

    samples: list[Sample] = field(default_factory=list)
    classes: dict[str, str] = field(default_factory=dict)
    sensors: dict[str, int] = field(default_factory=dict)


class Sampling:
    """Remembers when each track was looked at last.

    Args:
        party: Whose tracks they are.
    """

    def __init__(self, party: str) -> None:
        self._party = party
        self._last: dict[int, int] = {}
        self._swept = 0

    def samples(self, frames: Iterable[Frame]) -> Taken:
        """Return samples of tracks that were detected; what was told anew of the past makes none."""
        taken = Taken()
        for frame in frames:
            tracks, time = frame.tracks, frame.time
            rows = np.flatnonzero(tracks.seen == time)
            uids, last, never = tracks.uid[rows].tolist(), self._last, time - APART
            due = [at for at, uid in enumerate(uids) if time - last.get(uid, never) >= APART]
            if due:
                self._take(taken, frame, rows[due])
            self._sweep(time)
        return taken

    def _take(self, taken: Taken, frame: Frame, rows: NDArray[np.intp]) -> None:
        tracks, time = frame.tracks, frame.time
        columns = (
            tracks.uid[rows].tolist(), tracks.place[rows].tolist(), tracks.moments[rows, :3].tolist(),
            tracks.existence[rows].tolist(), tracks.kind[rows].tolist(),
        )  # fmt: skip
        for uid, (x, y), (xx, xy, yy), existence, kind in zip(*columns, strict=True):
            self._last[uid] = time
            name = name_of(self._party, uid)
            taken.samples.append(Sample(name, time, x, y, (xx, xy, yy), existence))
            taken.classes[name], taken.sensors[name] = CLASSES[kind], frame.sensor

    def save(self) -> dict[str, Any]:
        """Return the state as JSON data."""
        return {"last": list(self._last.items()), "swept": self._swept}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take up a state that was saved."""
        self._last, self._swept = dict(saved["last"]), saved["swept"]

    def _sweep(self, time: int) -> None:
        if time < self._swept + SWEPT:
            return
        self._swept = time
        self._last = {uid: last for uid, last in self._last.items() if last >= time - FORGOTTEN}
