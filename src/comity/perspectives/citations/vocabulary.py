"""The words of `vocabulary.toml`, read once."""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any, Final

_DATA: Final[dict[str, Any]] = tomllib.loads(
    files("comity.perspectives.citations").joinpath("vocabulary.toml").read_text("utf-8")
)


def words(table: str, name: str) -> frozenset[str]:
    """Return a set of words or phrases."""
    return frozenset(ordered(table, name))


def ordered(table: str, name: str) -> tuple[str, ...]:
    """Return words or phrases in their order in the file."""
    found = _DATA[table][name]
    return tuple(found.split()) if isinstance(found, str) else tuple(found)


def alternatives(table: str, name: str) -> str:
    """Return a regular expression that matches any of the patterns of a list."""
    return "|".join(ordered(table, name))


def scale() -> dict[str, int]:
    """Return the words for powers of ten."""
    return dict(_DATA["numbers"]["large"])
