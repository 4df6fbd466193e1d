"""What the watching parts of the border say to the rules: that one holds, or no longer.

Nothing here decides: a signal is a rule, a subject, and the figures. A crossing becomes none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts.rules import FLOOD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from comity.border.geofence.watch import Event

RIVER: Final = {
    "threshold-alarm": ("river-alarm", "Moderate"),
    "threshold-flood": ("river-flood", "Severe"),
    "threshold-low": ("river-low", "Minor"),
    "rate-of-rise": ("river-rise", "Moderate"),
    "record-high": ("river-record", "Minor"),
    "record-low": ("river-record", "Minor"),
}
SILENT: Final = 3
"""Intervals without a word after which a sensor is silent."""


@dataclass(frozen=True, slots=True)
class Signal:
    """That a rule holds of a subject, or no longer; times are milliseconds UTC.

    Attributes:
        rule: Name of the rule.
        cell: Where.
        subject: What.
        on: Whether it holds.
        at: When that was seen.
        since: When it began.
        source: Which sensor or series says so.
        severity: As in CAP.
        reasons: Name, figure as a decimal, unit.
        method: Of what was watched.
        words: In English, where there are some.
        object_class: Of the object.
        exercise: Whether it is fictional.
        about: Records that gave cause, origin and id.
    """

    rule: str
    cell: str
    subject: str
    on: bool
    at: int
    since: int
    source: str
    severity: str = "Minor"
    reasons: tuple[tuple[str, str, str], ...] = ()
    method: str = "alert-rules@1"
    words: str = ""
    object_class: str = ""
    exercise: bool = False
    about: tuple[tuple[str, str], ...] = ()


def signal_of(saved: Mapping[str, Any]) -> Signal:
    """Return the signal that was saved as JSON data."""
    reasons = tuple((name, value, unit) for name, value, unit in saved["reasons"])
    about = tuple((origin, name) for origin, name in saved["about"])
    return Signal(**{**saved, "reasons": reasons, "about": about})


def of_geofence(
    events: Iterable[Event], source: str, method: str, *, classes: Mapping[str, str] | None = None,
    severities: Mapping[str, str] | None = None, exercise: bool = False,
) -> Iterator[Signal]:  # fmt: skip
    """Yield the signals of approach and dwell; a crossing is context and yields none."""
    for one in events:
        if one.name == "crossing":
            continue
        yield Signal(
            f"geofence-{one.name}",
            one.zone,
            one.track,
            one.on,
            one.time,
            min(one.since, one.time),
            source,
            (severities or {}).get(one.zone, "Minor"),
            (
                ("observations", str(one.updates), ""),
                ("distance", decimal(one.distance), "m"),
                ("sigma", decimal(one.sigma), "m"),
                ("confidence", decimal(one.existence), ""),
            ),
            method,
            object_class=(classes or {}).get(one.track, "unknown"),
            exercise=exercise,
        )


def of_silence(
    heard: Mapping[str, tuple[int, int]], now: int, places: Mapping[str, str] | None = None
) -> Iterator[Signal]:
    """Yield for each sensor whether it is silent: silence is lost coverage, never peace.

    Args:
        heard: By sensor: when it was last heard, and its interval, both in milliseconds.
        now: The moment.
        places: The cell of each sensor; its name without.
    """
    for sensor, (last, interval) in sorted(heard.items()):
        gap = now - last
        yield Signal(
            "coverage-lost",
            (places or {}).get(sensor, sensor),
            sensor,
            gap > SILENT * interval,
            now,
            min(last + interval, now),
            sensor,
            "Moderate",
            (("silent-for", str(max(gap, 0) // 1000), "s"), ("interval", decimal(interval / 1000), "s")),
        )


def of_remote_id(judged: Mapping[str, Any], now: int, cell: str, source: str) -> Iterator[Signal]:
    """Yield for each claim of `remoteid.answers.judge` whether its identity does not fit what is seen."""
    for one in judged["claims"]:
        worth = one["corroboration"]
        wrong = worth["verdict"] == "contradicted" or one["mismatch"]
        subject = one["transmitter"] or ", ".join(one["uas_ids"]) or "transmitter not named"
        times = [place["time"] for place in one["places"]]
        figures = [
            ("observations", str(one["places_in_all"]), ""),
            ("impossible", str(worth["impossible"]), ""),
        ]
        if worth["score"] is not None:
            figures.append(("confidence", decimal(worth["score"]), ""))
        yield Signal(
            "identity-mismatch", cell, subject[:200], wrong, now, min(times, default=now), source, "Minor",
            tuple(figures), " ".join(judged["methods"]), worth["reason"], "air",
        )  # fmt: skip


def of_gauge(judged: Mapping[str, Any], now: int, about: tuple[str, str]) -> Iterator[Signal]:
    """Yield what holds at the last day of a gauge, as `series.answers.gauge` judges it, and its silence."""
    station, common = judged["slug"], {"exercise": judged["exercise"], "about": (about,)}
    method = " ".join(judged["methods"])[:200]
    best: dict[str, Mapping[str, Any]] = {}
    last = judged["to"][:10]
    # What holds no longer has held no longer since the last reading, however seldom anybody asks.
    read = min(_moment(judged["to"]), now)
    for one in judged["alerts"]:
        if one["date"] >= last and one["method"] in RIVER:
            best.setdefault(RIVER[one["method"]][0], one)
    for name, severity in dict.fromkeys(RIVER.values()):
        held = best.get(name)
        if held is None:
            yield Signal(name, station, station, False, read, read, station, severity, **common)
            continue
        figures = (("level", decimal(held["level"]), "m"), ("limit", decimal(held["limit"]), "m"))
        since = min(day_start(held["since"]), now)
        words = held["reason"]
        yield Signal(
            name, station, station, True, now, since, station, severity, figures, method, words, **common
        )
    silent = judged["state"]["reason"].startswith("nothing since")
    words = judged["state"]["reason"] if silent else ""
    at = now if silent else read
    yield Signal(
        "coverage-lost", station, station, silent, at, read, station, "Moderate", (), method, words, **common
    )


def of_counts(judged: Mapping[str, Any], now: int, about: tuple[str, str]) -> Iterator[Signal]:
    """Yield whether the last week of counts is above what was to be expected, by any method."""
    place = judged["slug"]
    held = [one for one in judged["alerts"] if one["week_start"] == judged["to"]]
    common = {"exercise": judged["exercise"], "about": (about,)}
    since = min(day_start(judged["to"]), now)
    if not held:
        yield Signal("health-excess", place, place, False, since, since, place, **common)
        return
    figures = [("cases", str(held[0]["cases"]), "")]
    figures += [(f"limit-{one['method'].lower()}", decimal(one["limit"]), "") for one in held]
    words = "; ".join(one["reason"] for one in held)[:1000]
    yield Signal(
        "health-excess", place, place, True, now, since, place, "Moderate", tuple(figures),
        " ".join(judged["methods"])[:200], words, **common,
    )  # fmt: skip


def of_flood(source: str, count: int, first: Signal) -> Signal:
    """Return the signal of a source that raises more than is looked at."""
    figures = (("observations", str(count), ""),)
    return Signal(
        FLOOD, source, source, True, first.at, first.at, source, "Minor", figures, exercise=first.exercise
    )


def decimal(value: float) -> str:
    """Return a figure as a decimal string of at most four places."""
    text = f"{value:.4f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _moment(stamp: str) -> int:
    return int(datetime.fromisoformat(stamp).timestamp() * 1000)


def day_start(day: str) -> int:
    """Return the beginning of a day, milliseconds UTC."""
    return int(datetime.combine(date.fromisoformat(day), time(), UTC).timestamp() * 1000)
