"""Files of readings and counts as entries: what was set aside stays outside and is counted."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.series import MOST, GaugeSeries, HealthSeries
from comity.border.errors import SeriesFileError
from comity.border.health.answers import SMALL, suppressed
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.border.health.counts import Counts
    from comity.border.river.readings import Readings

MICRO: Final = 1_000_000
DEFAULTS: Final = {"basis": "monitoring", "retention": "working"}


def gauge_draft(
    slug: str, found: Readings, data: bytes, header: dict[str, Any], *, place: str = ""
) -> dict[str, Any]:
    """Return the entry of a gauge's readings, as JSON data to append.

    Args:
        slug: Natural name of the series.
        found: The readings.
        data: The file.
        header: What the entry says of itself.
        place: Where the gauge stands, as LAT,LON in degrees; nothing where nobody says it.

    Raises:
        SeriesFileError: there are too many for one entry, or the place is none.
    """
    _few_enough(len(found.items))
    fields: dict[str, Any] = {
        "slug": slug,
        "station": found.station,
        "times": [int(one.time.timestamp() * 1000) for one in found.items],
        "levels": [round(one.level * 1000) for one in found.items],
        "source_digest": b64(hashlib.sha256(data).digest()),
        "set_aside": len(found.bad),
    }
    if found.zone is not None:
        fields["zone_minutes"] = (found.zone.utcoffset(None) or timedelta()) // timedelta(minutes=1)
    fields |= _placed(place) if place else {}
    return {**DEFAULTS, **header, "kind": GaugeSeries.kind, "fields": fields}


def _placed(text: str) -> dict[str, int]:
    try:
        lat, lon = (round(Decimal(part) * MICRO) for part in text.split(","))
    except (ArithmeticError, ValueError) as error:
        raise SeriesFileError(f"{text[:40]!a} is no place: LAT,LON in degrees, as 15.12,105.8") from error
    return {"lat": lat, "lon": lon}


def health_draft(
    slug: str, disease: str, found: Counts, data: bytes, header: dict[str, Any], *, small: int = SMALL
) -> dict[str, Any]:
    """Return the entry of weekly counts, as JSON data to append; small counts stay out of it.

    Raises:
        SeriesFileError: there are too many for one entry, or none is large enough.
    """
    if not found.place:
        raise SeriesFileError("the file does not say which place: give --country")
    kept = [one for one in found.weeks if not suppressed(one.cases, small)]
    _few_enough(len(kept))
    fields = {
        "slug": slug,
        "place": found.place,
        "disease": disease,
        "weeks": [one.start.isoformat() for one in kept],
        "cases": [one.cases for one in kept],
        "suppressed": [one.start.isoformat() for one in found.weeks if suppressed(one.cases, small)],
        "below": small,
        "source_digest": b64(hashlib.sha256(data).digest()),
        "set_aside": len(found.bad),
    }
    return {**DEFAULTS, **header, "kind": HealthSeries.kind, "fields": fields}


def _few_enough(count: int) -> None:
    if not 0 < count <= MOST:
        raise SeriesFileError(f"{count} values; an entry holds 1 to {MOST}: give a shorter stretch")
