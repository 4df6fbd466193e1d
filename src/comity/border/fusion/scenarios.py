"""Scenarios made from a seed: things that move, sensors that miss and mistake. Synthetic, and labelled so.

Nothing here is an observation of anything real.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.model import CLASSES, MOTIONS, Area, Config, Rules, Sensor
from comity.border.fusion.observations import Batch, Detections, join

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats, Ints

LABEL: Final = "synthetic"


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a scenario is made of.

    Attributes:
        targets: Things that are there all the time, each by chance of a class in `classes`.
        clutter: Expected false detections a look, over the whole area.
        steps: Looks of each sensor.
        sensors: How many, each over the whole area, one after another within a step.
        width: West to east, m.
        height: South to north, m.
        sigma: Error of a detection, m each axis.
        detects: Probability of detection.
        every: Time between looks, ms.
        noise: Power spectral density of acceleration, m²/s³; 0 for that of the class.
        spread: Standard deviation of the first velocity, m/s; 0 for that of the class.
        classes: Names of the classes that occur.
        named: Probability that a detection says the class.
        silent: (sensor, first step, step after) in which a sensor says nothing at all.
    """

    targets: int = 50
    clutter: float = 50.0
    steps: int = 60
    sensors: int = 1
    width: float = 10_000.0
    height: float = 5_000.0
    sigma: float = 10.0
    detects: float = 0.9
    every: int = 1_000
    noise: float = 0.5
    spread: float = 15.0
    classes: tuple[str, ...] = ("unknown",)
    named: float = 0.0
    silent: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """Truth and detections.

    Attributes:
        label: Always `synthetic`.
        recipe: What it is made of.
        seed: The number it was made from.
        times: (steps,) ms.
        truth: (steps, targets, 4) x, y, vx, vy.
        kinds: (targets,) class.
        detections: Of all sensors, in no order of targets.
        looks: (k, 2) time and sensor of every look.
    """

    label: str
    recipe: Recipe
    seed: int
    times: Ints
    truth: Floats
    kinds: Ints
    detections: Detections
    looks: Ints

    def config(self, rules: Rules | None = None) -> Config:
        """Return the configuration that a tracker of this scenario has."""
        r = self.recipe
        size = r.width * r.height
        made = rules or Rules(density=max(r.targets, 1) / size)
        sensors = tuple(
            Sensor(f"s{n}", r.detects, max(r.clutter, 0.01) / size, most=10_000_000) for n in range(r.sensors)
        )
        cell = max(r.width, r.height) / 20
        corners = np.array([(0.0, 0.0), (r.width, r.height)])
        every = np.concatenate([corners, self.truth[:, :, :2].reshape(-1, 2)])
        west, south = (every.min(axis=0) - 10 * r.sigma).tolist()
        east, north = (every.max(axis=0) + 10 * r.sigma).tolist()
        return Config(Area(west, south, east, north, cell), sensors, made)

    def batches(self, steps: int = 1) -> list[Batch]:
        """Return the detections and looks of so many steps at a time."""
        found = []
        for begin in range(0, len(self.times), steps):
            low = int(self.times[begin])
            high = low + steps * self.recipe.every
            d, k = self.detections, self.looks
            which = (d.time >= low) & (d.time < high)
            found.append(Batch(d.take(which), k[(k[:, 0] >= low) & (k[:, 0] < high)]))
        return found


def make(recipe: Recipe, seed: int) -> Scenario:
    """Return the scenario of a recipe and a seed: the same numbers every time.

    Targets begin evenly over the area and move by constant velocity under white noise of acceleration.
    """
    random = np.random.Generator(np.random.PCG64(seed))
    times = np.arange(recipe.steps, dtype=np.int64) * recipe.every
    kinds = random.choice([CLASSES.index(name) for name in recipe.classes], recipe.targets).astype(np.int64)
    truth = _move(recipe, kinds, random)
    parts, looks = [], []
    for step, time in enumerate(times.tolist()):
        for sensor in range(recipe.sensors):
            if recipe.silent and recipe.silent[0] == sensor and recipe.silent[1] <= step < recipe.silent[2]:
                continue
            looks.append((time, sensor))
            parts.append(_look(recipe, truth[step], kinds, (time, sensor), random))
    every = join(parts) if parts else Detections.empty()
    return Scenario(LABEL, recipe, seed, times, truth, kinds, every, np.array(looks, np.int64).reshape(-1, 2))


def _move(recipe: Recipe, kinds: Ints, random: np.random.Generator) -> Floats:
    count, dt = recipe.targets, recipe.every / 1000.0
    motions = [MOTIONS[name] for name in CLASSES]
    noise = np.array([recipe.noise or m.noise for m in motions])[kinds]
    spread = np.array([recipe.spread or m.spread for m in motions])[kinds]
    truth = np.empty((recipe.steps, count, 4))
    state = np.empty((count, 4))
    state[:, 0] = random.uniform(0, recipe.width, count)
    state[:, 1] = random.uniform(0, recipe.height, count)
    state[:, 2:] = random.normal(size=(count, 2)) * spread[:, None]
    for step in range(recipe.steps):
        truth[step] = state
        # the factor of [[dt^3/3, dt^2/2], [dt^2/2, dt]], Bar-Shalom and others 2001, section 6.2.2
        one, two = random.normal(size=(2, count, 2)) * np.sqrt(noise)[:, None]
        state[:, :2] += dt * state[:, 2:] + dt**1.5 * (one / math.sqrt(12) + two / 2)
        state[:, 2:] += dt**0.5 * two
    return truth


def _look(
    recipe: Recipe, truth: Floats, kinds: Ints, key: tuple[int, int], random: np.random.Generator
) -> Detections:
    seen = random.random(len(truth)) < recipe.detects
    place = truth[seen, :2] + recipe.sigma * random.normal(size=(int(seen.sum()), 2))
    said = np.where(random.random(len(place)) < recipe.named, kinds[seen], 0)
    false = random.poisson(recipe.clutter)
    place = np.concatenate([place, random.uniform((0, 0), (recipe.width, recipe.height), (false, 2))])
    kind = np.concatenate([said, np.zeros(false, np.int64)])
    order = random.permutation(len(place))
    return Detections.of(key[0], key[1], place[order], recipe.sigma, kind[order])
