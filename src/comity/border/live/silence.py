"""Which sensors say nothing: coverage that is lost, and never peace."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.border.alerts.signals import SILENT, Signal, of_silence
from comity.border.live.told import Silence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


@dataclass(frozen=True, slots=True)
class Change:
    """A silence that began or ended: what is kept of it, and what the rules are told."""

    silence: Silence
    signal: Signal


class Silences:
    """When each sensor looked last, and since when it is silent.

    Args:
        intervals: Milliseconds from look to look by sensor.
    """

    def __init__(self, intervals: Mapping[str, int]) -> None:
        self._intervals = dict(sorted(intervals.items()))
        self._heard: dict[str, int] = {}
        self._since: dict[str, int] = {}

    def looked(self, looks: Iterable[tuple[int, str]]) -> Iterator[Change]:
        """Take looks, in the order of time; yield the silences that are over."""
        for time, sensor in looks:
            last = self._heard.get(sensor, time)
            if time < last:
                continue
            since = self._since.pop(sensor, None)
            if since is None and self._is_long(sensor, time - last):
                since = last + self._intervals[sensor]
                yield self._change(sensor, last, last + SILENT * self._intervals[sensor] + 1)
            self._heard[sensor] = time
            if since is not None:
                yield Change(Silence(sensor, since, time), self._signal(sensor, time, time + 1))

    def due(self, clock: int) -> Iterator[Change]:
        """Yield the silences that begin by now, ms UTC of the sector's clock."""
        for sensor in self._intervals:
            last = self._heard.setdefault(sensor, clock)
            if sensor not in self._since and self._is_long(sensor, clock - last):
                self._since[sensor] = last + self._intervals[sensor]
                yield self._change(sensor, last, clock)

    def hears(self, sensor: str) -> bool:
        """Return whether a sensor looks now."""
        return sensor in self._heard and sensor not in self._since

    def save(self) -> dict[str, Any]:
        """Return the state as JSON data."""
        return {"heard": self._heard, "since": self._since}

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take up a state that was saved."""
        self._heard, self._since = dict(saved["heard"]), dict(saved["since"])

    def _is_long(self, sensor: str, gap: int) -> bool:
        return gap > SILENT * self._intervals[sensor]

    def _change(self, sensor: str, last: int, at: int) -> Change:
        return Change(Silence(sensor, last + self._intervals[sensor], None), self._signal(sensor, last, at))

    def _signal(self, sensor: str, last: int, at: int) -> Signal:
        (signal,) = of_silence({sensor: (last, self._intervals[sensor])}, at)
        return signal
