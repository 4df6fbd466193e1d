"""Draws against what is known in closed form, and the same integers whatever the chunks."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special, stats

from comity.assessment.risk import compiled, draws, measures, simulate, steps
from comity.assessment.risk.distributions import Distribution
from comity.assessment.risk.errors import DistributionError, RegisterError
from comity.assessment.risk.frequency import Counter, Frequency
from comity.assessment.risk.register import Register, Risk
from comity.assessment.risk.simulate import Setting, run, shares_of
from comity.assessment.risk.streams import stream
from comity.assessment.risk.tables import SCALE, Z_SCALE, Work, normal, table_of

VN, LA = ("vn", "economic"), ("la", "economic")
N = 200_000
GOLDEN = [13175, 4616, 12219, 10428, 1631, 0, 1303, 3323]
GOLDEN_SUM = 4060626


def sure(value: float) -> Distribution:
    return Distribution("point", (value,))


def risk(slug: str, p: float = 0.3, group: str | None = None, **impacts: Distribution) -> Risk:
    keys = {(party, "economic"): impact for party, impact in (impacts or {"vn": sure(1)}).items()}
    return Risk(slug, 60, Frequency("probability", sure(p)), keys, group)


@pytest.mark.parametrize(
    ("kind", "values", "peer"),
    [
        ("uniform", (2, 6), stats.uniform(2, 4)),
        ("triangular", (1, 2, 5), stats.triang(0.25, 1, 4)),
        ("pert", (0, 10, 100), stats.beta(1.4, 4.6, 0, 100)),
        ("lognormal", (1, 100), stats.lognorm(math.log(100) / 2 / special.ndtri(0.95), scale=10)),
    ],
)
def test_tables_follow_their_distribution_into_the_tail(kind, values, peer):
    drawn = table_of(Distribution(kind, values).quantile).at(stream("1", kind).random_raw(N)) / SCALE
    assert abs(drawn.mean() / peer.mean() - 1) < 0.02
    for level in (0.01, 0.5, 0.95, 0.999):
        assert (
            abs(peer.cdf(np.quantile(drawn, level)) - level) < 5 * math.sqrt(level * (1 - level) / N) + 1e-4
        )


def test_normal_numbers_are_normal():
    z = normal(stream("1", "z").random_raw(N)) / Z_SCALE
    assert stats.kstest(z, "norm").pvalue > 0.001
    assert z.min() < -4 < 4 < z.max()


def test_golden_draws_do_not_change():
    one = Risk(
        "a",
        60,
        Frequency("rate", Distribution("pert", (0, 1, 4))),
        {VN: Distribution("pert", (1, 2, 9))},
        "g",
    )
    found = run(Register((one,), {"g": 0.5}), Setting("seed", 1000))
    assert found.totals[VN][:8].tolist() == GOLDEN
    assert int(found.totals[VN].sum()) == GOLDEN_SUM


@settings(max_examples=10, deadline=None)
@given(st.integers(60, 900), st.permutations(["a", "b", "c"]))
def test_neither_chunks_nor_other_risks_change_a_draw(chunk, order):
    risks = {name: risk(name, group="g", vn=Distribution("uniform", (1, 3)), la=sure(2)) for name in "abc"}
    whole = run(Register(tuple(risks.values()), {"g": 0.4}), Setting("s", 1000))
    before, draws.CHUNK, simulate.SPAN = (draws.CHUNK, simulate.SPAN), chunk, 2 * chunk + 1
    try:
        again = run(Register(tuple(risks[name] for name in order), {"g": 0.4}), Setting("s", 1000))
        alone = [run(Register((one,), {"g": 0.4}), Setting("s", 1000)) for one in risks.values()]
    finally:
        draws.CHUNK, simulate.SPAN = before
    assert again.digest == whole.digest
    assert again.shares[VN] == whole.shares[VN]
    for key in (VN, LA):
        np.testing.assert_array_equal(sum(one.totals[key] for one in alone), whole.totals[key])


@settings(max_examples=25, deadline=None)
@given(
    st.binary(max_size=800),
    st.sampled_from([None, 0.0, 0.3, 1.0]),
    st.sampled_from([(0, 0.001, 0.01), (0.1, 1, 4), (0, 200, 400)]),
    st.sampled_from([100, 100_000_000]),
)
def test_machine_code_and_arrays_give_the_same_integers(data, rho, rate, worst):
    """Over any bits: the first and the last cell, the tail, and its end."""
    bits = np.frombuffer(data[: len(data) // 8 * 8], np.uint64)
    bits = np.concatenate((bits, ~bits, bits | np.uint64(0xFFF << 52), stream("1", "b").random_raw(50)))
    common, own = draws.weights(rho or 0.0)
    shared = None if rho is None else normal(bits[::-1]) * common
    counter = draws._counter(Frequency("rate", Distribution("pert", rate)))
    table = draws._table(Distribution("pert", (1, 5, worst)))  # made once for all examples
    found = []
    for by in (steps, compiled):
        work = Work(bits.size)
        events = by.counts(bits, shared, own, counter, work)
        losses = by.losses(bits[::-1], events, table, work).tolist()
        found.append((events.tolist(), losses, by.normal(bits, work).tolist()))
    assert found[0] == found[1]


def test_a_cell_with_several_thresholds_is_searched_by_both():
    counter = Counter(np.array([-5, 0, 7, 1 << 30]))
    assert counter.dense
    bits = stream("1", "dense").random_raw(1000)
    first, second = (by.counts(bits, None, 0, counter, Work(1000)).tolist() for by in (steps, compiled))
    assert first == second
    assert set(first) == {0, 3, 4}


def test_a_long_run_is_the_same_run(monkeypatch):
    register = Register((risk("a", group="g"), risk("b", la=Distribution("pert", (1, 2, 9)))), {"g": 0.4})
    whole = run(register, Setting("s", 40_000))
    monkeypatch.setattr(simulate, "LONG", 1)
    monkeypatch.setattr(simulate, "SPAN", 7_001)
    for threads in (1, 2, 5):
        again = run(register, Setting("s", 40_000, threads))
        assert (again.digest, again.shares) == (whole.digest, whole.shares)
        chosen = dict.fromkeys((VN, LA), np.arange(0, 40_000, 3))
        parts = shares_of(register, Setting("s", 40_000, threads), chosen)
        assert sum(parts[VN].values()) == int(whole.totals[VN][::3].sum())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1 << 70), st.lists(st.integers(0, 70), min_size=1, max_size=6), st.text(max_size=5))
def test_streams_are_numpys_from_any_place(skipped, sizes, seed):
    bits = stream(seed, "x")
    known = np.random.PCG64()
    known.state = bits.state
    known.advance(skipped)
    readers = [by.Stream(bits, skipped) for by in (steps, compiled)]
    for size in sizes:
        wanted = known.random_raw(size).tolist() if size else []
        for reader in readers:
            assert reader.read(np.empty(size, np.uint64)).tolist() == wanted


def test_counts_keep_their_frequency_in_a_group_and_come_together():
    pair = (risk("a", 0.2, "g"), risk("b", 0.2, "g", la=sure(1)))
    found = run(Register(pair, {"g": 0.6}), Setting("s", N))
    a, b = found.totals[VN] > 0, found.totals[LA] > 0
    assert abs(a.mean() - 0.2) < 0.005
    at = special.ndtri(0.2)
    both = stats.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]]).cdf([at, at])
    assert abs((a & b).mean() - both) < 0.005
    apart = run(Register(pair, {"g": 0.0}), Setting("s", N))
    assert abs(((apart.totals[VN] > 0) & (apart.totals[LA] > 0)).mean() - 0.04) < 0.003


def test_an_uncertain_rate_is_a_mixed_poisson():
    one = Risk("a", 12, Frequency("rate", Distribution("uniform", (0, 4))), {VN: sure(1)})
    drawn = run(Register((one,)), Setting("s", N)).totals[VN] / SCALE
    assert abs(drawn.mean() - 2) < 0.02
    assert abs(drawn.var() - (2 + 16 / 12)) < 0.05
    assert abs((drawn == 0).mean() - (1 - math.exp(-4)) / 4) < 0.004
    assert abs(one.frequency.none() - (1 - math.exp(-4)) / 4) < 1e-6


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=300))
def test_measures_against_their_definitions(losses):
    array = np.array(losses)
    found = measures.measure(array)
    for tail in found.tails:
        level = tail.level / 1000
        assert tail.var == min(x for x in losses if sum(y <= x for y in losses) >= level * len(losses) - 1e-9)
        assert tail.cvar >= tail.var
        least = tail.var + np.maximum(array - tail.var, 0).mean() / (
            1 - level
        )  # Rockafellar and Uryasev 2000
        assert abs(float(tail.cvar) - least) < 1e-6 * (1 + least)
    assert all(sum(y > x for y in losses) == count for x, count in found.curve)
    chosen = measures.worst(array, 900)
    assert array[chosen].sum() == sum(sorted(losses)[len(losses) - len(chosen) :])


def test_contributions_add_up_to_the_tail():
    register = Register((risk("a", 0.3), risk("b", 0.1, vn=sure(10))))
    setting = Setting("s", 10_000)
    found = run(register, setting)
    chosen = measures.worst(found.totals[VN], 950)
    shares = shares_of(register, setting, {VN: chosen})[VN]
    assert sum(shares.values()) == int(found.totals[VN][chosen].sum())
    assert sum(found.shares[VN].values()) == int(found.totals[VN].sum())


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("gauss", (1,), "no kind"),
        ("pert", (1, 2), "numbers are given"),
        ("pert", (1, 5, 3), "below mode"),
        ("uniform", (2, 2), "width is 0"),
        ("uniform", (-1, 2), "low is -1"),
        ("lognormal", (0, 2), "p5 is 0"),
        ("point", (math.nan,), "finite"),
        ("quantiles", (0, 1, math.inf, 3, 4), "finite"),
    ],
)
def test_what_is_no_distribution_is_refused(kind, values, said):
    with pytest.raises(DistributionError, match=said):
        Distribution(kind, values)


def test_what_cannot_be_run_is_refused():
    with pytest.raises(DistributionError, match="probability reaches"):
        Frequency("probability", Distribution("uniform", (0.5, 1.5)))
    with pytest.raises(RegisterError, match="twice"):
        Register((risk("a"), risk("a")))
    with pytest.raises(RegisterError, match="nothing is said"):
        Register((risk("a", group="g"),))
    with pytest.raises(RegisterError, match="correlation"):
        Register((), {"g": 1.0})
    with pytest.raises(RegisterError, match="draws"):
        Setting("s", 10)
    other = Risk("b", 12, Frequency("probability", sure(0.1)), {VN: sure(1)})
    with pytest.raises(RegisterError, match="2 horizons"):
        run(Register((risk("a"), other)), Setting("s", 1000))
    with pytest.raises(DistributionError, match="too large"):
        run(Register((risk("a", vn=sure(1e15)),)), Setting("s", 1000))
    assert Register((risk("a"), other)).over(60).risks[1].frequency.none() == pytest.approx(0.9**5)
