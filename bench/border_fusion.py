"""Tracks from the same synthetic detections: the tracker, and Stone Soup; detections a CPU second, and GOSPA.

The peer is Stone Soup (GNNWith2DAssignment, KD-tree gating, as its tutorials set it up: Mahalanobis 4, three
detections start a track, four looks without one end it), where COMITY_STONESOUP names the Python of an
environment that has it (it is no dependency). It is told neither the density of clutter nor the probability
of detection, which its GNN has no use for. With 10,000 things the bare limit is a k-d tree a look, built and
asked for the neighbours of each thing.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from scipy.spatial import KDTree

from bench.harness import Case, Variant
from comity.border.fusion import scenarios
from comity.border.fusion.metrics.gospa import gospa
from comity.border.fusion.observations import Batch
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.tracker import Tracker

SEED = 1
CROWDS = ((50, 60, 0.95), (100, 30, None), (200, 30, 0.55))
"""Things and as many false detections a look, looks, and the GOSPA aimed at as a part of the peer's."""
WIDE = Recipe(10_000, 10_000, 12, width=100_000, height=50_000)
LONG = 240
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
deleter = UpdateTimeStepsDeleter(4)
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
    return Case(title, "det/CPU s", variants, rounds=3, notes=figures)


def trees(scenario):
    """Detections a CPU second of a k-d tree for each look, asked for what is near each thing."""
    recipe, found = scenario.recipe, scenario.detections

    def run():
        begun = time.process_time()
        for now, truth in zip(scenario.times, scenario.truth, strict=True):
            KDTree(found.place[found.time == now]).query(
                truth[:, :2], 4, distance_upper_bound=6 * recipe.sigma
            )
        return len(found) / (time.process_time() - begun)

    return run


def long_run(notes):
    """Push look after look that is made as it goes; note the memory on the way. Only pushes are timed."""

    def run():
        random = np.random.Generator(np.random.PCG64(SEED))
        recipe = Recipe(10_000, 10_000, LONG, width=100_000, height=50_000)
        kinds = np.zeros(recipe.targets, np.int64)
        truth = scenarios._move(recipe, kinds, random)
        margin = scenarios.make(Recipe(10, 10, 1, width=100_000, height=50_000), SEED).config()
        area = type(margin.area)(-20_000, -20_000, 120_000, 70_000, 5_000)
        config = type(margin)(
            area, scenarios.make(WIDE, SEED).config().sensors, scenarios.make(WIDE, SEED).config().rules
        )
        tracker, spent, count = Tracker(config), 0.0, 0
        for step in range(LONG):
            found = scenarios._look(recipe, truth[step], kinds, (step * 1000, 0), random)
            begun = time.process_time()
            tracker.push(Batch(found))
            spent += time.process_time() - begun
            count += len(found)
            if step + 1 in {LONG // 3, 2 * LONG // 3, LONG}:
                notes[f"MiB at most after {step + 1} looks"] = (
                    resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                )
        notes["tracks kept at the end"] = len(tracker.every())
        return count / spent

    return run


def cases():
    """Three crowds, and a wide one."""
    for things, steps, aim in CROWDS:
        yield crowd(things, steps, aim)
    scenario = scenarios.make(WIDE, SEED)
    figures = Notes(None)
    variants = [
        Variant("a k-d tree a look (bare limit)", trees(scenario)),
        Variant("tracker, all looks in one push", whole(scenario), 1_000_000, aim_is_ratio=False),
        Variant(f"tracker, {LONG} looks one by one", long_run(figures)),
    ]
    yield Case("10,000 things + 10,000 false detections", "det/CPU s", variants, rounds=3, notes=figures)
