"""Perspectrum: claims, perspectives on them, and whether each supports or undermines its claim.

Chen et al. 2019, "Seeing Things from a Different Angle: Discovering Diverse Perspectives about Claims"
(NAACL), section 4. Its data is CC BY-SA 4.0 and is not part of this software. The `test` split is never
read here: a file that holds any of it is refused, so that no figure can come from it by mistake.
"""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.assistance.errors import TrainingDataError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

FILES: Final = ("claims_train_dev.json", "perspectives_train_dev.json")
LABELS: Final = {"UNDERMINE": 0, "SUPPORT": 1}
SPLITS: Final = ("train", "dev")


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim and a perspective on it; `label` is 1 where it supports, 0 where it undermines."""

    claim_id: int
    claim: str
    perspective_id: int
    perspective: str
    label: int


@dataclass(frozen=True)
class Dataset:
    """The pairs of the two splits, the pool of all perspectives by id, and the digest of each file."""

    train: tuple[Pair, ...]
    dev: tuple[Pair, ...]
    pool: dict[int, str]
    digests: dict[str, str]


def read(folder: Path) -> Dataset:
    """Read the claims and perspectives of the train and dev splits.

    Raises:
        TrainingDataError: a file is absent, or not in the published form, or holds the test split.
    """
    digests: dict[str, str] = {}
    loaded: list[Any] = []
    for name in FILES:
        try:
            data = (folder / name).read_bytes()
            loaded.append(json.loads(data))
        except (OSError, ValueError) as error:
            raise TrainingDataError(f"{folder / name}: {error}") from error
        digests[name] = hashlib.sha256(data).hexdigest()
    try:
        pool = {int(item["pId"]): str(item["text"]) for item in loaded[1]}
        pairs = {split: tuple(_pairs(loaded[0], pool, split)) for split in SPLITS}
        others = {item["split"] for item in loaded[0]} - set(SPLITS)
    except (KeyError, TypeError, ValueError) as error:
        raise TrainingDataError(f"{folder}: not in the published form: {error!r}") from error
    if others:
        raise TrainingDataError(f"{folder}: holds other splits than train and dev: {sorted(others)}")
    if not all(pairs.values()):
        raise TrainingDataError(f"{folder}: a split has no pair")
    return Dataset(pairs["train"], pairs["dev"], pool, digests)


def by_claim(pairs: Iterable[Pair], parts: int, seed: int) -> list[tuple[Pair, ...]]:
    """Divide pairs into `parts` of nearly as many claims each; no claim is in two parts."""
    found = list(pairs)
    claims = sorted({pair.claim_id for pair in found})
    random.Random(seed).shuffle(claims)  # noqa: S311 - a recorded seed, not a secret
    part_of = {claim: place % parts for place, claim in enumerate(claims)}
    return [tuple(pair for pair in found if part_of[pair.claim_id] == part) for part in range(parts)]


def one_for_each_claim(pairs: Iterable[Pair], seed: int) -> list[Pair]:
    """Return one random pair of every claim: pairs of one claim are not exchangeable, claims are."""
    rng = random.Random(seed)  # noqa: S311 - a recorded seed, not a secret
    by: dict[int, list[Pair]] = {}
    for pair in pairs:
        by.setdefault(pair.claim_id, []).append(pair)
    return [rng.choice(by[claim]) for claim in sorted(by)]


def _pairs(claims: Any, pool: dict[int, str], split: str) -> Iterable[Pair]:
    for claim in claims:
        if claim["split"] != split:
            continue
        for cluster in claim["perspectives"]:
            for number in cluster["pids"]:
                label = LABELS[cluster["stance_label_3"]]
                yield Pair(int(claim["cId"]), str(claim["text"]), int(number), pool[int(number)], label)
