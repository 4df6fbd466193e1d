"""What patrols refuse, each with its reason."""

from __future__ import annotations

from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError


class PatrolRefusedError(ComityError):
    """A plan, a word on it, a visit or a report cannot be put on record as it is.

    Attributes:
        name: The field that is wrong, where it is one.
    """

    code = "border-patrol-refused"
    advice = "Mend what the message names; nothing was recorded."

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class PatrolUnknownError(RecordNotFoundError):
    """No such plan or network of tracks is on record here."""

    code = "border-patrol-unknown"
    advice = "See `comity border patrol list NODE`; name it as PARTY/SLUG where both parties use the name."


class PatrolWayError(ComityError):
    """No way leads there: not within the time, or not without crossing a hazard area."""

    code = "border-patrol-way"
    advice = "Choose another marker to meet at or more minutes; a person may allow an area with --cross."


class PatrolSeedError(ComityError):
    """A round gives no seed: not every party has opened its share."""

    code = "border-patrol-seed"
    advice = "See `comity round status NODE`: both sides seal a share, then open; or plan without --round."
