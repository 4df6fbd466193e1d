"""One panel, judged: its experts' scores, its decision makers, and which of them to take.

`recommended` follows the rule `leave-one-out@1`: each seed in turn is left out, weights are made of the
others, and the decision maker's answer to the one left out is kept (that of equal weights where no cut-off
gives one). Those answers are scored together, as a decision maker who never saw its questions. Performance
weights are taken only where their calibration times information is then the larger one; else equal weights.
In-sample scores flatter performance weights and decide nothing (Colson and Cooke 2017, Reliability
Engineering and System Safety 163).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from comity.assessment.classical import optimise, scores
from comity.assessment.classical.inputs import root_of
from comity.assessment.classical.pooling import curves, decision_makers
from comity.assessment.classical.scale import Scaled, scaled
from comity.assessment.classical.weighing import Choices, Weighed, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.classical.optimise import Convention
    from comity.assessment.classical.study import Floats, Study

METHOD: Final = "cooke-classical@1"
RULE: Final = "leave-one-out@1"
LEAST_SEEDS: Final = 10
"""Seeds of a panel below which nobody is weighted: the scores say too little."""

Name = Literal["equal", "global", "item", "global_optimised"]
NAMES: Final[tuple[Name, ...]] = ("equal", "global", "item", "global_optimised")


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
class DecisionMaker:
    """A decision maker with its scores.

    Attributes:
        quantiles: Shape (J, K), in the items' own units; NaN where nobody with weight answered.
        calibration: On the seeds; None where there are none.
        information_seeds: Mean over the seeds.
        information: Mean over all items.
        alpha: The cut-off; None where there is none.
        weights: Shape (E,), summing to 1; NaN where weights differ by item.
    """

    quantiles: Floats
    calibration: float | None
    information_seeds: float | None
    information: float | None
    alpha: float | None
    weights: Floats

    @property
    def combined(self) -> float:
        """Calibration times information on the seeds; 0 where there is none."""
        return (self.calibration or 0.0) * (self.information_seeds or 0.0)


@dataclass(frozen=True)
class Judged:
    """A panel's result.

    Attributes:
        experts: In the order of the study.
        decision_makers: By name; None where there is none, `why` says the reason.
        recommended: Which of them to take.
        why: The rule, and what it saw.
        notes: What was found in the answers, and what was done with it.
        inputs: Root of the study that was judged, hexadecimal.
        method: Name and version of this computation.
    """

    experts: tuple[Expert, ...]
    decision_makers: Mapping[Name, DecisionMaker | None]
    recommended: Name
    why: str
    notes: tuple[str, ...]
    inputs: str
    method: str = METHOD


def judge(study: Study, convention: Convention = "eligible") -> Judged:
    """Judge a panel.

    Args:
        study: The answers; seeds are the items with a realisation.
        convention: See `optimise`.
    """
    put = scaled(study)
    everybody = np.ones((1, len(study.experts)), bool)
    weighed = weigh(put, Choices(put.seeds[None], everybody))
    reason = unweighted(weighed)
    made = _decision_makers(put, weighed, convention, plain=bool(reason))
    name, why = _recommended(put, made, convention, reason)
    experts = tuple(_expert(study, put, weighed, place) for place in range(len(study.experts)))
    return Judged(experts, made, name, why, (*study.notes, *put.notes), root_of(study))


def _expert(study: Study, put: Scaled, weighed: Weighed, place: int) -> Expert:
    given = put.answered[place]
    informed = weighed.information[0, place][given]
    return Expert(
        id=study.experts[place],
        answered=int(weighed.answered[0, place]),
        calibration=_or_none(weighed.calibration[0, place]),
        information=_or_none(informed.mean()) if given.any() else None,
        information_seeds=_or_none(weighed.information_seeds[0, place]),
        weighted=bool(weighed.weighable[0, place]),
    )


def unweighted(weighed: Weighed) -> str:
    """Return why nobody can be weighted, or nothing."""
    seeds = int(weighed.choices.seeds.sum())
    if seeds < LEAST_SEEDS:
        return f"{seeds} seed questions are fewer than {LEAST_SEEDS}: scores are shown, weights are not made"
    if not (weighed.calibration[weighed.weighable] > 0).any():
        return "no expert who answered enough seed questions has a calibration above 0"
    return ""


def _decision_makers(
    put: Scaled, weighed: Weighed, convention: Convention, *, plain: bool
) -> dict[Name, DecisionMaker | None]:
    """Return all decision makers; only the equal one where `plain`."""
    held = np.where(weighed.weighable, weighed.calibration, 0.0)[0]
    items = put.asked.sum()
    wanted: dict[Name, tuple[Floats, float | None]] = {"equal": (np.ones((len(held), items)), None)}
    if not plain:
        informed = np.nan_to_num(weighed.information_seeds[0])
        by_item = np.nan_to_num(weighed.information[0][:, put.asked])
        wanted["global"] = (np.repeat((held * informed)[:, None], items, axis=1), 0.0)
        wanted["item"] = (held[:, None] * by_item, 0.0)
        found = optimise.best(put, weighed, put.seeds, convention)
        if not np.isnan(found.alpha[0]):
            kept = np.repeat(found.weights[0][:, None], items, axis=1)
            wanted["global_optimised"] = (kept, float(found.alpha[0]))
    weights = np.stack([rows for rows, _ in wanted.values()])[None]
    quantiles = decision_makers(curves(put, put.asked, weighed.ends), weights)
    made: dict[Name, DecisionMaker | None] = dict.fromkeys(NAMES)
    for place, (name, (rows, alpha)) in enumerate(wanted.items()):
        shared = np.full(len(held), np.nan) if name == "item" else rows[:, 0] / rows[:, 0].sum()
        made[name] = _scored(put, weighed, quantiles[:, place : place + 1], _Told(alpha, shared))
    return made


class _Told(NamedTuple):
    """What is told beside the scores."""

    alpha: float | None
    weights: Floats


def _scored(put: Scaled, weighed: Weighed, quantiles: Floats, told: _Told) -> DecisionMaker:
    found = optimise.score(put, weighed, put.asked, quantiles)
    informed = scores.information(quantiles[0, 0], weighed.ends[0, put.asked], put.masses)
    said = np.full((len(put.asked), quantiles.shape[-1]), np.nan)
    said[put.asked] = quantiles[0, 0]
    np.exp(said, out=said, where=put.logs[:, None])
    given = informed[~np.isnan(informed)]
    return DecisionMaker(
        quantiles=said,
        calibration=_or_none(found.calibration[0, 0]),
        information_seeds=_or_none(found.information_seeds[0, 0]),
        information=_or_none(given.mean()) if len(given) else None,
        alpha=told.alpha,
        weights=told.weights,
    )


def _recommended(
    put: Scaled, made: Mapping[Name, DecisionMaker | None], convention: Convention, reason: str
) -> tuple[Name, str]:
    if reason:
        return "equal", reason
    equal, weighted = made["equal"], made["global_optimised"]
    if weighted is None or equal is None:
        return "equal", "no cut-off gives a decision maker that reaches it: equal weights"
    unseen = _unseen(put, convention)
    found = f"{RULE}: {unseen:.4g} for performance weights, {equal.combined:.4g} for equal ones"
    if unseen > equal.combined:
        return "global_optimised", f"{found}: performance weights hold on questions they have not seen"
    return "equal", f"{found}: performance weights do not help on questions they have not seen"


def _unseen(put: Scaled, convention: Convention) -> float:
    """Return calibration times information of the optimised decision maker on seeds that it did not see."""
    seeds = np.flatnonzero(put.seeds)
    others = np.repeat(put.seeds[None], len(seeds), axis=0)
    others[np.arange(len(seeds)), seeds] = False
    experts = np.ones((len(seeds), put.answered.shape[0]), bool)
    found = optimise.best(put, weigh(put, Choices(others, experts)), put.seeds, convention)
    # Row i left out seed i, and both are in the order of the seeds: what it says of it is on the diagonal.
    said = found.quantiles[np.arange(len(seeds)), np.arange(len(seeds))]
    whole = weigh(put, Choices(put.seeds[None], experts[:1]))
    equal = decision_makers(curves(put, put.seeds, whole.ends), experts[:1, None].astype(float))[0, 0]
    said = np.where(np.isnan(said), equal, said)
    return float(optimise.score(put, whole, put.seeds, said[None, None]).combined[0, 0])


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
