"""Thresholds of stages as data: a TOML file, each threshold with its authority and where it was read.

    [[threshold]]
    station = "vientiane"
    name = "flood"            # any word; `alarm` and `flood` are known to the pages
    level = "12.50"           # metres above the zero of the gauge
    authority = "Department of Meteorology and Hydrology, Lao PDR"
    source = "…"
    unverified = true         # where nobody read it at the authority

Each country sets its own; two authorities may set two for one gauge, and both count.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from comity.border.errors import ThresholdError
from comity.record.values import Decimal, Value

if TYPE_CHECKING:
    from pathlib import Path

MAX_BYTES: Final = 256_000
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Threshold(Value):
    """A stage from which an authority counts a river as high, or low.

    Attributes:
        station: Name of the station, or one of its other names.
        name: What the authority calls it, such as alarm or flood.
        level: Metres above the zero of the gauge.
        direction: Whether it counts from there upward or downward.
        authority: Who sets it.
        source: Where it was read.
        unverified: True where nobody read it at the authority.
    """

    station: Name
    name: Name
    level: Decimal
    direction: Literal["high", "low"] = "high"
    authority: Name
    source: Name
    unverified: bool = False


class Station(Value):
    """A station and the names it goes by.

    Attributes:
        name: The one used here.
        aliases: Other spellings and codes.
    """

    name: Name
    aliases: list[Name] = Field(default_factory=list)


class ThresholdFile(Value):
    """A file of thresholds.

    Attributes:
        station: Stations and their names.
        threshold: Their thresholds.
    """

    station: list[Station] = Field(default_factory=list)
    threshold: list[Threshold] = Field(default_factory=list)

    def of(self, station: str) -> list[Threshold]:
        """Return the thresholds of a station, under any of its names, the lowest first."""
        names = {folded(station)}
        for one in self.station:
            known = {folded(name) for name in (one.name, *one.aliases)}
            names |= known if names & known else set()
        found = [one for one in self.threshold if folded(one.station) in names]
        return sorted(found, key=lambda one: (float(one.level), one.name, one.authority))


def folded(name: str) -> str:
    """Return a name without case, signs and spaces: stations are spelled in many ways."""
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def load(path: Path | None = None) -> ThresholdFile:
    """Read a file of thresholds, or the one shipped.

    Raises:
        ThresholdError: it cannot be read; the message says where.
    """
    if path is None:
        return parse(files("comity.border.river").joinpath("thresholds.toml").read_text("utf-8"), "shipped")
    try:
        data = path.read_bytes()[: MAX_BYTES + 1]
        return parse(data.decode("utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ThresholdError(f"{path}: {error}") from error


def parse(text: str, place: str) -> ThresholdFile:
    """Read the text of a file of thresholds.

    Raises:
        ThresholdError: it is none.
    """
    if len(text) > MAX_BYTES:
        raise ThresholdError(f"{place}: more than {MAX_BYTES} characters")
    try:
        return ThresholdFile.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ThresholdError(f"{place}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        raise ThresholdError(f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error
