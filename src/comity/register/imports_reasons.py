"""What is wrong with a cell in words for whoever keeps the table: no patterns, and what to write instead."""

from __future__ import annotations

from typing import Final

PLAIN: Final = (
    (
        "pattern '^-?[0-9]+",
        "is no number as it is recorded: digits with a point, as 1234.5; leave out what was not reported",
    ),
    (
        "pattern '^[a-z0-9]+(?:-",
        "is no short name: lower-case letters and digits joined by hyphens, as border-2016",
    ),
    ("pattern '^P(", "is no ISO 8601 duration, as P1Y for every year"),
    ("pattern '^[A-Za-z0-9+/]{22}==$'", "is not the id of a record"),
)
"""A part of the message of the schema, and what is said instead."""
SHOWN: Final = 60


def plainly(message: str, cell: str) -> str:
    """Return what is wrong with a cell; a message that needs no other words stays as it is.

    Args:
        message: What the schema says, the field before a colon.
        cell: What stands in the table.
    """
    for part, words in PLAIN:
        if part in message:
            return f"{cell[:SHOWN]!r} {words}"
    return message
