"""30 risks, 1,000,000 draws each, with counts in a correlation group, impacts and tails, to the last integer.

The bare limit is random bits alone, of the same count, as numpy gives them: two a risk and draw, one for the
common factor. The peer is pyfair, where COMITY_PYFAIR names the Python of an environment that has it (it is
no dependency). What is the same: 30 products of a frequency and a magnitude, both PERT with the same three
numbers, a million draws of each, summed, and quantiles of the sum. What is not: the peer multiplies the rate
itself; here the rate is uncertain, events are counted from it (mixed Poisson), 30 risks share a factor, four
VaR and CVaR and a curve of 60 points are exact, and shares by risk and a digest over every draw are kept.
The peer uses one thread. Tables of a distribution are made once in a process: the first run says what they
cost, with the code of the kernels read from numba's cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time

import numpy as np

from bench.harness import Case, Variant
from comity.assessment.risk.distributions import Distribution
from comity.assessment.risk.draws import CHUNK
from comity.assessment.risk.frequency import Frequency
from comity.assessment.risk.measures import measure
from comity.assessment.risk.register import Register, Risk
from comity.assessment.risk.simulate import Setting, run

RISKS, DRAWS = 30, 1_000_000
KEY = ("vn", "economic")
AIM = 25
PEER = """
import time, warnings
warnings.simplefilter("ignore")
import pyfair
start = time.perf_counter()
total = 0
for n in range({risks}):
    model = pyfair.FairModel(name=str(n), n_simulations={draws}, random_seed=n)
    model.input_data("Loss Event Frequency", low=0.01, mode=0.1 + n / 20, high=3)
    model.input_data("Loss Magnitude", low=1, mode=5, high=100)
    model.calculate_all()
    total = total + model.export_results()["Risk"].to_numpy()
import numpy
numpy.quantile(total, (0.9, 0.95, 0.99, 0.999))
print(1000 * (time.perf_counter() - start))
"""
FIRST = """
import time
from bench.assessment_risk import whole
start = time.perf_counter()
whole()
print(1000 * (time.perf_counter() - start))
"""


def timed(work):
    """Milliseconds that `work` takes."""

    def run_once():
        start = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - start)

    return run_once


def bits():
    """Draw the bits alone, in the same chunks."""
    stream = np.random.PCG64(1)
    for _ in range((2 * RISKS + 1) * DRAWS // CHUNK):
        stream.random_raw(CHUNK)


def inside(python, source):
    """Milliseconds that a program says it took inside its own process, its imports left out."""

    def run_once():
        done = subprocess.run([python, "-c", source], capture_output=True, text=True, check=True)
        return float(done.stdout.split()[-1])

    return run_once


def register():
    """The risks of both."""
    risks = tuple(
        Risk(
            f"r{n}",
            60,
            Frequency("rate", Distribution("pert", (0.01, 0.1 + n / 20, 3.0))),
            {KEY: Distribution("pert", (1.0, 5.0, 100.0))},
            "g",
        )
        for n in range(RISKS)
    )
    return Register(risks, {"g": 0.3})


def whole(threads=0):
    """Run it and measure its tails; return the digest over every draw."""
    found = run(register(), Setting("bench", DRAWS, threads))
    measure(found.totals[KEY])
    return found.digest


def cases():
    """Against bare random bits, and against the peer."""
    assert whole(1) == whole(), "the same integers by any number of threads"
    ours = [
        Variant("register, with tails, one thread", timed(lambda: whole(1))),
        Variant("register, with tails, every core", timed(whole)),
    ]
    title = f"{RISKS} risks x {DRAWS:,} draws"
    first = Variant("the first run of a process", inside(sys.executable, FIRST))
    variants = [Variant("random bits alone", timed(bits)), *ours, first]
    yield Case(f"{title}, to bare random bits", "ms", variants, less_is_better=True)
    if os.environ.get("COMITY_PYFAIR"):
        peer = Variant("pyfair", inside(os.environ["COMITY_PYFAIR"], PEER.format(risks=RISKS, draws=DRAWS)))
        for variant in ours:
            variant.aim = 1 / AIM
        yield Case(f"{title}, to pyfair", "ms", [peer, *ours], rounds=3, less_is_better=True)
