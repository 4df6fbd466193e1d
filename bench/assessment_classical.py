"""Cooke's Classical Model: nine published studies, four decision makers each, and leave-out robustness.

The peer is the definitions as plain nested loops, the oracle of the tests; the bench checks that both give
the same before it measures. For the largest robustness the bare limit is the product of weights and
distribution functions alone.

Agreement with an independent program (anduryl 1.2.2 under NumPy 2.3, run in an environment of its own on the
nine studies): calibration, information on the seeds and cut-offs of all 69 experts and 33 decision makers to
1e-9, and the same again when it reads the studies as this engine writes them. Information over *all* items
differs where answers are missing (IceSheet2012, and one decision maker of Erie_Carps): there the plain loops
agree with this engine.
"""

from __future__ import annotations

import os
import time
from itertools import combinations
from pathlib import Path

import numpy as np

from bench.harness import Case, Variant
from comity.assessment.classical import excalibur, panel, robustness
from comity.assessment.classical.pooling import curves
from comity.assessment.classical.scale import scaled
from tests.assessment.classical.plain import Plain
from tests.assessment.classical.studies import made

FOLDER = Path(os.environ.get("COMITY_SHARED", "../shared")) / "data" / "elicitation"


def timed(work):
    """Milliseconds that `work` takes."""

    def run():
        start = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - start)

    return run


def load():
    """Read the studies."""
    return [
        excalibur.read(path.read_bytes(), path.with_suffix(".rls").read_bytes())
        for path in sorted(FOLDER.glob("*.dtt"))
    ]


def by_loops(study):
    """Scores of the four decision makers, in plain loops."""
    plain = Plain(study)
    return {name: row and plain.calibration(row) for name, row in plain.makers().items()}


def unseen_by_loops(study):
    """The leave-one-out part of the recommendation, in plain loops."""
    plain = Plain(study)
    for seed in plain.seeds:
        Plain(study, seeds=[one for one in plain.seeds if one != seed]).optimised(plain.seeds)


def checked(studies):
    """Fail where engine and loops differ."""
    for study in studies:
        makers = panel.judge(study).decision_makers
        for name, calibration in by_loops(study).items():
            if makers[name] is not None:
                np.testing.assert_allclose(makers[name].calibration, calibration, rtol=1e-9)


def left_by_loops(study):
    """Leave out up to two experts, and up to two seeds, in plain loops."""
    seeds = np.flatnonzero(study.seeds).tolist()
    for size in range(3):
        for out in combinations(seeds, size):
            Plain(study, seeds=[one for one in seeds if one not in out]).optimised(seeds)
        for out in combinations(range(len(study.experts)), size):
            Plain(study, experts=[e for e in range(len(study.experts)) if e not in out]).optimised(seeds)


def left(study):
    """The same, by the engine."""
    for of in robustness.KINDS:
        robustness.leave_out(study, of, 2)


def bare(study, rows):
    """The product of weights and distribution functions for so many choices, every expert a cut-off."""
    put = scaled(study)
    drawn = curves(put, put.seeds, put.ends(np.ones((1, len(study.experts)), bool)))
    weights = np.random.default_rng(1).random(
        (1, drawn.heights.shape[1], len(study.experts), len(study.experts))
    )

    def run():
        for _ in range(rows):
            np.matmul(weights, drawn.heights)

    return run


def cases():
    if not FOLDER.is_dir():
        return
    studies = load()
    checked(studies)
    full = [study for study in studies if study.seeds.sum() >= panel.LEAST_SEEDS]
    yield Case(
        f"{len(studies)} studies x 4 decision makers, leave-one-out recommendation, root of the inputs",
        "ms",
        [
            Variant("plain loops", timed(lambda: [(by_loops(s), unseen_by_loops(s)) for s in full])),
            Variant(
                "comity judge", timed(lambda: [panel.judge(s) for s in studies]), 200, aim_is_ratio=False
            ),
            Variant("comity read + judge", timed(lambda: [panel.judge(s) for s in load()])),
        ],
        rounds=3,
        less_is_better=True,
    )
    florida = next(study for study in studies if study.experts[0].startswith("FL"))
    yield Case(
        "Leave up to two out: 29 choices of 7 experts, 56 of 10 seeds",
        "ms",
        [
            Variant("plain loops", timed(lambda: left_by_loops(florida))),
            Variant("comity", timed(lambda: left(florida)), 0.05),
        ],
        rounds=3,
        less_is_better=True,
    )
    large = made(1, experts=16, seeds=21, targets=24)
    yield Case(
        "Leave up to two out: 232 choices of 21 seeds, 16 experts",
        "ms",
        [
            Variant("bare products", timed(bare(large, 232))),
            Variant(
                "comity, seeds",
                timed(lambda: robustness.leave_out(large, "seeds", 2)),
                200,
                aim_is_ratio=False,
            ),
            Variant("comity, 137 of experts", timed(lambda: robustness.leave_out(large, "experts", 2))),
        ],
        less_is_better=True,
    )
