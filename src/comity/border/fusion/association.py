"""Marginal probabilities of association, cluster by cluster.

Tracks and detections that share pairs form a cluster (union-find). Where a cluster is small, its marginals
are exact: a sum over the subsets of its smaller side, from the front and from the back, as in the forward
and backward passes over a trellis. Where it is large, loopy belief propagation: Williams and Lau 2014,
"Approximate evaluation of marginal association probabilities with belief propagation", IEEE TAES 50(4),
the simplified messages. On a cluster without a cycle belief propagation is exact too. Each cluster has its
own choice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from comity.border.fusion.compiled import machine

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats, Ints

ROUNDS = 200
CLOSE = 1e-10


@machine
def _root(parent: Ints, i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@machine
def _joined(count: int, m: int, first: Ints, which: Ints) -> Ints:
    """Return the root of each track and detection: the smallest of its cluster."""
    parent = np.arange(count + m)
    for i in range(count):
        for e in range(first[i], first[i + 1]):
            a, b = _root(parent, i), _root(parent, count + which[e])
            parent[max(a, b)] = min(a, b)
    for i in range(count + m):
        parent[i] = _root(parent, i)
    return parent


@machine
def _clusters(count: int, m: int, first: Ints, which: Ints) -> tuple[Ints, Ints, Ints]:
    """Return where each cluster begins, its tracks, and how many detections it has."""
    root = _joined(count, m, first, which)
    label = np.empty(count, np.int64)
    begin = np.zeros(count + 1, np.int64)
    number = 0
    for i in range(count):  # a root is the smallest of its cluster: a track, and met first
        if first[i + 1] > first[i]:
            if root[i] == i:
                label[i] = number
                number += 1
            begin[label[root[i]] + 1] += 1
    for c in range(number):
        begin[c + 1] += begin[c]
    fill = begin[:number].copy()
    members, sizes = np.empty(begin[number], np.int64), np.zeros(number, np.int64)
    for i in range(count):
        if first[i + 1] > first[i]:
            members[fill[label[root[i]]]] = i
            fill[label[root[i]]] += 1
    for j in range(count, count + m):
        if root[j] < count:
            sizes[label[root[j]]] += 1
    return begin[: number + 1], members, sizes


@machine
def _from_the_back(steps: int, bits: int, lists: tuple[Ints, Ints, Floats], scale: Floats) -> Floats:
    """Return the sums over what later steps may take, for each mask of what is taken; fill the scales."""
    begin, bit, weight = lists
    back = np.empty((steps + 1, 1 << bits))
    back[steps, :] = 1.0
    for s in range(steps - 1, -1, -1):
        scale[s] = 1.0
        for e in range(begin[s], begin[s + 1]):
            scale[s] += weight[e]
        for mask in range(1 << bits):
            total = back[s + 1, mask]
            for e in range(begin[s], begin[s + 1]):
                if not (mask >> bit[e]) & 1:
                    total += weight[e] * back[s + 1, mask | (1 << bit[e])]
            back[s, mask] = total / scale[s]
    return back


@machine
def _trellis(steps: int, bits: int, lists: tuple[Ints, Ints, Floats], out: Floats) -> None:
    """Fill the marginal of each pair: steps one after another, each takes one free bit of the mask or none.

    Args:
        steps: The larger side.
        bits: Size of the smaller side.
        lists: Where the pairs of each step begin, the bit of each pair, its weight.
        out: Filled with the marginal of each pair.
    """
    begin, bit, weight = lists
    scale = np.empty(steps)
    back = _from_the_back(steps, bits, lists, scale)
    front, after = np.zeros(1 << bits), np.zeros(1 << bits)
    front[0] = 1.0
    for s in range(steps):
        for mask in range(1 << bits):
            after[mask] = front[mask] / scale[s]
        for e in range(begin[s], begin[s + 1]):
            total = 0.0
            for mask in range(1 << bits):
                if front[mask] > 0.0 and not (mask >> bit[e]) & 1:
                    part = front[mask] * weight[e] / scale[s]
                    after[mask | (1 << bit[e])] += part
                    total += part * back[s + 1, mask | (1 << bit[e])]
            out[e] = total / back[0, 0]
        front, after = after, front


@machine
def _messages(n: int, m: int, lists: tuple[Ints, Ints, Floats], out: Floats) -> None:
    """Fill the marginal of each pair by belief propagation: n tracks, m detections, lists as `_trellis`."""
    begin, which, weight = lists
    pairs = begin[n]
    up, total = np.ones(pairs), np.empty(m)
    for _ in range(ROUNDS):
        total[:] = 1.0
        for i in range(n):
            own = 1.0
            for e in range(begin[i], begin[i + 1]):
                own += weight[e] * up[e]
            for e in range(begin[i], begin[i + 1]):
                out[e] = weight[e] / (own - weight[e] * up[e])
                total[which[e]] += out[e]
        change = 0.0
        for e in range(pairs):
            new = 1.0 / (total[which[e]] - out[e])
            change = max(change, abs(new - up[e]))
            up[e] = new
        if change < CLOSE:
            break
    for i in range(n):
        own = 1.0
        for e in range(begin[i], begin[i + 1]):
            own += weight[e] * up[e]
        for e in range(begin[i], begin[i + 1]):
            out[e] = weight[e] * up[e] / own


@machine
def _turned(
    n: int, m: int, starts: Ints, ends: Ints, weights: Floats
) -> tuple[tuple[Ints, Ints, Floats], Ints]:
    """Return the lists by detection instead of by track, and which pair each was."""
    begin = np.zeros(m + 1, np.int64)
    for e in range(len(ends)):
        begin[ends[e] + 1] += 1
    for j in range(m):
        begin[j + 1] += begin[j]
    fill = begin[:-1].copy()
    order, bit, turned = np.empty(len(ends), np.int64), np.empty(len(ends), np.int64), np.empty(len(ends))
    for i in range(n):
        for e in range(starts[i], starts[i + 1]):
            k = fill[ends[e]]
            fill[ends[e]] += 1
            order[k], bit[k], turned[k] = e, i, weights[e]
    return (begin, bit, turned), order


@machine
def _local(
    tracks: Ints, edges: tuple[Ints, Ints, Floats], place: Ints
) -> tuple[tuple[Ints, Ints, Floats], Ints]:
    """Return the lists of one cluster, its detections numbered from 0, and which pair each was."""
    first, which, weight = edges
    n, pairs = len(tracks), 0
    starts = np.empty(n + 1, np.int64)
    for k in range(n):
        starts[k] = pairs
        pairs += first[tracks[k] + 1] - first[tracks[k]]
    starts[n] = pairs
    ends, weights, origin = np.empty(pairs, np.int64), np.empty(pairs), np.empty(pairs, np.int64)
    known = 0
    for k in range(n):
        for f in range(starts[k], starts[k + 1]):
            e = first[tracks[k]] + f - starts[k]
            if place[which[e]] < 0:
                place[which[e]] = known
                known += 1
            ends[f], weights[f], origin[f] = place[which[e]], weight[e], e
    return (starts, ends, weights), origin


@machine
def _solve(m: int, lists: tuple[Ints, Ints, Floats], limits: tuple[int, int], found: Floats) -> bool:
    """Fill the marginals of one cluster of several tracks; return whether they are approximate."""
    n, pairs = len(lists[0]) - 1, len(lists[1])
    cyclic = pairs >= n + m
    small = min(n, m) <= limits[0] and pairs << min(n, m) <= limits[1]
    if not (cyclic and small):
        _messages(n, m, lists, found)
        return cyclic
    if m <= n:
        _trellis(n, m, lists, found)
        return False
    turned, order = _turned(n, m, lists[0], lists[1], lists[2])
    swapped = np.empty(pairs)
    _trellis(m, n, turned, swapped)
    for e in range(pairs):
        found[order[e]] = swapped[e]
    return False


@machine
def _alone(i: int, edges: tuple[Ints, Ints, Floats], chances: Floats) -> None:
    """Fill the marginals of a track that shares no detection."""
    first, _, weight = edges
    total = 1.0
    for e in range(first[i], first[i + 1]):
        total += weight[e]
    for e in range(first[i], first[i + 1]):
        chances[e] = weight[e] / total


@machine
def associate(  # noqa: PLR0917 - kernels take their arguments by place
    count: int,
    m: int,
    edges: tuple[Ints, Ints, Floats],
    limits: tuple[int, int],
    chances: Floats,
    unclaimed: Floats,
) -> int:
    """Fill the probability of each pair, and that a detection belongs to no track.

    Args:
        count: Tracks.
        m: Detections.
        edges: As `gating.gate` fills them.
        limits: Largest smaller side, and most operations, of an exact cluster.
        chances: (pairs,) filled.
        unclaimed: (m,) filled.

    Returns:
        The number of clusters that were approximated.
    """
    first, which, _ = edges
    begin, members, sizes = _clusters(count, m, first, which)
    place = np.full(m, -1, np.int64)
    approximate = 0
    for c in range(len(begin) - 1):
        if begin[c + 1] - begin[c] == 1:
            _alone(members[begin[c]], edges, chances)
            continue
        lists, origin = _local(members[begin[c] : begin[c + 1]], edges, place)
        found = np.empty(len(origin))
        approximate += _solve(sizes[c], lists, limits, found)
        for e in range(len(origin)):
            chances[origin[e]] = found[e]
    unclaimed[:m] = 1.0
    for e in range(first[count]):
        unclaimed[which[e]] -= chances[e]
    for j in range(m):
        unclaimed[j] = max(unclaimed[j], 0.0)
    return approximate
