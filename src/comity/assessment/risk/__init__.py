"""A risk register by distributions, run by Monte Carlo to the same integers on every node.

    result = simulate.run(register, Setting(seed="2026-1", draws=1_000_000))
    measures.measure(result.totals[("vn", "economic")])

`distributions` are how often and how much; `tables` invert them once, in integers; `streams` are keyed by
the seed of the run and the slug of the risk; `simulate` draws; `measures` says tails; `matrix` derives
bands from distributions. Nothing is ever summed across parties or dimensions.
"""

from typing import Final

METHOD: Final = "risk-montecarlo@1"
"""Name and version of the way in which risks are run."""
