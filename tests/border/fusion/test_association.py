"""Marginals of association against every joint association, one by one."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from comity.border.fusion import association


def enumerated(weights):
    """The marginal of each pair: every way in which no detection is taken twice, by its weight."""
    n, m = weights.shape
    total, found = 0.0, np.zeros_like(weights)
    for choice in itertools.product(range(-1, m), repeat=n):
        taken = [j for j in choice if j >= 0]
        if len(set(taken)) < len(taken):
            continue
        worth = np.prod([weights[i, j] for i, j in enumerate(choice) if j >= 0])
        total += worth
        for i, j in enumerate(choice):
            if j >= 0:
                found[i, j] += worth
    return found / total


def associated(weights, bits):
    n, m = weights.shape
    first, which, weight = [0], [], []
    for row in weights:
        which += np.flatnonzero(row).tolist()
        weight += row[row > 0].tolist()
        first.append(len(which))
    edges = (np.array(first), np.array(which, np.int64), np.array(weight))
    chances, unclaimed = np.empty(len(which)), np.empty(m)
    approximate = association.associate(n, m, edges, (bits, 1 << 30), chances, unclaimed)
    found = np.zeros_like(weights)
    for i in range(n):
        found[i, which[first[i] : first[i + 1]]] = chances[first[i] : first[i + 1]]
    return found, unclaimed, approximate


def weights_of(seed, n, m, filled=0.6):
    random = np.random.default_rng(seed)
    return np.exp(random.normal(0, 3, (n, m))) * (random.random((n, m)) < filled)


@pytest.mark.parametrize("seed", range(12))
def test_exact_marginals_are_those_of_every_joint_association(seed):
    n, m = [(2, 2), (3, 2), (2, 4), (4, 4), (5, 3), (3, 5)][seed % 6]
    weights = weights_of(seed, n, m)
    found, unclaimed, approximate = associated(weights, 10)
    assert approximate == 0
    np.testing.assert_allclose(found, enumerated(weights), rtol=1e-10, atol=1e-14)
    np.testing.assert_allclose(unclaimed, 1 - found.sum(axis=0), atol=1e-12)


def test_belief_propagation_is_exact_where_there_is_no_cycle():
    weights = np.array([[2.0, 0.5, 0.0], [0.0, 3.0, 0.0], [0.0, 1.0, 7.0]])
    found, _, approximate = associated(weights, 0)
    assert approximate == 0
    np.testing.assert_allclose(found, enumerated(weights), rtol=1e-8)


@pytest.mark.parametrize("seed", range(4))
def test_belief_propagation_is_near_the_truth_where_there_are_cycles(seed):
    weights = weights_of(seed, 4, 4, 0.9)
    found, _, approximate = associated(weights, 0)
    assert approximate == 1
    assert (found.sum(axis=0) < 1 + 1e-9).all()
    assert (found.sum(axis=1) < 1 + 1e-9).all()
    np.testing.assert_allclose(found, enumerated(weights), atol=0.15)


def test_clusters_are_taken_one_by_one():
    one, two = weights_of(1, 3, 3, 0.9), weights_of(2, 2, 4, 0.9)
    both = np.zeros((5, 7))
    both[:3, :3], both[3:, 3:] = one, two
    found, _, _ = associated(both, 10)
    np.testing.assert_array_equal(found[:3, :3], associated(one, 10)[0])
    np.testing.assert_array_equal(found[3:, 3:], associated(two, 10)[0])
