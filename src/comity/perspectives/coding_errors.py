"""What is refused in a coding round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from comity.node.errors import RequestError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WORDS: Final = {
    "works-or-claims": "name works whose documents are coded, or claims that are graded, and not both",
    "no-codebook": "no codebook is in force",
    "codebook-unknown": "no codebook %(book)s is on record",
    "codebook-differs": "codebook %(book)s is recorded in two ways: give it a new version",
    "codebook-exercise": "the codebook is an exercise: a round on it is one, too",
    "no-document": "no document of work %(work)s is held here: take it in first",
    "no-claim": "no claim %(claim)s is on record here",
    "claim-exercise": "claim %(claim)s is an exercise, and the round is none",
    "claim-real": "claim %(claim)s is no exercise, and the round is one",
    "graded-before": (
        "%(item)s stands on record with a grade, at %(place)s, which graders could read: append it again "
        "without"
    ),
    "one-party": "grades of one party alone count for nothing: name logs of two parties",
    "times": "sealing ends before opening does, both within a year",
    "no-task": "round %(round)s is on no coding task of its kind whose codebook is held here, too",
    "no-sides": "the round is on documents: its sheet has no sides",
    "one-sheet": "the round is on documents: one sheet has all its coders",
    "which-side": "graders grade claims or evidence, never both: say which side the sheet is for",
    "item-changed": "%(item)s is not held here as it was when the round was started",
    "text-not-held": "the text of document %(document)s is not held here",
    "no-stance": "no stance is given",
    "nothing-coded": "nothing was coded",
    "role-taken": "somebody else codes as %(coder)s in this round: take a role of your own",
    "both-sides": "coder %(coder)s grades claims and evidence: whoever sees the one grades not the other",
    "misfit": "it does not fit the task: %(detail)s",
    "nothing-handed-in": "no coder of this party has handed anything in",
    "no-claims-graded": "nobody of this party has graded claims",
    "no-evidence-graded": "nobody of this party has graded evidence",
    "no-unit": "%(unit)s is not a unit of the round, or the round is not open here",
    "no-frame": "%(frame)s is not a frame of the codebook",
}
"""Why a step cannot be taken, by code; the words of a page are in `labels_faults`."""


class CodingError(RequestError):
    """A step of a coding round cannot be taken.

    Args:
        why: a code of `WORDS`.
        **said: what the words name.
    """

    code = "coding"
    advice = (
        "`comity perspectives coding show` says how the round stands, and which task and codebook it is on."
    )

    def __init__(self, why: str, **said: object) -> None:
        self.why = why
        self.said = {name: str(value) for name, value in said.items()}
        super().__init__(WORDS[why] % self.said)


class CodingSheetError(RequestError):
    """Rows of a coding sheet cannot be read; nothing of it was recorded."""

    code = "coding-sheet"
    advice = (
        "Correct the rows named. `comity perspectives coding sheet` writes a sheet with the columns; stances "
        "are -2 to 2, mixed, or not_addressed."
    )
    status: ClassVar[int] = 422

    def __init__(self, items: Sequence[Mapping[str, object]]) -> None:
        first = items[0]
        super().__init__(
            f"{len(items)} rows cannot be read, the first is row {first['item']}: {first['detail']}"
        )
        self.items = [dict(item) for item in items]

    def problem(self) -> dict[str, Any]:
        """Return problem details with one entry for each bad row."""
        return {**super().problem(), "items": self.items}
