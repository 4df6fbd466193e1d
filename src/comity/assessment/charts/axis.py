"""Scales: where a value stands on an axis, and at which values the axis is named."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log10
from typing import Final, Literal

FULL: Final = 1000
"""Thousandths of the picture's width or height."""
STEPS: Final = (1, 2, 5)
MOST_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and its value; `anchor` keeps the words at either end inside the picture."""

    place: float
    value: float
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True, slots=True)
class Axis:
    """An axis from `low` to `high`, in equal steps or in equal ratios.

    Raises:
        ValueError: the range is empty, infinite, or reaches 0 on logarithms.
    """

    low: float
    high: float
    scale: Literal["uni", "log"] = "uni"

    def __post_init__(self) -> None:
        """Check the range."""
        if not (isfinite(self.low) and isfinite(self.high) and self.low < self.high):
            raise ValueError(f"no axis from {self.low:g} to {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise ValueError(f"a logarithmic axis begins above 0, not at {self.low:g}")

    def place(self, value: float) -> float:
        """Return where a value stands, in thousandths; beyond the ends it stands at the end."""
        held = min(max(value, self.low), self.high)
        if self.scale == "log":
            share = log10(held / self.low) / log10(self.high / self.low)
        else:
            share = (held - self.low) / (self.high - self.low)
        return round(FULL * share, 1)

    def ticks(self) -> tuple[Tick, ...]:
        """Return round values inside the range with their places, at most six."""
        values = _decades(self.low, self.high) if self.scale == "log" else _rounds(self.low, self.high)
        return tuple(Tick(self.place(value), value, _anchor(self.place(value))) for value in values)


def _anchor(place: float) -> Literal["start", "middle", "end"]:
    edge = FULL / 20
    return "start" if place < edge else "end" if place > FULL - edge else "middle"


def _rounds(low: float, high: float) -> list[float]:
    step = _step((high - low) / MOST_TICKS)
    first = ceil(low / step - 1e-9)
    return [round(n * step, 12) for n in range(first, floor(high / step + 1e-9) + 1)]


def _step(least: float) -> float:
    """Return the smallest of 1, 2, 5 times a power of ten that is not below `least`."""
    power = 10.0 ** floor(log10(least))
    return next((power * step for step in STEPS if power * step >= least * (1 - 1e-9)), 10 * power)


def _decades(low: float, high: float) -> list[float]:
    powers = range(floor(log10(low)), ceil(log10(high)) + 1)
    every = [mantissa * 10.0**power for power in powers for mantissa in STEPS]
    fine = [value for value in every if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
    if len(fine) <= MOST_TICKS + 1:
        return fine if len(fine) > 1 else [low, high]
    tens = [10.0**power for power in powers if low * (1 - 1e-9) <= 10.0**power <= high * (1 + 1e-9)]
    return tens[:: ceil(len(tens) / MOST_TICKS)] if len(tens) > 1 else fine[:: ceil(len(fine) / MOST_TICKS)]
