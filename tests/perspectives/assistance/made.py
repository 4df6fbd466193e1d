"""A stance model made by hand and training data of a few pairs."""

from __future__ import annotations

import json

import numpy as np

from comity.perspectives.assistance import weights
from comity.perspectives.assistance.stance import StanceModel

GOOD = ("helps", "protects", "improves", "is good for")
BAD = ("harms", "destroys", "worsens", "is bad for")


def model(lean=0.0):
    """A model without a layer of its own, whose head leans to `supports` (above 0) or `undermines`."""
    head = np.zeros((384, 2), dtype=np.float32)
    return StanceModel(len(weights.load().layers), (), head, np.array([0, lean], dtype=np.float32))


def card(scores, level=None):
    """The parts of a card that a reader needs."""
    stance = {
        "accuracy": 0.75,
        "accuracy_low": 0.7,
        "accuracy_high": 0.8,
        "pairs": 1,
        "claims": 1,
        "always_supports": 0.5,
    }
    return {
        "data": {"name": "made for a test", "test_split": "not read"},
        "calibration": {"scores": list(scores), "level": {"alpha": level} if level else None},
        "report": {"stance": stance, "selective": [], "most_certain": {"share": 0.4, "accuracy": 0.9}},
    }


def perspectrum(folder, train=6, dev=5, split="dev"):
    """Data in the published form: two perspectives on each claim, one on each side."""
    claims, pool = [], []
    for number in range(train + dev):
        clusters = []
        for side, verbs in (("SUPPORT", GOOD), ("UNDERMINE", BAD)):
            at = len(pool) + 1
            pool.append({"pId": at, "text": f"It {verbs[number % 4]} plan {number}.", "source": "made"})
            clusters.append({"pids": [at], "stance_label_3": side, "evidence": []})
        of = "train" if number < train else split
        claims.append(
            {"cId": number, "text": f"Plan {number} is right.", "perspectives": clusters, "split": of}
        )
    folder.mkdir(exist_ok=True)
    (folder / "claims_train_dev.json").write_text(json.dumps(claims))
    (folder / "perspectives_train_dev.json").write_text(json.dumps(pool))
    return folder
