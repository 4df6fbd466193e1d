"""Why two records are held to be alike, in the language of a page; the engine says it in English."""

from __future__ import annotations

import re
from typing import Final

from comity.console.i18n import N_, NAMES, gettext

REASONS: Final = (
    (re.compile(r"the same name"), N_("the same name")),
    (
        re.compile(r"titles in (?P<lang>\w+) alike by (?P<percent>\d+) %"),
        N_("titles in %(lang)s alike by %(percent)s percent"),
    ),
    (
        re.compile(r"titles in (?P<lang>\w+) alike by (?P<percent>\d+) %, the numbers differ"),
        N_("titles in %(lang)s alike by %(percent)s percent, the numbers differ"),
    ),
    (
        re.compile(r"titles in (?P<lang>\w+) alike by (?P<percent>\d+) %, each has words of its own"),
        N_("titles in %(lang)s alike by %(percent)s percent, each has words of its own"),
    ),
    (re.compile(r"people said so"), N_("people said so")),
    (
        re.compile(r"people said that they are not the same"),
        N_("people said that they are not the same"),
    ),
    (re.compile(r"no title in a common language"), N_("no title in a common language")),
    (re.compile(r"the same class"), N_("the same class")),
    (re.compile(r"another class"), N_("another class")),
    (re.compile(r"the same parties"), N_("the same parties")),
    (re.compile(r"not the same parties"), N_("not the same parties")),
    (re.compile(r"the dates can meet"), N_("the dates can meet")),
    (re.compile(r"(?P<days>\d+) days apart"), N_("%(days)s days apart")),
)
"""The reasons of `reconcile_score`, and their messages."""


def reason_words(reason: str) -> str:
    """Return a reason in the language of the page; one that has no message stays as it is."""
    for pattern, message in REASONS:
        found = pattern.fullmatch(reason)
        if found:
            return gettext(message) % _read(found.groupdict())
    return reason


def _read(said: dict[str, str]) -> dict[str, str]:
    """Return the parts of a reason, a language by its name in itself."""
    return {name: NAMES.get(value, value) if name == "lang" else value for name, value in said.items()}
