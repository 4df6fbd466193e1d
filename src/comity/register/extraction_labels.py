"""What the rules of extraction say, in the language of a page; the engine says it in English."""

from __future__ import annotations

import re
from typing import Final

from comity.console.i18n import N_, gettext

MODALITIES: Final = {
    "agreement": N_("agreed"),
    "plan": N_("planned"),
    "proposal": N_("proposal: nobody's undertaking"),
    "aspiration": N_("hope: nobody's undertaking"),
}
REASONS: Final = (
    (re.compile(r"it is a question"), N_("It is a question.")),
    (re.compile(r"nothing to be done follows the word"), N_("Nothing to be done follows the word.")),
    (
        re.compile(r"a word against it stands beside '(?P<cue>.*)'"),
        N_("A word against it stands beside “%(cue)s”."),
    ),
    (re.compile(r"it tells what was done"), N_("It tells what was done.")),
    (re.compile(r"the word stands in a quotation"), N_("The word stands in a quotation.")),
    (re.compile(r"no party is named as obliged"), N_("No party is named as obliged.")),
)
"""Why the rules make nothing of a sentence, and the messages."""


def abstained_words(reason: str) -> str:
    """Return why a sentence was left, in the language of the page; what has no message stays as it is."""
    for pattern, message in REASONS:
        found = pattern.fullmatch(reason)
        if found:
            return gettext(message) % found.groupdict()
    return reason
