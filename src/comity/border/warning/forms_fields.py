"""The fields of the form of a warning, in the order in which an officer thinks of them."""

from __future__ import annotations

from typing import Final

from comity.border.events.sending import Field
from comity.border.warning import forms_labels as labels
from comity.border.warning import texts
from comity.border.warning.forms_start import LANGUAGES
from comity.console.i18n import N_, NAMES

TEXTS: Final = {
    "event": N_("What happens"),
    "headline": N_("In a line"),
    "description": N_("In full"),
    "instruction": N_("What to do"),
    "area": N_("Where, in words"),
}
LONG: Final = frozenset({"description", "instruction"})
NEEDED: Final = frozenset({"event", "headline", "area"})
EXACT: Final = N_("With its offset, as 2026-07-23T20:00:00+07:00.")
CHOSEN: Final = (
    ("severity", N_("How bad")),
    ("urgency", N_("How soon")),
    ("certainty", N_("How sure")),
    ("response", N_("What to do")),
    ("category", N_("What kind")),
)
WHO_AND_WHERE: Final = (
    Field(
        "sender",
        N_("Sender"),
        help=N_("A name under which you are known to all, such as an address; no space."),
        group=N_("Who, and where"),
    ),
    Field(
        "polygon",
        N_("Area: its corners"),
        required=False,
        area=True,
        help=N_("Latitude and longitude, a corner a line; an empty line begins another area."),
    ),
    Field(
        "circle",
        N_("Area: circles"),
        required=False,
        area=True,
        rows=2,
        help=N_("Latitude, longitude and kilometres, a circle a line."),
    ),
    Field(
        "drill", N_("Which exercise it is"), required=False, help=N_("Needed where the box below is ticked.")
    ),
    Field(
        "signed",
        N_("Sign it inside, for third parties who do not hold this record"),
        required=False,
        tick=True,
    ),
    Field("gauge", N_("Gauge on record that gives cause"), required=False, more=True),
    Field("begins_at", N_("It begins, exactly"), required=False, more=True, help=EXACT),
    Field("ends_at", N_("It ends, exactly"), required=False, more=True, help=EXACT),
)


def fields() -> tuple[Field, ...]:
    """Return every field."""
    return (
        *(Field(name, title, texts.options(labels.CAP[name], texts.CHOICES[name])) for name, title in CHOSEN),
        Field("onset", N_("It begins"), labels.ONSET, required=False),
        Field("expires", N_("It ends"), labels.EXPIRES),
        *(_text(name, code) for code in LANGUAGES for name in TEXTS),
        *WHO_AND_WHERE,
    )


def _text(name: str, code: str) -> Field:
    return Field(
        f"{name}.{code}",
        TEXTS[name],
        area=name in LONG,
        lang=code,
        required=name in NEEDED,
        group=NAMES[code] if name == "event" else "",
    )
