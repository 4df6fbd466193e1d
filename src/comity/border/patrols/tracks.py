"""The ways along the line as a graph: which tracks are closed by hazards, and the shortest way on the others.

Shortest ways by Dijkstra (1959) as SciPy has it, from each station and marker; minutes are whole numbers, so
that every machine compares alike.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from comity.border.patrols import geometry
from comity.record import canonical

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

FAR: Final = 10**9
"""Minutes to where no way leads."""


@dataclass(frozen=True)
class Area:
    """A hazard area: its name, its corners as (k, 2) millionths of a degree, and metres around it."""

    name: str
    corners: NDArray[np.int64]
    buffer_m: int


@dataclass(frozen=True)
class Ways:
    """Shortest ways between the key points of a network.

    Attributes:
        keys: Names of the key points.
        minutes: (n, n) whole minutes; FAR where no way leads.
        before: (n, all points) predecessors on the shortest way from each key point.
        names: Names of all points.
    """

    keys: tuple[str, ...]
    minutes: NDArray[np.int64]
    before: NDArray[np.int32]
    names: tuple[str, ...]

    def way(self, start: int, end: int) -> list[str]:
        """Return the points of the way between two key points, both with it."""
        at = self.names.index(self.keys[end])
        first = self.names.index(self.keys[start])
        found = [self.names[at]]
        while at != first:
            at = int(self.before[start, at])
            found.append(self.names[at])
        return found[::-1]


class Network:
    """The tracks of one record.

    Args:
        fields: What `border.track_network` holds.
    """

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.points: list[Mapping[str, Any]] = sorted(fields["points"], key=lambda one: str(one["name"]))
        self.names: tuple[str, ...] = tuple(point["name"] for point in self.points)
        index = {name: n for n, name in enumerate(self.names)}
        ends = {
            (min(index[t["a"]], index[t["b"]]), max(index[t["a"]], index[t["b"]]), t["minutes"])
            for t in fields["tracks"]
        }
        self.tracks = np.array(sorted(ends), dtype=np.int64).reshape(-1, 3)
        self.digest = digest({name: fields[name] for name in ("points", "tracks")})

    @cached_property
    def markers(self) -> dict[str, str]:
        """The point of each marker: the first by name where several bear its number."""
        found: dict[str, str] = {}
        for point in self.points:
            if point.get("marker"):
                found.setdefault(point["marker"], point["name"])
        return found

    @cached_property
    def micro(self) -> NDArray[np.int64]:
        """(n, 2) positions in millionths of a degree."""
        return np.array([[point["lat"], point["lon"]] for point in self.points], dtype=np.int64)

    def closed(self, areas: Iterable[Area]) -> dict[str, NDArray[np.bool_]]:
        """Return for each area which tracks it closes."""
        origin = self.micro[0]
        xy = geometry.plane(self.micro, origin)
        a, b = xy[self.tracks[:, 0]], xy[self.tracks[:, 1]]
        return {
            area.name: geometry.enters(a, b, geometry.plane(area.corners, origin), float(area.buffer_m))
            for area in areas
        }

    def ways(self, keys: Sequence[str], areas: Iterable[Area]) -> Ways:
        """Return the shortest ways between points that keep clear of every area."""
        closed = np.zeros(len(self.tracks), dtype=bool)
        for one in self.closed(areas).values():
            closed |= one
        kept = self.tracks[~closed]
        size = len(self.names)
        best: dict[tuple[int, int], int] = {}
        for a, b, minutes in kept.tolist():
            best[a, b] = min(minutes, best.get((a, b), FAR))
        ends = np.array(sorted(best), dtype=np.int64).reshape(-1, 2)
        weights = np.array([best[a, b] for a, b in ends.tolist()], dtype=np.float64)
        graph = csr_matrix((weights, (ends[:, 0], ends[:, 1])), shape=(size, size))
        at = [self.names.index(key) for key in keys]
        found, before = dijkstra(graph, directed=False, indices=at, return_predecessors=True)
        minutes = np.where(np.isfinite(found), found, FAR)[:, at].astype(np.int64)
        return Ways(tuple(keys), minutes, before.astype(np.int32), self.names)

    def crossed(self, way: Sequence[str], areas: Iterable[Area]) -> list[str]:
        """Return the names of the areas that a way comes into; a step that is no track counts as well."""
        index = {name: n for n, name in enumerate(self.names)}
        xy = geometry.plane(self.micro, self.micro[0])
        at = [index[name] for name in way if name in index]
        a, b = xy[at[:-1] or at], xy[at[1:] or at]
        return [
            area.name
            for area in areas
            if geometry.enters(a, b, geometry.plane(area.corners, self.micro[0]), float(area.buffer_m)).any()
        ]


def digest(value: Any) -> str:
    """Return SHA-256 of the canonical JSON of a value, base64."""
    return canonical.b64(hashlib.sha256(canonical.encode(value)).digest())
