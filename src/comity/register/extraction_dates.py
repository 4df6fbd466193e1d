"""The time that a sentence sets, as an EDTF date or interval; none where it sets none, or two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from comity.record.text import check_edtf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MONTHS: Final = 12


def window(text: str, cues: Mapping[str, Any]) -> str:
    """Return the window of a sentence, empty where none is said.

    Args:
        text: The sentence, case folded.
        cues: The cue file of its language: `windows`, `months`, `quarters`.
    """
    for pattern in cues["windows"]:
        found = list(re.finditer(pattern, text))
        if found:
            made = {made for match in found if (made := _edtf(match.groupdict(), cues))}
            return made.pop() if len(made) == 1 else ""
    return ""


def _edtf(said: Mapping[str, str | None], cues: Mapping[str, Any]) -> str:
    if said.get("from"):
        return _checked(f"{said['from']}/{said['to']}")
    year = said.get("year") or ""
    if said.get("quarter"):
        number = cues["quarters"].get(said["quarter"])
        return _checked(f"{year}-{3 * number - 2:02}/{year}-{3 * number:02}") if number else ""
    day = year
    if said.get("month"):
        month = _month(str(said["month"]), cues["months"])
        if not month:
            return ""
        day = f"{year}-{month:02}"
        if said.get("day"):
            day = f"{day}-{int(str(said['day'])):02}"
    return _checked(f"../{day}" if said.get("bound") else day)


def _month(word: str, months: Sequence[str]) -> int:
    if word.isdecimal():
        return int(word) if 1 <= int(word) <= _MONTHS else 0
    return months.index(word) + 1 if word in months else 0


def _checked(text: str) -> str:
    try:
        return check_edtf(text)
    except ValueError:
        return ""
