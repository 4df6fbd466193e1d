"""Text and dates inside content: NFC, languages, EDTF (docs/spec/content.md)."""

from __future__ import annotations

import calendar
import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator

_LANGUAGE = re.compile(r"[a-z]{2,3}")
# EDTF (ISO 8601-2, Library of Congress specification 2019) level 0 dates and intervals, and of level 1 the
# qualifiers, the unspecified digits of a year, and open or unknown ends.
_DATE = re.compile(r"(\d{4}|\d{3}X|\d{2}XX)(?:-(\d{2}|XX)(?:-(\d{2}|XX))?)?[?~%]?", re.ASCII)
_MONTHS = 12


def refuse_unnormalised(value: Any) -> None:
    """Walk a JSON-like value and refuse text that is not in Unicode normalisation form C.

    Raises:
        ValueError: A string, at any depth, is not NFC (pydantic turns this into a validation error).
    """
    if isinstance(value, str):
        if not value.isascii() and not unicodedata.is_normalized("NFC", value):
            raise ValueError("text must be in Unicode normalisation form C (NFC)")
    elif isinstance(value, dict):
        for key, item in value.items():
            refuse_unnormalised(key)
            refuse_unnormalised(item)
    elif isinstance(value, list | tuple):
        for item in value:
            refuse_unnormalised(item)


def check_edtf(value: str) -> str:
    """Return `value` if it is an EDTF date or interval of the levels that Comity writes.

    Raises:
        ValueError: It is not, or names a day that no calendar has.
    """
    ends = value.split("/")
    if len(ends) == 1:
        _check_date(value)
        return value
    if len(ends) != 2 or all(end in ("", "..") for end in ends):  # noqa: PLR2004 - an interval has two ends
        raise ValueError(f"{value!r} is not an EDTF date or interval")
    for end in ends:
        if end not in ("", ".."):
            _check_date(end)
    start, stop = (re.sub(r"[?~%]", "", end) for end in ends)
    if start.strip(".") and stop.strip(".") and "X" not in start + stop and start > stop + "-99":
        raise ValueError(f"{value!r} ends before it starts")
    return value


def _check_date(text: str) -> None:
    match = _DATE.fullmatch(text)
    if not match:
        raise ValueError(f"{text!r} is not an EDTF date such as 2026, 2026-02 or 2026-02-05")
    year, month, day = match.groups()
    if month and month != "XX" and not 1 <= int(month) <= _MONTHS:
        raise ValueError(f"{text!r} names a month that no year has")
    if day and day != "XX":
        # An unspecified year may be a leap year, an unspecified month may have 31 days.
        days = (
            31
            if month == "XX"
            else calendar.monthrange(2000 if "X" in year else max(int(year), 1), int(month))[1]
        )
        if not 1 <= int(day) <= days:
            raise ValueError(f"{text!r} names a day that its month does not have")


def check_languages(value: dict[str, str]) -> dict[str, str]:
    """Return `value` if it maps language codes to text and has English.

    Raises:
        ValueError: A key is no language code, a text is empty, or `en` is missing.
    """
    for language, text in value.items():
        if not _LANGUAGE.fullmatch(language) or not text.strip():
            raise ValueError(f"{language!r} is not a language code with a text")
    if "en" not in value:
        raise ValueError("the English text is missing")
    return value


Edtf = Annotated[str, AfterValidator(check_edtf)]
"""A date or interval in the Extended Date/Time Format."""

Languages = Annotated[dict[str, str], AfterValidator(check_languages)]
"""A text in several languages, English at least: `{"en": "...", "vi": "...", "lo": "..."}`."""
