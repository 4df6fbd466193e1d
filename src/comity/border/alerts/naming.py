"""The name of an occurrence: alike on every node that sees the same rule, place, subject and window."""

from __future__ import annotations

import hashlib
from math import floor
from typing import TYPE_CHECKING, Final

from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from comity.border.alerts.rules import Rule

DOMAIN: Final = b"comity/border/occurrence/v1\n"
CELL: Final = 5_000
"""Metres of a grid cell in the local plane."""


def occurrence(rule: Rule, cell: str, subject: str, since: int) -> str:
    """Return the name of an occurrence, SHA-256 in base64.

    Args:
        rule: Its rule.
        cell: Where.
        subject: What.
        since: When it began, milliseconds UTC.
    """
    return named(rule.name, cell, subject, since // rule.window)


def named(rule: str, cell: str, subject: str, window: int) -> str:
    """Return the name of an occurrence in a window."""
    return b64(hashlib.sha256(DOMAIN + encode([rule, cell, subject, window])).digest())


def cell_of(x: float, y: float) -> str:
    """Return the grid cell of a place in the local plane, metres."""
    return f"cell {floor(x / CELL)} {floor(y / CELL)}"
