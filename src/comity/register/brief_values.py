"""How a brief writes the values of fields: dates, numbers and fixed words, in the language in force."""

from __future__ import annotations

from typing import Final

from comity.console import formats
from comity.console.formats import edtf
from comity.console.i18n import gettext
from comity.register.labels import FIELDS, VALUES

PARTIES: Final = ("parties", "obligors", "host", "party", "given_by", "given_to")
"""Fields that hold codes of parties: each is written by its name."""
THINGS: Final = ("meeting", "instrument", "mechanism")
"""Fields that hold the short name of a thing: it is written by its title."""
DATES: Final = ("date", "start", "end", "window", "period", "term")


def value(field: str, said: str) -> str:
    """Return values of a field, divided by ` / `, as they are read."""
    parts = said.split(" / ")
    if field in DATES:
        return " / ".join(edtf(part) for part in parts)
    if field == "value":
        return " / ".join(_measured(part) for part in parts)
    return " / ".join(word(field, part) for part in parts)


def word(field: str, said: str) -> str:
    """Return what a fixed value of a field is called in the language in force."""
    message = VALUES.get(field, {}).get(said, said)
    return gettext(message)


def label(field: str) -> str:
    """Return what a field is called in the language in force."""
    message = FIELDS.get(field, field)
    return gettext(message)


def _measured(part: str) -> str:
    """Return a number with its unit, the number as the language in force writes it."""
    amount, _, unit = part.partition(" ")
    return f"{formats.number(amount)} {unit}".strip()
