"""Value types that several kinds of perspectives share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

Modality = Literal["asserts", "reports", "quotes", "plans", "proposes", "aspires"]
"""How a voice reached us: first-hand, or through another work (`reports`, `quotes`)."""
Stance = Annotated[int, Field(strict=True, ge=-2, le=2)] | Literal["mixed", "not_addressed"]
"""-2 (rejects) to 2 (affirms) towards a proposition, or `mixed`, or `not_addressed`."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Offset = Annotated[int, Field(ge=0)]
