"""What the risk register refuses, and what to do about it."""

from __future__ import annotations

from comity.record.errors import ComityError


class DistributionError(ComityError):
    """A distribution is none: parameters out of order, below zero, or missing."""

    code = "risk-distribution"
    advice = "Give the parameters of its kind in rising order, none below 0, the highest above the lowest."


class RegisterError(ComityError):
    """Risks cannot be run together."""

    code = "risk-register"
    advice = (
        "Name each risk once, with one unit a dimension and one horizon; correlation groups need a record."
    )
