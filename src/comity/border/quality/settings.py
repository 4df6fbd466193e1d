"""How a datastream is checked: by its unit, or as `quality` in its properties says.

"properties": {"quality": {"least_spike": 0.5, "least_step": 2, "flat_count": 24, "flat_seconds": 86400,
                           "interval": 600, "skip": ["spike"]}, "one_object": true}
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

from comity.border.quality.series import DAY, Limits

SECOND: Final = 1_000_000
COUNT: Final = "OM_CountObservation"
CHECKS: Final = frozenset({"spike", "step", "flat"})
BY_UNIT: Final = {
    # A river is moved by 0.30 m by power stations and wind.
    "m": Limits(0.30, 1.0, 8, 5 * DAY),
    "cm": Limits(30.0, 100.0, 8, 5 * DAY),
    "degC": Limits(3.0, 8.0, 24, DAY),
    "°C": Limits(3.0, 8.0, 24, DAY),
    # No rain may stand for ever, and a shower comes and goes.
    "mm": Limits(idle=0.0),
}
SKIPPED_BY_UNIT: Final = {"mm": frozenset({"spike", "step"})}


@dataclass(frozen=True, slots=True)
class Settings:
    """How a datastream is checked.

    Attributes:
        limits: Of its numbers.
        skip: Checks that are not for it.
        forecast: Whether it says what is to come, which is no reading.
        one_object: Whether each of its features of interest is one object, whose speed can be told.
    """

    limits: Limits = field(default_factory=Limits)
    skip: frozenset[str] = frozenset()
    one_object: bool = False
    forecast: bool = False


def settings_of(form: str, unit: Any, properties: Any) -> Settings:
    """Return how a datastream is checked.

    Args:
        form: Its observation type, without the prefix.
        unit: Its unit of measurement, JSON data.
        properties: Its properties, JSON data.
    """
    symbol = unit.get("symbol") if isinstance(unit, dict) else None
    limits = BY_UNIT.get(str(symbol), Limits(idle=0.0) if form == COUNT else Limits())
    skip = SKIPPED_BY_UNIT.get(str(symbol), frozenset())
    more = properties if isinstance(properties, dict) else {}
    words = (more.get("one_object") is True, more.get("forecast") is True)
    given = more.get("quality")
    if not isinstance(given, dict):
        return Settings(limits, skip, *words)
    changed: dict[str, Any] = {
        name: float(given[name]) for name in ("least_spike", "least_step") if _positive(given.get(name))
    }
    if _positive(given.get("flat_count")):
        changed["flat_count"] = max(int(given["flat_count"]), 2)
    for name, kept in (("flat_seconds", "flat_span"), ("interval", "interval")):
        if _positive(given.get(name)):
            changed[kept] = max(int(given[name] * SECOND), 1)
    wanted = given.get("skip")
    if isinstance(wanted, list):
        skip = CHECKS & {str(one) for one in wanted}
    return Settings(replace(limits, **changed), skip, *words)


def _positive(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 < value < SECOND**2
