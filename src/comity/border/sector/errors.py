"""What sectors and zones refuse, each with its reason."""

from __future__ import annotations

from comity.node.errors import RecordNotFoundError
from comity.record.errors import ComityError


class SectorRefusedError(ComityError):
    """A sector or zone cannot be put on record as it is, or not be watched."""

    code = "border-sector-refused"
    advice = "Mend what the message names; `comity border sector add --help` and the README show the form."


class SectorUnknownError(RecordNotFoundError):
    """No such sector is on record here."""

    code = "border-sector-unknown"
    advice = "See `comity border sector list NODE`; add one with `comity border sector add NODE FILE`."
