"""What one party gives the other: places in training, experts, material, and what became of it."""

from __future__ import annotations

from typing import ClassVar, Final, Literal

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.shapes import Offered
from comity.register.entries.values import Cites, Count, Name


class Training(Offered):
    """Places in training that one party offers the other, and how many were taken."""

    kind: ClassVar[str] = "register.training"
    version: ClassVar[int] = 1


class ExpertMission(Offered):
    """Experts whom one party sends the other: posts offered and posts taken."""

    kind: ClassVar[str] = "register.expert_mission"
    version: ClassVar[int] = 1


class MaterialSupport(Kind):
    """Buildings, equipment or means that one party gives the other.

    Attributes:
        slug: Natural name; several reports of the same support share it.
        subject: What is given.
        given_by: Code of the party that gives.
        given_to: Code of the party that receives.
        period: When, as an EDTF date or interval.
        count: How many pieces; absent where not reported.
        unit: What the pieces are.
        state: Whether it was planned, delivered, or delivered in part.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.material_support"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    given_by: Slug
    given_to: Slug
    period: Edtf
    count: Count | None = None
    unit: Name | None = None
    state: Literal["planned", "partly_delivered", "delivered"]
    cites: Cites
    note: Text | None = None


class SupportCheck(Kind):
    """What was found of delivered support on a day: whether it still works.

    Attributes:
        slug: Natural name of the check.
        support: Slug of the support that was looked at.
        on: When, as an EDTF date.
        condition: Whether it works.
        reported_by: The office or work that found it so.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.support_check"
    version: ClassVar[int] = 1

    slug: Slug
    support: Slug
    on: Edtf
    condition: Literal["works", "works_in_part", "does_not_work"]
    reported_by: Name
    cites: Cites
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    Training,
    ExpertMission,
    MaterialSupport,
    SupportCheck,
)
"""The kinds of this module."""
