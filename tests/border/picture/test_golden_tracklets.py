"""The golden vectors of tracklets: the code names items and judges words exactly as they say."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from pydantic import ValidationError

from comity.border.entries.tracklets import Increment, Whole
from comity.border.picture import wire
from comity.border.picture.joint import Joint
from comity.border.picture.terms import Terms
from comity.record.canonical import b64

ROOT = Path(__file__).resolve().parents[3]
VECTORS = json.loads((ROOT / "docs" / "spec" / "vectors" / "tracklet.json").read_bytes())
VERIFIER = ROOT / "verifier" / "comity-verify.mjs"
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


T0 = 1_770_000_000_000
KNOWN = ["100", "0", "0", "0", "100", "0", "0", "4", "0", "4"]
SEEN = ["0.01", "0", "0", "0", "0.01", "0", "0", "0", "0", "0"]


def item(random, what, track, second, last):
    """One thing said of a track: mostly the next of its chain, now and then something else."""
    time = T0 + 1000 * second
    since, previous = (time, "") if last is None or random.random() < 0.05 else last
    if random.random() < 0.06:
        previous = b64(random.randbytes(32))
    shared = {"track": track, "object_class": "boat", "time": time, "existence": "0.9", "seen": time}
    follows = {"previous": previous} if previous else {}
    if what == "estimate":
        reason = random.choice([{"reason": "checkpoint"}, {"reason": "widened"}, {}])
        return {**shared, **follows, **reason, "mean": ["1000", "2000", "0", "0"], "covariance": KNOWN}
    matrix = SEEN if random.random() < 0.95 else ["10000001", *SEEN[1:]]
    since = time if not previous else since
    return {**shared, **follows, "since": since, "matrix": matrix, "vector": ["10", "20", "0", "0"]}


def story(random, name):
    """Exchanges of two parties with everything that may go wrong, and the claim that the code makes of them."""
    exchanges, last, said, second = [], {}, [], 0
    for _ in range(random.randrange(4, 20)):
        second += random.choice([1, 3, 5, 5, 5, 15, 16, 40])
        party = random.choice(["la", "vn"])
        track = f"{party}-{random.randrange(2)}"
        what = "increment" if random.random() < 0.8 else "estimate"
        config = VECTORS["digest"][0]["config"] if random.random() < 0.95 else b64(random.randbytes(32))
        if said and random.random() < 0.15:
            what, track, party, one = random.choice(said)
        else:
            shift = random.choice([0] * 12 + [-6, 3])
            one = item(random, what, track, max(second + shift, 0), last.get(track))
        digest = wire.digest(PREFIXES[what], one, "ford", config)
        if random.random() < 0.9:
            last[track] = (one["time"], digest)
        said.append((what, track, party, one))
        time = T0 + 1000 * second
        way = {} if what == "increment" else {"way": random.choice(["tracklets", "tracklets", "blurred"])}
        ended = {"ended": [track]} if random.random() < 0.05 else {}
        fields = {"sector": "ford", "config": config, "time": time, "tracks": [one], **way, **ended}
        claimed = time + random.choice([300] * 15 + [-2_500, -1_500])
        place = {"origin": f"{party}/hq", "index": len(exchanges)}
        kind = {"increment": "border.tracklets@1", "estimate": "border.told@1"}[what]
        exchanges.append({**place, "kind": kind, "claimed": claimed, "fields": fields})
    case = {
        "name": name, "sector": "ford", "config": VECTORS["digest"][0]["config"],
        "at": T0 + 1000 * second, "made": T0 + 1000 * second + 500, "exchanges": exchanges,
    }  # fmt: skip
    words, tracks = judged(case)
    return {**case, "words": words, "tracks": tracks}


def test_both_implementations_judge_any_story_alike(tmp_path):
    """Node takes what Python counts and puts aside of a hundred stories, and nothing that says otherwise."""
    random = Random(834)
    stories = [story(random, f"story {number}") for number in range(110)]
    codes = Counter(word["effect"] for one in stories for word in one["words"])
    assert set(codes) >= {
        "add", "break", "repeated", "gap", "begun", "future", "another-sector", "out-of-order", "absurd",
    }  # fmt: skip
    false = []
    for one in stories:
        number = random.randrange(len(one["words"]))
        effect = one["words"][number]["effect"]
        if effect not in {"break", "none", "absurd"}:
            words = [dict(word) for word in one["words"]]
            words[number]["effect"] = "add" if effect != "add" else "gap"
            code = effect if effect != "add" else "put-aside"
            false.append({**one, "words": words, "refuse": code})
    vectors = {"chain": stories, "chain_refuse": false}
    (tmp_path / "tracklet.json").write_text(json.dumps(vectors), encoding="utf-8")
    done = subprocess.run(
        ["node", VERIFIER, "vectors", tmp_path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout[-2_000:]
    assert int(done.stdout.split()[0]) == len(stories) + len(false) > 170
