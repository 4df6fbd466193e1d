"""A picture as JSON: the trajectories of all moments, as `comity border track --json` prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from comity.border.fusion.model import CLASSES
from comity.border.scaleout.collector import Digest

if TYPE_CHECKING:
    from comity.border.fusion.picture import TrackBatch
    from comity.border.scaleout.collector import Collector


class Told:
    """Keeps what was told, moment by moment; what was corrected is replaced."""

    def __init__(self) -> None:
        self._moments: dict[int, TrackBatch] = {}
        self._digest = Digest()

    def add(self, batch: TrackBatch) -> None:
        """Take a moment."""
        if batch.replayed_from is not None:
            since = batch.replayed_from
            self._moments = {time: one for time, one in self._moments.items() if time < since}
        if batch.time is not None:
            self._moments[batch.time] = batch
        self._digest.add(batch)

    def data(self, collector: Collector) -> dict[str, Any]:
        """Return everything that was told, as JSON can say it."""
        times = sorted(self._moments)
        tracks: dict[int, dict[str, Any]] = {}
        for time in times:
            for point in points(self._moments[time]):
                one = tracks.setdefault(point["uid"], {"id": f"{point['uid']:016x}", "points": []})
                one |= {name: point[name] for name in ("class", "existence", "hits")} | {"now": False}
                place = {name: point[name] for name in ("x", "y", "vx", "vy", "sigma_x", "sigma_y")}
                one["points"].append({"time": time} | place)
        for uid in self._moments[times[-1]].tracks.uid.tolist() if times else ():
            tracks[uid]["now"] = True
        return {
            "sector": f"{collector.sector.party}/{collector.sector.name}",
            "config": collector.sector.digest.hex(),
            "digest": self._digest.hexdigest(),
            "moments": len(times),
            "from": times[0] if times else None,
            "to": times[-1] if times else None,
            "expected_unseen": sum(one.unseen for one in collector.tiles.values()),
            "counts": collector.counts(),
            "tracks": list(tracks.values()),
        }


def points(batch: TrackBatch) -> list[dict[str, Any]]:
    """Return what is told of each track at a moment."""
    told = batch.tracks
    sigmas = np.sqrt(told.moments[:, [0, 2]]).tolist()
    rows = zip(
        told.uid.tolist(),
        told.kind.tolist(),
        told.states().tolist(),
        sigmas,
        told.existence.tolist(),
        told.hits.tolist(),
        strict=True,
    )
    return [
        {
            "uid": uid,
            "class": CLASSES[kind],
            "existence": existence,
            "hits": hits,
            "x": x,
            "y": y,
            "vx": vx,
            "vy": vy,
            "sigma_x": sigma_x,
            "sigma_y": sigma_y,
        }
        for uid, kind, (x, y, vx, vy), (sigma_x, sigma_y), existence, hits in rows
    ]


def line(batch: TrackBatch) -> dict[str, Any]:
    """Return a moment as one line of JSON says it."""
    found = points(batch)
    for one in found:
        one["id"] = f"{one.pop('uid'):016x}"
    return {
        "time": batch.time,
        "corrected_from": batch.replayed_from,
        "started": [f"{uid:016x}" for uid in batch.started.tolist()],
        "ended": [f"{uid:016x}" for uid in batch.ended.tolist()],
        "tracks": found,
    }
