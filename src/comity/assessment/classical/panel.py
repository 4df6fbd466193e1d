"""One panel, judged: its experts' scores, its decision makers, and which of them to take.

`recommended` follows the rule `leave-one-out@1`: each seed in turn is left out, weights are made of the others, and the
decision maker's answer to the one left out is kept. Those answers are scored together, as a decision maker who never saw
its questions. Performance weights are taken only where their calibration times information is then the larger one; else
equal weights. In-sample scores flatter performance weights and decide nothing (Colson and Cooke 2017, Reliability
Engineering and System Safety 163).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.assessment.classical import optimise, scores
from comity.assessment.classical.optimise import Scored
from comity.assessment.classical.pooling import Curves, curves, decision_makers
from comity.assessment.classical.study import Scaled, Study, scaled

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from comity.assessment.classical.optimise import Convention
    from comity.assessment.classical.study import Floats

METHOD: Final = "cooke-classical@1"
LEAST_SEEDS: Final = 10
"""Seeds of a panel below which nobody is weighted: the scores say too little."""
LEAST_SHARE: Final = 0.5
"""Share of the seeds that an expert must have answered to be weighted."""

Name = Literal["equal", "global", "item", "global_optimised"]


@dataclass(frozen=True)
class Expert:
    """One expert's scores.

    Attributes:
        answered: How many seeds.
        calibration: None where no seed was answered.
        information: Mean over all answered items, nats; `information_seeds` over the seeds.
        weighted: Whether enough seeds were answered to be weighted.
    """

    id: str
    answered: int
    calibration: float | None
    information: float | None
    information_seeds: float | None
    weighted: bool


@dataclass(frozen=True)
class Judged:
    """A panel's result.

    Attributes:
        experts: In the order of the study.
        decision_makers: By name; None where there is none, `why` says the reason.
        recommended: Which of them to take.
        why: The rule, and what it saw.
    """

    experts: tuple[Expert, ...]
    decision_makers: Mapping[Name, Scored | None]
    recommended: Name
    why: str
    method: str = METHOD


@dataclass(frozen=True)
class _Panel:
    put: Scaled
    drawn: Curves
    answered: NDArray[np.bool_]
    information: Floats
    fallen: NDArray[np.int64]

    def scores_on(self, seeds: NDArray[np.bool_]) -> tuple[Floats, Floats, int]:
        """Return calibration and seed information of every expert, and the power, on some of the seeds."""
        power = scores.power(self.answered, seeds)
        counted = self.answered & seeds
        held = scores.counts(self.fallen, counted, len(self.put.masses))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(counted, self.information, 0.0).sum(axis=1) / counted.sum(axis=1)
        calibration = scores.calibration(held, self.put.masses, power)
        least = LEAST_SHARE * seeds.sum()
        return np.where(counted.sum(axis=1) >= least, calibration, np.nan), mean, power


def judge(study: Study, convention: Convention = "eligible") -> Judged:
    """Judge a panel.

    Args:
        study: The answers; seeds are the items with a realisation.
        convention: See `optimise`.
    """
    panel = _prepared(study)
    seeds = study.seeds
    calibration, on_seeds, power = panel.scores_on(seeds)
    made: dict[Name, Scored | None] = {"equal": _equal(panel, seeds, power)}
    reason = _unweighted(int(seeds.sum()), calibration)
    made["global"] = None if reason else _weighted(panel, seeds, power, calibration, on_seeds)
    made["item"] = None if reason else _weighted(panel, seeds, power, calibration, panel.information)
    made["global_optimised"] = (
        None
        if reason
        else optimise.best(panel.put, panel.drawn, seeds, power, calibration, on_seeds, convention)
    )
    chosen, why = ("equal", reason) if reason else _recommended(panel, seeds, made, convention)
    return Judged(_experts(study, panel, seeds, calibration), made, chosen, why)  # type: ignore[arg-type]


def _prepared(study: Study) -> _Panel:
    put = scaled(study)
    answered = study.answered
    return _Panel(
        put,
        curves(put, answered),
        answered,
        scores.information(put.quantiles, put.masses),
        scores.hits(put.quantiles, put.realisations),
    )


def _experts(study: Study, panel: _Panel, seeds: NDArray[np.bool_], weighable: Floats) -> tuple[Expert, ...]:
    own, _ = scores.experts(panel.put, panel.answered, seeds)
    out = []
    for place, name in enumerate(study.experts):
        given = panel.answered[place]
        informed = panel.information[place]
        out.append(
            Expert(
                id=name,
                answered=int((given & seeds).sum()),
                calibration=_or_none(float(own[place])),
                information=float(informed[given].mean()) if given.any() else None,
                information_seeds=float(informed[given & seeds].mean()) if (given & seeds).any() else None,
                weighted=bool(weighable[place] >= 0),
            )
        )
    return tuple(out)


def _unweighted(seeds: int, calibration: Floats) -> str:
    """Return why nobody can be weighted, or nothing."""
    if seeds < LEAST_SEEDS:
        return f"{seeds} seed questions are fewer than {LEAST_SEEDS}: scores are shown, weights are not made"
    if not (calibration > 0).any():
        return "no expert who answered enough seed questions has a calibration above 0"
    return ""


def _equal(panel: _Panel, seeds: NDArray[np.bool_], power: int) -> Scored:
    weights = np.full((1, len(panel.answered)), 1 / len(panel.answered))
    return _scored(panel, seeds, power, weights, None)


def _weighted(
    panel: _Panel, seeds: NDArray[np.bool_], power: int, calibration: Floats, information: Floats
) -> Scored:
    held = np.nan_to_num(calibration)
    by_item = information.ndim == 2  # noqa: PLR2004 - a value by item
    weights = held[:, None] * np.nan_to_num(information) if by_item else held * np.nan_to_num(information)
    return _scored(panel, seeds, power, weights[None], 0.0)


def _scored(
    panel: _Panel, seeds: NDArray[np.bool_], power: int, weights: Floats, alpha: float | None
) -> Scored:
    quantiles = decision_makers(panel.drawn, weights)
    reached, on_seeds, on_all = optimise.score(panel.put, seeds, power, quantiles)
    by_item = weights.ndim == 3  # noqa: PLR2004 - a weight by item
    shared = np.full(weights.shape[1], np.nan) if by_item else weights[0] / weights[0].sum()
    return Scored(quantiles[0], float(reached[0]), float(on_seeds[0]), float(on_all[0]), alpha, shared)


def _recommended(
    panel: _Panel, seeds: NDArray[np.bool_], made: dict[Name, Scored | None], convention: Convention
) -> tuple[Name, str]:
    if made["global_optimised"] is None:
        return "equal", "no cut-off gives a decision maker that reaches it: equal weights"
    unseen = _left_out(panel, seeds, convention)
    equal = made["equal"]
    assert equal is not None  # noqa: S101 - equal weights always make a decision maker
    power = scores.power(panel.answered, seeds)
    reached, informed, _ = optimise.score(panel.put, seeds, power, unseen[None])
    weighted = float(np.nan_to_num(reached[0] * informed[0]))
    plain = equal.calibration * equal.information_seeds
    told = f"leave-one-out@1: {weighted:.4g} for performance weights, {plain:.4g} for equal ones"
    if weighted > plain:
        return "global_optimised", f"{told}: performance weights hold on questions they have not seen"
    return "equal", f"{told}: performance weights do not help on questions they have not seen"


def _left_out(panel: _Panel, seeds: NDArray[np.bool_], convention: Convention) -> Floats:
    """Return the answers (J, K + 2) of the optimised decision maker to each seed that it did not see."""
    out = np.full((panel.drawn.points.shape[0], len(panel.drawn.levels)), np.nan)
    for seed in np.flatnonzero(seeds):
        others = seeds.copy()
        others[seed] = False
        calibration, on_seeds, power = panel.scores_on(others)
        found = optimise.best(panel.put, panel.drawn, others, power, calibration, on_seeds, convention)
        if found is not None:
            out[seed] = found.quantiles[seed]
    return out


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else value
