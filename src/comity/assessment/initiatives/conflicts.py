"""Sources that disagree about one plant: both values, the distance or the ratio; and what a row says wrongly.

Never an average and never a correction. A pair of rows is compared where their names say that they may mean
one thing (`names`). A row alone is looked at for coordinates that cannot be, that lie outside its country,
that are exchanged, or that are exactly those of another plant.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.initiatives import names
from comity.assessment.initiatives.countries import country
from comity.assessment.initiatives.geometry import kilometres, possible, swapped_inside

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.assessment.initiatives.geometry import Outline
    from comity.assessment.initiatives.observations import Sighting

METHOD: Final = "source-conflicts@1"
TOLERANCE_KM: Final = 5.0
"""Distance up to which two positions are taken as one place: a reservoir is larger than that."""
BORDER_KM: Final = 3.0
"""How far outside a generalised outline a point may lie before it is named."""
SAME: Final = Decimal("0.01")
"""Relative difference up to which two capacities are taken as one."""
JUMPS: Final = {1000: "MW and kW", 1_000_000: "MW and W"}


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rows that may mean one thing and differ.

    Attributes:
        what: `place`, `capacity`, or `perhaps one` for like names with another number and one capacity.
        one: A row.
        other: Another.
        km: How far apart, where both positions can be ones.
        km_if_swapped: How far apart if the exchanged coordinates of one are put right; only then.
        ratio: The larger capacity over the smaller.
        unit_jump: Which units look mixed up, where the ratio says so.
    """

    what: str
    one: Sighting
    other: Sighting
    km: float | None = None
    km_if_swapped: float | None = None
    ratio: Decimal | None = None
    unit_jump: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one row says that cannot be, or looks wrong, with a code and what was found."""

    code: str
    sighting: Sighting
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Compared:
    """All conflicts and findings, and how many rows were looked at and matched."""

    conflicts: tuple[Conflict, ...]
    findings: tuple[Finding, ...]
    rows: int
    matched: int


def compare(
    sightings: Sequence[Sighting],
    outlines: Mapping[str, Outline] | None = None,
    tolerance_km: float = TOLERANCE_KM,
) -> Compared:
    """Compare rows with each other and with the outlines of their countries.

    Args:
        sightings: Rows of any sources.
        outlines: By ISO 3166-1 alpha-2 code; without one a country's points are only checked for range.
        tolerance_km: Distance up to which two positions are one place.
    """
    groups: dict[tuple[str, str, tuple[int, ...]], list[Sighting]] = defaultdict(list)
    for one in sightings:
        letters, numbers = names.key(one.name, one.country)
        if letters:
            groups[one.country, letters, numbers].append(one)
    found: list[Conflict] = []
    for members in groups.values():
        for one, other in itertools.combinations(members, 2):
            found += _pair(one, other, outlines or {}, tolerance_km)
    found += _perhaps(groups)
    matched = sum(len(members) for members in groups.values() if len(members) > 1)
    findings = [*_each(sightings, outlines or {}), *_borrowed(sightings)]
    return Compared(tuple(sorted(found, key=_weight)), tuple(findings), len(sightings), matched)


def _weight(one: Conflict) -> tuple[int, float, str, int, int]:
    order = {"place": 0, "capacity": 1, "perhaps one": 2}
    size = one.km if one.km is not None else float(one.ratio or 0)
    return order[one.what], -size, one.one.name, one.one.row, one.other.row


def _pair(
    one: Sighting, other: Sighting, outlines: Mapping[str, Outline], tolerance_km: float
) -> list[Conflict]:
    found = []
    if one.place is not None and other.place is not None:
        straight = [
            side.place[::-1] if side.place and _is_swapped(side, outlines) else side.place
            for side in (one, other)
        ]
        mended = straight != [one.place, other.place]
        both = possible(*one.place) and possible(*other.place)
        km = kilometres(*one.place, *other.place) if both else None
        if_swapped = (
            kilometres(*straight[0], *straight[1]) if mended and straight[0] and straight[1] else None
        )
        if mended or not both or (km is not None and km > tolerance_km):
            found.append(Conflict("place", one, other, km, if_swapped))
    if one.capacity and other.capacity and one.capacity > 0 and other.capacity > 0:
        ratio = max(one.capacity, other.capacity) / min(one.capacity, other.capacity)
        if ratio - 1 > SAME:
            jump = next((words for size, words in JUMPS.items() if abs(ratio / size - 1) <= 2 * SAME), "")
            found.append(Conflict("capacity", one, other, ratio=ratio, unit_jump=jump))
    return found


def _perhaps(groups: Mapping[tuple[str, str, tuple[int, ...]], list[Sighting]]) -> list[Conflict]:
    """Return pairs of like letters, of which one has no number, with exactly one capacity."""
    found = []
    for (code, letters, numbers), members in groups.items():
        if numbers:
            for one, other in itertools.product(groups.get((code, letters, ()), ()), members):
                if one.capacity is not None and one.capacity == other.capacity and one.source != other.source:
                    here, there = one.place, other.place
                    both = here and there and possible(*here) and possible(*there)
                    km = kilometres(*here, *there) if both and here and there else None
                    found.append(Conflict("perhaps one", one, other, km))
    return found


def _is_swapped(one: Sighting, outlines: Mapping[str, Outline]) -> bool:
    return one.place is not None and swapped_inside(_outline(one, outlines), *one.place)


def _outline(one: Sighting, outlines: Mapping[str, Outline]) -> Outline | None:
    return outlines.get(country(one.country).alpha2) if one.country else None


def _each(sightings: Iterable[Sighting], outlines: Mapping[str, Outline]) -> list[Finding]:
    found = []
    for one in sightings:
        if one.country_by == "file" and one.country:
            found.append(Finding("country-from-file", one, {"country": one.country}))
        if one.place is None:
            if (one.lat is None) != (one.lon is None):
                found.append(Finding("half-a-place", one))
            continue
        outline = _outline(one, outlines)
        if _is_swapped(one, outlines):
            found.append(Finding("swapped", one, {"lat": str(one.lon), "lon": str(one.lat)}))
        elif not possible(*one.place):
            found.append(Finding("impossible", one))
        elif outline is not None and (km := outline.off_by(*one.place)) > BORDER_KM:
            inside = next((code for code, area in outlines.items() if area.holds(*one.place)), "")
            found.append(Finding("out-of-country", one, {"km": round(km, 1), "inside": inside}))
    return found


def _borrowed(sightings: Iterable[Sighting]) -> list[Finding]:
    """Return rows with exactly the coordinates of a plant of another name; phases of one may share them."""
    by_place: dict[tuple[Decimal, Decimal], list[Sighting]] = defaultdict(list)
    for one in sightings:
        if one.lat is not None and one.lon is not None:
            by_place[one.lat.normalize(), one.lon.normalize()].append(one)
    found = []
    for members in by_place.values():
        for one in members:
            letters = names.key(one.name, one.country)[0]
            others = [other for other in members if names.key(other.name, other.country)[0] != letters]
            if others:
                who = [f"{other.name} ({other.source} {other.row})" for other in others]
                found.append(Finding("coordinates-of-another", one, {"of": who}))
    return found
