"""Suggestions: candidates with a stance where exactly one fits, each with its passage and its locator.

A suggestion is no statement and is stored nowhere. A person reads the passage, decides, and records a
statement; passages of a sample that is not coded yet come without a stance, so that the model does not
colour the coding that it is to be measured by.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.perspectives.assistance import conformal
from comity.perspectives.assistance.candidates import READ
from comity.perspectives.assistance.sampling import NEEDED, Coding

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from comity.perspectives.assistance.artifact import Artifact
    from comity.perspectives.assistance.candidates import Candidate, Candidates
    from comity.perspectives.assistance.sampling import Place

ALPHA: Final = 0.1
COUNT: Final = 20
Basis = Literal["no model", "not calibrated on this corpus", "calibrated on this corpus"]


@dataclass(frozen=True)
class Calibration:
    """On what the levels of an answer rest.

    Attributes:
        basis: Whether it is this corpus.
        scores: Calibration scores, sorted.
        coding: How far the sample of this corpus is coded; None where none was drawn.
    """

    basis: Basis
    scores: tuple[float, ...] = ()
    coding: Coding | None = None

    @property
    def wanting(self) -> int:
        """How many passages are still to be coded."""
        if self.coding is None:
            return NEEDED
        return max(NEEDED, self.coding.drawn) - self.coding.coded


@dataclass(frozen=True)
class Suggestion:
    """A candidate, and what the model says of it.

    Attributes:
        candidate: The passage and its rank.
        prediction: The set of stances that fit; None where the model was not asked.
        silent: Why it was not asked; empty where it was.
    """

    candidate: Candidate
    prediction: conformal.Prediction | None
    silent: Literal["", "no model", "language not read", "drawn for coding"]


def calibration(
    model: Artifact | None, coding: Coding | None, texts: Callable[[Place], tuple[str, str] | None]
) -> Calibration:
    """Return what levels rest on: the coded sample of this corpus if it is whole, else the model's own data.

    Args:
        model: The stance model, if there is one.
        coding: How far the sample is coded, if one was drawn.
        texts: Proposition and passage of a place, or None where the document is no longer held.
    """
    if model is None:
        return Calibration("no model", coding=coding)
    if coding is None or not coding.enough:
        return Calibration("not calibrated on this corpus", model.scores, coding)
    found = [(texts(place), side) for place, side in coding.sides.items()]
    pairs = [(pair, side) for pair, side in found if pair is not None]
    if not pairs:
        return Calibration("not calibrated on this corpus", model.scores, coding)
    probabilities = model.model.probabilities([pair for pair, _ in pairs])
    scores = conformal.scores_of_truth(probabilities, [side for _, side in pairs])
    return Calibration("calibrated on this corpus", tuple(float(s) for s in np.sort(scores)), coding)


def suggest(
    corpus: Candidates,
    question: Mapping[str, str],
    model: Artifact | None,
    calibrated: Calibration,
    *,
    alpha: float = ALPHA,
    count: int = COUNT,
    reserved: Collection[tuple[str, int, int]] = (),
    meaning: bool = True,
) -> dict[str, list[Suggestion]]:
    """Return suggestions for a proposition by language, the likeliest passages first.

    Args:
        corpus: The passages.
        question: The proposition by language.
        model: The stance model; without one there are candidates alone.
        calibrated: What the levels rest on.
        alpha: Level of the prediction sets.
        count: Candidates in each language.
        reserved: Work, start and end of passages that are drawn for coding and not coded yet.
        meaning: Whether English is ranked by meaning, too.

    Raises:
        AssistanceInputError: alpha is not between 0 and 1.
    """
    conformal.threshold((), alpha)  # a level that is none is refused, model or not
    found: dict[str, list[Suggestion]] = {}
    for language, ranked in corpus.rank(question, count, meaning=meaning).items():
        if language != READ:
            found[language] = [Suggestion(one, None, "language not read") for one in ranked]
        elif model is None:
            found[language] = [Suggestion(one, None, "no model") for one in ranked]
        else:
            scored = model.model.probabilities([(question[READ], one.passage.text) for one in ranked])
            predictions = conformal.predict(scored, calibrated.scores, alpha)
            found[language] = _without_reserved(ranked, predictions, reserved)
    return found


def _without_reserved(
    ranked: Sequence[Candidate],
    predictions: Sequence[conformal.Prediction],
    reserved: Collection[tuple[str, int, int]],
) -> list[Suggestion]:
    return [
        Suggestion(one, None, "drawn for coding")
        if (one.passage.work, one.passage.start, one.passage.end) in reserved
        else Suggestion(one, prediction, "")
        for one, prediction in zip(ranked, predictions, strict=True)
    ]
