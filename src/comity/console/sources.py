"""Where a citation leads: the page of the work it names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """A work as a citation shows it."""

    title: str
    year: int | None
    path: str
