"""What places and reconciliation are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console import KindView
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from collections.abc import Mapping


def _place_title(fields: Mapping[str, Any]) -> str:
    return str(fields["names"][0]["text"])


def _match_title(fields: Mapping[str, Any]) -> str:
    return f"{fields['one']} {'=' if fields['same'] else '≠'} {fields['other']}"


def _word_title(fields: Mapping[str, Any]) -> str:
    return f"{fields['ticket']}: {gettext(VALUES['word'][fields['word']])}"


KINDS: Final = {
    "register.place": KindView(N_("Place"), _place_title, lambda _: "/register/places"),
    "register.match": KindView(N_("Same or not"), _match_title, lambda _: "/register/reconciliation"),
    "register.ticket": KindView(
        N_("Ticket about a difference"), lambda f: f["slug"], lambda _: "/register/reconciliation"
    ),
    "register.ticket_word": KindView(
        N_("Word on a ticket"), _word_title, lambda _: "/register/reconciliation"
    ),
    "register.direction": KindView(
        N_("Proposed direction"),
        lambda f: f["words"],
        lambda f: (
            f"/register/meeting/{f['meeting']}"
            if f.get("meeting")
            else f"/register/mechanism/{f['mechanism']}"
        ),
    ),
    "register.translation": KindView(N_("How texts were translated"), lambda f: f["lang"]),
}
FIELDS: Final = {
    "place_kind": N_("kind of place"),
    "valid_from": N_("from"),
    "valid_to": N_("until"),
    "supersedes": N_("took over from"),
    "same_as": N_("the same as"),
    "within": N_("lies in"),
    "marker_number": N_("number of the marker"),
    "point": N_("position"),
    "lat": N_("latitude"),
    "lon": N_("longitude"),
    "accuracy_m": N_("accuracy in metres"),
    "script": N_("script"),
    "source": N_("source"),
    "one": N_("one name"),
    "other": N_("other name"),
    "same": N_("the same"),
    "field": N_("field"),
    "readings": N_("what each record says"),
    "owner": N_("followed up by"),
    "opened": N_("opened"),
    "ticket": N_("ticket"),
    "word": N_("word"),
    "outcome": N_("outcome"),
    "made": N_("translated by"),
    "covers": N_("covers"),
    "reviewed_by": N_("reviewed by"),
    "proposer": N_("proposed by"),
    "basis": N_("what it rests on"),
}
VALUES: Final = {
    "place_kind": {
        "marker": N_("border marker"),
        "gate": N_("border gate"),
        "station": N_("station"),
        "province": N_("province"),
        "district": N_("district"),
        "commune": N_("commune"),
        "village": N_("village"),
        "river": N_("river"),
        "dam": N_("dam"),
        "road": N_("road"),
        "other": N_("other"),
    },
    "word": {
        "explained": N_("explained"),
        "settled": N_("settled"),
        "reopened": N_("reopened"),
    },
    "state": {"proposed": N_("proposed"), "taken_back": N_("taken back")},
    "made": {"machine": N_("a machine"), "person": N_("a person")},
}
TICKETS: Final = {
    "open": (N_("open"), "warn", "wait"),
    "explained": (N_("explained"), "quiet", "check"),
    "settled": (N_("settled"), "good", "joint"),
    "settled differently": (N_("settled differently"), "stop", "differ"),
}
"""How the state of a ticket is drawn: words, tone, drawing."""
SCRIPTS: Final = {"Latn": N_("Latin script"), "Laoo": N_("Lao script")}
FOUND: Final = {
    "one": N_("One place."),
    "several": N_("Several places bear this name: say which one is meant."),
    "other time": N_("It was no place on that day."),
    "similar": N_("No place bears this name; perhaps one of these is meant."),
    "unknown": N_("No such place is on record."),
}
"""What the outcome of a search for a place means."""
