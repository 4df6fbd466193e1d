"""A session between two real processes: sealed through a kill, opened in turn, computed alike, one of them lies."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
import time
from contextlib import contextmanager, suppress

import pytest

from comity.node import lock
from comity.node.client import NodeError
from comity.node.create import NewNode, create
from tests.assessment.sessions.world import ANSWERS, HOUR, QUESTIONS, quantity, vary
from tests.node.control.test_erasure_processes import Party, enrol, exchange
from tests.node.control.test_rounds_processes import PEOPLE, approve
from tests.ready import ready

pytestmark = [pytest.mark.processes, pytest.mark.timeout(600)]

PATH = "assessment/sessions"
ASKED = [quantity("flow", cells=16), QUESTIONS[1]]
NEEDLE = b"kept-apart-reason-551"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def served(root):
    """Two paired nodes, each at a port that outlives its process, with two people who may approve."""
    parties, charters = {}, {}
    for name in ("vn", "la"):
        listen = f"127.0.0.1:{free_port()}"
        charters[name] = create(
            root / name, NewNode(name, "hq", listen=listen, sync_seconds=0, unprotected=True)
        )
        enrol(root / name, PEOPLE)
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
        [*ready(), "assess", "session", *map(str, words), "--json"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stdout + done.stderr
    return json.loads(done.stdout or done.stderr)


def begun(vn, la, file):
    now = time.time_ns() // 1_000_000
    at = {"answer_by": now + HOUR, "seal_by": "2", "open_by": "3"}
    fields = {
        "slug": "dam-2027",
        "title": {"en": "The fictional dam"},
        "topic": {"en": "What it would do"},
        "protocol": "cooke",
        "questions": ASKED,
        "logs": ["vn/hq", "la/hq"],
        "stages": [{"stage": "private", **at}],
        "joint_marking": "TLP:CLEAR",
    }
    file.write_text(json.dumps(fields), encoding="utf-8")
    words = ["--author", "clerk", "--marking", "TLP:CLEAR", "--exercise"]
    key = comity("start", vn.root, file, *words)["key"]
    exchange(vn, la)
    for name, party in (("vn", vn), ("la", la)):
        experts = [f"{name}-{at}" for at in ("ash", "elm", "fir")]
        party.post(f"{PATH}/panel", key=key, custodian="keeper", experts=experts, author="clerk")
        for at, expert in enumerate(experts):
            typed = {
                one["slug"]: {
                    "values": vary(one["form"], ANSWERS[name][one["slug"]], at),
                    "why": NEEDLE.decode(),
                }
                for one in ASKED
            }
            party.post(f"{PATH}/save", key=key, stage="private", expert=expert, drafts=typed)
            assert party.post(f"{PATH}/submit", key=key, stage="private", expert=expert)["refused"] == []
    return key


def killed_while_sealing(party, key):
    """Kill a node somewhere in the middle of sealing, and start it again."""

    def seal():
        with suppress(Exception):
            party.post(f"{PATH}/seal", key=key, stage="private", author="clerk")

    asking = threading.Thread(target=seal)
    asking.start()
    time.sleep(0.12)
    os.kill(lock.running(party.folder).pid, signal.SIGKILL)
    party.process.wait(30)
    asking.join()
    party.start()
    party.ready()


def board(party, key):
    return party.ask(f"{PATH}/board", key=key)["stages"][0]


def test_sealed_through_a_kill_opened_in_turn_computed_alike_and_a_lie_is_on_record(tmp_path):
    with served(tmp_path) as (vn, la):
        key = begun(vn, la, tmp_path / "session.json")
        killed_while_sealing(vn, key)
        for party in (vn, la):
            sealed = party.post(f"{PATH}/seal", key=key, stage="private", author="clerk")["stages"][0][
                "round"
            ]
            approve(
                party,
                [one for one in sealed["requests"] if one["stage"] == "waiting" and len(one["paths"]) < 7],
            )
        exchange(vn, la)
        for party, other in ((vn, la), (la, vn)):
            shown = board(party, key)
            assert shown["phase"] == "opening"
            assert [one["state"] for one in shown["round"]["parties"]] == ["sealed", "sealed"]
            assert shown["round"]["refused"] == []
            assert other.found(NEEDLE), (
                "the positive control: an expert's reason is readable where it was written"
            )
        nodes = {"vn": vn, "la": la}
        while (due := board(vn, key)["due"]) is not None:
            other = nodes["la" if due["party"] == "vn" else "vn"]
            with pytest.raises(NodeError, match=f"{due['party']} opens|open on this side"):
                other.post(f"{PATH}/open", key=key, stage="private", author="clerk")
            opened = nodes[due["party"]].post(f"{PATH}/open", key=key, stage="private", author="clerk")
            assert opened["opened"] == due["question"]
            assert other.client.sync()["ok"]
            assert vn.client.sync()["ok"]
        for party in (vn, la):
            lines = [line for each in board(party, key)["lines"].values() for line in each.values()]
            assert all(line["state"] == "open" and line["in_turn"] for line in lines)
        found = {
            name: party.post(f"{PATH}/joint", key=key, stage="private", author="clerk")
            for name, party in nodes.items()
        }
        assert vn.client.sync()["ok"]
        results = {name: [one["result"] for one in said["questions"]] for name, said in found.items()}
        assert results["vn"] == results["la"]
        assert [one["advice"]["word"] for one in results["vn"]] == ["discuss", "discuss"]
        assert vn.ask(f"{PATH}/joint", key=key, stage="private")["agree"]

        lie = {**results["la"][1], "times": "0.5"}
        head = {
            "author": "clerk",
            "marking": "TLP:CLEAR",
            "basis": "x",
            "retention": "working",
            "class": "exercise",
        }
        la.client.append([{"kind": "assessment.joint_result", "fields": lie, **head}])
        assert vn.client.sync()["ok"]
        said = comity("joint", vn.root, key, "--record", "--author", "clerk", code=3)
        (wrong,) = said["questions"][1]["mismatches"]
        assert (said["recorded"], len(said["mismatches"])) == ([], 1)
        assert wrong["fields"]["differs"] == ["times"]
        assert wrong["fields"]["own_inputs"] == wrong["fields"]["other_inputs"] == lie["inputs"]
        exchange(vn, la)
        assert (
            la.ask(f"{PATH}/joint", key=key, stage="private")["questions"][1]["mismatches"][0]["origin"]
            == "vn/hq"
        )
        audited = vn.ask(f"{PATH}/audit", key=key)
        assert (audited["ok"], audited["complete"]) == (False, False)
        # Whatever a party did, no single answer and no reason of an expert is in the other's folder by now.
        assert vn.found(b"vn-ash")
        assert vn.found(b"la-ash") == []
        assert la.found(b"vn-ash") == []
