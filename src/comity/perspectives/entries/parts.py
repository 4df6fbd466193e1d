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
Rubric = Literal["none", "partial", "substantial", "full"]
"""One rubric for what is claimed and for what the evidence shows."""
CodebookVersion = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*/[1-9][0-9]{0,5}$")]
"""A codebook and its version, as in `cooperation/1`."""
Admiralty = Annotated[str, StringConstraints(pattern=r"^[A-F][1-6]$")]
"""Reliability of the source (A to F) and credibility of the information (1 to 6), rated apart of each other.

F and 6 say that it cannot be judged; they are not the bottom of the scale (NATO AJP-2.1).
"""
