"""Weights of the experts inside a party: Cooke's where seeds allow them and they help, else equal ones.

Performance weights rest on quantities whose outcome was known, ten at least, and are taken where the
Classical Model recommends them on questions it has not seen (`comity.assessment.classical.panel`). A pool in
which one or two experts have nearly all the weight would say what they answered: where the weights count as
fewer than three equal voices (Kish 1965, Survey Sampling, section 11.7), equal ones are taken. Scores of
single experts are personal data: they stay in `judged`, which is stored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.classical.panel import LEAST_SEEDS, judge
from comity.assessment.classical.study import Study
from comity.assessment.entries.sessions import LEAST_EXPERTS, Weighting

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.classical.panel import Judged
    from comity.assessment.classical.study import Floats
    from comity.assessment.entries.sessions import Question

EQUAL: Final = "equal@1"
PERFORMANCE: Final = "cooke-global-optimised@1"


@dataclass(frozen=True)
class Weights:
    """The weights of a party's experts.

    Attributes:
        told: What is opened of them: the rule and its reason, no weight of anybody.
        by_expert: By pseudonym; None where all are equal.
        judged: Scores of every expert, for the custodian; None where no seed has an outcome.
    """

    told: Weighting
    by_expert: Mapping[str, float] | None = None
    judged: Judged | None = None


def weigh(
    questions: Sequence[Question],
    outcomes: Mapping[str, float],
    answers: Mapping[tuple[str, str], Sequence[str]],
) -> Weights:
    """Weigh the experts of one party.

    Args:
        questions: Of the session.
        outcomes: Of seeds, by the slug of the question.
        answers: By expert and slug.
    """
    seeds = [one for one in questions if _is_seed(one) and one.slug in outcomes]
    experts = sorted({expert for expert, slug in answers if any(one.slug == slug for one in seeds)})
    if not seeds or not experts:
        return Weights(Weighting(method=EQUAL, seeds=0, why="no-seeds"))
    judged = judge(_study(seeds, experts, outcomes, answers))
    best = judged.decision_makers["global_optimised"]
    if len(seeds) < LEAST_SEEDS:
        why = "few-seeds"
    elif judged.recommended != "global_optimised" or best is None:
        why = "not-better"
    elif voices(best.weights) < LEAST_EXPERTS:
        why = "few-weighted"
    else:
        kept = dict(zip(experts, best.weights.tolist(), strict=True))
        return Weights(Weighting(method=PERFORMANCE, seeds=len(seeds), why="better-unseen"), kept, judged)
    return Weights(Weighting.model_validate({"method": EQUAL, "seeds": len(seeds), "why": why}), None, judged)


def voices(weights: Floats) -> float:
    """Return as how many equal voices weights count: the square of their sum over the sum of squares."""
    squares = float(weights @ weights)
    return round(float(weights.sum()) ** 2 / squares, 9) if squares > 0 else 0.0


def _is_seed(question: Question) -> bool:
    return question.role == "seed" and question.form == "quantile"


def _study(
    seeds: Sequence[Question],
    experts: Sequence[str],
    outcomes: Mapping[str, float],
    answers: Mapping[tuple[str, str], Sequence[str]],
) -> Study:
    levels = tuple(float(level) for level in seeds[0].levels or ())
    given = np.full((len(experts), len(seeds), len(levels)), np.nan)
    for row, expert in enumerate(experts):
        for column, seed in enumerate(seeds):
            values = answers.get((expert, seed.slug))
            if values is not None:
                given[row, column] = [float(value) for value in values]
    return Study(
        experts=tuple(experts),
        items=tuple(seed.slug for seed in seeds),
        scales=tuple(seed.scale or "uni" for seed in seeds),
        levels=levels,
        answers=given,
        realisations=np.array([outcomes[seed.slug] for seed in seeds]),
    )
