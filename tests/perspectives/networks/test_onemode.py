"""One-mode networks against the published definition, and against figures worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.perspectives.networks.affiliations import affiliations, two_mode
from comity.perspectives.networks.errors import NetworkError
from comity.perspectives.networks.onemode import METHODS, NORMS, congruence, one_mode
from tests.perspectives.networks import published

# Actors 0 and 1 agree on concept 0; on concept 1 actor 0 agrees twice and actor 1 disagrees once; actor 2
# says nothing.
ACTOR, CONCEPT, AGREES = [0, 1, 0, 0, 1], [0, 0, 1, 1, 1], [1, 1, 1, 1, 0]


def value(method, norm):
    return congruence(ACTOR, CONCEPT, AGREES, method=method, norm=norm, shape=(3, 2))[0, 1]


def test_figures_worked_by_hand():
    assert value("congruence", "none") == 1
    assert value("conflict", "none") == 2
    assert value("subtract", "none") == -1
    assert value("ignore", "none") == 3
    assert value("congruence", "average") == pytest.approx(1 / 2.5)
    assert value("congruence", "jaccard") == pytest.approx(1 / 4)
    assert value("conflict", "jaccard") == pytest.approx(2 / 3)
    assert value("subtract", "jaccard") == pytest.approx(1 / 4 - 2 / 3)
    assert value("congruence", "cosine") == pytest.approx(1 / (5**0.5 * 2**0.5))
    assert value("congruence", "dna_cosine") == pytest.approx(1 / 6)


def test_who_says_nothing_has_no_tie_and_nobody_is_tied_to_oneself():
    for method in METHODS:
        for norm in NORMS:
            found = congruence(ACTOR, CONCEPT, AGREES, method=method, norm=norm, shape=(3, 2))
            assert not found[2].any()
            assert not found.diagonal().any()
            assert np.isfinite(found).all()


def test_true_cosine_of_equal_profiles_is_one_and_the_peers_is_not():
    same = ([0, 0, 1, 1], [0, 1, 0, 1], [1, 0, 1, 0])
    assert congruence(*same, norm="cosine")[0, 1] == pytest.approx(1)
    assert congruence(*same, norm="dna_cosine")[0, 1] == pytest.approx(0.5)


@st.composite
def corpora(draw):
    actors, concepts = draw(st.integers(1, 5)), draw(st.integers(1, 4))
    levels = sorted(draw(st.sets(st.integers(-3, 3), min_size=1, max_size=5)))
    one = st.tuples(st.integers(0, actors - 1), st.integers(0, concepts - 1), st.integers(0, len(levels) - 1))
    statements = draw(st.lists(one, max_size=40))
    units = draw(st.none() | st.lists(st.integers(0, 3), min_size=len(statements), max_size=len(statements)))
    return actors, concepts, [float(level) for level in levels], statements, units


@settings(max_examples=60, deadline=None)
@given(corpora())
def test_equal_to_the_published_definition(corpus):
    actors, concepts, levels, statements, units = corpus
    columns = np.array(statements, dtype=int).reshape(-1, 3).T
    once = None if units is None else np.array(units, dtype=int)
    tensor = affiliations(*columns, shape=(actors, concepts), levels=levels, once_per=once)
    table = published.counts(statements, actors, concepts, len(levels), units)
    assert np.array_equal(tensor.counts.transpose(1, 2, 0), np.array(table))
    for method in METHODS:
        for norm in NORMS:
            expected = published.network(table, levels, method, norm)
            assert np.abs(one_mode(tensor, method, norm) - expected).max() <= 1e-9


@settings(max_examples=30, deadline=None)
@given(corpora(), st.randoms(use_true_random=False))
def test_the_order_of_statements_does_not_matter(corpus, rng):
    actors, concepts, levels, statements, units = corpus
    order = list(range(len(statements)))
    rng.shuffle(order)

    def found(places):
        columns = np.array([statements[p] for p in places], dtype=int).reshape(-1, 3).T
        once = None if units is None else np.array([units[p] for p in places], dtype=int)
        tensor = affiliations(*columns, shape=(actors, concepts), levels=levels, once_per=once)
        return one_mode(tensor, "subtract", "average")

    assert np.array_equal(found(range(len(statements))), found(order))


def test_large_counts_stay_exact():
    # 5,000 times the same statement by two actors: 25 million, which single precision does not hold.
    n = 5001
    found = congruence(np.repeat([0, 1], n), np.zeros(2 * n, dtype=int), np.ones(2 * n, dtype=int))
    assert found[0, 1] == n * n


@pytest.mark.parametrize(("other", "weight"), [(0, 1), (1, 0.75), (2, 0.5), (4, 0)])
def test_weights_of_levels_fall_with_distance(other, weight):
    found = congruence([0, 1], [0, 0], [0, other], levels=[-2, -1, 0, 1, 2])
    assert found[0, 1] == weight


def test_a_divisor_of_nought_is_found_to_be_nought():
    # nᵢ + nᵢ' = 5 and the congruence is 3 + 3 · 2/3 = 5.
    found = congruence([0, 0, 1, 1, 1], [0] * 5, [2, 3, 2, 2, 2], levels=[-3, -2, 0, 2, 3], norm="jaccard")
    assert found[0, 1] == 0


def test_two_mode_by_activity_and_prominence():
    tensor = affiliations(ACTOR, CONCEPT, AGREES, shape=(3, 2))
    assert two_mode(tensor).tolist() == [[1, 2], [1, 1], [0, 0]]
    assert two_mode(tensor, "subtract").tolist() == [[1, 2], [1, -1], [0, 0]]
    assert two_mode(tensor, "ignore", "activity")[0].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert two_mode(tensor, "ignore", "prominence")[:, 1].tolist() == pytest.approx([2 / 3, 1 / 3, 0])
    scaled = affiliations([0, 0], [0, 0], [0, 3], levels=[-2, -1, 0, 1, 2])
    assert two_mode(scaled, "subtract").tolist() == [[-0.5]]


def test_nothing_said_is_an_empty_network():
    assert congruence([], [], [], shape=(2, 2)).tolist() == [[0, 0], [0, 0]]
    assert congruence([], [], []).shape == (0, 0)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"actor": [0, 1, 9]}, "actor: not a whole number"),
        ({"actor": [0, -1, 1]}, "actor: not a whole number"),
        ({"concept": [0.5, 1, 0]}, "concept: not a whole number"),
        ({"agreement": [0, 1, 2]}, "level: not a whole number"),
        ({"agreement": [0, 1]}, "of one length"),
        ({"levels": [1, 0]}, "rising"),
        ({"once_per": [1]}, "once_per"),
        ({"method": "harmony"}, "methods are"),
        ({"norm": "l3"}, "norms are"),
        ({"shape": (100_000, 100_000)}, "too many cells"),
    ],
)
def test_what_does_not_fit_is_refused(change, message):
    plain = {"actor": [0, 1, 1], "concept": [0, 0, 1], "agreement": [0, 1, 1], "shape": (2, 2)}
    with pytest.raises(NetworkError, match=message):
        congruence(**{**plain, **change})
