"""What the kinds, dimensions and columns of the risk register are called on a page (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console import Column, KindView
from comity.console.i18n import N_

PATH: Final = "/assessment/risks"

KINDS: Final = {
    "assessment.risk": KindView(N_("Risk"), lambda f: f["title"], lambda _: PATH),
    "assessment.risk_group": KindView(N_("Risks that come together"), lambda f: f["label"], lambda _: PATH),
    "assessment.risk_run": KindView(N_("Run of the risks"), lambda f: f["seed"], lambda _: PATH),
}
DIMENSIONS: Final = {
    "human-welfare": N_("human welfare"),
    "behavioural": N_("behaviour of the public"),
    "essential-services": N_("essential services"),
    "economic": N_("economy"),
    "environmental": N_("environment"),
    "security": N_("security"),
    "international": N_("international standing"),
}
"""Dimensions that have words; others are shown by their name."""
MEASURES: Final = {
    "probability": N_("probability within the horizon"),
    "rate": N_("events within the horizon"),
}
SHAPES: Final = {
    "point": N_("one number"),
    "uniform": N_("even: low, high"),
    "triangular": N_("triangle: low, most likely, high"),
    "pert": N_("PERT: low, most likely, high"),
    "lognormal": N_("lognormal: its 5 %% and its 95 %%"),
    "quantiles": N_("quantiles: low, 5 %%, 50 %%, 95 %%, high"),
}
"""The shapes of a distribution, with the numbers that each takes."""
AGAIN: Final = {
    "same": (N_("the same, to the last digit"), "good", "check"),
    "differs": (N_("other integers from the same risks"), "warn", "differ"),
    "other-inputs": (N_("other risks are on record now"), "quiet", "unknown"),
    "other-method": (N_("made by another method"), "quiet", "unknown"),
    "too-many": (N_("too many draws for a page"), "quiet", "unknown"),
}
"""What came of a run that was made again."""
FIELDS: Final = {
    "horizon_months": N_("horizon, in months"),
    "frequency": N_("how often"),
    "impacts": N_("how much"),
    "dimension": N_("dimension"),
    "unit": N_("unit"),
    "spread": N_("distribution"),
    "measure": N_("measure"),
    "shape": N_("shape"),
    "values": N_("values"),
    "treatments": N_("treatments"),
    "cause": N_("cause"),
    "event": N_("event"),
    "consequence": N_("consequence"),
    "owner": N_("looked after by"),
    "rho": N_("share of the common factor"),
    "seed": N_("seed"),
    "draws": N_("draws"),
    "draws_digest": N_("digest of all draws"),
    "inputs": N_("root of the inputs"),
    "outcomes": N_("outcomes"),
    "label": N_("what it is"),
    "cost": N_("cost"),
    "malicious": N_("on purpose"),
    "pools": N_("pooled judgements"),
    "total": N_("total"),
    "var": N_("not exceeded (VaR)"),
}
VALUES: Final = {"dimension": DIMENSIONS, "measure": MEASURES, "shape": SHAPES}

CURVE: Final = (
    Column("party", N_("Party")),
    Column("loss", N_("Loss"), numeric=True),
    Column("exceeding", N_("Probability of more"), numeric=True),
)
TAILS: Final = (
    Column("party", N_("Party")),
    Column("level", N_("Level"), numeric=True),
    Column("var", N_("not exceeded (VaR)"), numeric=True),
    Column("cvar", N_("mean beyond (CVaR)"), numeric=True),
)
CONTRIBUTIONS: Final = (
    Column("risk", N_("Risk")),
    Column("party", N_("Party")),
    Column("mean_share", N_("of the mean")),
    Column("tail_share", N_("of the worst 5 %%")),
)
"""The columns of the tables beside the pictures."""
