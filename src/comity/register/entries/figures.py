"""Numbers that somebody reported."""

from __future__ import annotations

from typing import ClassVar, Final

from comity.record.kinds import Kind
from comity.record.values import Decimal, Edtf, Slug, Text
from comity.register.entries.values import Cites, Name


class Figure(Kind):
    """A number somebody reported; several reports of one slug stay several.

    Attributes:
        slug: Natural name; several reports of one figure share it.
        subject: What was counted or measured.
        value: The number, as a decimal string.
        unit: Unit of the number.
        period: The time it speaks of, as an EDTF date or interval.
        reported_by: The office or work that reported it.
        cites: Where the fact is reported, at least one source.
    """

    kind: ClassVar[str] = "register.figure"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    value: Decimal
    unit: Name
    period: Edtf
    reported_by: Name
    cites: Cites


KINDS: Final[tuple[type[Kind], ...]] = (Figure,)
"""The kinds of this module."""
