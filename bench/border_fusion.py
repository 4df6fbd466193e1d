"""Tracks from the same synthetic detections: the tracker, and Stone Soup; detections a CPU second, and GOSPA.

The peer is Stone Soup (GNNWith2DAssignment, KD-tree gating, as its tutorials set it up: Mahalanobis 4,
three detections start a track, two looks without one end it: of the numbers tried, 2 and 4, the one with
which it does better), where COMITY_STONESOUP names the Python of an environment that has it (it is no
dependency). It is told neither the density of clutter nor the probability of detection, which its GNN has
no use for.

With 10,000 things the bare limit is a pass over the same arrays, compiled as the tracker is, that knows
which detection belongs to which track: it predicts every track and updates one for each detection, and
neither looks for pairs nor weighs them, starts or ends nothing. The soak follows few things for a simulated
day, a look every four seconds, and tells memory and what is held on the way. The last case measures the
measure.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np

from bench.harness import Case, Variant
from comity.border.fusion import motion, scenarios
from comity.border.fusion import update as kernels
from comity.border.fusion.compiled import machine
from comity.border.fusion.metrics.gospa import gospa
from comity.border.fusion.metrics.trajectories import trajectory_gospa
from comity.border.fusion.observations import Batch, Detections
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.tracker import Tracker

SEED = 1
CROWDS = ((50, 60, 0.95), (100, 30, None), (200, 30, 0.55))
ROUNDS = 2
"""Things and as many false detections a look, looks, and the GOSPA aimed at as a part of the peer's."""
WIDE = Recipe(10_000, 10_000, 12, width=100_000, height=50_000)
LONG = 120
HOURS = (1, 6, 24)
EVERY = 4
"""Seconds between looks of the soak."""
STEPS, PEER_STEPS = 30_000, 300
PEER = """
import json, sys, time
from datetime import datetime, timedelta
import numpy as np
from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
from stonesoup.dataassociator.tree import DetectionKDTreeMixIn
from stonesoup.deleter.time import UpdateTimeStepsDeleter
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.initiator.simple import MultiMeasurementInitiator
from stonesoup.measures import Mahalanobis
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
from stonesoup.predictor.kalman import KalmanPredictor
from stonesoup.tracker.simple import MultiTargetTracker
from stonesoup.types.detection import Detection
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import KalmanUpdater
class Gnn(DetectionKDTreeMixIn, GNNWith2DAssignment):
    pass
data = np.load(sys.argv[1])
sigma, noise, spread = (float(one) for one in sys.argv[2:5])
measured = LinearGaussian(4, (0, 2), np.diag([sigma**2] * 2))
predictor = KalmanPredictor(CombinedLinearGaussianTransitionModel([ConstantVelocity(noise)] * 2))
updater = KalmanUpdater(measured)
hypotheses = DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=4)
def gnn():
    return Gnn(hypotheses, predictor, updater, max_distance=200.0)
deleter = UpdateTimeStepsDeleter(2)
prior = GaussianState([0, 0, 0, 0], np.diag([0, spread**2, 0, spread**2]))
initiator = MultiMeasurementInitiator(prior_state=prior, measurement_model=measured, deleter=deleter,
                                      data_associator=gnn(), updater=updater, min_points=3)
start, scans = datetime(2026, 1, 1), []
for now in data["times"]:
    stamp = start + timedelta(milliseconds=int(now))
    here = data["place"][data["time"] == now]
    scans.append((stamp, {Detection(z.reshape(2, 1), timestamp=stamp, measurement_model=measured)
                          for z in here}))
begun, frames = time.process_time(), []
for _, tracks in MultiTargetTracker(initiator, deleter, scans, gnn(), updater):
    frames.append([[float(one.state_vector[0]), float(one.state_vector[2])] for one in tracks])
print(json.dumps([time.process_time() - begun, frames]))
"""
PEER_METRIC = """
import sys, time
from datetime import datetime, timedelta
import numpy as np
from stonesoup.metricgenerator.ospametric import GOSPAMetric
from stonesoup.types.state import State
from stonesoup.types.track import Track
data, start = np.load(sys.argv[1]), datetime(2026, 1, 1)
def tracks(places):
    return {Track([State(place.reshape(2, 1), timestamp=start + timedelta(seconds=n))
                   for n, place in enumerate(one)]) for one in places}
truth, found = tracks(data["truth"]), tracks(data["found"])
metric = GOSPAMetric(p=2, c=100)
begun = time.process_time()
metric.compute_over_time(*metric.extract_states(found, True), *metric.extract_states(truth, True))
print(time.process_time() - begun)
"""


def distance(scenario, frames):
    """Return mean GOSPA (c 100 m, p 2) over the looks."""
    pairs = zip(scenario.truth, frames, strict=True)
    return float(np.mean([gospa(truth[:, :2], np.reshape(one, (-1, 2))).distance for truth, one in pairs]))


def whole(scenario):
    """Detections a CPU second in one push; the configuration is made beforehand."""
    config, batch = scenario.config(), Batch(scenario.detections, scenario.looks)

    def run():
        tracker = Tracker(config)
        begun = time.process_time()
        tracker.push(batch)
        return len(batch.detections) / (time.process_time() - begun)

    return run


def stepwise(scenario, steps):
    """Detections a CPU second, pushed a few looks at a time."""
    config, batches = scenario.config(), scenario.batches(steps)

    def run():
        tracker = Tracker(config)
        begun = time.process_time()
        for batch in batches:
            tracker.push(batch)
        return len(scenario.detections) / (time.process_time() - begun)

    return run


def peer(scenario, notes):
    """Detections a CPU second of the peer, inside its own process, without its imports."""
    recipe, found = scenario.recipe, scenario.detections

    def run():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "detections.npz")
            np.savez(path, time=found.time, place=found.place, times=scenario.times)
            words = [str(one) for one in (path, recipe.sigma, recipe.noise, recipe.spread)]
            command = [os.environ["COMITY_STONESOUP"], "-c", PEER, *words]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        seconds, frames = json.loads(done.stdout.splitlines()[-1])
        notes["GOSPA of Stone Soup"] = distance(scenario, frames)
        return len(found) / seconds

    return run


class Notes(dict):
    """Figures beside the times, told once all have run."""

    def __init__(self, aim):
        super().__init__()
        self.aim = aim

    def __iter__(self):
        for name, value in list(self.items()):
            yield f"{name}: {value:,.2f}"
        ours, theirs = self.get("GOSPA of the tracker"), self.get("GOSPA of Stone Soup")
        if ours and theirs:
            aim = f", aim {self.aim:g} x" if self.aim else ""
            yield f"GOSPA, ours to the peer's: {ours / theirs:.2f} x{aim}"


def crowd(things, steps, aim):
    """The case of one crowd."""
    scenario = scenarios.make(Recipe(things, things, steps), SEED)
    told = Tracker(scenario.config()).push(Batch(scenario.detections, scenario.looks), frames=True)
    figures = Notes(aim)
    figures["GOSPA of the tracker"] = distance(scenario, [frame.tracks.place for frame in told.frames])
    variants = [Variant("Stone Soup", peer(scenario, figures))] if os.environ.get("COMITY_STONESOUP") else []
    met = 2000.0 if variants else None
    variants += [
        Variant("tracker, all looks in one push", whole(scenario), met),
        Variant("tracker, ten looks a push", stepwise(scenario, 10)),
        Variant("tracker, one look a push", stepwise(scenario, 1)),
    ]
    title = f"{things} things + {things} false detections, {steps} looks ({scenario.label})"
    return Case(title, "det/CPU s", variants, rounds=ROUNDS, notes=figures)


@machine
def settled(tracks, place, noise, total):
    """Update one track for each detection, the pairs known."""
    offset = total[14:]
    for j in range(len(place)):
        t = tracks[j % len(tracks)]
        total[:14] = 0.0
        offset[0], offset[1] = place[j, 0] - t[0], place[j, 1] - t[1]
        kernels._merge(t, offset, noise[j], 1.0, total)
        kernels._settle(t, total, 1.0)


def bare(scenario):
    """Detections a CPU second of the bare limit, over as many tracks as the tracker keeps."""
    config, looks = scenario.config(), scenario.batches()
    state = followed(config, looks[:4]).engine.save()
    motions = np.array([(m.noise, m.spread, m.fastest, m.lasting) for m in config.motions])
    settled(state.tracks[:1].copy(), np.zeros((1, 2)), np.ones((1, 3)), np.empty(16))

    def run():
        tracks, total, begun = state.tracks.copy(), np.empty(16), time.process_time()
        for batch in looks:
            found = batch.detections
            motion.predict(tracks, state.whole, len(tracks), motions, 1.0)
            settled(tracks, found.place, found.noise, total)
        return len(scenario.detections) / (time.process_time() - begun)

    return run


def followed(config, batches):
    """Return a tracker that took all batches."""
    tracker = Tracker(config)
    for batch in batches:
        tracker.push(batch)
    return tracker


def resident():
    """MiB of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def wide(notes):
    """The case of 10,000 things: the bare limit, one push, look by look, and a longer run."""
    scenario = scenarios.make(WIDE, SEED)
    tracker = followed(scenario.config(), scenario.batches())  # also loads the compiled code
    notes["tracks kept of 10,000 things"] = len(tracker.every())
    aim = {"aim": 1_000_000, "aim_is_ratio": False}
    variants = [
        Variant("a bare pass, pairs known (limit)", bare(scenario)),
        Variant("tracker, all looks in one push", whole(scenario), **aim),
        Variant("tracker, one look a push", stepwise(scenario, 1), **aim),
        Variant(f"tracker, {LONG} looks one by one", long_run(notes), **aim),
    ]
    title = f"10,000 things + 10,000 false detections, {WIDE.steps} looks"
    return Case(title, "det/CPU s", variants, rounds=3, notes=notes)


def long_run(notes):
    """Push look after look that is made as it goes; only pushes are timed."""

    def run():
        random = np.random.Generator(np.random.PCG64(SEED))
        recipe = Recipe(10_000, 10_000, LONG, width=100_000, height=50_000)
        kinds = np.zeros(recipe.targets, np.int64)
        truth = scenarios._move(recipe, kinds, random)
        given = scenarios.make(WIDE, SEED).config()
        area = type(given.area)(-20_000, -20_000, 120_000, 70_000, 5_000)
        tracker, spent, count = Tracker(type(given)(area, given.sensors, given.rules)), 0.0, 0
        for step in range(LONG):
            found = scenarios._look(recipe, truth[step], kinds, (step * 1000, 0), random)
            begun = time.process_time()
            tracker.push(Batch(found))
            spent += time.process_time() - begun
            count += len(found)
            if step + 1 in {LONG // 2, LONG}:
                notes[f"MiB resident after {step + 1} looks of 10,000 things"] = resident()
        return count / spent

    return run


class Soak:
    """Few things for a simulated day; what leaves on one side comes in as another on the other."""

    def __init__(self, notes):
        self.recipe = Recipe(50, 50, 1)
        self.config = scenarios.make(self.recipe, SEED).config()
        self.random = np.random.Generator(np.random.PCG64(SEED))
        size = (self.recipe.width, self.recipe.height)
        self.place = self.random.uniform((0, 0), size, (self.recipe.targets, 2))
        self.velocity = self.random.normal(0, 5, (self.recipe.targets, 2))
        self.tracker, self.notes, self.step = Tracker(self.config), notes, 0
        self.tracker.push(Batch(Detections.empty(), np.array([[0, 0]])))

    def until(self, hour):
        """Go on to an hour; return detections a CPU second of the pushes since the hour told before."""
        spent, count, recipe = 0.0, 0, self.recipe
        kinds = np.zeros(recipe.targets, np.int64)
        while self.step < hour * 3600 // EVERY:
            self.step += 1
            self.place = (self.place + EVERY * self.velocity) % (recipe.width, recipe.height)
            key = (self.step * EVERY * 1000, 0)
            found = scenarios._look(recipe, self.place, kinds, key, self.random)
            count += len(found)
            begun = time.process_time()
            self.tracker.push(Batch(found, np.array([key]), arrived=key[0]))
            spent += time.process_time() - begun
        self.tell(hour)
        return count / spent

    def tell(self, hour):
        segments = self.tracker.segments
        held = sum(len(part[0]) for segment in segments for part in segment.parts)
        self.notes[f"after {hour} h: MiB resident"] = resident()
        self.notes[f"after {hour} h: segments held"] = len(segments)
        self.notes[f"after {hour} h: detections held"] = held
        self.notes[f"after {hour} h: tracks kept"] = len(self.tracker.every())
        self.notes[f"after {hour} h: seconds of rates remembered"] = len(self.tracker.intake.rates)


def soak(notes):
    """The case of a simulated day: the same speed and memory at its end as at its beginning."""
    day = Soak(notes)
    variants = [Variant(f"to the end of hour {hour}", lambda hour=hour: day.until(hour)) for hour in HOURS]
    title = f"a simulated day, a look every {EVERY} s, one look a push, 50 things + 50 false detections"
    return Case(title, "det/CPU s", variants, rounds=1, notes=notes)


def lengthy(notes):
    """The case of long runs: 40 tracks over 30,000 looks, measured."""
    random = np.random.Generator(np.random.PCG64(SEED))
    start = random.uniform(0, 10_000, (40, 1, 2))
    truth = start + np.cumsum(random.normal(0, 8, (40, STEPS, 2)), axis=1)
    found = truth + random.normal(0, 10, truth.shape)

    def each():
        begun = time.process_time()
        for step in range(STEPS):
            gospa(truth[:, step], found[:, step])
        notes["CPU s for GOSPA at each of 30,000 looks"] = time.process_time() - begun
        return STEPS / (time.process_time() - begun)

    def over_time():
        begun, count = time.process_time(), STEPS // 10
        trajectory_gospa(truth[:, :count], found[:, :count])
        notes[f"CPU s for GOSPA of trajectories over {count:,} looks"] = time.process_time() - begun
        return count / (time.process_time() - begun)

    def theirs():
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "tracks.npz")
            np.savez(path, truth=truth[:, :PEER_STEPS], found=found[:, :PEER_STEPS])
            command = [os.environ["COMITY_STONESOUP"], "-c", PEER_METRIC, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        return PEER_STEPS / float(done.stdout.splitlines()[-1])

    variants = [
        Variant("GOSPA at each look", each),
        Variant("GOSPA of trajectories, with switches", over_time),
    ]
    if os.environ.get("COMITY_STONESOUP"):
        variants.insert(0, Variant(f"Stone Soup's GOSPA, {PEER_STEPS} looks", theirs))
    return Case("measuring 40 tracks over 30,000 looks", "looks/CPU s", variants, rounds=1, notes=notes)


def cases():
    """Three crowds, a wide one, a day, and long runs."""
    for things, steps, aim in CROWDS:
        yield crowd(things, steps, aim)
    yield wide(Notes(None))
    yield soak(Notes(None))
    yield lengthy(Notes(None))
