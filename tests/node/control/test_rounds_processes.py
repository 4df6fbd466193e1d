"""Rounds between two real processes: sealed, opened, and not opened."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager

import pytest

from comity.node import lock
from comity.node.client import NodeError
from comity.node.create import NewNode, create
from comity.record.approvals import challenge
from comity.record.canonical import unb64
from comity.record.entry_form import Ref
from tests.node.control.test_erasure_processes import Party, enrol, exchange
from tests.ready import ready
from tests.sim.authenticator import Device

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

PEOPLE = {"p-1": Device("one"), "p-2": Device("two", "EdDSA")}
SECRETS = {"vn": "Dry season flow as Arcadia reads it", "la": "Dry season flow as the delta reads it"}
TIMES = 4
"""How much longer than the first round took to seal the second one may take: it waits for its deadline."""


@contextmanager
def served(root, *, exercise=True):
    """Two paired nodes in processes of their own, in each of which two people may approve."""
    parties, charters = {}, {}
    for name in ("vn", "la"):
        new = NewNode(name, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True)
        charters[name] = create(root / name, new)
        enrol(root / name, PEOPLE, exercise=exercise)
        parties[name] = Party(root / name, charters[name])
    try:
        for party in parties.values():
            party.start()
        for party in parties.values():
            party.ready()
        for name, other in (("vn", "la"), ("la", "vn")):
            address = lock.running(parties[other].folder).url
            parties[name].client.pair(address, charters[other].fingerprint)
        yield parties["vn"], parties["la"]
    finally:
        for party in parties.values():
            party.stop()


def comity(*words, code=0):
    done = subprocess.run(
        [*ready(), "round", *map(str, words), "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout)


def answer(party):
    """Append a record that stays here: its fields stand readable in the views of whoever has it."""
    fields = {
        "slug": "flow",
        "names": {"en": SECRETS[party.root.name]},
        "level": "state",
        "parties": ["vn", "la"],
        "cites": [{"work": "exercise"}],
    }
    header = {"author": "editor", "marking": "TLP:AMBER", "releasable_to": ["vn", "la"]}
    header |= {"basis": "test", "retention": "working", "class": "exercise"}
    receipts = party.client.append([{"kind": "register.mechanism", "fields": fields, **header}])["receipts"]
    return receipts[0]["index"]


def approve(party, requests):
    for asked in requests:
        place = party.ask("node/record", origin=f"{party.root.name}/hq", key=str(asked["index"]))
        ref = Ref(place["origin"], place["index"], unb64(place["leaf_hash"], 32))
        for device in PEOPLE.values():
            party.post(f"approvals/{ref.index}", **device.response(challenge(ref)))


def told(data):
    """What both sides must agree on: all but who is known to have cosigned when, and the own requests."""
    parties = [{k: v for k, v in p.items() if not k.endswith(("_seen", "_timing"))} for p in data["parties"]]
    return {**data, "parties": parties, "requests": []}


def status(party, name):
    return party.ask("round/status", key=name)


def both_sealed(vn, la, name, question, **deadlines):
    comity("start", vn.root, name, "vn/hq", "la/hq", "--question", question, "--author", "clerk",
           "--exercise", *[word for k, v in deadlines.items() for word in (f"--{k}", v)])  # fmt: skip
    exchange(vn, la)
    for party in (vn, la):
        words = ["seal", party.root, name, answer(party), "--author", "clerk", "--question", question]
        approve(party, comity(*words)["requests"])
        exchange(vn, la)
        if party is vn:
            with pytest.raises(NodeError, match="la/hq"):
                vn.post("round/open", key=name, author="clerk")
            assert status(la, name)["phase"] == "sealing"
    assert told(status(vn, name)) == told(status(la, name))
    assert status(vn, name)["phase"] == "all_sealed"


def test_both_seal_both_open_and_then_one_does_not(tmp_path):
    question = tmp_path / "question.txt"
    question.write_text("How much water passes in the dry season?", encoding="utf-8")
    with served(tmp_path) as (vn, la):
        begun = time.monotonic()
        both_sealed(vn, la, "flow-1", question)
        took = time.monotonic() - begun
        theirs = {vn: SECRETS["la"].encode(), la: SECRETS["vn"].encode()}
        for party, secret in theirs.items():
            assert party.found(secret) == [], "nothing of the other's answer is here before it opens"
        for party, other in ((vn, la), (la, vn)):
            assert other.found(theirs[party]), "the positive control: it is readable where it was written"
            opened = comity("open", party.root, "flow-1", "--author", "clerk")
            assert opened["phase"] == "opening"
            exchange(vn, la)
        exchange(vn, la)
        assert told(status(vn, "flow-1")) == told(status(la, "flow-1"))
        shown = comity("status", vn.root, "flow-1")
        assert shown["phase"] == "complete"
        assert [party["state"] for party in shown["parties"]] == ["received", "received"]
        assert [party["open_timing"] for party in shown["parties"]] == ["in_time", "in_time"]
        assert shown["refused"] == []
        for party, secret in theirs.items():
            assert "views.sqlite" in party.found(secret), "and it is readable where it was opened to"

        hours = TIMES * took / 3600
        open_by = time.time() + TIMES * took
        deadline = f"{hours:.6f}"
        both_sealed(vn, la, "flow-2", question, **{"seal-by": deadline, "open-by": deadline})
        comity("open", vn.root, "flow-2", "--author", "clerk")
        while time.time() < open_by + 5:
            time.sleep(0.5)
        assert vn.client.sync()["ok"]
        silent = status(vn, "flow-2")["parties"][1]
        assert (silent["state"], silent["withheld"]) == ("not_received", None)
        assert la.client.sync()["ok"]  # it takes the opening in; its own log says so, and that it is late
        assert vn.client.sync()["ok"]
        shown = comity("status", vn.root, "flow-2", code=3)
        held = shown["parties"][1]
        assert (held["state"], held["withheld"]["basis"]) == ("withheld", "own_word")
        assert held["withheld"]["at"]["origin"] == "la/hq"
        assert told(shown) == told(status(la, "flow-2"))
        listed = comity("status", la.root, code=3)
        assert [item["name"] for item in listed["rounds"]] == ["flow-1", "flow-2"]
