"""The one entry kind that needs no system: a remark."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from comity.record.kinds import Kind


class Remark(Kind):
    """A remark by an office, in its own words: whatever has no better kind.

    Attributes:
        title: What it is about, in a line.
        text: The remark.
    """

    kind: ClassVar[str] = "node.remark"
    version: ClassVar[int] = 1

    title: str = Field(min_length=1, max_length=200)
    text: str = Field(min_length=1, max_length=20000)
