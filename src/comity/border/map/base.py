"""The base of the map as the build left it: what it covers, which countries it names, where it comes from.

The files are made from npm packages by web/layers/base.ts; a node whose console was not built has none, and
its pages work without.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import orjson
from babel.core import get_global

from comity.console.formats import territory
from comity.console.render import STATIC
from comity.console.texts import plain

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SHAPES: Final = "vendor/layers/base.json"
INDEX: Final = "vendor/layers/index.json"
NOTHING: Final[dict[str, Any]] = {"bounds": [-180, -85, 180, 85], "countries": [], "sources": []}


def index() -> dict[str, Any]:
    """Return extent (west, south, east, north in degrees), countries and sources of the built layers."""
    path = STATIC / INDEX
    return _read(path, path.stat().st_mtime_ns) if path.is_file() else NOTHING


def countries(charters: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return names and places of the countries on the map, in the language in force.

    A party is called as its charter calls it, another country as CLDR does; the atlas has ISO 3166-1 numbers,
    and what has none there is left without a name.
    """
    own = {charter.party.upper(): plain(charter.names) for charter in charters.values()}
    aliases = get_global("territory_aliases")
    found = []
    for one in index()["countries"]:
        codes = aliases.get(one["id"], ())
        if len(codes) == 1:
            found.append({**one, "name": own.get(codes[0]) or territory(codes[0])})
    return found


@lru_cache(maxsize=1)
def _read(path: Path, _changed: int) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(path.read_bytes())
    return found
