"""Numbers, dates and durations as the language in force writes them (CLDR, through Babel)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from babel.dates import format_date, format_datetime, format_skeleton, format_timedelta
from babel.numbers import format_decimal
from babel.units import format_unit

from comity.console.i18n import gettext, language

_EDTF = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)")
_KIB: Final = 1024
_NOWHERE: Final = "ZZ"
"""CLDR's code of an unknown region."""
_UNITS: Final = ("digital-byte", "digital-kilobyte", "digital-megabyte", "digital-gigabyte")


def number(value: float | str | Decimal) -> str:
    """Write a number with the separators of the language; decimal strings keep their digits."""
    try:
        exact = Decimal(str(value))
    except InvalidOperation:
        return str(value)
    exponent = exact.as_tuple().exponent
    digits = max(0, -exponent) if isinstance(exponent, int) else 0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(exact, pattern, language().locale, decimal_quantization=False))


def fixed(value: float, digits: int = 2, *, sign: bool = False) -> str:
    """Write a number with a fixed number of decimals, with a sign if asked for."""
    pattern = "0." + "0" * digits if digits else "0"
    return str(
        format_decimal(
            value, f"+{pattern};\N{MINUS SIGN}{pattern}" if sign and value else pattern, language().locale
        )
    )


def territory(code: str) -> str:
    """Write a country that is no party by its CLDR name; what is no country's code stays as it stands."""
    known = code.isalpha() and code.upper() != _NOWHERE
    return str(language().locale.territories.get(code.upper(), code)) if known else code


def edtf(value: str) -> str:
    """Write an EDTF date or interval in words; what is not understood is shown as it stands."""
    start, slash, end = value.partition("/")
    if not slash:
        return _edtf_date(start)
    if end in ("", ".."):
        return gettext("from %(date)s") % {"date": _edtf_date(start)}
    if start in ("", ".."):
        return gettext("until %(date)s") % {"date": _edtf_date(end)}
    return gettext("%(start)s to %(end)s") % {"start": _edtf_date(start), "end": _edtf_date(end)}


def _edtf_date(value: str) -> str:
    match = _EDTF.fullmatch(value)
    if not match:
        return value
    year, month, day, qualifier = match.groups()
    locale = language().locale
    try:
        if day:
            text = format_date(date(int(year), int(month), int(day)), "long", locale=locale)
        elif month:
            text = format_skeleton("yMMMM", date(int(year), int(month), 1), locale=locale)
        else:
            text = year
    except (ValueError, KeyError):
        return value
    notes = {
        "?": gettext("%(date)s (uncertain)"),
        "~": gettext("%(date)s (about)"),
        "%": gettext("%(date)s (about, uncertain)"),
    }
    return notes[qualifier] % {"date": text} if qualifier else text


def moment(milliseconds: int) -> str:
    """Write a time, integer milliseconds UTC, to the second and say that it is UTC."""
    try:
        when = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return str(milliseconds)
    return f"{format_datetime(when, 'medium', tzinfo=UTC, locale=language().locale)} UTC"


def instant(text: str) -> str:
    """Write an ISO 8601 time that says its zone as `moment` does; anything else stays as it is."""
    try:
        when = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return str(text)
    return moment(round(when.timestamp() * 1000)) if when.tzinfo else str(text)


def iso(milliseconds: int) -> str:
    """Return the machine form of a time for the `datetime` attribute."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return ""


def duration(milliseconds: int) -> str:
    """Write a length of time in its largest unit."""
    return str(
        format_timedelta(milliseconds // 1000, granularity="second", threshold=1.5, locale=language().locale)
    )


def size(count: int) -> str:
    """Write a number of bytes in the unit that fits (1 kB here is 1024 bytes)."""
    amount = float(count)
    unit = _UNITS[0]
    for unit in _UNITS:
        if amount < _KIB or unit == _UNITS[-1]:
            break
        amount /= _KIB
    digits = "#,##0" if unit == _UNITS[0] else "#,##0.0"
    return str(format_unit(amount, unit, "short", format=digits, locale=language().locale))
