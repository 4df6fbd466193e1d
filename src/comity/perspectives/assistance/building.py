"""From published data to a stance model: train, choose the epoch, calibrate, report; each on its own claims.

The train split trains. The dev split is divided by claim into five parts: one chooses the epoch, two
calibrate (one random pair a claim), two report. The test split is not read, and no figure rests on it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.perspectives.assistance import (
    artifact,
    conformal,
    encoder,
    evaluation,
    fusion,
    levels,
    perspectrum,
)
from comity.perspectives.assistance.errors import TrainingToolsError
from comity.perspectives.assistance.lexical import WordIndex
from comity.perspectives.assistance.settings import Settings
from comity.perspectives.assistance.stance import StanceModel
from comity.perspectives.assistance.weights import PACKAGE, Layer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from comity.perspectives.assistance.artifact import Artifact
    from comity.perspectives.assistance.perspectrum import Dataset, Pair
    from comity.perspectives.assistance.training import Params

    Progress = Callable[[str, int, int], None]

PARTS: Final = 5
LOOKED_AT: Final = (10, 20, 50)
WEIGHTS: Final = (0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9, 1.0)
CHOSEN_BY: Final = 20
CERTAIN: Final = 0.4


@dataclass
class _Best:
    """The parameters of the best epoch so far, and the figures of all."""

    model: StanceModel | None = None
    accuracy: float = -1.0
    epoch: int = 0
    epochs: list[dict[str, Any]] = field(default_factory=list)


def build(
    folder: Path, out: Path, settings: Settings | None = None, progress: Progress | None = None
) -> Artifact:
    """Build a stance model from the data in `folder` and write it, with its card, to `out`.

    Raises:
        TrainingDataError: the data is absent or not in its published form.
        TrainingToolsError: jax or optax is not installed.
        EncoderMissingError: the encoder is not installed.
    """
    try:
        from comity.perspectives.assistance import training  # noqa: PLC0415 - the extra `train`
    except ImportError as error:
        raise TrainingToolsError(f"training needs a package that is not installed: {error.name}") from error
    chosen = settings or Settings()
    data = perspectrum.read(folder)
    told = progress or (lambda _what, _done, _all: None)
    parts = perspectrum.by_claim(data.dev, PARTS, chosen.seed)
    stop, calibrate, report = parts[0], (*parts[1], *parts[2]), (*parts[3], *parts[4])
    best = _Best()

    def after_epoch(epoch: int, params: Params) -> None:
        _judge(best, epoch, _model(params, chosen.frozen), stop)

    training.train(data.train, chosen, after_epoch, lambda done, all_: told("training", done, all_))
    assert best.model is not None
    told("report", 0, 1)
    one_each = perspectrum.one_for_each_claim(calibrate, chosen.seed)
    scores = conformal.scores_of_truth(_scored(best.model, one_each), [pair.label for pair in one_each])
    card = _card(data, chosen, best, sorted(float(score) for score in scores))
    level = levels.choose(
        [pair.claim_id for pair in calibrate],
        _scored(best.model, calibrate),
        [pair.label for pair in calibrate],
        card["calibration"]["scores"],
        chosen.seed,
    )
    card["calibration"]["level"] = asdict(level) if level else None
    card["report"] = _report(best.model, report, card["calibration"], chosen.seed)
    card["candidates"] = candidates_report(data)
    told("report", 1, 1)
    return artifact.write(out, best.model, card)


def candidates_report(data: Dataset) -> dict[str, Any]:
    """Return R@10, 20 and 50 on the dev claims by words, by embedding and fused; the weight is of train."""
    places = {number: place for place, number in enumerate(sorted(data.pool))}
    passages = [data.pool[number] for number in sorted(data.pool)]
    index, embedded = WordIndex(passages), encoder.embed(passages)

    def of(pairs: Sequence[Pair]) -> tuple[Any, Any, list[set[int]]]:
        claims = {pair.claim_id: pair.claim for pair in pairs}
        wanted = [{places[p.perspective_id] for p in pairs if p.claim_id == claim} for claim in claims]
        lexical = np.array([index.scores(text) for text in claims.values()])
        return lexical, encoder.embed(list(claims.values())) @ embedded.T, wanted

    lexical, semantic, wanted = of(data.train)
    chances = {w: fusion.recall(fusion.fuse(lexical, semantic, w), wanted, CHOSEN_BY) for w in WEIGHTS}
    weight = max(chances, key=lambda each: (chances[each], -each))
    lexical, semantic, wanted = of(data.dev)
    ways = {"words": lexical, "embedding": semantic, "fused": fusion.fuse(lexical, semantic, weight)}
    return {
        "pool": len(passages),
        "claims": len(wanted),
        "weight": weight,
        "weight_chosen_on": "train claims",
        "recall": {
            way: {str(count): fusion.recall(scores, wanted, count) for count in LOOKED_AT}
            for way, scores in ways.items()
        },
    }


def _judge(best: _Best, epoch: int, model: StanceModel, stop: Sequence[Pair]) -> None:
    """Keep the model of an epoch if it is the most accurate so far on the part that chooses."""
    probabilities = _scored(model, stop)
    truth = np.array([pair.label for pair in stop])
    accuracy = float((probabilities.argmax(axis=1) == truth).mean())
    likelihood = np.log(np.maximum(probabilities[np.arange(len(truth)), truth], 1e-12))
    best.epochs.append({"epoch": epoch, "accuracy": accuracy, "log_loss": float(-likelihood.mean())})
    if accuracy > best.accuracy:
        best.model, best.accuracy, best.epoch = model, accuracy, epoch


def _report(
    model: StanceModel, report: Sequence[Pair], calibration: dict[str, Any], seed: int
) -> dict[str, Any]:
    probabilities = _scored(model, report)
    alphas = {*evaluation.ALPHAS, *([calibration["level"]["alpha"]] if calibration["level"] else [])}
    return {
        "stance": evaluation.judged(report, probabilities, seed),
        "selective": evaluation.selective(report, probabilities, calibration["scores"], sorted(alphas)),
        "most_certain": {
            "share": CERTAIN,
            "accuracy": evaluation.most_certain(report, probabilities, CERTAIN),
        },
    }


def _card(data: Dataset, settings: Settings, best: _Best, scores: list[float]) -> dict[str, Any]:
    return {
        "method": "all-MiniLM-L6-v2 fine-tuned as a cross-encoder of claim and passage, two labels",
        "encoder_package": PACKAGE,
        "data": {
            "name": "Perspectrum (Chen et al. 2019), CC BY-SA 4.0",
            "files_sha256": data.digests,
            "train_pairs": len(data.train),
            "dev_pairs": len(data.dev),
            "test_split": "not read",
        },
        "settings": asdict(settings),
        "epochs": best.epochs,
        "chosen_epoch": best.epoch,
        "calibration": {
            "method": "split-conformal, one random pair a claim",
            "of": "dev claims, two of five parts",
            "claims": len(scores),
            "scores": scores,
        },
    }


def _model(params: Params, frozen: int) -> StanceModel:
    layers = tuple(Layer(**layer) for layer in params["layers"])
    return StanceModel(frozen, layers, params["head"]["weight"], params["head"]["bias"])


def _scored(model: StanceModel, pairs: Sequence[Pair]) -> NDArray[np.float64]:
    return model.probabilities([(pair.claim, pair.perspective) for pair in pairs])
