"""What may be asked of a gauge as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import PlaceUnknownError
from comity.border.river import detect, graph, quality, thresholds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from comity.border.river.detect import Alert, Unknown
    from comity.border.river.graph import RiverGraph
    from comity.border.river.quality import Checked
    from comity.border.river.readings import Reading, Readings
    from comity.border.river.thresholds import Threshold, ThresholdFile
    from comity.border.tabular import Bad

METHODS: Final = (quality.METHOD, detect.METHOD, graph.METHOD)
RISE: Final = 1.0
RECORD_YEARS: Final = 5
STALE: Final = 3
"""Readings that may be missing at the end before the present state cannot be told."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a series is held against.

    Attributes:
        limits: Thresholds of its station.
        rise: Metres within a day.
        record_years: Earlier years that a record needs.
    """

    limits: Sequence[Threshold] = ()
    rise: float = RISE
    record_years: int = RECORD_YEARS


def judge(
    found: Readings,
    rules: Rules,
    *,
    forecast: Readings | None = None,
    now: datetime | None = None,
    rivers: RiverGraph | None = None,
) -> dict[str, Any]:
    """Return everything about a series: alerts, what cannot be told, quality, gaps, what was set aside."""
    checked = quality.check(found.items)
    each = detect.days(checked)
    alerts = detect.over_thresholds(checked, each, rules.limits)
    alerts += detect.fast_rise(checked, rules.rise)
    broken, unknown = detect.records(checked, each, rules.record_years)
    alerts += broken
    unknown += detect.spikes_over(checked, rules.limits)
    if forecast is not None:
        coming, late = detect.over_forecast(forecast.items, rules.limits, found.items[-1].time)
        alerts += coming
        unknown += late
    if not rules.limits:
        first, last = found.items[0].day, found.items[-1].day
        words = f"no threshold of {found.station!r} is known: give a file with --thresholds"
        unknown.append(detect.Unknown("threshold", first, last, len(each), words))
    return {
        "station": found.station,
        "alerts": [alert_json(one) for one in detect.episodes(alerts)],
        "cannot_tell": [unknown_json(one) for one in unknown],
        "state": _state(checked, rules.limits, now),
        "readings": len(found.items),
        "from": stamp(found.items[0].time),
        "to": stamp(found.items[-1].time),
        "written_in": str(found.zone) if found.zone is not None else None,
        "gaps": [gap_json(one) for one in checked.gaps],
        "spikes": [reading_json(one) for one in checked.flagged("spike")],
        "flags": {flag: checked.flags.count(flag) for flag in ("spike", "unconfirmed", "step", "flat")},
        "quarantine": quarantine_json(found.bad),
        "merged": found.merged,
        "notes": list(found.notes),
        "thresholds": [one.model_dump() for one in rules.limits],
        "river": _river(found.station, rivers),
        "methods": list(METHODS),
    }


def state_of(found: Readings, known: ThresholdFile, now: datetime) -> dict[str, Any]:
    """Return what the newest reading of a series says, as `judge` does, and nothing besides."""
    return _state(quality.check(found.items), rules_of(found.station, known).limits, now)


def rules_of(station: str, file: ThresholdFile, rise: float = RISE, years: int = RECORD_YEARS) -> Rules:
    """Return what a station is held against."""
    return Rules(file.of(station), rise, years)


def station_named(text: str, file: ThresholdFile) -> str:
    """Return the station that a text names, such as a file's name, or the text."""
    inside = thresholds.folded(text)
    known = [name for one in file.station for name in (one.name, *one.aliases)]
    found = [name for name in known if len(name) > 4 and thresholds.folded(name) in inside]  # noqa: PLR2004 - short names are in everything
    return max(found, key=len) if found else text


def stamp(moment: datetime) -> str:
    """Return a moment, UTC, to the minute."""
    return f"{moment:%Y-%m-%dT%H:%M}Z"


def alert_json(one: Alert) -> dict[str, Any]:
    """Return an alert."""
    return {
        "date": one.day.isoformat(),
        "level": one.level,
        "limit": one.limit,
        "method": one.method,
        "reason": one.reason,
        "time": stamp(one.time),
        "row": one.row,
        "since": (one.since or one.day).isoformat(),
        "quality": one.quality,
        "authority": one.authority,
        "source": one.source,
        "unverified": one.unverified,
    }


def unknown_json(one: Unknown) -> dict[str, Any]:
    """Return what cannot be told."""
    return {
        "method": one.method,
        "from": one.first.isoformat(),
        "to": one.last.isoformat(),
        "days": one.days,
        "reason": one.reason,
    }


def gap_json(one: quality.Gap) -> dict[str, Any]:
    """Return a gap."""
    return {"after": stamp(one.after), "before": stamp(one.before), "missing": one.missing}


def reading_json(one: Reading) -> dict[str, Any]:
    """Return a reading."""
    return {"time": stamp(one.time), "level": one.level, "row": one.row}


def quarantine_json(bad: Sequence[Bad], most: int = 200) -> dict[str, Any]:
    """Return what was set aside: how many of each code, and the first rows with their reasons."""
    codes: dict[str, int] = {}
    for one in bad:
        codes[one.code] = codes.get(one.code, 0) + 1
    rows = [{"row": one.row, "code": one.code, "reason": one.reason} for one in bad[:most]]
    return {"count": len(bad), "codes": codes, "rows": rows, "more": max(len(bad) - most, 0)}


def place_json(name: str, rivers: RiverGraph) -> dict[str, Any]:
    """Return a place with what lies below and above it.

    Raises:
        PlaceUnknownError: it is not in the graph.
    """
    place = rivers.find(name)
    below = [rivers.places[slug] for slug in rivers.downstream(place.slug)]
    return {
        **place.model_dump(),
        "downstream": [
            {"slug": one.slug, "name": one.name, "river": one.river, "party": one.party} for one in below
        ],
        "upstream": rivers.upstream(place.slug),
        "method": graph.METHOD,
    }


def _river(station: str, rivers: RiverGraph | None) -> dict[str, Any] | None:
    if rivers is None:
        return None
    try:
        found = place_json(station, rivers)
    except PlaceUnknownError:
        return None
    return {name: found[name] for name in ("slug", "river", "downstream", "unverified", "source")}


def _state(checked: Checked, limits: Sequence[Threshold], now: datetime | None) -> dict[str, Any]:
    """Return where the river stands at its last sound reading; silence is never normal."""
    sound = [(at, one) for at, one in checked.usable() if not checked.flags[at]]
    last = checked.items[-1]
    if not sound or checked.flags[-1]:
        flag = checked.flags[-1] or "no sound reading"
        return {"state": "cannot tell", "at": stamp(last.time), "reason": f"the last reading: {flag}"}
    if now is not None and now - last.time > STALE * checked.spacing:
        words = f"nothing since {stamp(last.time)}; a gap is never normal"
        return {"state": "cannot tell", "at": stamp(last.time), "reason": words}
    if not limits:
        return {"state": "cannot tell", "at": stamp(last.time), "reason": "no threshold is known"}
    reached = [
        one.name
        for one in limits
        if (last.level >= float(one.level) if one.direction == "high" else last.level <= float(one.level))
    ]
    words = reached[-1] if reached else "normal"
    reason = "at the last reading" + (f": {', '.join(dict.fromkeys(reached))}" if reached else "")
    return {"state": words, "at": stamp(last.time), "reason": reason}
