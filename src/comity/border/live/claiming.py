"""What calls itself by Remote ID, ADS-B or AIS, held against the own tracks: claims, and never detections.

One Observation of a receiver is one message that it heard:

    {"transmitter": "a0:b1:…", "message": "<hex of ASTM F3411>"}
    {"transmitter": "574123000", "id": "574123000", "lat": 17.1, "lon": 106.2, "speed": 4.0}

A claim is judged every five seconds of the sector's clock by what was said in the two minutes before. It
never makes a track, and a track that bears it out keeps its own class.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import orjson

from comity.border.alerts.signals import Signal, of_remote_id
from comity.border.errors import RemoteIdError
from comity.border.remoteid import decode
from comity.border.remoteid.answers import judge
from comity.border.remoteid.claims import Claim, Received, Report, said_at
from comity.border.remoteid.corroborate import Seen
from comity.border.sensors.rules import JSON

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from comity.border.fusion.picture import Frame
    from comity.border.live.windows import Row
    from comity.border.sector.plane import Plane

EVERY: Final = 5_000
BACK: Final = 120_000
"""Milliseconds between two judgements, and how far back each looks."""
MOST: Final = 5_000
"""Messages that are kept at most; the oldest go first."""
SECOND: Final = 1_000


class Verdict(NamedTuple):
    """What was found of a claim at a moment, ms UTC; `track` is the name that bears it out, or nothing."""

    at: int
    said: str
    sensor: str
    verdict: str
    score: float | None
    track: str
    reason: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message: when it came (ms UTC), by which sensor, whose, and what it holds as JSON data."""

    time: int
    sensor: str
    transmitter: str
    said: Mapping[str, Any]


class Claims:
    """The claims of the last two minutes.

    Args:
        sector: Slug; claims are the same occurrence anywhere in it.
        plane: Of the sector.
        covered: Whether a sensor looks now at a place, m east and north.
    """

    def __init__(self, sector: str, plane: Plane, covered: Callable[[float, float], bool]) -> None:
        self._sector, self._plane, self._covered = sector, plane, covered
        self._heard: deque[Heard] = deque(maxlen=MOST)
        self._seen: dict[int, list[tuple[str, Seen]]] = {}
        self._doubted: dict[str, str] = {}
        self._judged = 0

    def take(self, rows: Iterable[Row]) -> Iterator[tuple[int, str, str]]:
        """Take observations; yield id, sensor and reason of each that is set aside."""
        for number, sensor, phenomenon, kind, result, _ in rows:
            try:
                said = orjson.loads(result if kind == JSON else b"")
                transmitter = said["transmitter"]
                if type(transmitter) is not str or not transmitter or len(transmitter) > 100:  # noqa: PLR2004 - a name
                    raise ValueError("transmitter")  # noqa: TRY301 - set aside below
                one = Heard(phenomenon // SECOND, sensor, transmitter, said)
                _put(Claim(transmitter), one)
            except (KeyError, TypeError, AttributeError, ValueError, RemoteIdError):
                yield number, sensor, "malformed"
                continue
            self._heard.append(one)

    def saw(self, frames: Iterable[Frame], party: Callable[[int], str]) -> None:
        """Keep where the own tracks were, once a second; a frame told anew takes the place of the first."""
        if not self._heard and not self._doubted:
            return
        for frame in frames:
            tracks = frame.tracks
            lat, lon = self._plane.earth(tracks.place[:, 0], tracks.place[:, 1])
            sigma = ((tracks.moments[:, 0] + tracks.moments[:, 2]) / 2) ** 0.5
            columns = (
                tracks.uid.tolist(),
                lon.tolist(),
                lat.tolist(),
                sigma.tolist(),
                tracks.existence.tolist(),
            )
            self._seen[frame.time // SECOND] = [
                (party(uid), Seen(frame.time, *figures)) for uid, *figures in zip(*columns, strict=True)
            ]

    def due(self, clock: int) -> tuple[list[Verdict], list[Signal]]:
        """Judge what is due by now, ms UTC of the sector's clock."""
        if clock // EVERY == self._judged or not (self._heard or self._doubted):
            return [], []
        self._judged = clock // EVERY
        while self._heard and self._heard[0].time < clock - BACK:
            self._heard.popleft()
        self._seen = {at: seen for at, seen in self._seen.items() if at * SECOND >= clock - BACK}
        found = judge(Received(self._claims(), [], Counter(), 0), self._tracks(), self._looked)
        verdicts: list[Verdict] = []
        signals: list[Signal] = []
        for one in found["claims"]:
            sensor = next(said.sensor for said in self._heard if said.transmitter == one["transmitter"])
            worth = one["corroboration"]
            verdicts.append(
                Verdict(
                    clock,
                    one["transmitter"],
                    sensor,
                    worth["verdict"],
                    worth["score"],
                    worth["track"] or "",
                    worth["reason"],
                )
            )
            signals += of_remote_id({**found, "claims": [one]}, clock, self._sector, sensor)
        return verdicts, self._with_gone(signals, clock)

    def save(self) -> dict[str, Any]:
        """Return the state as JSON data."""
        return {
            "heard": [[one.time, one.sensor, one.transmitter, one.said] for one in self._heard],
            "seen": [
                [
                    at,
                    [
                        [name, one.time, one.longitude, one.latitude, one.sigma, one.existence]
                        for name, one in seen
                    ],
                ]
                for at, seen in self._seen.items()
            ],
            "doubted": self._doubted,
            "judged": self._judged,
        }

    def load(self, saved: Mapping[str, Any]) -> None:
        """Take up a state that was saved."""
        self._heard = deque((Heard(*one) for one in saved["heard"]), maxlen=MOST)
        self._seen = {at: [(name, Seen(*figures)) for name, *figures in seen] for at, seen in saved["seen"]}
        self._doubted, self._judged = dict(saved["doubted"]), saved["judged"]

    def forget_tracks(self) -> None:
        """Know no track any more: the tracker began anew."""
        self._seen = {}

    def _claims(self) -> list[Claim]:
        found: dict[str, Claim] = {}
        for one in sorted(self._heard, key=lambda said: (said.time, said.transmitter)):
            _put(found.setdefault(one.transmitter, Claim(one.transmitter)), one)
        return [found[name] for name in sorted(found)]

    def _tracks(self) -> dict[str, Sequence[Seen]]:
        tracks: dict[str, list[Seen]] = {}
        for at in sorted(self._seen):
            for name, seen in self._seen[at]:
                tracks.setdefault(name, []).append(seen)
        return dict(tracks)

    def _looked(self, _time: int, lon: float, lat: float) -> bool:
        return self._covered(*self._plane.place(lat, lon))

    def _with_gone(self, signals: list[Signal], clock: int) -> list[Signal]:
        """Return the signals, and for what was doubted and is heard no more that it is over."""
        told = {one.subject: one for one in signals}
        for subject, saved in sorted(self._doubted.items()):
            if subject not in told:
                told[subject] = _gone(subject, self._sector, saved, clock)
        self._doubted = {one.subject: one.source for one in told.values() if one.on}
        return list(told.values())


def _put(claim: Claim, one: Heard) -> None:
    """Put a message into the claim of its transmitter.

    Raises:
        RemoteIdError: it cannot be decoded.
        ValueError: a figure is none.
    """
    claim.messages += 1
    if "message" not in one.said:
        said = one.said
        speed = said.get("speed")
        location = _location(float(said["lat"]), float(said["lon"]), None if speed is None else float(speed))
        _name(claim, str(said.get("id", ""))[:100])
        claim.reports.append(Report(one.time, location, 0))
        return
    for found in decode.unpack(bytes.fromhex(one.said["message"])):
        if isinstance(found, decode.BadMessageError):
            raise found
        if isinstance(found.body, decode.Location):
            claim.reports.append(Report(said_at(one.time, found.body.second), found.body, 0))
            continue
        claim.bodies[type(found.body).__name__] = found.body
        if isinstance(found.body, decode.BasicId):
            _name(claim, found.body.uas_id)


def _name(claim: Claim, name: str) -> None:
    if name and name not in claim.ids:
        claim.ids.append(name)


def _location(lat: float, lon: float, speed: float | None) -> decode.Location:
    """Return a place that somebody says of himself, with what the standard leaves open left open.

    Raises:
        ValueError: it is no place.
    """
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # noqa: PLR2004 - degrees
        raise ValueError("no place on Earth")
    said: dict[str, Any] = dict.fromkeys(decode.Location.__dataclass_fields__)
    said |= {"status": "undeclared", "height_over": "take-off"}
    said |= {"latitude": lat, "longitude": lon, "speed": speed}
    return decode.Location(**said)


def _gone(subject: str, sector: str, sensor: str, clock: int) -> Signal:
    return Signal("identity-mismatch", sector, subject, False, clock, clock, sensor)
