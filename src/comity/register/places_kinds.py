"""Places between the record and the gazetteer: content of `register.place` in, known places out."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from comity.register.calendar_bounds import Bounds, bounds
from comity.register.places import Found, Known, Name, Position

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.node.rows import Report


def known(
    fields: Mapping[str, Any], *, exercise: bool = False, records: tuple[tuple[str, int], ...] = ()
) -> Known:
    """Return the place that the content of a record describes."""
    point = fields.get("point")
    return Known(
        id=fields["slug"],
        kind=fields["place_kind"],
        party=fields["party"],
        names=tuple(Name(**name) for name in fields["names"]),
        validity=Bounds(bounds(fields.get("valid_from")).first, bounds(fields.get("valid_to")).last),
        supersedes=tuple(fields.get("supersedes", ())),
        same_as=tuple(fields.get("same_as", ())),
        within=tuple(fields.get("within", ())),
        marker_number=fields.get("marker_number"),
        point=Position(**point) if point else None,
        exercise=exercise,
        records=records,
    )


def merged(reports: Iterable[Report]) -> list[Known]:
    """Return one place for each id: the newest record of each party, all their names together.

    Where parties describe one place differently, its own authority is followed; where that one recorded
    nothing, the first party by name. The other's names stay, each with its source.
    """
    newest: dict[str, dict[str, Report]] = defaultdict(dict)
    for report in sorted(reports, key=lambda item: (item.claimed, item.origin, item.index)):
        newest[report.fields["slug"]][report.party] = report
    return [_one(list(found.values())) for _, found in sorted(newest.items())]


def _one(found: list[Report]) -> Known:
    found.sort(key=lambda report: (report.party != report.fields["party"], report.party))
    places = [
        known(report.fields, exercise=report.exercise, records=((report.origin, report.index),))
        for report in found
    ]
    names = dict.fromkeys(name for place in places for name in place.names)
    records = tuple(record for place in places for record in place.records)
    return replace(
        places[0],
        names=tuple(names),
        records=records,
        exercise=any(place.exercise for place in places),
        within=tuple(dict.fromkeys(holder for place in places for holder in place.within)),
        same_as=tuple(dict.fromkeys(other for place in places for other in place.same_as)),
        point=next((place.point for place in places if place.point), None),
    )


def place_json(place: Known) -> dict[str, Any]:
    """Return a place as plain JSON data."""
    first, last = place.validity.first, place.validity.last
    return {
        "id": place.id,
        "kind": place.kind,
        "party": place.party,
        "names": [asdict(name) for name in place.names],
        "valid_from": first.isoformat() if first else None,
        "valid_to": last.isoformat() if last else None,
        "supersedes": list(place.supersedes),
        "same_as": list(place.same_as),
        "within": list(place.within),
        "marker_number": place.marker_number,
        "point": asdict(place.point) if place.point else None,
        "exercise": place.exercise,
        "records": [{"origin": origin, "index": index} for origin, index in place.records],
    }


def found_json(found: Found) -> dict[str, Any]:
    """Return what a text leads to as plain JSON data."""
    return {
        "text": found.text,
        "on": found.on.isoformat() if found.on else None,
        "state": found.state,
        "place": place_json(found.place) if found.place else None,
        "within": [place_json(place) for place in found.within],
        "location": asdict(found.location) if found.location else None,
        "candidates": [{"place": place_json(item.place), "why": item.why} for item in found.candidates],
        "notes": list(found.notes),
    }
