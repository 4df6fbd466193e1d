"""The golden vectors of tracklets: the code names items and judges words exactly as they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from comity.border.entries.tracklets import Increment, Whole
from comity.border.picture import wire
from comity.border.picture.joint import Joint
from comity.border.picture.terms import Terms

VECTORS = json.loads(
    (Path(__file__).resolve().parents[3] / "docs" / "spec" / "vectors" / "tracklet.json").read_bytes()
)
PREFIXES = {"increment": wire.INCREMENT, "estimate": wire.WHOLE}
MODELS = {"increment": Increment, "estimate": Whole}


def cases(part):
    return [pytest.param(case, id=case["name"]) for case in VECTORS[part]]


@pytest.mark.parametrize("case", cases("digest"))
def test_an_item_has_this_name(case):
    item = MODELS[case["what"]].model_validate(case["item"]).model_dump(mode="json", exclude_none=True)
    assert wire.digest(PREFIXES[case["what"]], item, case["sector"], case["config"]) == case["digest"]


@pytest.mark.parametrize("case", cases("digest_refuse"))
def test_no_entry_may_hold_this_item(case):
    with pytest.raises(ValidationError):
        MODELS[case["what"]].model_validate(case["item"])


def judged(case):
    """Return the words of a case as the code judges them, and what it shows."""
    terms = Terms(case["sector"], case["config"], (0.0, 0.0, 5_000.0, 5_000.0))
    joint = Joint(terms, keep=None)
    exchanges = [
        wire.exchange_of((one["origin"], one["index"]), one["fields"], one["claimed"])
        for one in case["exchanges"]
    ]
    for exchange in sorted(exchanges, key=lambda one: one.order):
        joint.take(exchange)
    words = [
        {
            "origin": one.move.origin, "index": one.move.index, "item": one.move.item,
            "digest": one.move.digest, "effect": one.code,
        }
        for one in joint.told
    ]  # fmt: skip
    tracks = [
        {"id": one.name, "sides": [{"party": side.party, "track": side.track} for side in one.sides]}
        for one in joint.tracks(max(exchange.time for exchange in exchanges))
    ]
    return words, tracks


@pytest.mark.parametrize("case", cases("chain"))
def test_these_words_count(case):
    assert judged(case) == (case["words"], case["tracks"])


@pytest.mark.parametrize("case", cases("chain_refuse"))
def test_the_code_makes_no_such_claim(case):
    places = [(one["fields"]["time"], one["origin"], one["index"]) for one in case["exchanges"]]
    read_otherwise = places != sorted(set(places))
    beside = not max(places)[0] <= case["at"] < min(places)[0] + 3_600_000
    assert read_otherwise or beside or judged(case) != (case["words"], case["tracks"])
