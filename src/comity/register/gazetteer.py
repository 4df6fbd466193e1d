"""A party's own gazetteer from a CSV file: one line a name, lines of one id together one place.

    id,kind,party,valid_from,valid_to,within,supersedes,same_as,marker_number,lat,lon,accuracy_m,lang,script,name,source

What describes the place need stand on its first line only; a later line that says otherwise is an error.
Lists (`within`, `supersedes`, `same_as`) are separated by spaces.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from comity.record.errors import ComityError
from comity.register.entries.places import Place
from comity.register.imports_table import read_csv

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.register.imports_table import Row

COLUMNS: Final = (
    "id",
    "kind",
    "party",
    "valid_from",
    "valid_to",
    "within",
    "supersedes",
    "same_as",
    "marker_number",
    "lat",
    "lon",
    "accuracy_m",
    "lang",
    "script",
    "name",
    "source",
)
_LISTS: Final = ("within", "supersedes", "same_as")
_PLAIN: Final = {"kind": "place_kind", "party": "party", "valid_from": "valid_from", "valid_to": "valid_to"}
_POINT: Final = ("lat", "lon", "accuracy_m")


class GazetteerError(ComityError):
    """A file is no gazetteer, or places in it are malformed."""

    code = "register-gazetteer"
    advice = (
        "Correct the lines that are named; the columns are listed in `comity register place load --help`."
    )

    def __init__(self, message: str, items: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.items = list(items)

    def problem(self) -> dict[str, Any]:
        """Return the problem with one item for each bad line."""
        return {**super().problem(), "items": self.items}


@dataclass(slots=True)
class _Gathering:
    place: dict[str, Any]
    line: int


def read_gazetteer(data: bytes, name: str = "the gazetteer") -> list[Place]:
    """Return the places of a CSV file.

    Raises:
        GazetteerError: a column is missing, or lines are malformed; each is named.
        ImportFileError: the file cannot be read as text.
    """
    table = read_csv(data, name)
    missing = [column for column in COLUMNS if column not in table.header]
    if missing:
        raise GazetteerError(f"{name}: the column {missing[0]!r} is missing")
    places: dict[str, _Gathering] = {}
    bad: list[dict[str, Any]] = []
    spoilt: set[str] = set()
    for row in table.rows:
        try:
            _gather(places, row)
        except ValueError as error:
            bad.append({"item": f"line {row.number}", "detail": str(error)})
            spoilt.add(row.cells.get("id", ""))
    made = []
    for gathered in (place for name, place in places.items() if name not in spoilt):
        try:
            made.append(Place.model_validate(gathered.place))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(str(part) for part in first["loc"])
            bad.append({"item": f"line {gathered.line}", "detail": f"{where}: {first['msg']}"})
    if bad:
        raise GazetteerError(f"{name}: {len(bad)} lines or places are malformed", bad)
    return made


def _gather(places: dict[str, _Gathering], row: Row) -> None:
    cells = row.cells
    if not cells.get("id"):
        raise ValueError("the id is empty")
    gathered = places.setdefault(cells["id"], _Gathering({"slug": cells["id"], "names": []}, row.number))
    for key, value in _described(cells).items():
        if gathered.place.setdefault(key, value) != value:
            raise ValueError(f"{key} of {cells['id']} differs from its first line")
    for column in ("lang", "script", "name", "source"):
        if not cells.get(column):
            raise ValueError(f"{column} is empty")
    gathered.place["names"].append(
        {
            "lang": cells["lang"],
            "script": cells["script"],
            "text": cells["name"],
            "source": cells["source"],
        }
    )


def _described(cells: dict[str, str]) -> dict[str, Any]:
    said: dict[str, Any] = {field: cells[column] for column, field in _PLAIN.items() if cells.get(column)}
    said |= {column: cells[column].split() for column in _LISTS if cells.get(column)}
    if cells.get("marker_number"):
        said["marker_number"] = cells["marker_number"]
    given = [cells[column] for column in _POINT if cells.get(column)]
    if given and len(given) != len(_POINT):
        raise ValueError("a position needs lat, lon and accuracy_m")
    if given:
        if not cells["accuracy_m"].isascii() or not cells["accuracy_m"].isdigit():
            raise ValueError("accuracy_m is not a whole number of metres")
        said["point"] = {
            "lat": cells["lat"],
            "lon": cells["lon"],
            "accuracy_m": int(cells["accuracy_m"]),
            "source": cells.get("source", ""),
        }
    return said
