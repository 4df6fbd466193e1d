"""Numbers beside a picture, in the language in force: as many digits as say something."""

from __future__ import annotations

from decimal import Decimal
from math import isfinite
from typing import Any, Final

from comity.console import formats

DIGITS: Final = 3
LEAST_WHOLE: Final = 1000
WHOLE: Final = 0.1
TENTHS: Final = 0.001


def figure(value: float, digits: int = DIGITS) -> str:
    """Write a number to three significant digits; whole ones of four digits and more keep all of them."""
    if not isfinite(value):
        return str(value)
    if abs(value) >= LEAST_WHOLE:
        return formats.number(round(value))
    exact = Decimal(f"{value:.{digits}g}").normalize()
    exponent = exact.as_tuple().exponent
    return formats.number(f"{exact:f}" if isinstance(exponent, int) and exponent < 0 else int(exact))


def share(value: float) -> str:
    """Write a share of one in per cent: whole ones, tenths below 10 %, more digits for what is rare."""
    part = abs(value)
    digits = 0 if part >= WHOLE or part == 0 else 1 if part >= TENTHS else 3
    text = formats.fixed(100 * value, digits)
    return f"{text.rstrip('0').rstrip('.,') if digits and text[-1:] == '0' else text} %"


CHARTS: Final[dict[str, Any]] = {"figure": figure, "share": share}
"""What every page with charts takes."""
