"""Passages drawn at random for people to code, so that assistance may be calibrated on this corpus."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field

from comity.perspectives.entries.parts import Name
from comity.record.kinds import Kind
from comity.record.values import Cite, Digest, Slug, Value


class Drawn(Value):
    """A passage to be coded on a proposition.

    Attributes:
        proposition: Slug of the proposition.
        cite: The passage, with its locator.
    """

    proposition: Slug
    cite: Cite


class Sample(Kind):
    """A random sample of candidate passages, drawn before anybody coded them.

    Whoever has the same documents can draw it again: the seed and the digest of what it was drawn from are
    here. Coded is what a statement on the proposition cites with the same locator.

    Attributes:
        slug: Natural name of the sample.
        seed: Seed of the draw.
        method: How it was drawn, with version.
        population: How many pairs of proposition and passage it was drawn from.
        population_digest: SHA-256 of the list of them, base64.
        items: What was drawn, in the order of the draw.
    """

    kind: ClassVar[str] = "perspectives.sample"
    version: ClassVar[int] = 1

    slug: Slug
    seed: Annotated[int, Field(ge=0, lt=1 << 53)]
    method: Name
    population: Annotated[int, Field(ge=1)]
    population_digest: Digest
    items: Annotated[list[Drawn], Field(min_length=1, max_length=150)]
