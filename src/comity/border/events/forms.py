"""The five forms of a patrol's phone: what they ask is what nobody can know but who stands there.

Chosen by what both sides must answer the same day and can say without a word about any person: a marker
(the line itself), a lawful crossing that does not work (residents cross lawfully, and wait), fire or water
that comes across, ordnance (the line is contaminated; a finding becomes a hazard area that patrols keep clear
of), and an object of which nobody knows whose it is. No public
statistics say how often each occurs: the choice is a judgement, and `other` is there. A crossing by itself is
none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.console.i18n import N_


@dataclass(frozen=True, slots=True)
class EventForm:
    """A form: what it is called, and what it asks besides the place.

    Attributes:
        name: The event type.
        title: A msgid.
        details: What exactly: value and msgid.
        impact: What is chosen at first.
        objects: Whether it asks what moves.
        hazard: The hazard that a finding makes, if it makes one.
    """

    name: str
    title: str
    details: tuple[tuple[str, str], ...]
    impact: str = "medium"
    objects: bool = False
    hazard: str = ""


FORMS: Final = {
    form.name: form
    for form in (
        EventForm(
            "marker_damaged",
            N_("Marker damaged, displaced or missing"),
            (
                ("damaged", N_("damaged")),
                ("displaced", N_("displaced")),
                ("missing", N_("missing")),
                ("undercut", N_("ground gives way under it")),
            ),
        ),
        EventForm(
            "crossing_difficulty",
            N_("A lawful crossing does not work"),
            (
                ("gate-closed", N_("gate closed outside its closing hours")),
                ("road-blocked", N_("road or bridge blocked")),
                ("papers-not-accepted", N_("valid papers not accepted")),
                ("long-wait", N_("long wait")),
            ),
            impact="low",
        ),
        EventForm(
            "fire_or_flood",
            N_("Fire, flood or landslide across the line"),
            (
                ("fire", N_("fire")),
                ("flood", N_("flood")),
                ("landslide", N_("landslide")),
            ),
            impact="high",
        ),
        EventForm(
            "ordnance_found",
            N_("Unexploded ordnance found"),
            (
                ("seen", N_("seen, not touched")),
                ("exploded", N_("exploded")),
                ("suspected", N_("suspected")),
            ),
            impact="very_high",
            hazard="unexploded_ordnance",
        ),
        EventForm(
            "unknown_object",
            N_("Unknown drone, boat or vehicle"),
            (
                ("seen", N_("seen")),
                ("heard", N_("heard")),
                ("sensor", N_("shown by a sensor")),
                ("traces", N_("traces found")),
            ),
            objects=True,
        ),
    )
}
"""The forms by event type, in the order in which they are shown."""

OTHER: Final = EventForm("other", N_("Something else"), ())
