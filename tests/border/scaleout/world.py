"""The pipeline without a server: a synthetic sector, its messages, what its tiles tell, one picture."""

from __future__ import annotations

import random
from functools import cache

import numpy as np

from comity.border.fusion import scenarios
from comity.border.fusion.metrics.gospa import gospa
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.tracker import Tracker
from comity.border.scaleout import outputs
from comity.border.scaleout.collector import Collector, Digest
from comity.border.scaleout.cutting import Cutter
from comity.border.scaleout.errors import ScaleMessageError
from comity.border.scaleout.sector import Sector
from comity.border.scaleout.tile import TileTracker

CROWD = Recipe(targets=40, clutter=30, steps=25, sensors=2, width=8000, height=4000)


@cache
def scenario(recipe=CROWD, seed=7):
    return scenarios.make(recipe, seed)


def sector(columns=2, rows=2, recipe=CROWD, seed=7):
    return Sector("vn", "nam-on", scenario(recipe, seed).config(), columns, rows, 2, 100.0)


@cache
def cuts(columns=2, rows=2, recipe=CROWD, seed=7, span=50):
    """Messages of a scenario in the order in which they are sent, step by step."""
    cutter = Cutter(sector(columns, rows, recipe, seed), 1, span)
    found = []
    for n, batch in enumerate(scenario(recipe, seed).batches()):
        found += cutter.add(batch, n * recipe.every)
    return tuple(found + cutter.finish())


def stirred(messages, seed, reach=6):
    """Some twice, all of them moved a little: an unruly line."""
    draw = random.Random(seed)
    twice = [one for one in messages for _ in range(1 + (draw.random() < 0.2))]
    places = sorted(range(len(twice)), key=lambda n: n + draw.uniform(0, reach))
    return [twice[n] for n in places]


def tell(of, messages):
    """What each tile tells, in the order of the stream; and the tiles."""
    tiles = {tile.number: TileTracker(of, tile.number) for tile in of.tiles}
    told = []
    for position, cut in enumerate(messages, 1):
        number = int(cut.subject.rpartition(".")[2])
        try:
            found = tiles[number].take(position, cut.payload)
        except ScaleMessageError:
            continue
        if found is not None:
            told.append(outputs.decode(outputs.encode(found, of), of))
    return told, tiles


def collect(of, told, patience=None):
    """The moments, those told again replaced; the digest; the collector."""
    collector, digest, moments = Collector(of, patience), Digest(), {}
    for output in told:
        for batch in collector.take(output):
            if batch.replayed_from is not None:
                moments = {time: one for time, one in moments.items() if time < batch.replayed_from}
            moments[batch.time] = batch
            digest.add(batch)
    return moments, digest.hexdigest(), collector


@cache
def alone(recipe=CROWD, seed=7):
    """What one tracker tells, by time."""
    tracker, found = Tracker(scenario(recipe, seed).config()), {}
    for batch in scenario(recipe, seed).batches():
        found[int(batch.looks[-1, 0])] = tracker.push(batch)
    return found


def far(moments, recipe=CROWD, seed=7):
    """Mean GOSPA (c 100 m, p 2) to what one tracker tells, and of each of the two to the truth."""
    truth, one = scenario(recipe, seed).truth, alone(recipe, seed)
    rows = [
        (
            gospa(one[time].tracks.place, moments[time].tracks.place).distance,
            gospa(truth[k, :, :2], moments[time].tracks.place).distance,
            gospa(truth[k, :, :2], one[time].tracks.place).distance,
        )
        for k, time in enumerate(sorted(one))
    ]
    return np.mean(rows, axis=0)
