"""Where public sources beside an initiative on record disagree: both values, and how far apart."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.initiatives import conflicts
from comity.assessment.initiatives.countries import countries
from comity.assessment.initiatives.observations import Sighting, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.assessment.initiatives.conflicts import Conflict

PLACED: Final = {"capacity": "MW", "latitude": "degree", "longitude": "degree"}
"""The observations that are compared, each in one unit."""


def disagreements(observed: Iterable[Mapping[str, Any]]) -> list[Conflict]:
    """Return where observations on record, row by row of their files, disagree about one thing.

    Args:
        observed: Fields of `assessment.observation`.
    """
    known = {one.alpha3 for one in countries()}
    rows: dict[tuple[str, str, int], dict[str, Any]] = defaultdict(dict)
    for one in observed:
        if PLACED.get(one["attribute"]) == one.get("unit", "") and one["country"] in known:
            held = rows[one["source"], one["file"], one["row"]]
            held |= {"name": one["subject"], "id": one.get("identifier", ""), "country": one["country"]}
            held[one["attribute"]] = number(one["value"])
    return list(conflicts.compare([_sighting(place, row) for place, row in rows.items()]).conflicts)


def _sighting(place: tuple[str, str, int], row: Mapping[str, Any]) -> Sighting:
    source, file, line = place
    return Sighting(
        name=row["name"],
        identifier=row["id"],
        country=row["country"],
        country_by="row",
        fuel="",
        capacity=row.get("capacity"),
        lat=row.get("latitude"),
        lon=row.get("longitude"),
        source=source,
        file=file,
        row=line,
    )
