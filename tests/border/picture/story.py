"""Two centres without nodes: things that move, a Kalman filter each side, and what they say of them.

Nothing here is an observation of anything real.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from comity.border.entries.tracklets import Told, Tracklets, stretch_of
from comity.border.fusion.model import Motion
from comity.border.fusion.tracklets import Estimate, disturbance, predict, transition
from comity.border.picture import saying
from comity.border.picture.joint import Joint
from comity.border.picture.own import OwnTrack
from comity.border.picture.terms import Terms
from comity.border.picture.wire import exchange_of
from comity.record.canonical import b64

NOISE, SPREAD = 0.5, 15.0
MOTION = Motion(NOISE, SPREAD, 350.0)
TERMS = Terms("ford", "c" * 43 + "=", (0.0, 0.0, 40_000.0, 40_000.0), dict.fromkeys(("unknown", "air", "boat", "vehicle", "person-size"), MOTION))  # fmt: skip
DECISION = {"origin": "vn/hq", "id": b64(bytes(16))}


def fresh(time, z, sigma):
    return Estimate(time, np.append(z, [0.0, 0.0]), np.diag([sigma**2, sigma**2, SPREAD**2, SPREAD**2]))


def seen(estimate, z, sigma):
    gain = estimate.covariance[:, :2] @ np.linalg.inv(estimate.covariance[:2, :2] + sigma**2 * np.eye(2))
    left = np.eye(4) - np.hstack([gain, np.zeros((4, 2))])
    covariance = left @ estimate.covariance @ left.T + sigma**2 * gain @ gain.T
    return Estimate(estimate.time, estimate.mean + gain @ (z - estimate.mean[:2]), covariance)


@dataclass
class Side:
    """A centre with one sensor, that sees every thing at every look."""

    party: str
    sigma: float
    tracks: dict[str, Estimate] = field(default_factory=dict)
    frames: dict[int, dict[str, Estimate]] = field(default_factory=dict)
    index: int = 0

    def look(self, time, places, random):
        for n, place in enumerate(places):
            name, z = f"{self.party}-{n}", place + random.normal(0, self.sigma, 2)
            known = self.tracks.get(name)
            self.tracks[name] = (
                seen(predict(known, time, NOISE), z, self.sigma) if known else fresh(time, z, self.sigma)
            )
        self.frames[time] = dict(self.tracks)

    def own(self, time=None):
        frame = self.tracks if time is None else self.frames[time]
        return [OwnTrack(name, "unknown", one, 0.95, one.time) for name, one in frame.items()]

    def earlier(self, name, time):
        frame = self.frames.get(time, {})
        return OwnTrack(name, "unknown", frame[name], 0.95, time) if name in frame else None

    def say(self, joint, time):
        """Return the exchanges of one exchange by tracklets."""
        heard = {one.track: one for one in joint.heard.values() if one.party == self.party}
        return self.entries(saying.tracklets(heard, self.own(), self.earlier, TERMS, time), time)

    def entries(self, said, time, **way):
        shared = {"sector": TERMS.sector, "config": TERMS.config, "decision": DECISION, "time": time}
        shared["stretch"] = stretch_of(time)
        made = []
        if said.increments or said.ended:
            made.append(Tracklets(**shared, tracks=said.increments, ended=said.ended))
        if said.wholes:
            made.append(Told(**shared, tracks=said.wholes, **(way or {"way": "tracklets"})))
        found = []
        for model in made:
            fields = model.model_dump(mode="json", exclude_none=True)
            found.append(exchange_of((f"{self.party}/hq", self.index), fields, time))
            self.index += 1
        return found


def truths(things, looks, seed):
    """Return (looks, things, 4) states: 700 m apart at first, about 100 m a minute of noise."""
    random = np.random.default_rng(seed)
    root, step = np.linalg.cholesky(disturbance(1.0, NOISE) + 1e-12 * np.eye(4)), transition(1.0)
    side = int(np.ceil(np.sqrt(things)))
    state = np.zeros((things, 4))
    state[:, 0], state[:, 1] = np.divmod(np.arange(things), side)
    state[:, :2] = 5_000 + 3_000 * state[:, :2]
    state[:, 2:] = random.normal(0, SPREAD, (things, 2))
    found = [state]
    for _ in range(1, looks):
        state = state @ step.T + random.normal(size=(things, 4)) @ root.T
        found.append(state)
    return np.array(found), random


def tell(exchanges):
    """Return the picture of exchanges, in whatever order they are given."""
    joint = Joint(TERMS)
    for one in sorted(exchanges, key=lambda one: one.order):
        joint.take(one)
    return joint
