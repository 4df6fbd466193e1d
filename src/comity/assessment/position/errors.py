"""What the joint line refuses, and what to do about it."""

from __future__ import annotations

from comity.record.errors import ComityError


class DomainFileError(ComityError):
    """A negotiation domain or a side's profile cannot be read."""

    code = "position-domain"
    advice = "Give a domain and two profiles of it as GENIUS has them: countable issues, a weight each."


class PackagesError(ComityError):
    """There are too many packages, or values that do not fit them."""

    code = "position-packages"
    advice = "Take fewer issues or options, and give each option one finite value between 0 and 1 a side."


class LineStepError(ComityError):
    """A step toward a joint line would not stand, so it is not taken."""

    code = "position-step"
    advice = "The message says why; `comity position show` says how the line stands. Nothing was recorded."
