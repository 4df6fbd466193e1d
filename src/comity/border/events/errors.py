"""What events refuse, each with its reason."""

from __future__ import annotations

from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError


class EventRefusedError(ComityError):
    """An event, a report, a request or an answer cannot be put on record as it is.

    Attributes:
        name: The field that is wrong, where it is one.
    """

    code = "border-event-refused"
    advice = "Mend what the message names; nothing was recorded."

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class EventUnknownError(RecordNotFoundError):
    """No such event, request or form is on record here."""

    code = "border-event-unknown"
    advice = "See `comity border event list NODE`; name it as PARTY/SLUG where both parties use the name."


class OriginatorConsentError(ComityError):
    """A report would be passed on to whom its originator did not release it."""

    code = "border-originator-consent"
    advice = (
        "Ask the originator to mark it for everybody or to name the party in releasable_to; or leave it out."
    )
