"""Which side walks to which markers: where both meet, and what else lies on the way within the time.

A team orienteering problem (Chao, Golden, Wasil 1996) with a common stop: each side starts and ends at its
own station and comes by the marker where both meet. Cheapest insertion by gain per minute, then 2-opt (Croes
1958) on each way, then insertion again into the time that it freed; where markers are left out, a search for
routes that cover more (`search.py`). The gain of a marker is the number of days since somebody was there;
nothing about people goes in. Ties fall by an order that a seed of both sides makes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comity.border.patrols.errors import PatrolWayError
from comity.border.patrols.tracks import FAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Matrix = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be planned, by indices of the key points.

    Attributes:
        minutes: (n, n) minutes between key points.
        starts: The station of each side.
        gain: (n,) days since each marker was visited; 0 for what is no marker.
        rank: (n,) the order in which ties fall: lower first.
        budget: Minutes that a side may be out.
        meet: Where both meet; the best marker for both where it is None.
        search: Whether to look for better routes where not every marker fits (`search.py`).
    """

    minutes: Matrix
    starts: Sequence[int]
    gain: NDArray[np.int64]
    rank: NDArray[np.int64]
    budget: int
    meet: int | None = None
    search: bool = True


def plan(task: Task) -> tuple[int, list[list[int]]]:
    """Return where the sides meet, and the way of each as key points from station to station.

    Raises:
        PatrolWayError: there is no marker that every side reaches and comes back from within the time.
    """
    meet = _meeting(task)
    routes = [[start, meet, start] for start in task.starts]
    todo = {int(n) for n in np.flatnonzero(task.gain) if n != meet}
    while _fill(task, routes, todo):
        shortened = [_shorten(task, route) for route in routes]
        if not any(shortened):
            break
    if todo and task.search:
        from comity.border.patrols.search import improve  # noqa: PLC0415 - its kernels take long to load

        routes = improve((task.minutes, task.gain, task.rank, task.budget, meet), routes)
    return meet, routes


def length(minutes: Matrix, route: Sequence[int]) -> int:
    """Return the minutes of a way."""
    return int(minutes[list(route[:-1]), list(route[1:])].sum())


def ranks(names: Sequence[str], seed: bytes) -> NDArray[np.int64]:
    """Return the order in which ties fall: by SHA-256 of the seed and the name; by name without a seed."""
    keys = [hashlib.sha256(seed + name.encode()).digest() if seed else name.encode() for name in names]
    order = sorted(range(len(names)), key=lambda n: keys[n])
    found = np.empty(len(names), dtype=np.int64)
    found[order] = np.arange(len(names))
    return found


def _meeting(task: Task) -> int:
    chosen = np.flatnonzero(task.gain) if task.meet is None else np.array([task.meet])
    reach = task.minutes[list(task.starts)][:, chosen]
    worst = reach.max(axis=0)
    fits = worst * 2 <= task.budget
    if not fits.any():
        raise PatrolWayError("no marker is reached by every side, and left again, within the time")
    order = np.lexsort((task.rank[chosen], worst))
    return int(chosen[next(n for n in order if fits[n])])


def _fill(task: Task, routes: list[list[int]], todo: set[int]) -> bool:
    """Insert markers, the best gain per added minute first, until none fits; return whether any did."""
    any_did = False
    while todo:
        best: tuple[float, int, int, int, int] | None = None
        left = np.array(sorted(todo), dtype=np.int64)
        for side, route in enumerate(routes):
            spare = task.budget - length(task.minutes, route)
            a, b = np.array(route[:-1]), np.array(route[1:])
            added = task.minutes[a][:, left] + task.minutes[left][:, b].T - task.minutes[a, b][:, None]
            at = added.argmin(axis=0)
            cost = added[at, np.arange(len(left))]
            for n in np.flatnonzero(cost <= min(spare, FAR // 2)):
                marker = int(left[n])
                key = (
                    -task.gain[marker] / (max(cost[n], 0) + 1.0),
                    int(task.rank[marker]),
                    side,
                    int(at[n]),
                    marker,
                )
                best = key if best is None or key < best else best
        if best is None:
            break
        _, _, side, place, marker = best
        routes[side].insert(place + 1, marker)
        todo.discard(marker)
        any_did = True
    return any_did


def _shorten(task: Task, route: list[int]) -> bool:
    """Turn stretches of a way round while that makes it shorter; return whether it did."""
    did, better = False, True
    while better:
        better = False
        for i in range(1, len(route) - 2):
            for j in range(i + 1, len(route) - 1):
                old = task.minutes[route[i - 1], route[i]] + task.minutes[route[j], route[j + 1]]
                new = task.minutes[route[i - 1], route[j]] + task.minutes[route[i], route[j + 1]]
                if new < old:
                    route[i : j + 1] = route[i : j + 1][::-1]
                    did = better = True
    return did
