"""What the networks refuse, and what to do about it."""

from __future__ import annotations

from comity.record.errors import ComityError


class NetworkError(ComityError):
    """A network cannot be computed: arrays that do not fit, or a choice that is none."""

    code = "network"
    advice = "Give arrays of one length with numbers inside their ranges, and one of the choices named."
