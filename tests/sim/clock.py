"""A clock that moves only when told: nothing in a simulation sleeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Clock:
    """Seconds since the epoch; `skew` is how far the party's own idea of it is off."""

    seconds: int = 1_700_000_000
    skew: int = 0

    def now(self) -> int:
        return self.seconds + self.skew

    def sleep(self, seconds: int) -> None:
        self.seconds += seconds
