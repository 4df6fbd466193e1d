"""What the gazetteer says in English, a page says in its language; and a point on the line by its marker."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from comity import register
from comity.console.i18n import Languages, speaking
from comity.register.calendar_bounds import Bounds
from comity.register.places import Gazetteer, Known, Name
from comity.register.places_reasons import reason_of

SPOKEN = Languages(
    [Path(register.__file__).parent / "locale", *Path(register.__file__).parents[1].glob("console/locale")]
)


def place(slug, name, kind="gate", **changed):
    return Known(slug, kind, "la", (Name("lo", "Latn", name, "a list"),), **changed)


OLD = place("la-old", "Dansavan", validity=Bounds(None, date(2020, 1, 1)), within=("la-sv",))
GAZETTEER = Gazetteer(
    [
        OLD,
        place("la-new", "Den Savanh", supersedes=("la-old",), within=("la-xe",)),
        place("la-sv", "Savannakhet", "province", validity=Bounds(None, date(2024, 1, 1))),
        place("la-xe", "Xepon", "province"),
        place("la-twin-1", "Ban Mai", "village"),
        place("la-twin-2", "Ban Mai", "village"),
        place("la-moved", "Ban Kao", "village", within=("la-sv", "la-xe")),
    ]
)
ASKED = (
    ("Dansavan", "2025-01-01"),
    ("Densavan", ""),
    ("Ban Maii", ""),
    ("Ban Mai, Nowhere", ""),
    ("Ban Kao, Savannakhet", "2025-01-01"),
    ("marker 578 + 150 m", ""),
    (",", ""),
)


@pytest.mark.parametrize("code", ["vi", "lo"])
@pytest.mark.parametrize(("text", "on"), ASKED)
def test_every_reason_and_note_of_a_search_is_said_in_the_language_of_the_page(code, text, on):
    found = GAZETTEER.resolve(text, date.fromisoformat(on) if on else None)
    said = [*found.notes, *(one.why for one in found.candidates)]
    assert said
    with speaking(SPOKEN[code]):
        for words in said:
            assert reason_of(words) != words
            assert "%(" not in reason_of(words)


def test_what_has_no_message_stays():
    assert reason_of("something new") == "something new"
