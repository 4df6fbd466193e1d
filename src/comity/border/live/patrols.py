"""Own patrols by the receivers that they carry: where they are, and which track is theirs.

One Observation of a receiver of kind `gps` is one place of the patrol that carries it:

    {"lat": 17.1, "lon": 106.2, "sigma": 5, "class": "person-size"}

A patrol is co-operative and known: its places are no detections and no claims, and make no track. Every two
seconds of the sector's clock the places of the last minute are held against the own tracks, as claims are;
the track that bears them out is the patrol's, one track at most. It gives no cause to an alert as long as
that holds, and what was kept back is said when it no longer does.
"""

from __future__ import annotations

from collections import deque
from dataclasses import astuple, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from comity.border.alerts.signals import Signal, signal_of
from comity.border.live.quarantine import REASONS
from comity.border.quality.positions import Fix, Way, fix_of, place_flag, too_fast
from comity.border.remoteid import decode
from comity.border.remoteid.claims import Claim, Report
from comity.border.remoteid.corroborate import Seen, corroborate
from comity.border.sensors.rules import JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from comity.border.alerts.engine import Held
    from comity.border.fusion.picture import Frame
    from comity.border.live.windows import Row
    from comity.border.quality.positions import Box
    from comity.border.sector.plane import Plane

METHOD: Final = "own-patrol@1"
EVERY: Final = 2_000
BACK: Final = 60_000
"""Milliseconds between two looks, and how far back each goes."""
AHEAD: Final = 2_000
NEAR: Final = 1_000.0
"""Metres from a patrol beyond which no track is held against it."""
MOST: Final = 100_000
"""Places of one patrol that are kept at most; of each second the last is held against tracks."""
SECOND: Final = 1_000
BOUND: Final = 2.45
"""A 95 % bound of a place in standard deviations of an axis: that of Rayleigh."""
GEOFENCE: Final = "geofence-"


class Standing(NamedTuple):
    """Where a patrol was at a moment (ms UTC, degrees, m), and the track that is its own, or nothing."""

    at: int
    patrol: str
    lat: float
    lon: float
    sigma: float
    track: str
    score: float | None


class Patrols:
    """The own patrols of a sector.

    Args:
        receivers: Standard deviation (m) of each by its slug, which is the patrol's name.
        plane: Of the sector.
        box: Of the sector.

    Attributes:
        own: The patrol of each track that is one.
    """

    def __init__(self, receivers: Mapping[str, float], plane: Plane, box: Box) -> None:
        self._sigmas = dict(sorted(receivers.items()))
        self._plane, self._box = plane, box
        self._ways = {name: Way() for name in self._sigmas}
        self._places: dict[str, deque[tuple[int, float, float, float]]] = {
            name: deque(maxlen=MOST) for name in self._sigmas
        }
        self._seen: dict[int, list[tuple[str, Seen]]] = {}
        self._judged = 0
        self.own: dict[str, str] = {}

    def take(self, rows: Iterable[Row]) -> Iterator[tuple[str, str]]:
        """Take observations; yield receiver and reason of each that is set aside."""
        for _, name, phenomenon, kind, result, arrival in rows:
            data = _loaded(result) if kind == JSON else None
            fix = fix_of(phenomenon, data)
            word = "malformed" if fix is None else self._doubt(name, fix, arrival)
            if fix is None or word:
                yield name, word
                continue
            said = sigma_of(data, self._sigmas[name])
            self._places[name].append((phenomenon // SECOND, *self._degrees(fix), said))

    def saw(self, frames: Iterable[Frame], names: Callable[[int], str]) -> None:
        """Keep where own tracks near to a patrol were, once a second."""
        last = [self._plane.place(one[-1][1], one[-1][2]) for one in self._places.values() if one]
        if not last:
            return
        for frame in frames:
            tracks = frame.tracks
            near = [
                at
                for at, (x, y) in enumerate(tracks.place.tolist())
                if any(abs(x - east) <= NEAR and abs(y - north) <= NEAR for east, north in last)
            ]
            self._seen[frame.time // SECOND] = [
                (names(int(tracks.uid[at])), self._sample(frame, at)) for at in near
            ]

    def due(self, clock: int) -> list[Standing]:
        """Say where the patrols are, when it is due by the sector's clock, ms UTC."""
        if clock // EVERY == self._judged or not (self.own or any(self._places.values())):
            return []
        self._judged = clock // EVERY
        for places in self._places.values():
            while places and places[0][0] < clock - BACK:
                places.popleft()
        self._seen = {at: seen for at, seen in self._seen.items() if at * SECOND >= clock - BACK}
        tracks = self._tracks()
        found = [one for name in self._places if (one := self._standing(name, clock, tracks))]
        self.own = {one.track: one.patrol for one in found if one.track}
        return found

    def save(self) -> dict[str, Any]:
        """Return the state as JSON data."""
        return {
            "ways": {
                name: [None if one.last is None else list(one.last), [list(fix) for fix in one.doubted]]
                for name, one in self._ways.items()
            },
            "places": {name: list(one) for name, one in self._places.items()},
            "seen": [[at, [[name, *astuple(one)] for name, one in seen]] for at, seen in self._seen.items()],
            "judged": self._judged,
            "own": self.own,
        }  # fmt: skip

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take up a state that was saved, of the receivers that there still are."""
        for name in self._sigmas:
            last, doubted = saved["ways"].get(name, (None, ()))
            self._ways[name] = Way(None if last is None else Fix(*last), [Fix(*one) for one in doubted])
            places = ((time, lat, lon, sigma) for time, lat, lon, sigma in saved["places"].get(name, ()))
            self._places[name] = deque(places, maxlen=MOST)
        self._seen = {at: [(name, Seen(*figures)) for name, *figures in seen] for at, seen in saved["seen"]}
        self._judged = saved["judged"]
        self.own = {track: name for track, name in saved["own"].items() if name in self._sigmas}

    def forget_tracks(self) -> None:
        """Know no track any more: the tracker began anew."""
        self._seen, self.own = {}, {}

    def _doubt(self, name: str, fix: Fix, arrival: int) -> str:
        """Return why a place is set aside, nothing where it is sound."""
        flag = place_flag(fix, self._box)
        if flag:
            return REASONS[flag]
        if fix.time > arrival + AHEAD * SECOND:
            return "from-the-future"
        degrees = fix._replace(a=self._degrees(fix)[0], b=self._degrees(fix)[1], plane=False)
        return REASONS["speed"] if too_fast(fix) or not self._ways[name].takes(degrees) else ""

    def _degrees(self, fix: Fix) -> tuple[float, float]:
        return self._plane.earth(fix.a, fix.b) if fix.plane else (fix.a, fix.b)

    def _sample(self, frame: Frame, at: int) -> Seen:
        tracks = frame.tracks
        x, y = tracks.place[at].tolist()
        lat, lon = self._plane.earth(x, y)
        sigma = float((tracks.moments[at, 0] + tracks.moments[at, 2]) / 2) ** 0.5
        return Seen(frame.time, lon, lat, sigma, float(tracks.existence[at]))

    def _tracks(self) -> dict[str, list[Seen]]:
        tracks: dict[str, list[Seen]] = {}
        for at in sorted(self._seen):
            for name, seen in self._seen[at]:
                tracks.setdefault(name, []).append(seen)
        return tracks

    def _standing(self, name: str, clock: int, tracks: dict[str, list[Seen]]) -> Standing | None:
        """Return where a patrol is, None if it said nothing lately; its track is nobody else's after this."""
        lately = sorted(one for one in self._places[name] if clock - BACK <= one[0] <= clock)
        places = list({one[0] // SECOND: one for one in lately}.values())
        if not places:
            return None
        reports = [Report(time, _location(lat, lon, sigma), 0) for time, lat, lon, sigma in places]
        held: dict[str, Sequence[Seen]] = dict(tracks)
        worth = corroborate(Claim(name, reports=reports), held)
        track = worth.track if worth.verdict == "corroborated" else ""
        tracks.pop(track, None)
        _, lat, lon, sigma = places[-1]
        return Standing(clock, name, lat, lon, sigma, track, worth.score if track else None)


class Hush:
    """What own patrols would give cause to: kept back, and said when a track is no patrol's any more."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str, str], Signal] = {}

    def let(self, signals: Iterable[Signal], own: Mapping[str, str]) -> list[Signal]:
        """Return the signals that are to be said."""
        said = []
        for one in signals:
            key = (one.rule, one.cell, one.subject)
            if one.rule.startswith(GEOFENCE) and one.on and one.subject in own:
                self._kept[key] = one
                continue
            if not one.on:
                self._kept.pop(key, None)
            said.append(one)
        return said

    def changed(
        self, before: Mapping[str, str], own: Mapping[str, str], held: Iterable[Held], clock: int
    ) -> list[Signal]:
        """Return what is to be said as tracks became patrols, or are none any more.

        Args:
            before: The patrol of each track that was one.
            own: Likewise, now.
            held: What is open.
            clock: ms UTC.
        """
        said = []
        for one in held:
            signal = one.signal
            if signal.rule.startswith(GEOFENCE) and signal.subject in own and signal.subject not in before:
                self._kept[signal.rule, signal.cell, signal.subject] = signal
                said.append(replace(signal, on=False, at=max(clock, signal.at + 1)))
        gone = [key for key in self._kept if key[2] in before and key[2] not in own]
        for key in sorted(gone):
            signal = self._kept.pop(key)
            said.append(replace(signal, at=max(clock, signal.at + 1)))
        return said

    def save(self) -> list[dict[str, Any]]:
        """Return the state as JSON data."""
        return [{name: getattr(one, name) for name in Signal.__slots__} for one in self._kept.values()]

    def load(self, saved: Sequence[Mapping[str, Any]]) -> None:
        """Take up a state that was saved."""
        found = [signal_of(one) for one in saved]
        self._kept = {(one.rule, one.cell, one.subject): one for one in found}


def sigma_of(data: Any, otherwise: float) -> float:
    """Return the error that a place says of itself, m; another where it says none that can be."""
    sigma: Any = data.get("sigma") if isinstance(data, dict) else None
    if isinstance(sigma, bool) or not isinstance(sigma, (int, float)):
        return otherwise
    return float(sigma) if 0 < sigma < NEAR else otherwise


def _location(lat: float, lon: float, sigma: float) -> decode.Location:
    said: dict[str, Any] = dict.fromkeys(decode.Location.__dataclass_fields__)
    said |= {"status": "undeclared", "height_over": "take-off"}
    said |= {"latitude": lat, "longitude": lon, "horizontal_accuracy": sigma * BOUND}
    return decode.Location(**said)


def _loaded(text: Any) -> Any:
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        return None
