"""A coded passage, as every program for qualitative work knows it, and what was wrong with one."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from comity.record.errors import ComityError

_NAMESPACE: Final = uuid.UUID("8ad7db2c-2aa0-5b0f-9f24-3d6c3dbf6f0e")


class InterchangeError(ComityError):
    """A file of coded passages cannot be read."""

    code = "interchange"
    advice = "Export it again as a REFI-QDA project (.qdpx), as Web Annotations (.jsonld) or as CSV in UTF-8."


@dataclass(frozen=True)
class Coded:
    """One passage with one code.

    Attributes:
        name: Natural name of the coding; empty where the other program gives none.
        work: The source, by the name of the work or of the file.
        start: First code point of the passage in the plain text of the source.
        end: One past its last code point.
        quote: The passage itself; empty where the file does not carry it.
        code: Path of the code in its tree: the proposition, then the stance.
        coder: Who coded it.
        fields: Every other field, under the names of `perspectives.statement`.
        prefix: What stands right before the passage; empty where the file does not say.
        suffix: What stands right after it.
        kept: Whether the statement keeps the words of its passage.
    """

    name: str
    work: str
    start: int
    end: int
    quote: str
    code: tuple[str, ...]
    coder: str
    fields: dict[str, Any] = field(default_factory=dict)
    prefix: str = ""
    suffix: str = ""
    kept: bool = False


@dataclass(frozen=True)
class Problem:
    """What one item of a file could not give; the other items are not held up by it."""

    where: str
    what: str


@dataclass(frozen=True)
class Read:
    """What a file gives: coded passages, and the problems of the others."""

    coded: tuple[Coded, ...]
    problems: tuple[Problem, ...]


def guid(*parts: str) -> str:
    """Return a name-based UUID (RFC 9562, version 5): the same thing has the same one in each export."""
    return str(uuid.uuid5(_NAMESPACE, "\n".join(parts)))
