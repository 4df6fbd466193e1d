"""Tracks of a made-up valley: two stations, ten markers on a line, a path beside it."""

from __future__ import annotations

STEP = 20_000
"""About 2.2 km in millionths of a degree."""


def network(markers=10):
    """Return a layer: markers m1… on the line, a side path p1… to the west, stations at both ends of it."""
    points = [
        {"name": f"m{n}", "lat": 17_000_000 + n * STEP, "lon": 106_000_000, "marker": str(500 + n)}
        for n in range(1, markers + 1)
    ]
    points += [
        {"name": f"p{n}", "lat": 17_000_000 + n * STEP, "lon": 105_990_000} for n in range(1, markers + 1)
    ]
    points += [
        {"name": "post-4", "lat": 17_000_000 + STEP, "lon": 106_020_000, "station": "Post 4", "party": "vn"},
        {"name": "post-9", "lat": 17_000_000 + STEP * markers, "lon": 105_970_000, "station": "Post 9", "party": "la"},
    ]  # fmt: skip
    tracks = [{"a": f"m{n}", "b": f"m{n + 1}", "minutes": 30} for n in range(1, markers)]
    tracks += [{"a": f"p{n}", "b": f"p{n + 1}", "minutes": 40} for n in range(1, markers)]
    tracks += [{"a": f"m{n}", "b": f"p{n}", "minutes": 15} for n in range(1, markers + 1)]
    tracks += [
        {"a": "post-4", "b": "m1", "minutes": 20},
        {"a": "post-9", "b": f"p{markers}", "minutes": 20},
    ]
    return {"slug": "valley", "points": points, "tracks": tracks}


def square(name, at, half=3_000, **more):
    """Return a hazard area around a position."""
    lat, lon = at
    corners = [
        (lat - half, lon - half),
        (lat - half, lon + half),
        (lat + half, lon + half),
        (lat + half, lon - half),
    ]
    plain = {"slug": name, "hazard": "unexploded_ordnance", "source": "clearance office", "buffer_m": 100}
    return {**plain, "corners": [{"lat": a, "lon": b} for a, b in corners], **more}
