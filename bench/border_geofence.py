"""Points against a zone of 200 edges with two holes: sides and distances a second of processor time.

The peer is shapely on a prepared polygon, with arrays, on the same points; every side is compared before
anything is measured.
"""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import count

import numpy as np
import shapely

from bench.harness import Case, Variant
from comity.border.geofence import _kernels as kernels
from comity.border.geofence.distance import Fence
from comity.border.geofence.watch import Sample, Watch
from comity.border.geofence.zones import Zone

POINTS = 200_000
EDGES = 200


def circle(random, number, centre, low, high):
    angles, radii = np.sort(random.uniform(0, 2 * np.pi, number)), random.uniform(low, high, number)
    return tuple(
        zip(
            (centre[0] + radii * np.cos(angles)).tolist(),
            (centre[1] + radii * np.sin(angles)).tolist(),
            strict=True,
        )
    )


def per_second(number, work):
    """Things a second of processor time."""

    def run():
        start = time.process_time()
        work()
        return number / (time.process_time() - start)

    return run


def cases():
    """Sides, distances, and the whole watch over moving tracks."""
    random = np.random.default_rng(7)
    outer = circle(random, EDGES, (0.0, 0.0), 6000.0, 10000.0)
    holes = tuple(circle(random, 12, (x, 0.0), 400.0, 800.0) for x in (-2500.0, 2500.0))
    zone = Zone("bench", "area", (outer, *holes), approach=1000.0, dwell=60.0)
    fence, shape = Fence(zone), shapely.Polygon(outer, holes)
    shapely.prepare(shape)
    points = random.uniform(-12000, 12000, (POINTS, 2))
    x, y, dots, border = points[:, 0], points[:, 1], shapely.points(points), shape.boundary
    shapely.prepare(border)
    same = int(((fence.sides(points) != kernels.OUTSIDE) == shapely.intersects_xy(shape, x, y)).sum())
    found = np.abs(fence.locate(points).distance)
    near = np.isfinite(found)
    off = float(np.abs(found[near] - shapely.distance(border, dots[near])).max())
    yield Case(
        f"on which side of a zone of {len(zone.edges)} edges",
        "points/s",
        [
            Variant(
                "shapely, prepared, arrays", per_second(POINTS, lambda: shapely.intersects_xy(shape, x, y))
            ),
            Variant("grid kernel", per_second(POINTS, lambda: fence.sides(points)), 20e6, aim_is_ratio=False),
        ],
        notes=[f"agreement: {same:,} of {POINTS:,} sides"],
    )
    yield Case(
        "signed distance, side and normal",
        "points/s",
        [
            Variant(
                "shapely, distance and side, no normal",
                per_second(
                    POINTS // 20,
                    lambda: (
                        shapely.distance(border, dots[::20]),
                        shapely.intersects_xy(shape, x[::20], y[::20]),
                    ),
                ),
            ),
            Variant("grid kernel", per_second(POINTS, lambda: fence.locate(points)), aim=10.0),
        ],
        notes=[f"largest difference of distances: {off:.1e} m"],
    )
    yield watching(zone, shape, random)


def watching(zone, shape, random):
    """200 tracks over 50 scans: states with hysteresis, against the bare sides of the peer."""
    tracks, scans = 200, 50
    start, speed = random.uniform(-12000, 12000, (tracks, 2)), random.normal(0, 15, (tracks, 2))
    batches = [
        [
            Sample(f"t{n}", scan * 1000, *(start[n] + scan * speed[n]).tolist(), (100.0, 0.0, 100.0), 0.95)
            for n in range(tracks)
        ]
        for scan in range(scans)
    ]

    each, turns = Watch([zone]), count()

    def watch():
        later = next(turns) * scans * 1000
        for batch in batches:
            each.push([replace(one, time=one.time + later) for one in batch])

    def bare():
        for batch in batches:
            for one in batch:
                shape.covers(shapely.Point(one.x, one.y))

    return Case(
        "tracks watched: crossing, approach, dwell",
        "updates/s",
        [
            Variant("shapely, a side for each update and nothing else", per_second(tracks * scans, bare)),
            Variant("watch", per_second(tracks * scans, watch), 100e3, aim_is_ratio=False),
        ],
    )
