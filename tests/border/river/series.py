"""Made readings: a yearly wave, so that the years differ a little, and what a test puts into it."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta

from comity.border.river.readings import Reading


def level(day):
    """Return a stage, metres: a yearly wave, a little higher each third year."""
    wave = 4 + 3 * math.sin((day.timetuple().tm_yday - 120) / 365 * 2 * math.pi)
    return round(wave + 0.1 * (day.year % 3) + 0.02 * (day.toordinal() % 5), 2)


def daily(first=date(2010, 1, 1), last=date(2016, 12, 31), changed=None, without=()):
    """Return a reading a day; `changed` gives days other levels, `without` leaves days out."""
    changed = changed or {}
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    return [
        Reading(datetime(day.year, day.month, day.day, tzinfo=UTC), day, changed.get(day, level(day)), n + 2)
        for n, day in enumerate(days)
        if day not in without
    ]


def as_csv(readings, station="Pakse"):
    """Return readings in the shape of the Commission's download."""
    lines = ["Station Name,Station Code,Timestamp (UTC+07:00),Value,Unit"]
    lines += [f"{station},013901,{one.time:%Y-%m-%dT%H:%MZ},{one.level:.2f},m" for one in readings]
    return "\n".join(lines).encode()
