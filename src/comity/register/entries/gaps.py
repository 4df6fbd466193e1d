"""What was not reported: data of its own, never a zero."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Channel, Cites


class Gap(Kind):
    """Something that nobody reported, or that the recording party looked for and did not find.

    Attributes:
        slug: Natural name of the gap.
        subject: What is not reported.
        channel: The way of dealing in which it is missing, where it is one.
        about: Slug of the thing of which it is missing, where it is one.
        reporter: Code of the party that has not reported, where it is one; else nobody has.
        period: The time for which it is missing, as an EDTF date or interval.
        reason: Why, as a source says or as the editor found.
        cites: Where the silence is reported, or what was searched, at least one source.
    """

    kind: ClassVar[str] = "register.gap"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    channel: Channel | None = None
    about: Slug | None = None
    reporter: Slug | None = None
    period: Edtf
    reason: Literal["not_published", "not_reported", "not_found", "not_comparable"]
    cites: Cites


KINDS: Final[tuple[type[Kind], ...]] = (Gap,)
"""The kinds of this module."""
