"""Power plants and dams of the WRI raw files, GEODB and CDMDB: sightings and observations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.assessment.initiatives.countries import alpha3
from comity.assessment.initiatives.observations import Observation, Sighting, number, observe

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comity.assessment.initiatives.sources import SourceFile

_WRI: Final = {
    "capacity": ("Capacity (MW)", "MW"),
    "latitude": ("Latitude", "degree"),
    "longitude": ("Longitude", "degree"),
    "commissioned": ("Commissioning Date", "year"),
    "generation": ("Annual Generation (GWh)", "GWh"),
    "fuel": ("Fuel", ""),
    "owner": ("Owner", ""),
}
_GPPD: Final = {
    "capacity": ("capacity_mw", "MW"),
    "latitude": ("latitude", "degree"),
    "longitude": ("longitude", "degree"),
    "commissioned": ("commissioning_year", "year"),
    "generation": ("estimated_generation_gwh", "GWh"),
    "owner": ("owner", ""),
}


def sightings(files: Iterable[SourceFile], country: str = "") -> list[Sighting]:
    """Return one sighting for each row of the files of plants, of one country or of all."""
    return [
        _sighting(file, line, row) for file, line, row in _plants(files) if country in ("", _country(row)[0])
    ]


def observations(files: Iterable[SourceFile], country: str = "") -> list[Observation]:
    """Return every value of the files of plants as an observation with its line."""
    found = []
    for file, line, row in _plants(files):
        code, _ = _country(row)
        for attribute, (column, unit) in (_WRI if "Name" in row else _GPPD).items():
            said = observe(
                file,
                line,
                subject=row.get("Name") or row.get("name", ""),
                identifier=row.get("Power Plant ID") or row.get("gppd_idnr", ""),
                country=code,
                attribute=attribute,
                value=row[column],
                unit=unit,
            )
            if said is not None and country in ("", code):
                found.append(said)
    return found


def _plants(files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, int, Mapping[str, str]]]:
    for file in files:
        if file.source.about == "plant":
            for line, row in file.rows:
                yield file, line, row


def _sighting(file: SourceFile, line: int, row: Mapping[str, str]) -> Sighting:
    columns = _WRI if "Name" in row else _GPPD
    code, by = _country(row)
    values = {name: number(row[columns[name][0]]) for name in ("capacity", "latitude", "longitude")}
    return Sighting(
        name=row.get("Name") or row.get("name", ""),
        identifier=row.get("Power Plant ID") or row.get("gppd_idnr", ""),
        country=code,
        country_by=by,
        fuel=row.get("Fuel") or row.get("primary_fuel") or row.get("fuel1") or "",
        capacity=values["capacity"],
        lat=values["latitude"],
        lon=values["longitude"],
        source=file.source.name,
        file=file.name,
        row=line,
    )


def _country(row: Mapping[str, str]) -> tuple[str, str]:
    """Return the country of a row, and whether the row itself names it or only its file."""
    named = row.get("Country") or row.get("country") or ""
    return (alpha3(named), "row") if named else (alpha3(row.get("file") or ""), "file")
