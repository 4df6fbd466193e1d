"""What forms say: markings, and why an act is refused (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

MARKINGS: Final = {
    "TLP:AMBER": N_("TLP:AMBER: stays here until people approve its release"),
    "TLP:CLEAR": N_("TLP:CLEAR: read at once by everybody who holds this log"),
    "TLP:RED": N_("TLP:RED: stays here"),
}
REFUSED: Final = {
    "form-incomplete": N_("Something is missing."),
    "draft-invalid": N_("A field is not as a record needs it."),
    "append-refused": N_("A field is not as a record needs it."),
    "gate-date": N_("A date or a length of time cannot be read."),
    "gate-rule-unknown": N_("No rule of that name and version is here."),
    "gate-rule-unsigned": N_("This rule binds by the compact, and the compact in force does not carry it."),
    "gate-unknown": N_("No such consultation, request or initiative is on record."),
    "gate-not-yours": N_("This is for another party to say."),
    "gate-said-before": N_("It was said before: the first stands."),
    "gate-deadline-past": N_("The date lies in the past, or before what it extends."),
    "gate-not-extendable": N_("There is no period that could be extended."),
    "gate-class": N_("That class of water, season or use is not one of the rule's words."),
    "position-step": N_("This step would not stand."),
    "zone-refused": N_("This step would not stand."),
    "zone-message": N_("What the other side sent cannot be used."),
    "session": N_("A field is not as a record needs it."),
    "session-step": N_("This step would not stand."),
    "risk-register": N_("This would not stand beside the other risks, or cannot be run with them."),
    "assess-initiative-refused": N_("A party that is named, or the third one, is not as a record needs it."),
}
"""By error code, in a sentence; what exactly it was follows in the words of the software."""
