"""The frontier and the solutions, against looking at every package one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assessment.position import packages
from comity.assessment.position.errors import PackagesError
from comity.assessment.position.packages import GRID, Domain, Issue, Profile
from comity.assessment.position.solutions import solve, to_json


def domain_of(*sizes: int) -> Domain:
    return Domain(
        "d", tuple(Issue(f"i{n}", tuple(str(k) for k in range(size))) for n, size in enumerate(sizes))
    )


def profile_of(values: list[list[float]], reservation: float | None = None) -> Profile:
    weights = tuple(1 / len(values) for _ in values)
    return Profile(weights, tuple(np.array(part) for part in values), reservation)


def every(domain: Domain, profile: Profile) -> list[int]:
    found = []
    for package in product(*(range(len(issue.options)) for issue in domain.issues)):
        total = 0.0
        for weight, values, place in zip(profile.weights, profile.values, package, strict=True):
            total += weight * float(values[place])
        found.append(round(min(total, 1.0) * GRID))
    return found


@st.composite
def cases(draw: st.DrawFn) -> tuple[Domain, Profile, Profile]:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    tenth = st.integers(0, 10).map(lambda n: n / 10)

    def side() -> Profile:
        values = [draw(st.lists(tenth, min_size=size, max_size=size)) for size in sizes]
        return profile_of(values, draw(st.one_of(st.none(), tenth)))

    return domain_of(*sizes), side(), side()


@settings(max_examples=80, deadline=None)
@given(cases(), st.sampled_from([1, 7, 1 << 19]))
def test_solutions_are_those_of_looking_at_every_package(case, chunk):
    domain, one, other = case
    before, packages.CHUNK = packages.CHUNK, chunk
    try:
        found = solve(domain, one, other)
    finally:
        packages.CHUNK = before
    pairs = set(zip(every(domain, one), every(domain, other), strict=True))
    front = sorted(p for p in pairs if not any(q != p and q[0] >= p[0] and q[1] >= p[1] for q in pairs))
    assert list(found.frontier) == front
    assert found.outcomes == domain.size
    r = found.disagreement
    rational = [p for p in pairs if p[0] >= r[0] and p[1] >= r[1]]
    if not rational:
        assert found.nash is found.egalitarian is found.kalai_smorodinsky is None
        assert to_json(found, one, other)["why"]
        return
    top = [max(p[k] for p in rational) - r[k] for k in (0, 1)]

    def share(p):
        return min(Fraction(p[k] - r[k], top[k]) if top[k] else Fraction(1) for k in (0, 1))

    def product_of(p):
        return (p[0] - r[0]) * (p[1] - r[1])

    def least(p):
        return min(p[0] - r[0], p[1] - r[1])

    assert product_of(found.nash.pair) == max(map(product_of, rational))
    assert share(found.kalai_smorodinsky.pair) == max(map(share, rational))
    assert least(found.egalitarian.pair) == max(map(least, rational))
    for item in (found.nash, found.kalai_smorodinsky, found.egalitarian):
        assert item.pair in front
        assert item.pair in item.ties


def test_exact_ties_are_stated_although_the_sums_differ_in_their_last_bit():
    one = Profile((1.0, 1.0), (np.array([0.1, 0.3]), np.array([0.2, 0.0])))
    other = Profile((1.0, 1.0), (np.array([0.5, 0.5]), np.array([0.1, 0.1])))
    assert 0.1 + 0.2 != 0.3
    assert len(solve(domain_of(2, 2), one, other).frontier) == 1  # 0.1+0.2 and 0.3+0.2: the latter
    mirrored = solve(domain_of(2), profile_of([[1.0, 0.4]]), profile_of([[0.4, 1.0]]))
    assert mirrored.nash.ties == ((4 * GRID // 10, GRID), (GRID, 4 * GRID // 10))
    assert set(to_json(mirrored, profile_of([[1.0]]), profile_of([[1.0]]))["ties"]) == {
        "nash",
        "kalai_smorodinsky",
        "egalitarian",
    }


def test_reservations_are_the_disagreement_point():
    one, other = profile_of([[0.9, 0.6, 0.2]], 0.5), profile_of([[0.1, 0.3, 0.9]], 0.2)
    assert solve(domain_of(3), one, other).nash.pair == (6 * GRID // 10, 3 * GRID // 10)
    assert solve(domain_of(3), one, profile_of([[0.1, 0.3, 0.9]], 0.95)).nash is None


def test_too_many_packages_and_numbers_that_are_none_are_refused():
    with pytest.raises(PackagesError, match="at most"):
        domain_of(*[100] * 5)
    with pytest.raises(PackagesError, match="finite"):
        profile_of([[float("nan")]])
    with pytest.raises(PackagesError, match="other issues"):
        solve(domain_of(2), profile_of([[1.0]]), profile_of([[1.0]]))
