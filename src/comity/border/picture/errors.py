"""What the joint picture refuses, each with its reason."""

from __future__ import annotations

from comity.record.errors import ComityError


class SharingRefusedError(ComityError):
    """A decision on sharing cannot be recorded as it is.

    Attributes:
        name: The field that is wrong, where it is one.
    """

    code = "border-sharing-refused"
    advice = (
        "See `comity border share price NODE --sector S`: the price of every way comes before a decision."
    )

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


class PictureRefusedError(ComityError):
    """A picture is asked for that there is none of."""

    code = "border-picture-refused"
    advice = "A view is own, theirs, joint or shared; a time is milliseconds UTC, or ISO 8601 with an offset."


class ReplayError(ComityError):
    """A picture cannot be made again from the record."""

    code = "border-replay"
    advice = "Seal what came in with `comity border seal NODE`; see `comity border batches NODE --check`."
