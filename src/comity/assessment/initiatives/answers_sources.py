"""Conflicts and observations of public files as JSON data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.initiatives import conflicts, finance, power, sources
from comity.assessment.initiatives.countries import country as known
from comity.assessment.initiatives.geometry import outlines

if TYPE_CHECKING:
    from pathlib import Path

    from comity.assessment.initiatives.conflicts import Conflict, Finding
    from comity.assessment.initiatives.geometry import Outline
    from comity.assessment.initiatives.observations import Sighting


def conflict_list(
    folder: Path, code: str = "", areas: Path | None = None, tolerance_km: float = conflicts.TOLERANCE_KM
) -> dict[str, Any]:
    """Return where the public files below a folder disagree, of one country or of all.

    Args:
        folder: Holds the files, or a folder above them.
        code: ISO 3166-1 alpha-3 code, or nothing.
        areas: GeoJSON of areas with `country_a2`; looked for below and beside the folder if not given.
        tolerance_km: Distance up to which two positions are one place.

    Raises:
        ComityError: the files, the areas or the country cannot be read.
    """
    code = known(code).alpha3 if code else ""
    files = sources.load(folder)
    path, drawn = _areas(folder, areas)
    found = conflicts.compare(power.sightings(files, code), drawn, tolerance_km)
    return {
        "country": code or None,
        "method": conflicts.METHOD,
        "tolerance_km": tolerance_km,
        "outlines": None if path is None else path.name,
        "files": [
            {
                "file": one.name,
                "source": one.source.name,
                "licence": one.source.licence,
                "sha256": one.sha256,
                "rows": len(one.rows),
            }
            for one in files
        ],
        "rows": found.rows,
        "matched": found.matched,
        "conflicts": [conflict_json(one) for one in found.conflicts],
        "findings": [_finding(one) for one in found.findings],
        "prices": [_prices(one) for one in finance.price_bases(files, code)],
        "remainders": [_remainder(one) for one in finance.remainders(files, code)],
    }


def observation_list(folder: Path, code: str = "") -> list[dict[str, Any]]:
    """Return every value of the public files below a folder, as fields of `assessment.observation`.

    Raises:
        ComityError: the files or the country cannot be read.
    """
    code = known(code).alpha3 if code else ""
    files = sources.load(folder)
    found = [*power.observations(files, code), *finance.observations(files, code)]
    return [one.as_fields() for one in found]


def _areas(folder: Path, areas: Path | None) -> tuple[Path | None, dict[str, Outline]]:
    if areas is not None:
        return areas, outlines(areas)
    near = [
        *sorted(folder.rglob("*admin1*.geojson")),
        *sorted((folder.parent / "geo").glob("*admin1*.geojson")),
    ]
    for path in near:
        if b'"country_a2"' in path.read_bytes()[:4096]:
            return path, outlines(path)
    return None, {}


def _row(one: Sighting) -> dict[str, Any]:
    return {
        "name": one.name,
        "id": one.identifier,
        "source": one.source,
        "file": one.file,
        "row": one.row,
        "lat": None if one.lat is None else str(one.lat),
        "lon": None if one.lon is None else str(one.lon),
        "capacity_mw": None if one.capacity is None else str(one.capacity),
    }


def conflict_json(one: Conflict) -> dict[str, Any]:
    """Return a conflict as plain data: both rows as they stand, and the distance or the ratio."""
    return {
        "what": one.what,
        "subject": one.one.name,
        "country": one.one.country,
        "km": None if one.km is None else round(one.km, 1),
        "km_if_swapped": None if one.km_if_swapped is None else round(one.km_if_swapped, 1),
        "ratio": None if one.ratio is None else f"{one.ratio:.3f}",
        "unit_jump": one.unit_jump,
        "values": [_row(one.one), _row(one.other)],
    }


def _finding(one: Finding) -> dict[str, Any]:
    plain = {"code": one.code, "subject": one.sighting.name, "country": one.sighting.country}
    return {**plain, "detail": dict(one.detail), "value": _row(one.sighting)}


def _prices(one: finance.PriceBases) -> dict[str, Any]:
    return {
        "project": one.project,
        "title": one.title,
        "country": one.country,
        "ratio": str(one.ratio),
        "values": [
            {
                "value": str(part.value),
                "unit": part.unit,
                "source": part.source,
                "file": part.file,
                "rows": list(part.rows),
            }
            for part in one.amounts
        ],
    }


def _remainder(one: finance.Remainder) -> dict[str, Any]:
    plain = {"project": one.project, "country": one.country, "file": one.file, "rows": list(one.rows)}
    return {**plain, "sum": str(one.total), "remainder": str(1 - one.total)}
