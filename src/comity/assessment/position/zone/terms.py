"""The frozen list and the mandate over it: what both parties wrote alike, and its digests."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries.zone import Zone, bit_of
from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Mapping

FEATURE: Final = "blind-zone"
"""What a node's `comity.toml` lists under `features` to switch it on."""
SETS: Final = "sets"
REPLIES: Final = "replies"
FIRST_PATHS: Final = ("terms", "points")
"""What the first round opens of a sealed set: the message, and never the bits or the seed."""


@dataclass(frozen=True)
class Terms:
    """One mandate, as its fields are on record."""

    fields: Mapping[str, Any]

    @cached_property
    def model(self) -> Zone:
        """The mandate as a model."""
        return Zone.model_validate(dict(self.fields))

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of the whole mandate: what a set, a reply and a result are bound to."""
        return hashlib.sha256(encode(dict(self.fields))).digest()

    @cached_property
    def frozen(self) -> bytes:
        """SHA-256 of the list as a set of packages: other names, labels or another order change nothing."""
        packages = sorted(
            encode({"options": dict(one.options)} if one.options else {"label": dict(one.label)})
            for one in self.model.packages
        )
        return hashlib.sha256(b"comity/zone/list/v1\n" + b"\n".join(packages)).digest()

    @property
    def starter(self) -> str:
        """The log that starts the rounds."""
        return min(self.model.logs)

    @property
    def parties(self) -> list[str]:
        """Codes of the two parties."""
        return sorted(log.partition("/")[0] for log in self.model.logs)

    @property
    def slugs(self) -> list[str]:
        """The packages by name, in the order of the list."""
        return [package.slug for package in self.model.packages]

    def other(self, origin: str) -> str:
        """Return the log of the other side."""
        return next(log for log in self.model.logs if log != origin)

    def question(self, step: str) -> bytes:
        """Return the question of a round: the list and the step alone, so that a list is asked once."""
        return encode({"comity": "zone/v1", "list": b64(self.frozen), "step": step})

    def name(self, step: str) -> str:
        """Return what a round of this zone is called."""
        return f"zone-{self.model.slug}-{step}"

    def bits(self, fields: Mapping[str, Any]) -> dict[str, bool]:
        """Return the bits that are open, by package."""
        places = {slug: bit_of(number) for number, slug in enumerate(self.slugs)}
        return {slug: fields[path] for slug, path in places.items() if path in fields}
