"""What went wrong, in the language of the page: by the code of an error, and by what a step of coding lacks.

An error's own words are English and name the place; what is here says the same in every language, and the
English stays beside it only where it says more.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.console.i18n import N_
from comity.console.pages.rounds import REASONS as ROUND_REASONS
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.locators import LocatorError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.record.errors import ComityError

CODING: Final = {
    "works-or-claims": N_("name works whose documents are coded, or claims that are graded, and not both"),
    "no-codebook": N_("no codebook is in force"),
    "codebook-unknown": N_("no codebook %(book)s is on record"),
    "codebook-differs": N_("codebook %(book)s is recorded in two ways: give it a new version"),
    "codebook-exercise": N_("the codebook is an exercise: a round on it is one, too"),
    "no-document": N_("no document of work %(work)s is held here: take it in first"),
    "no-claim": N_("no claim %(claim)s is on record here"),
    "claim-exercise": N_("claim %(claim)s is an exercise, and the round is none"),
    "claim-real": N_("claim %(claim)s is no exercise, and the round is one"),
    "graded-before": N_(
        "%(item)s stands on record with a grade, at %(place)s, which graders could read: append it again "
        "without"
    ),
    "one-party": N_("grades of one party alone count for nothing: name logs of two parties"),
    "times": N_("sealing ends before opening does, both within a year"),
    "no-task": N_("round %(round)s is on no coding task of its kind whose codebook is held here, too"),
    "no-sides": N_("the round is on documents: its sheet has no sides"),
    "one-sheet": N_("the round is on documents: one sheet has all its coders"),
    "which-side": N_("graders grade claims or evidence, never both: say which side the sheet is for"),
    "item-changed": N_("%(item)s is not held here as it was when the round was started"),
    "text-not-held": N_("the text of document %(document)s is not held here"),
    "no-stance": N_("no stance is given"),
    "nothing-coded": N_("nothing was coded"),
    "role-taken": N_("somebody else codes as %(coder)s in this round: take a role of your own"),
    "both-sides": N_("coder %(coder)s grades claims and evidence: whoever sees the one grades not the other"),
    "misfit": N_("it does not fit the task: %(detail)s"),
    "nothing-handed-in": N_("no coder of this party has handed anything in"),
    "no-claims-graded": N_("nobody of this party has graded claims"),
    "no-evidence-graded": N_("nobody of this party has graded evidence"),
    "no-unit": N_("%(unit)s is not a unit of the round, or the round is not open here"),
    "no-frame": N_("%(frame)s is not a frame of the codebook"),
}
"""Why a step of coding cannot be taken, by the codes of `coding_errors`."""

LOCATORS: Final = {
    "the passage is empty": N_("the passage is empty"),
    "the passage is not in the document": N_("the passage is not in the document"),
    "the passage stands in the document more than once": N_(
        "the passage stands in the document more than once"
    ),
}
"""Why nothing can be pointed to, by the words of `locators`."""

ROUNDS: Final = {
    **ROUND_REASONS,
    "name-taken": N_("A round of this name was started in this log before."),
    "party-unknown": N_("A log that it names is not paired with this node."),
    "deadline-over": N_("The deadline is over."),
}
"""Why a step of a round is not taken, with what a start may lack."""

FAULTS: Final = {
    "coding": (N_("the step cannot be taken"), ""),
    "coding-form": (N_("the form does not say all that the step needs"), N_("Fill in what is missing.")),
    "coding-sheet": (N_("rows cannot be read"), N_("Correct the rows, and hand it in again.")),
    "locator": (N_("the passage cannot be pointed to"), N_("Choose a passage of the document's own text.")),
    "intake": (
        N_("it is no document that can be taken in"),
        N_("Give a PDF, HTML, DOCX, Markdown or text (UTF-8) file of at most 32 MiB."),
    ),
    "intake-too-large": (
        N_("the file, or what it unfolds to, is too large"),
        N_("Split the document, or leave out what is not text: at most 32 MiB are taken in."),
    ),
    "intake-encrypted": (
        N_("the file needs a password"),
        N_("Save a copy without the password, and take that in."),
    ),
    "intake-needs-ocr": (
        N_("the pages are images: there is no text to read"),
        N_("Run OCR on the file and let a person check the text; then take in the result."),
    ),
    "intake-file-damaged": (
        N_("the file is cut off, or not built as its format says"),
        N_("Fetch the file again, or open it and save it anew; then take that in."),
    ),
    "intake-format": (
        N_("the bytes are of a format that is not read here"),
        N_("Save the document as PDF, DOCX, HTML or UTF-8 text, and take that in."),
    ),
    "intake-encoding": (
        N_("the text is not UTF-8, or was decoded wrongly before"),
        N_("Save the text as UTF-8 from its source; text that was decoded wrongly cannot be trusted."),
    ),
    "intake-stopped": (
        N_("reading it took more time or memory than a document may"),
        N_("Look at the file with care: it is built to exhaust its reader, or too large for this machine."),
    ),
    "network": (
        N_("no network can be made of these choices"),
        N_("Choose longer windows, or none: below stands the network of all times."),
    ),
}
"""What happened and what to do, by the code of an error."""
OTHER: Final = (N_("the step was refused"), "")


@dataclass(frozen=True)
class Told:
    """An error for a page: what and advice (msgids), what they name, and the English that says more."""

    what: str
    advice: str
    detail: str
    said: Mapping[str, str] = field(default_factory=dict)


def told(error: ComityError) -> Told:
    """Return an error for a page."""
    if isinstance(error, CodingError):
        return Told(CODING[error.why], "", "", error.said)
    if isinstance(error, LocatorError) and str(error) in LOCATORS:
        return Told(LOCATORS[str(error)], "", "")
    return told_of(error.code, str(error))


def told_of(code: str, detail: str) -> Told:
    """Return an error of which code and English words are known."""
    what, advice = FAULTS.get(code, OTHER)
    return Told(what, advice, detail)
