"""Joint patrols along 300 markers from 20 stations: the planner, and OR-Tools on the same minutes.

A made-up line of 300 markers, 2.6 km apart on average, with tracks of uneven speed, some of them closed;
ten pairs of twin stations, one of each side; the days since each marker was visited are its weight. The
planner takes each pair and the markers that are nearest to it as a sector of its own, as offices plan;
what a sector leaves out is offered to the others, there and back along the line. The peer is OR-Tools
(routing, guided local search, 10 s by the clock unless COMITY_ORTOOLS_SECONDS says otherwise) over all
stations at once, where COMITY_ORTOOLS names the Python of an environment that has it (it is no
dependency). It has the same limit of minutes, and the same marker of each pair that both sides must come
by. Coverage is counted here for both, from the routes alone.
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
from comity.border.patrols import planning
from comity.border.patrols.tracks import FAR, Network

MARKERS, PAIRS, SPACING, SEED = 300, 10, 2.6, 6
BUDGETS = (900, 720, 600)
"""Minutes that a side may be out."""
MICRO = 9_000
"""Millionths of a degree that are a kilometre, on the plane of this bench."""
PEER = """
import json, sys, time
import numpy as np
from ortools.constraint_solver import pywrapcp, routing_enums_pb2 as enums
data = np.load(sys.argv[1])
minutes, gain, starts, meets = (data[name] for name in ("minutes", "gain", "starts", "meets"))
limit, budget = float(sys.argv[2]), int(sys.argv[3])
sides, nodes = len(starts), np.flatnonzero(gain)
fixed = set(meets.tolist())
free = [n for n in nodes.tolist() if n not in fixed]
place = [*starts.tolist(), *meets.tolist(), *free]
manager = pywrapcp.RoutingIndexManager(len(place), sides, list(range(sides)), list(range(sides)))
routing = pywrapcp.RoutingModel(manager)
matrix = np.minimum(minutes[np.ix_(place, place)], 10 * budget).tolist()
take = routing.RegisterTransitMatrix(matrix)
routing.SetArcCostEvaluatorOfAllVehicles(take)
routing.AddDimension(take, 0, budget, True, "minutes")
for side in range(sides):
    routing.VehicleVar(manager.NodeToIndex(sides + side)).SetValue(side)
for n in range(2 * sides, len(place)):
    routing.AddDisjunction([manager.NodeToIndex(n)], int(gain[place[n]]) * 1000)
how = pywrapcp.DefaultRoutingSearchParameters()
how.first_solution_strategy = enums.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
how.local_search_metaheuristic = enums.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
how.time_limit.FromMilliseconds(int(limit * 1000))
begun = time.process_time()
found = routing.SolveWithParameters(how)
spent, routes = time.process_time() - begun, []
for side in range(sides):
    index, route = routing.Start(side), []
    while True:
        route.append(int(place[manager.IndexToNode(index)]))
        if routing.IsEnd(index):
            break
        index = found.Value(routing.NextVar(index))
    routes.append(route)
print(json.dumps([spent, routes]))
"""


def line(seed=SEED):
    """Return the tracks, stations of both sides pair by pair, and the days since each marker was visited."""
    random = np.random.default_rng(seed)
    turns = np.cumsum(random.normal(0, 0.35, MARKERS)).clip(-1.2, 1.2)
    steps = SPACING * random.uniform(0.5, 1.5, MARKERS)
    spots = np.cumsum(np.stack([np.cos(turns), np.sin(turns)], axis=1) * steps[:, None], axis=0)
    slow = random.uniform(5, 14, MARKERS)  # minutes a km: hills, forest, fords
    points, tracks = [], []

    def point(name, at, **more):
        lat, lon = (17_000_000 + at[1] * MICRO, 105_000_000 + at[0] * MICRO)
        points.append({"name": name, "lat": round(lat), "lon": round(lon), **more})

    def track(a, b, minutes):
        tracks.append({"a": a, "b": b, "minutes": max(round(minutes), 1)})

    for n, spot in enumerate(spots):
        point(f"m{n:03}", spot, marker=str(400 + n))
        if n and random.random() > 0.06:
            track(f"m{n - 1:03}", f"m{n:03}", np.linalg.norm(spot - spots[n - 1]) * slow[n])
    stations = []
    for pair in range(PAIRS):
        middle = spots[round((pair + 0.5) * MARKERS / PAIRS) + random.integers(-4, 5)]
        for party, sign in (("vn", 1), ("la", -1)):
            at = middle + sign * np.array([random.normal(0, 2), random.uniform(4, 12)])
            point(f"{party}{pair}", at, station=f"Post {pair}", party=party)
            stations.append(f"{party}{pair}")
            away = np.linalg.norm(spots - at, axis=1)
            for n in np.argsort(away)[:60:7]:
                track(f"{party}{pair}", f"m{n:03}", away[n] * random.uniform(3.5, 5))
    days = random.gamma(1.5, 60, MARKERS).astype(np.int64) + 1
    return Network({"points": points, "tracks": tracks}), stations, days


class Setting:
    """One line and one budget, with the shortest ways."""

    def __init__(self, budget):
        network, self.stations, days = line()
        self.budget = budget
        keys = [*self.stations, *network.markers.values()]
        begun = time.process_time()
        self.minutes = network.ways(keys, []).minutes
        self.ways = time.process_time() - begun
        sides = len(self.stations)
        self.gain = np.concatenate([np.zeros(sides, np.int64), days])
        self.rank = planning.ranks(keys, b"")
        near = np.minimum(self.minutes[0:sides:2], self.minutes[1:sides:2]).argmin(axis=0)
        self.sectors = [np.flatnonzero((near == pair) & (self.gain > 0)) for pair in range(PAIRS)]
        self.reached, self.meets, self.figures = {}, [], []

    def ours(self):
        """Plan each sector, hand on what it leaves out; return the covered part of the weight, %."""
        begun = time.process_time()
        plans = [self.plan(pair, markers) for pair, markers in enumerate(self.sectors)]
        for pair in [*range(PAIRS), *reversed(range(PAIRS))]:
            left = set(np.flatnonzero(self.gain).tolist()).difference(*(plan[2] for plan in plans))
            again = self.plan(pair, sorted(plans[pair][2] | left), plans[pair][0])
            if sum(self.gain[list(again[2])]) > sum(self.gain[list(plans[pair][2])]):
                plans[pair] = again
        self.meets = [plan[0] for plan in plans for _ in range(2)]
        routes = [route for plan in plans for route in plan[1]]
        return self.told("planner", routes, time.process_time() - begun)

    def plan(self, pair, markers, meet=None):
        """Plan one sector: where both sides meet, their routes, the markers on them."""
        at = np.array([2 * pair, 2 * pair + 1, *markers])
        minutes, meets = self.minutes[np.ix_(at, at)], None if meet is None else at.tolist().index(meet)
        task = planning.Task(minutes, [0, 1], self.gain[at], self.rank[at], self.budget, meets)
        meet, found = planning.plan(task)
        routes = [at[route].tolist() for route in found]
        return int(at[meet]), routes, {n for route in routes for n in route[1:-1]}

    def theirs(self):
        """Let the peer plan all at once."""
        limit = os.environ.get("COMITY_ORTOOLS_SECONDS", "10")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "task.npz")
            starts = np.arange(len(self.stations))
            np.savez(path, minutes=self.minutes, gain=self.gain, starts=starts, meets=np.array(self.meets))
            command = [os.environ["COMITY_ORTOOLS"], "-c", PEER, str(path), limit, str(self.budget)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
        spent, routes = json.loads(done.stdout.splitlines()[-1])
        return self.told("OR-Tools", routes, spent)

    def told(self, name, routes, spent):
        """Check routes, note their figures, return the covered part of the weight in %."""
        walked = [planning.length(self.minutes, route) for route in routes]
        assert max(walked) <= self.budget < FAR
        assert all(
            route[0] == route[-1] == side and self.meets[side] in route for side, route in enumerate(routes)
        )
        seen = {n for route in routes for n in route if self.gain[n]}
        share = 100 * self.gain[list(seen)].sum() / self.gain.sum()
        self.figures.append((name, len(seen), sum(walked), spent, share))
        return float(share)

    def __iter__(self):
        for name, count, walked, spent, share in {one[0]: one for one in self.figures}.values():
            yield (
                f"{name}: {share:.1f} % of the weight, {count} of {MARKERS} markers, "
                f"{walked:,} min on the way, planned in {spent:.2f} CPU s"
            )
        yield f"shortest ways between all stations and markers: {self.ways:.2f} CPU s"


def cases():
    """Three budgets: ample, tight, too small for all."""
    for budget in BUDGETS:
        setting = Setting(budget)
        setting.ours()
        peer = (
            [Variant("OR-Tools, all stations at once", setting.theirs)]
            if "COMITY_ORTOOLS" in os.environ
            else []
        )
        aim = 0.98 if peer else None
        title = f"{MARKERS} markers, {2 * PAIRS} stations, {budget} min out (synthetic)"
        yield Case(title, "% of weight", [*peer, Variant("planner, sector by sector", setting.ours, aim)],
                   rounds=1, notes=setting)  # fmt: skip
