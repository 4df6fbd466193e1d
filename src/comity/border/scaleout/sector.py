"""A sector and its tiles: who tracks where, and what each tile sees beyond its edge.

The plane of a sector is cut along the cells of the grid of the unseen, so that a tile's grid is a part of the
whole one. Each tile sees its *core* and a halo of cells around it; cores part the sector, areas overlap.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from comity.border.errors import FusionSettingError
from comity.border.fusion.model import Area, Config, Limits, Rules, Sensor
from comity.border.scaleout.errors import ScaleSectorError

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from comity.border.fusion.observations import Floats, Ints

    Made = TypeVar("Made")

NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
MOST_TILES: Final = 1024
MOST_SENSORS: Final = 10_000


@dataclass(frozen=True, slots=True)
class Tile:
    """One tile.

    Attributes:
        number: Its place, from south-west, row by row.
        config: What its tracker is told: the sector's, its area core and halo.
        core: West, south, east, north of what it owns, m.
        inner: Rows and columns of its grid that are its core.
        sensors: Places of the sensors that look at its area.
    """

    number: int
    config: Config
    core: tuple[float, float, float, float]
    inner: tuple[slice, slice]
    sensors: tuple[int, ...]

    def depth(self, place: Floats) -> Floats:
        """Return (n,) how far each place (n, 2) lies inside the core, m; negative outside."""
        west, south, east, north = self.core
        x, y = place[:, 0], place[:, 1]
        return np.minimum(np.minimum(x - west, east - x), np.minimum(y - south, north - y))


@dataclass(frozen=True)
class Sector:
    """A sector of one party, and how it is cut.

    Attributes:
        party: Whose it is.
        name: Of the sector.
        config: As one tracker would be told.
        columns: Tiles from west to east.
        rows: Tiles from south to north.
        halo: Cells that a tile sees beyond its core.
        margin: How far beyond its core a tile still owns what it owned, m.

    Raises:
        ScaleSectorError: a value is outside its range, with its name.
    """

    party: str
    name: str
    config: Config
    columns: int = 1
    rows: int = 1
    halo: int = 1
    margin: float = 0.0

    def __post_init__(self) -> None:
        area = self.config.area
        said = (
            ("party and sector: small letters, digits and hyphens, at most 32", self._named()),
            ("tiles: at least one each way, no more than cells", self._fits()),
            (f"tiles: at most {MOST_TILES}", self.columns * self.rows <= MOST_TILES),
            (f"sensors: at most {MOST_SENSORS}", len(self.config.sensors) <= MOST_SENSORS),
            ("halo: at least one cell", self.halo >= 1),
            ("margin: from 0 to half of the halo", 0 <= self.margin <= self.halo * area.cell / 2),
        )
        for what, holds in said:
            if not holds:
                raise ScaleSectorError(what)

    def _named(self) -> bool:
        return all(NAME.fullmatch(one) for one in (self.party, self.name))

    def _fits(self) -> bool:
        area = self.config.area
        return 1 <= self.columns <= area.columns and 1 <= self.rows <= area.rows

    @cached_property
    def digest(self) -> bytes:
        """SHA-256 of everything that decides a result; messages carry its first half."""
        said = [self.config.digest(), self.columns, self.rows, self.halo, float(self.margin)]
        return hashlib.sha256(b"comity/scaled-sector/v1\n" + repr(said).encode()).digest()

    @cached_property
    def tiles(self) -> tuple[Tile, ...]:
        """Every tile, row by row from south-west."""
        across, up = _cuts(self.config.area.columns, self.columns), _cuts(self.config.area.rows, self.rows)
        return tuple(
            self._tile(row * self.columns + column, across[column : column + 2], up[row : row + 2])
            for row in range(self.rows)
            for column in range(self.columns)
        )

    def subject(self, what: str, tile: int) -> str:
        """Return the subject of a tile: `obs`, `tracks` or `aside`, party, sector, tile."""
        return f"{what}.{self.party}.{self.name}.{tile}"

    def reached(self, place: Floats) -> list[NDArray[np.intp]]:
        """Return for each tile the rows of (n, 2) places in its area; each place is in one at least."""
        area = self.config.area
        x = np.clip(place[:, 0], area.west, area.east)
        y = np.clip(place[:, 1], area.south, area.north)
        found = []
        for tile in self.tiles:
            own = tile.config.area
            inside = (x >= own.west) & (x <= own.east) & (y >= own.south) & (y <= own.north)
            found.append(np.flatnonzero(inside))
        return found

    def _tile(self, number: int, across: list[int], up: list[int]) -> Tile:
        area, halo = self.config.area, self.halo
        left, right = max(across[0] - halo, 0), min(across[1] + halo, area.columns)
        low, top = max(up[0] - halo, 0), min(up[1] + halo, area.rows)
        own = Area(*_bounds(area, (left, low, right, top)), area.cell)
        inner = (slice(up[0] - low, up[1] - low), slice(across[0] - left, across[1] - left))
        core = _bounds(area, (across[0], up[0], across[1], up[1]))
        sensors = tuple(n for n, one in enumerate(self.config.sensors) if _looks_at(one, own))
        return Tile(number, replace(self.config, area=own), core, inner, sensors)


def _cuts(cells: int, parts: int) -> list[int]:
    return [cells * n // parts for n in range(parts + 1)]


def _bounds(area: Area, cells: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """Return the edges of a rectangle of cells, m; the last cell may be cut by the area's edge."""
    left, low, right, top = cells
    west, south = area.west + left * area.cell, area.south + low * area.cell
    east = area.east if right == area.columns else area.west + right * area.cell
    north = area.north if top == area.rows else area.south + top * area.cell
    return west, south, east, north


def _looks_at(sensor: Sensor, area: Area) -> bool:
    """Return whether the circle of a sensor meets an area."""
    dx = max(area.west - sensor.x, 0.0, sensor.x - area.east)
    dy = max(area.south - sensor.y, 0.0, sensor.y - area.north)
    return bool(dx * dx + dy * dy <= sensor.reach * sensor.reach)


def looking(sector: Sector, looks: Ints) -> list[Ints]:
    """Return for each tile the looks (k, 2) of sensors that look at its area."""
    return [looks[np.isin(looks[:, 1], np.array(tile.sensors, np.int64))] for tile in sector.tiles]


def read(path: Path) -> Sector:
    """Return the sector that a TOML file describes.

    Raises:
        ScaleSectorError: it cannot be read, or says something that cannot be.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ScaleSectorError(f"{path}: {error}") from error
    try:
        return sector_of(data)
    except (FusionSettingError, TypeError, ValueError, KeyError, OverflowError) as error:
        raise ScaleSectorError(f"{path}: {error}") from error


def sector_of(data: dict[str, Any]) -> Sector:
    """Return the sector of what a file says: party, sector, tiles, halo and margin (m), area, sensors, rules.

    Raises:
        ScaleSectorError: a name is not known, or a value is outside its range.
        FusionSettingError: the tracker cannot work with it.
    """
    known = {"party", "sector", "tiles", "halo", "margin", "area", "sensors", "rules", "limits"}
    if set(data) - known:
        raise ScaleSectorError(f"not known: {', '.join(sorted(set(data) - known))}")
    area = _made(Area, data["area"])
    config = Config(
        area,
        tuple(_made(Sensor, one) for one in data["sensors"]),
        _made(Rules, data.get("rules", {})),
        _made(Limits, data.get("limits", {})),
    )
    columns, rows = data.get("tiles", [1, 1])
    halo = int(np.ceil(float(data["halo"]) / area.cell))
    margin = float(data.get("margin", halo * area.cell / 4))
    return Sector(str(data["party"]), str(data["sector"]), config, int(columns), int(rows), halo, margin)


def _made(kind: type[Made], said: Any) -> Made:
    """Return a part of the configuration from its table; whole numbers stand for numbers."""
    types = {one.name: one.type for one in fields(kind)}  # type: ignore[arg-type]  # all are dataclasses
    values = {}
    for name, value in dict(said).items():
        if name not in types:
            raise ScaleSectorError(f"{kind.__name__.lower()}: {name} is not known")
        wanted = types[name]
        fits = type(value).__name__ == wanted or (wanted == "float" and type(value) is int)
        if not fits:
            raise ScaleSectorError(f"{kind.__name__.lower()}: {name} is no {wanted}")
        values[name] = float(value) if wanted == "float" else value
    return kind(**values)
