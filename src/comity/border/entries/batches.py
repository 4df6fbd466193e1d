"""The entry kind of batches: observations of a stretch of time, sealed by the root of their leaves."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints

from comity.record.kinds import Kind
from comity.record.values import Digest

Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Moment = Annotated[int, Field(ge=-(2**52), lt=2**53)]
Count = Annotated[int, Field(ge=0, lt=2**53)]


class Batch(Kind):
    """Observations of a node, sealed: none can be changed afterwards, and the picture they gave made again.

    Attributes:
        number: Which batch of this node, from 1.
        root: RFC 9162 root of the leaves of its observations, in the order of their arrival.
        method: How a leaf is made.
        count: How many observations.
        first: Earliest phenomenon time, milliseconds UTC.
        last: Latest phenomenon time.
        arrived_first: When the first arrived, by the node's clock, milliseconds UTC.
        arrived_last: When the last arrived.
        sensors: Names of the sensors they come from.
        set_aside: How many observations were refused since the batch before, with a reason each.
        previous: Root of the batch before; absent in the first.
    """

    kind: ClassVar[str] = "border.batch"
    version: ClassVar[int] = 1

    number: Annotated[int, Field(ge=1, lt=2**53)]
    root: Digest
    method: Name
    count: Annotated[int, Field(ge=1, lt=2**53)]
    first: Moment
    last: Moment
    arrived_first: Moment
    arrived_last: Moment
    sensors: list[Name] = Field(default_factory=list, max_length=10_000)
    set_aside: Count = 0
    previous: Digest | None = None


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {Batch: ()}
"""The kinds of this module and the fields that get a column."""
