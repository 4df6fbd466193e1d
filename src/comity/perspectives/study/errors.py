"""What can be wrong with a file that is to be counted."""

from __future__ import annotations

from comity.record.errors import ComityError


class StudyError(ComityError):
    """A file of roll calls or speeches cannot be counted as asked."""

    code = "study"
    advice = "See `comity perspectives votes --help` and `mentions --help` for the columns that are read."
