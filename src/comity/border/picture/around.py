"""What stands around the tracks of a picture: sensors, zones, alerts, patrols, and what a slider shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts.signals import SILENT
from comity.border.sector.config import DETECTING
from comity.border.sector.plane import MICRO

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.border.live.told import Silence, Whereabouts
    from comity.border.live.tracks import TrackStore
    from comity.border.picture.joint import Joint
    from comity.border.sector.queries import SectorView, ZoneView
    from comity.node.node import Node

HEARD: Final = 60_000
"""How long after its last word a party's sensors count as heard, ms."""
DAY: Final = 86_400_000
MICROSECONDS: Final = 1_000
"""Of a millisecond."""


def sensors(
    sector: SectorView,
    silences: Iterable[Silence],
    joint: Joint,
    last: Mapping[str, int],
    own: tuple[str, int],
) -> list[dict[str, Any]]:
    """Return every sensor of a sector with its state; of others' it is known what their party said.

    Only a sensor that observed something lately is heard. One that never did is unknown, whatever a centre
    that does not run, or had not begun, says of silence.

    Args:
        sector: With its sensors.
        silences: Of own sensors.
        joint: What was said.
        last: When each own sensor observed something last, at or before that moment, ms.
        own: Whose view, and its moment, ms.
    """
    party, at = own
    quiet = {one.sensor: one for one in silences if one.since <= at and (one.until is None or at < one.until)}
    found = []
    for one in sector.model.sensors:
        state, since = "unknown", 0
        if one.party == party and one.slug in quiet:
            state, since = "silent", quiet[one.slug].since
        elif one.party == party and at - last.get(one.slug, -1 << 53) <= max(HEARD, SILENT * one.interval):
            state, since = "heard", last[one.slug]
        elif one.party in joint.silent and one.kind in DETECTING:  # silence of others is not spoken of
            said, silent = joint.silent[one.party]
            if at - said <= HEARD:
                state, since = ("silent" if one.slug in silent else "heard"), said
        found.append(
            {
                "name": one.slug, "party": one.party, "kind": one.kind, "lat": one.lat / MICRO,
                "lon": one.lon / MICRO, "state": state, "since": since,
            }
        )  # fmt: skip
    return found


def heard(node: Node, names: Iterable[str], at: int) -> dict[str, int]:
    """Return when own sensors observed something last at or before a moment, ms; those that ever did."""
    from comity.border.live.windows import streams_of  # noqa: PLC0415 - lazily
    from comity.border.sensors.answers import store_of  # noqa: PLC0415 - lazily

    store = store_of(node)
    query = (
        "SELECT phenomenon FROM observation WHERE datastream = ? AND phenomenon <= ? "
        "ORDER BY phenomenon DESC LIMIT 1"
    )
    found: dict[str, int] = {}
    for stream, name in streams_of(store, names).items():
        row = store.read_one(query, (stream, at * MICROSECONDS))
        if row is not None:
            found[name] = max(found.get(name, row[0] // MICROSECONDS), row[0] // MICROSECONDS)
    return found


def zones(found: Iterable[ZoneView]) -> list[dict[str, Any]]:
    """Return the zones that are watched."""
    return [
        {
            "slug": one.slug, "title": one.title, "shape": one.shape,
            "points": [list(point) for point in one.points], "severity": one.severity,
        }
        for one in found
    ]  # fmt: skip


def alerts(node: Node, at: int, places: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
    """Return alerts that were open at a time and have a place: that of their track, zone or sensor.

    The time is that of what was observed, as for tracks: what arrived late stands where it belongs.

    Args:
        node: Where.
        at: ms.
        places: Latitude and longitude by the name of a track, zone or sensor.
    """
    from comity.border.alerts import writing  # noqa: PLC0415 - lazily
    from comity.border.alerts.answers import now  # noqa: PLC0415 - lazily
    from comity.border.alerts.labels import alert_path  # noqa: PLC0415 - lazily

    found = []
    for whole in writing.derive(node, now()).alerts:
        one = whole.as_of(at)
        if one is None or one.state == "resolved":
            continue
        first = one.first
        where = next((places[name] for name in (first["subject"], first["cell"]) if name in places), None)
        if where is None:
            continue
        found.append(
            {
                "key": one.key, "rule": one.rule, "state": one.state, "lat": where[0], "lon": where[1],
                "subject": first["subject"], "since": one.since, "href": alert_path(one.key),
            }
        )  # fmt: skip
    return found


def patrols(node: Node, at: int) -> list[dict[str, Any]]:
    """Return joint patrols of the day of a time, as the points of their ways that a network places."""
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - lazily

    from comity.border.patrols import queries  # noqa: PLC0415 - lazily

    moment = datetime.fromtimestamp(at / 1000, UTC)
    days = {f"{moment + timedelta(hours=shift):%Y-%m-%d}" for shift in (0, 7)}
    with node.views.connect() as db:
        views = [one for one in queries.plans(db) if one.report.fields["on"] in days]
        networks = queries.networks(db)
    points = {
        point["name"]: [point["lat"] / MICRO, point["lon"] / MICRO]
        for one in networks
        for point in one.fields["points"]
    }
    return [
        {
            "slug": f"{one.party}/{one.slug}",
            "side": side["party"],
            "state": one.state,
            "points": [points[name] for name in side["way"] if name in points],
            "href": f"/border/patrols/{one.party}/{one.slug}",
        }
        for one in views
        for side in one.report.fields["sides"]
    ]


def carried(store: TrackStore, sector: str, at: int) -> list[dict[str, Any]]:
    """Return own patrols at a time (ms) by the receivers that they carry: from where they were to where."""
    found: dict[str, list[Whereabouts]] = {}
    for one in store.patrols(sector, at):
        found.setdefault(one.patrol, []).append(one)
    return [
        {
            "slug": name,
            "state": "carried",
            "at": way[-1].at,
            "points": [[round(way[n].lat, 6), round(way[n].lon, 6)] for n in (0, -1)],
            "track": way[-1].track,
            "corroboration": way[-1].score,
            "href": "/border/sensors",
        }
        for name, way in sorted(found.items())
    ]


def events(node: Node, span: tuple[int, int] | None, silences: Iterable[Silence]) -> list[dict[str, Any]]:
    """Return what a slider marks: alerts, silences and warnings, in the order of time."""
    from datetime import UTC, datetime  # noqa: PLC0415 - lazily

    from comity.border.alerts import writing  # noqa: PLC0415 - lazily
    from comity.border.alerts.labels import alert_path  # noqa: PLC0415 - lazily
    from comity.border.labels import warning_path  # noqa: PLC0415 - lazily
    from comity.border.warning import queries  # noqa: PLC0415 - lazily

    now = datetime.now(UTC)
    found: list[dict[str, Any]] = [
        {"at": one.since, "what": one.rule, "about": str(one.first["subject"]), "href": alert_path(one.key)}
        for one in writing.derive(node, int(now.timestamp() * 1000)).alerts
    ]
    for silence in silences:
        found.append(
            {"at": silence.since, "what": "silent", "about": silence.sensor, "href": "/border/alerts"}
        )
        if silence.until is not None:
            found.append(
                {"at": silence.until, "what": "heard", "about": silence.sensor, "href": "/border/alerts"}
            )
    with node.views.connect() as db:
        for one in queries.warnings(db, now):
            if one.sent is not None:
                href = warning_path(one.slug, one.party)
                found.append({"at": one.sent, "what": "warning", "about": one.slug, "href": href})
    low, high = (span[0] - DAY, span[1] + DAY) if span else (0, 1 << 53)
    return sorted(
        (one for one in found if low <= one["at"] <= high), key=lambda one: (one["at"], one["what"])
    )
