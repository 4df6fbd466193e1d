"""Studies for tests: made ones, and the files of a small one."""

from __future__ import annotations

import numpy as np

from comity.assessment.classical.study import Study

LEVELS = (0.05, 0.5, 0.95)


def made(seed=1, *, experts=4, seeds=10, targets=2, levels=LEVELS, logs=0):
    """A study of experts of differing skill; the first `logs` items are on logarithms."""
    rng = np.random.default_rng(seed)
    items = seeds + targets
    truth = rng.normal(10, 3, items)
    middle = truth[None] + rng.normal(0, 1, (experts, items)) * rng.uniform(0.3, 2, (experts, 1))
    steps = np.sort(rng.normal(0, 1, (experts, items, len(levels))), axis=2) * rng.uniform(
        0.3, 2, (experts, 1, 1)
    )
    answers = middle[:, :, None] + steps
    answers[:, :logs], truth[:logs] = np.exp(answers[:, :logs] / 5), np.exp(truth[:logs] / 5)
    truth[seeds:] = np.nan
    return Study(
        experts=tuple(f"E{place}" for place in range(experts)),
        items=tuple(f"item {place}" for place in range(items)),
        scales=("log",) * logs + ("uni",) * (items - logs),
        levels=tuple(levels),
        answers=answers,
        realisations=truth,
    )


DTT = """\
* CLASS ASCII OUTPUT FILE. NQ=   3   QU=   5  50  95
    1      Ana    1         Height UNI  1.00000E+0000  2.00000E+0000  3.00000E+0000      How high?
    1      Ana    2          Depth LOG  1.00000E+0000  1.00000E+0001  1.00000E+0002
    2      Bee    1         Height UNI  0.00000E+0000  2.50000E+0000  4.00000E+0000
    2      Bee    2          Depth LOG  2.00000E+0000  2.00000E+0001  2.00000E+0002
"""
RLS = """\
    1         Height  2.20000E+0000 UNI      How high?
    2          Depth -9.99500E+0002 LOG      How deep, in metres, below the log of the gauge?
"""
