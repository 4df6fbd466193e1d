"""The words of a brief that no record gives: headings, notes, what stands around the lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console.formats import edtf
from comity.console.i18n import LANGUAGES, N_, gettext
from comity.record.errors import ComityError
from comity.register.brief_visible import CLEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

HEADINGS: Final = {
    "agenda": N_("Agenda"),
    "done": N_("Implementation since the last meeting"),
    "awaiting": N_("Awaiting the word of a party"),
    "disputed": N_("Disputed"),
    "overdue": N_("Overdue"),
    "differing": N_("Recorded differently"),
    "directions": N_("Proposed directions"),
}
LEADS: Final = {
    "agenda": N_("The points of this brief, and how many lines each has."),
    "done": N_("What both parties say of their undertakings, and what took place since the last meeting."),
    "awaiting": N_("One party or both have not spoken; what is withheld is not counted."),
    "disputed": N_("The parties have said different things; both words stand."),
    "overdue": N_("The time window is over and no final word is joint."),
    "differing": N_("The reports of one fact differ; none is preferred."),
    "directions": N_(
        "What offices propose, what lies ahead, and what the software suggests. A proposal binds nobody; "
        "a suggestion is nobody's position."
    ),
}
NOTES: Final = {
    "nobody has spoken": N_("No party has spoken of it; no word of it is visible here."),
    "planned": N_("Planned."),
    "suggest-explain": N_("Suggested: agree what holds, or record the explanation of each side."),
    "suggest-window": N_("Suggested: set a new time window, or record that it has ended."),
    "suggest-word": N_("Suggested: the party that has not spoken records its word."),
}
ENGLISH_ONLY: Final = "*"
MACHINE: Final = "†"
UNREAD: Final = "‡"
FOOTNOTES: Final = {
    ENGLISH_ONLY: N_("not on record in this language: shown in another one"),
    MACHINE: N_("machine translation awaiting review"),
    UNREAD: N_("source not read itself"),
}
MACHINE_LABELS: Final = ("vi", "lo")
"""Languages in which the words of the brief itself come from a machine and await review."""


class LanguagesError(ComityError):
    """A brief is asked for in languages that it cannot be made in."""

    code = "register-brief-languages"
    advice = "Name one to three of vi, lo, en, joined by commas, as in --languages vi,lo."


def chosen(text: str) -> tuple[str, ...]:
    """Return the languages that an option names.

    Raises:
        LanguagesError: one is unknown or named twice, or none is.
    """
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    if not codes or len(set(codes)) != len(codes) or set(codes) - set(LANGUAGES):
        raise LanguagesError(f"languages {text[:40]!a} are not some of {', '.join(LANGUAGES)}")
    return codes


def labels(data: Mapping[str, Any], code: str) -> dict[str, str]:
    """Return the words around the lines, in the language in force."""
    audience = (
        gettext("Made of what is marked for everybody.")
        if data["marking"] == CLEAR
        else gettext("Holds what is not for everybody: not to be shown to the other party.")
    )
    return {
        "number": gettext("No."),
        "sources": gettext("Sources and records"),
        "exercise": gettext("exercise: fictional"),
        "exercise_banner": gettext(
            "This brief holds exercise items: fictional, no position of any Government."
        ),
        "audience": audience,
        "nature": gettext("A working paper made from the register; no position of any party."),
        "made": gettext("Made on %(date)s from the logs:") % {"date": edtf(str(data["made_on"]))},
        "entries": gettext("entries"),
        "records": gettext("records"),
        "machine": gettext("The words of this form were translated by machine and await review.")
        if code in MACHINE_LABELS
        else "",
        "page": gettext("Page"),
    }
