"""The entry kind of deletions: which leaves of which batches were deleted, when, and by which rule."""

from __future__ import annotations

import itertools
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.header import ContentRef
from comity.record.kinds import Kind
from comity.record.values import Digest, Value

Count = Annotated[int, Field(ge=0, lt=2**53)]
Moment = Annotated[int, Field(ge=0, lt=2**53)]
Days = Annotated[int, Field(ge=1, le=36_500)]
DataClass = Literal["moving", "claims", "levels", "counts", "set-aside"]


class DeletedLeaves(Value):
    """Leaves of one batch that were deleted; their hashes stay, their salts are destroyed.

    Attributes:
        batch: The entry of the batch.
        number: Its number.
        leaves: First and last place of each stretch, from 0, in order: 0, 9, 12, 12 are eleven leaves.
        count: How many leaves these are.
        root: RFC 9162 root over the hashes of these leaves, in order.
    """

    batch: ContentRef
    number: Annotated[int, Field(ge=1, lt=2**53)]
    leaves: Annotated[list[Count], Field(min_length=2, max_length=20_000)]
    count: Annotated[int, Field(ge=1, lt=2**53)]
    root: Digest

    @model_validator(mode="after")
    def _are_stretches(self) -> DeletedLeaves:
        pairs = list(zip(self.leaves[::2], self.leaves[1::2], strict=len(self.leaves) % 2 == 0))
        order = all(first <= last for first, last in pairs) and all(
            one[1] + 1 < other[0] for one, other in itertools.pairwise(pairs)
        )
        if len(self.leaves) % 2 or not order or sum(b - a + 1 for a, b in pairs) != self.count:
            raise ValueError("stretches in order, apart, and as many leaves as are counted")
        return self


class Deletion(Kind):
    """Observations that were deleted because their time was over. Nothing of their values is here.

    Attributes:
        data_class: Class of the data, as the party's rule names it.
        days: How many days the rule keeps it.
        open_days: How many days at most while an event is open; absent where no event keeps it.
        rule: Method with version.
        arrived_before: What came in before was deleted, but for what an event or a hold keeps; milliseconds
            UTC.
        at: When it was deleted, milliseconds UTC.
        batches: Which leaves of which batches.
        count: How many observations in all.
        spared: How many of the class are over their time and stay, for an open event or a hold.
        set_aside: Rows that had been set aside, deleted with it.
        frames: Seconds of tracks, made from observations, deleted with it.
    """

    kind: ClassVar[str] = "border.deletion"
    version: ClassVar[int] = 1

    data_class: DataClass
    days: Days
    open_days: Days | None = None
    rule: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    arrived_before: Moment
    at: Moment
    batches: list[DeletedLeaves] = Field(default_factory=list, max_length=1_000)
    count: Count
    spared: Count = 0
    set_aside: Count = 0
    frames: Count = 0


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {Deletion: ("data_class",)}
"""The kinds of this module and the fields that get a column."""
