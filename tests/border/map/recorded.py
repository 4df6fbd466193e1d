"""One answer of the picture, its times and the party's layers, as the API gives them; nothing in it is real."""

from __future__ import annotations

START = 1_784_790_000_000
HOUR = 3_600_000
LAT, LON = 17.0, 106.0
HEAD = {"author": "sector desk", "marking": "TLP:CLEAR", "class": "exercise"}


def track(number, kind, east, north, basis="own", **more):
    lat, lon = LAT + north / 111_000, LON + east / 106_000
    trail = [[lat - 0.0006 * n, lon - 0.0009 * n, START + HOUR - 10_000 * n] for n in range(12, 0, -1)]
    return {
        "id": f"vn-{number:x}",
        "class": kind,
        "lat": lat,
        "lon": lon,
        "velocity": [9.0, 6.0],
        "ellipse": {"major": 90.0, "minor": 40.0, "angle": 35.0},
        "existence": 0.98,
        "basis": basis,
        "seen": START + HOUR,
        "claim": "",
        "corroboration": None,
        "origins": ["vn/hq"],
        "sources": [{"origin": "vn/hq", "index": 1}],
        "trail": trail,
        **more,
    }


def picture(at=START + HOUR, view="joint", **more):
    return {
        "sector": "ford",
        "title": {"en": "The ford", "vi": "Bến lội", "lo": "ທ່າຂ້າມ"},
        "at": at,
        "view": view,
        "span": [START, START + 2 * HOUR],
        "synthetic": True,
        "exercise": True,
        "config": "sha256:00",
        "methods": ["border-picture/1"],
        "tracks": [
            track(1, "boat", 1_200, 2_000),
            track(2, "air", 2_600, 3_600, "tracklets", claim="RID-7", corroboration=0.4),
            track(3, "person-size", 4_300, 800, "told"),
            track(4, "vehicle", 3_400, 4_600, "intersection"),
            track(5, "unknown", 600, 4_800),
        ],
        "sensors": [
            {"name": "ridge", "party": "vn", "kind": "radar", "lat": LAT, "lon": LON, "state": "heard", "since": START},
            {
                "name": "bank",
                "party": "vn",
                "kind": "acoustic",
                "lat": LAT + 0.03,
                "lon": LON + 0.035,
                "state": "silent",
                "since": START + HOUR // 2,
            },
        ],
        "zones": [
            {
                "slug": "crossing",
                "title": {"en": "The crossing", "vi": "Chỗ vượt sông", "lo": "ບ່ອນຂ້າມນ້ຳ"},
                "shape": "area",
                "points": [[17.012, 106.008], [17.012, 106.02], [17.022, 106.02], [17.022, 106.008]],
                "severity": "Moderate",
            }
        ],
        "alerts": [
            {"key": "k", "rule": "geofence-dwell", "state": "active", "lat": 17.02, "lon": 106.012, "href": "/border/alerts/k"}
        ],
        "patrols": [
            {"slug": "joint-1", "points": [[17.0, 106.0], [17.01, 106.03], [17.03, 106.05]], "href": "/border/patrols/vn/joint-1"}
        ],
        "unseen": 0.4,
        "withheld": "",
        "unshown": [],
        **more,
    }  # fmt: skip


def times():
    return {
        "sector": "ford",
        "first": START,
        "last": START + 2 * HOUR,
        "step": 1_000,
        "events": [{"at": START + HOUR // 2, "what": "coverage-lost", "href": "/border/alerts/k"}],
    }


def sector():
    """The sector that the picture is of, as its entry; its own sensor that is silent covers a part of it."""
    place = {"lat": 17_000_000, "lon": 106_000_000}
    bank = {"lat": 17_030_000, "lon": 106_035_000, "reach": 1_500}
    return {
        "slug": "ford", "title": {"en": "The ford", "vi": "Bến lội", "lo": "ທ່າຂ້າມ"},
        "origin_lat": 17_000_000, "origin_lon": 106_000_000,
        "west": -1_000, "south": -1_000, "east": 6_000, "north": 6_000, "synthetic": True,
        "sensors": [
            {"slug": "ridge", "party": "vn", "kind": "radar", **place},
            {"slug": "bank", "party": "vn", "kind": "acoustic", **bank},
        ],
    }  # fmt: skip


NETWORK = {
    "slug": "paths",
    "points": [
        {"name": "a", "lat": 17_000_000, "lon": 106_000_000, "station": "Post 4", "party": "vn"},
        {"name": "b", "lat": 17_020_000, "lon": 106_030_000, "marker": "578"},
    ],
    "tracks": [{"a": "a", "b": "b", "minutes": 40}],
}
HAZARD = {
    "slug": "old-field",
    "hazard": "unexploded_ordnance",
    "source": "clearance office",
    "corners": [
        {"lat": 17_040_000, "lon": 106_010_000},
        {"lat": 17_045_000, "lon": 106_015_000},
        {"lat": 17_040_000, "lon": 106_020_000},
    ],
}
