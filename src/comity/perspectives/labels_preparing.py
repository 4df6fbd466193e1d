"""What the pages that prepare a comparison are called, and what their forms may lack (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_
from comity.perspectives.labels_documents import CODING_FAULTS, CODING_FIELDS

PAGES: Final = {
    "work": (
        N_("Describe a work"),
        N_("What was published, by whom, and which works are not independent of each other."),
    ),
    "proposition": (N_("Add a proposition"), N_("A sentence that holders affirm or reject.")),
    "holder": (
        N_("Name a holder"),
        N_(
            "An office, organisation or work, and the perspective that it is counted in; never a private "
            "person."
        ),
    ),
    "codebook": (
        N_("Fix a codebook"),
        N_(
            "What is coded, and which comparisons are tested. Fix it before statements are on record: one "
            "that is chosen afterwards is no test."
        ),
    ),
    "claim": (N_("Add a claim"), N_("What a holder claims of itself or others, without a grade.")),
    "evidence": (N_("Add evidence on a claim"), N_("What a work shows of it, without a grade.")),
}
"""Each page: what is done there, and what it is for."""

LEVELS: Final = {
    "leader": N_("leader"),
    "ministry": N_("ministry"),
    "party_press": N_("party press"),
}
VOICES: Final = {
    "open": N_("an open community"),
    "official": N_("one office speaks for it"),
}

FIELDS: Final = {
    **CODING_FIELDS,
    "text": N_("Text"),
    "name": N_("Name"),
    "group": N_("Perspective"),
    "issue": N_("Issue"),
    "frames": N_("Frames"),
    "critic": N_("Contested by"),
    "claim": N_("Claim"),
    "work": N_("Work"),
    "author": N_("Your pseudonym"),
    "marking": N_("Who may read it"),
}
FAULTS: Final = {
    **CODING_FAULTS,
    "empty": N_("Fill it in."),
    "unknown": N_("Choose one that is on record."),
    "taken": N_("One of this name is on record already."),
    "english": N_("Give it in English, too: names are made from that."),
    "nothing": N_("Nothing is named, or fewer than two."),
    "many": N_("Choose fewer: a codebook fixes 2,000 comparisons at most."),
}
