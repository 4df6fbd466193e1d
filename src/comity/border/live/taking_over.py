"""When the entries of a sector change: what of the machine before is taken over, and what is closed, and why.

Tracks go on where the tracker is told the same as before: another zone loses none. Where the sensors, the
plane or the rules of the tracker are others, tracking begins anew, and alerts of tracks are closed with that
reason: what still holds is raised again. An alert of a sensor stays open as long as the sensor is there, and
one of a zone as long as the zone asks for it. Nothing stays open that nobody can clear any more.

A function of two machines and nothing else, so that whoever makes the picture again closes the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts.engine import Emission
from comity.border.sector.config import claiming

if TYPE_CHECKING:
    from comity.border.alerts.engine import Held
    from comity.border.live.machine import Machine

ASKS: Final = {"geofence-approach": "approach", "geofence-dwell": "dwell"}
"""What a zone must ask for that an alert of a rule goes on."""
OF_SENSORS: Final = frozenset({"coverage-lost", "source-flood"})
CARRIED: Final = ("clock", "moment", "arrived", "last", "lag")


def take_over(before: Machine, after: Machine) -> list[Emission]:
    """Have a new machine go on from the one before; return the steps that close what cannot go on.

    Args:
        before: As it stands; it is not to be used any more.
        after: New, of the same sector's newer entries.
    """
    for name in CARRIED:
        setattr(after, name, getattr(before, name))
    _senders(before, after)
    same = _tracks_alike(before, after)
    if same:
        after.tracker = before.tracker
        after.sampling.load(before.sampling.save())
        after.watch.load(_watched(before, after))
        after.hush.load(before.hush.save())
    else:
        after.claims.forget_tracks()
        after.patrols.forget_tracks()
    closing = [(one, why) for one in before.engine.held() if (why := _reason(one, before, after, same=same))]
    after.engine.load(_without(before.engine.save(), {one.occurrence for one, _ in closing}))
    return [_closed(one, why, after.clock) for one, why in closing]


def _tracks_alike(before: Machine, after: Machine) -> bool:
    """Return whether the new tracker would be told the very same of the same observations."""
    one, other = before.sector.model, after.sector.model
    place = (one.origin_lat, one.origin_lon) == (other.origin_lat, other.origin_lon)
    return place and before.tracker.config == after.tracker.config and before.errors == after.errors


def _senders(before: Machine, after: Machine) -> None:
    """Take over what was heard of sensors that are still there."""
    saved = before.silences.save()
    names = {one.name for one in after.tracker.config.sensors}
    after.silences.load(
        {part: {name: at for name, at in saved[part].items() if name in names} for part in saved}
    )
    claims: dict[str, Any] = before.claims.save()
    listening = {one.slug for one in claiming(after.sector.model, after.party)}
    heard = [one for one in claims["heard"] if one[1] in listening]
    doubted = {subject: sensor for subject, sensor in claims["doubted"].items() if sensor in listening}
    after.claims.load({**claims, "heard": heard, "doubted": doubted})
    after.patrols.load(before.patrols.save())


def _watched(before: Machine, after: Machine) -> dict[str, Any]:
    """Return the states of tracks against zones that are still there in the same shape."""
    known = {one.slug: one.shape for one in before.zones}
    kept = {one.slug for one in after.zones if known.get(one.slug) == one.shape}
    saved = before.watch.save()
    tracks = [
        [*figures, {slug: pair for slug, pair in pairs.items() if slug in kept}]
        for *figures, pairs in saved["tracks"]
    ]
    return {**saved, "tracks": tracks}


def _reason(held: Held, before: Machine, after: Machine, *, same: bool) -> str:
    """Return why an alert cannot go on, in words; nothing where it can."""
    signal = held.signal
    if signal.rule in ASKS:
        if not same:
            return "the entry of the sector changed and tracking began anew: what still holds is raised again"
        known = {one.slug: one for one in before.zones}
        zone = next((one for one in after.zones if one.slug == signal.cell), None)
        if zone is None:
            return f"zone {signal.cell} is watched no more"
        if known[signal.cell].shape != zone.shape or not getattr(zone.model, ASKS[signal.rule]):
            return f"zone {signal.cell} was changed and asks for this no more"
        return ""
    here = {one.name for one in after.tracker.config.sensors}
    if signal.rule not in OF_SENSORS:
        here = {one.slug for one in claiming(after.sector.model, after.party)}
    return "" if signal.source in here else f"sensor {signal.source} is none of the sector any more"


def _without(saved: dict[str, Any], closed: set[str]) -> dict[str, Any]:
    return {**saved, "held": [one for one in saved["held"] if one["occurrence"] not in closed]}


def _closed(one: Held, why: str, clock: int) -> Emission:
    name = "lapsed" if one.active < 0 else "cleared"
    return Emission(name, one.occurrence, max(clock, one.signal.at), one.signal, note=why)  # type: ignore[arg-type]  # one of two names
