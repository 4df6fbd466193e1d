"""What the numbers of ASTM F3411-22a mean. Reserved numbers keep their number: `reserved 7`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

PRIVATE: Final = 201
"""Types of text from here on are for private use."""

ID_TYPES: Final = ("none", "serial number", "registration", "UTM UUID", "session id")
AIRCRAFT: Final = (
    "undeclared", "aeroplane", "multirotor or helicopter", "gyroplane", "hybrid lift", "ornithopter",
    "glider", "kite", "free balloon", "captive balloon", "airship", "free fall or parachute", "rocket",
    "tethered powered aircraft", "ground obstacle", "other",
)  # fmt: skip
STATUS: Final = ("undeclared", "ground", "airborne", "emergency", "Remote ID failure")
SCHEMES: Final = (
    "none", "UAS ID signature", "operator ID signature", "message set signature", "network Remote ID",
    "specific method",
)  # fmt: skip
TEXTS: Final = ("text", "emergency", "extended status")
PLACES: Final = ("take-off", "live", "fixed")
CLASSIFICATIONS: Final = ("undeclared", "European Union")
CATEGORIES: Final = ("undeclared", "open", "specific", "certified")
CLASSES: Final = ("undeclared", "0", "1", "2", "3", "4", "5", "6")
OPERATORS: Final = ("operator id",)

MILE: Final = 1852.0
HORIZONTAL: Final = {
    1: 10 * MILE, 2: 4 * MILE, 3: 2 * MILE, 4: MILE, 5: MILE / 2, 6: MILE * 0.3, 7: MILE / 10, 8: MILE / 20,
    9: 30.0, 10: 10.0, 11: 3.0, 12: 1.0,
}  # fmt: skip
"""Metres that 95 % are within; other numbers say nothing."""
VERTICAL: Final = {1: 150.0, 2: 45.0, 3: 25.0, 4: 10.0, 5: 3.0, 6: 1.0}
SPEED: Final = {1: 10.0, 2: 3.0, 3: 1.0, 4: 0.3}


def of(names: Sequence[str], number: int) -> str:
    """Return what a number means."""
    if number < len(names):
        return names[number]
    return f"private {number}" if number >= PRIVATE else f"reserved {number}"
