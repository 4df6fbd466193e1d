"""30 risks, 1,000,000 draws each, with counts in a correlation group, impacts and tails, to the last integer.

The bare limit is random bits alone, of the same count: two a risk and draw, one for the common factor. The
peer is pyfair, where COMITY_PYFAIR names the Python of an environment that has it (it is no dependency): as
many models of frequency x magnitude by PERT, with the same quantiles; it has no correlation and no horizon.
"""

from __future__ import annotations

import os
import subprocess
import time

import numpy as np

from bench.harness import Case, Variant
from comity.assessment.risk.distributions import Distribution
from comity.assessment.risk.frequency import Frequency
from comity.assessment.risk.measures import measure
from comity.assessment.risk.register import Register, Risk
from comity.assessment.risk.simulate import CHUNK, Setting, run

RISKS, DRAWS = 30, 1_000_000
KEY = ("vn", "economic")
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


def peer():
    """Milliseconds that the peer takes inside its own process, its imports left out."""
    source = PEER.format(risks=RISKS, draws=DRAWS)
    done = subprocess.run(
        [os.environ["COMITY_PYFAIR"], "-c", source], capture_output=True, text=True, check=True
    )
    return float(done.stdout.split()[-1])


def cases():
    """The one case."""
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
    register = Register(risks, {"g": 0.3})

    def whole():
        measure(run(register, Setting("bench", DRAWS)).totals[KEY])

    variants = [Variant("random bits alone", timed(bits)), Variant("register, with tails", timed(whole))]
    if os.environ.get("COMITY_PYFAIR"):
        variants.append(Variant("pyfair", peer))
    yield Case(
        f"{RISKS} risks x {DRAWS:,} draws",
        "ms",
        variants,
        rounds=3 if len(variants) > 2 else 5,
        less_is_better=True,
    )
