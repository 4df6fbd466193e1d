"""Why a place is offered, in the language of a page; the gazetteer says it in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comity.console.formats import edtf
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping

_MESSAGES: Final = (
    (r"no place called '(?P<part>.*)' holds it", N_("No place called “%(part)s” holds it.")),
    (r"not a place on (?P<day>[\d-]+): .*", N_("It was no place on %(day)s.")),
    (r"took over from (?P<id>[\w-]+)", N_("It took over from %(id)s.")),
    (r"['\"](?P<name>.*)['\"] may be another romanisation", N_("“%(name)s” may be another romanisation.")),
    (
        r"['\"](?P<name>.*)['\"] is written alike \((?P<percent>\d+) %\)",
        N_("“%(name)s” is written alike: %(percent)s percent."),
    ),
    (r"there is no name in the text", N_("There is no name in the text.")),
    (
        r"on (?P<day>[\d-]+) it did not lie in (?P<part>.*); it lay in nothing recorded",
        N_("On %(day)s it did not lie in %(part)s; where it lay is not on record."),
    ),
    (
        r"on (?P<day>[\d-]+) it did not lie in (?P<part>.*); it lay in (?P<names>.*)",
        N_("On %(day)s it did not lie in %(part)s; it lay in %(names)s."),
    ),
    (
        r"marker (?P<number>\S+) is not in this gazetteer: the location stands by its number",
        N_("Marker %(number)s is not in this gazetteer: the location stands by its number."),
    ),
    (r"\w+, (?:from .*|no dates recorded)", ""),
)
REASONS: Final = tuple((re.compile(pattern), message) for pattern, message in _MESSAGES)
"""The reasons and notes of `places`; empty where the page shows kind and dates anyway."""


def reason_of(text: str) -> str:
    """Return a reason or note in the language in force; one that has no message stays as it is."""
    for pattern, message in REASONS:
        found = pattern.fullmatch(text)
        if found:
            return gettext(message) % _read(found.groupdict()) if message else ""
    return text


def _read(said: Mapping[str, str]) -> dict[str, str]:
    return {name: edtf(value) if name == "day" else value for name, value in said.items()}
