"""Values that several kinds of the register share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from comity.record.values import Cite

Level = Literal["state", "government", "party", "ministry", "province", "agency"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cites = Annotated[list[Cite], Field(min_length=1, max_length=16)]
