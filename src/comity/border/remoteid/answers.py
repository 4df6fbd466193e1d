"""What may be asked of received Remote ID messages as JSON data.

What names or places a person is left out unless a purpose is given: the operator's registration and
position, and free text. That something was left out is said.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import RemoteIdError
from comity.border.remoteid import corroborate
from comity.border.remoteid.claims import places
from comity.border.river.stamps import read_stamp
from comity.border.tabular import column, read_rows, required

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.border.remoteid.claims import Claim, Received
    from comity.border.remoteid.corroborate import Corroboration, Seen

VERSION: Final = "remote-id@1"
METHODS: Final = (VERSION, corroborate.METHOD)
PERSONAL: Final = {
    "SelfId": ("text",),
    "OperatorId": ("operator",),
    "System": ("latitude", "longitude", "altitude"),
}
SHOWN: Final = 200


def judge(
    found: Received,
    tracks: dict[str, Sequence[Seen]] | None = None,
    covered: Callable[[int, float, float], bool] | None = None,
    *,
    purpose: str = "",
) -> dict[str, Any]:
    """Return each claim with what it is worth, names that are used twice, and what was set aside.

    Args:
        found: The file.
        tracks: Samples by track; none without.
        covered: Whether a sensor looked at a time and place.
        purpose: Why what names or places a person is shown; without one it is left out.
    """
    twice = _twice(found.claims)
    return {
        "claims": [_claim(one, tracks or {}, covered, purpose, twice) for one in found.claims],
        "used_twice": [{"uas_id": name, "transmitters": who} for name, who in twice.items()],
        "messages": sum(one.messages for one in found.claims),
        "lines": found.lines,
        "set_aside": {
            "count": sum(found.counts.values()),
            "reasons": dict(sorted(found.counts.items())),
            "items": [
                {"line": one.line, "reason": one.reason, "words": one.words} for one in found.aside[:SHOWN]
            ],
        },
        "purpose": purpose or None,
        "methods": list(METHODS),
    }


def tracks_of(data: bytes) -> dict[str, Sequence[Seen]]:
    """Return samples by track from CSV: track, time, latitude, longitude, sigma, perhaps existence.

    Raises:
        RemoteIdError: a row cannot be read.
        SeriesFileError: the file cannot.
    """
    header, rows, bad = read_rows(data)
    if bad:
        raise RemoteIdError(f"line {bad[0].row}: {bad[0].reason}")
    names = ("track", "time", "latitude", "longitude", "sigma")
    at = [required(header, "", (name,), name) for name in names]
    exists = column(header, "", ("existence",))
    tracks: dict[str, list[Seen]] = defaultdict(list)
    for row in rows:
        track, time, latitude, longitude, sigma = (row.cells[place] for place in at)
        try:
            moment = int(read_stamp(time, None).moment.timestamp() * 1000)
            there = 1.0 if exists is None else float(row.cells[exists])
            figures = (float(longitude), float(latitude), float(sigma), there)
        except ValueError as error:
            raise RemoteIdError(f"line {row.line}: {error}") from error
        tracks[track].append(corroborate.Seen(moment, *figures))
    return dict(tracks)


def circle(latitude: float, longitude: float, reach: float) -> Callable[[int, float, float], bool]:
    """Return whether a sensor at a place looked: within its reach in metres, at all times."""
    return lambda _time, lon, lat: corroborate.metres((longitude, latitude), (lon, lat)) <= reach


def _twice(claims: Sequence[Claim]) -> dict[str, list[str]]:
    users: dict[str, list[str]] = defaultdict(list)
    for claim in claims:
        for name in claim.ids:
            users[name].append(claim.transmitter)
    return {name: who for name, who in sorted(users.items()) if len(who) > 1}


def _claim(
    claim: Claim,
    tracks: dict[str, Sequence[Seen]],
    covered: Callable[[int, float, float], bool] | None,
    purpose: str,
    twice: dict[str, list[str]],
) -> dict[str, Any]:
    worth = corroborate.corroborate(claim, tracks, covered)
    left_out: list[str] = []
    said = {name: _shown(name, asdict(body), purpose, left_out) for name, body in claim.bodies.items()}
    located = list(places(claim))
    return {
        "transmitter": claim.transmitter or None,
        "object_class": "air",
        "uas_ids": claim.ids,
        "said": said,
        "left_out": left_out,
        "messages": claim.messages,
        "places": [
            {"time": time, "longitude": lon, "latitude": lat, "altitude": one.altitude, "speed": one.speed}
            for time, lon, lat, one in located[-SHOWN:]
        ],
        "places_in_all": len(claim.reports) + claim.dropped,
        "flooding": claim.flooding,
        "stale": claim.stale,
        "authenticated": False,
        "mismatch": len(claim.ids) > 1 or any(name in twice for name in claim.ids),
        "corroboration": _worth(worth),
    }


def _worth(one: Corroboration) -> dict[str, Any]:
    return {**asdict(one), "track": one.track or None}


def _shown(name: str, fields: dict[str, Any], purpose: str, left_out: list[str]) -> dict[str, Any]:
    hidden = () if purpose else PERSONAL.get(name, ())
    left_out += [f"{name}.{field}" for field in hidden if fields[field] not in (None, "")]
    return {
        field.rstrip("_"): value.hex() if isinstance(value, bytes) else value
        for field, value in fields.items()
        if field not in hidden
    }
