"""What a line is worth to one's own side: in the node's own folder, and nowhere else.

Values, the reservation and red lines are a file in `<node>/private/position/`, readable by its owner alone.
They are no entry, not even sealed; no backup, export, bundle or API holds that folder; whoever wants a copy
makes it by hand. The file is read by `comity position own` on this machine, which needs the folder, never
the network.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Annotated, Final

from pydantic import Field, ValidationError

from comity.node.folder import write_atomic
from comity.record.errors import ComityError
from comity.record.values import Decimal, Slug, Value

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FOLDER: Final = ("private", "position")
LARGEST: Final = 1024 * 1024
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


class PrivateFileError(ComityError):
    """The own side's values of a line are not there, or not as they should be."""

    code = "position-private"
    advice = "`comity position own --help` says what the file holds: weights, values, reservation, red lines."


class RedLine(Value):
    """What the own side will not accept.

    Attributes:
        issue: Slug of the issue.
        options: Slugs of the options that are out of the question.
    """

    issue: Slug
    options: Annotated[list[Slug], Field(min_length=1)]


class OwnValues(Value):
    """What a line is worth to the own side.

    Attributes:
        weights: By issue.
        values: By issue and option, 0 to 1.
        reservation: Worth of no agreement, 0 to 1.
        red_lines: What it will not accept.
        notes: In its own words.
    """

    weights: dict[Slug, Decimal] = Field(default_factory=dict)
    values: dict[Slug, dict[Slug, Decimal]] = Field(default_factory=dict)
    reservation: Decimal | None = None
    red_lines: list[RedLine] = Field(default_factory=list)
    notes: str = ""


def path_of(root: Path, line: str) -> Path:
    """Return where the own values of a line lie.

    Raises:
        PrivateFileError: the name of the line is none, and could lead out of the folder.
    """
    if not _SLUG.fullmatch(line):
        raise PrivateFileError(f"{line[:60]!a} is no name of a line")
    return root.joinpath(*FOLDER, f"{line}.json")


def keep(root: Path, line: str, data: bytes) -> OwnValues:
    """Check own values and write them.

    Raises:
        PrivateFileError: they are not as they should be; nothing is written.
    """
    own = _parse(data)
    place = path_of(root, line)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    for folder in (place.parent, place.parent.parent):
        folder.chmod(0o700)
    write_atomic(place, own.model_dump_json(exclude_none=True).encode(), 0o600)
    return own


def read(root: Path, line: str) -> OwnValues:
    """Return the own values of a line.

    Raises:
        PrivateFileError: there are none, or they are damaged.
    """
    try:
        return _parse(path_of(root, line).read_bytes())
    except FileNotFoundError as error:
        raise PrivateFileError(f"no values of {line!r} are kept here") from error


def crossed(own: OwnValues, options: Mapping[str, str]) -> list[str]:
    """Return the issues of a package that are beyond the own red lines."""
    return sorted({red.issue for red in own.red_lines if options.get(red.issue) in red.options})


def _parse(data: bytes) -> OwnValues:
    if len(data) > LARGEST:
        raise PrivateFileError(f"{len(data)} bytes, at most {LARGEST} are read")
    try:
        return OwnValues.model_validate(json.loads(data))
    except (ValueError, ValidationError) as error:
        # What is wrong is said without the values themselves: an error may be logged.
        places = (
            sorted({".".join(map(str, one["loc"][:1])) for one in error.errors()})
            if isinstance(error, ValidationError)
            else ["JSON"]
        )
        raise PrivateFileError(f"damaged: {', '.join(places)}") from None
