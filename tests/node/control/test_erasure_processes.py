"""An erasure between two processes: what was readable in both folders is in neither afterwards."""

from __future__ import annotations

import os
import subprocess
import time
from contextlib import contextmanager

import apsw
import orjson
import pytest

from comity.node import lock, proof
from comity.node.client import Client, NodeError
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.node import Node
from comity.record.approvals import challenge
from comity.record.canonical import b64, unb64
from comity.record.entry_form import Ref
from comity.record.keyring import Keyring
from comity.record.protocol_kinds import Enrolment
from tests.ready import ready
from tests.sim.authenticator import Device

SECRET = "Reservoir Watch of the Upper Exercise"
START_SECONDS = 120


def enrol(root, people, *, exercise=True):
    """Enrol people in a node that rests; those of an exercise approve nothing real."""
    with Node.open(root) as node:
        for person, device in people.items():
            made = Enrolment(
                person=person,
                roles=["release", "erase"],
                credential_id=b64(device.credential_id),
                public_key=b64(device.cose),
                rp_id=device.rp_id,
                origin_url=device.origin_url,
            )
            node.control.steps.append(made, author="custodian", parties=["la"], exercise=exercise)


class Party:
    """One node in a process of its own."""

    def __init__(self, root, charter):
        self.root = root
        self.charter = charter
        self.folder = Folder(root)

    def start(self):
        with (self.root.parent / f"{self.root.name}.out").open("wb") as output:
            self.process = subprocess.Popen(
                [*ready(), "node", "run", str(self.root)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ,
            )

    def ready(self):
        deadline = time.monotonic() + START_SECONDS
        while (run := lock.running(self.folder)) is None:
            said = (self.root.parent / f"{self.root.name}.out").read_text()
            assert self.process.poll() is None, said
            assert time.monotonic() < deadline, said
            time.sleep(0.1)
        self.client = Client(run)

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def post(self, path, **body):
        return self.client.send(path, orjson.dumps(body))

    def ask(self, path, **query):
        return self.client.ask(path, **query)

    def files(self):
        """Every file of the node, byte for byte, whatever it is called."""
        found = {}
        for path in self.root.rglob("*"):
            if path.is_file():
                try:
                    found[str(path.relative_to(self.root))] = path.read_bytes()
                except FileNotFoundError:
                    continue  # a journal of SQLite that was just done with
        return found

    def found(self, *needles):
        """Names of the files in which any of these bytes stand."""
        return sorted(n for n, data in self.files().items() if any(item in data for item in needles))


@contextmanager
def served(root, people):
    parties = {}
    charters = {}
    for name in ("vn", "la"):
        new = NewNode(name, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True)
        charters[name] = create(root / name, new)
        parties[name] = Party(root / name, charters[name])
    enrol(root / "vn", people)
    for party in parties.values():
        party.start()
    try:
        for party in parties.values():
            party.ready()
        for name, other in (("vn", "la"), ("la", "vn")):
            address = lock.running(parties[other].folder).url
            parties[name].client.pair(address, charters[other].fingerprint)
        yield parties
    finally:
        for party in parties.values():
            party.stop()


def approve(vn, place, people):
    ref = Ref(place["origin"], place["index"], unb64(place["leaf"], 32))
    for device in people.values():
        vn.post(f"approvals/{ref.index}", **device.response(challenge(ref)))


def exchange(vn, la):
    for party in (vn, la, vn, la):
        assert party.client.sync()["ok"]


def traces(party, entry_id):
    """What of a record's content lies in a node: the record key, its wrapping, its ciphertext."""
    db = apsw.Connection(str(party.folder.keyring), flags=apsw.SQLITE_OPEN_READONLY)
    wrapped, parts = db.execute(
        "SELECT key, parts FROM wrapped WHERE origin = 'vn/hq' AND id = ?", (entry_id,)
    ).fetchone()
    db.close()
    keyring = Keyring(party.folder.keyring, party.folder.keks)
    key = keyring.find("vn/hq", entry_id).key
    keyring.close()
    name = parts.hex()
    return {
        "key": key,
        "wrapped": bytes(wrapped),
        "ciphertext": (party.folder.vault / name[:2] / name).read_bytes(),
    }


@pytest.fixture
def people():
    return {"p-1": Device("one"), "p-2": Device("two", "EdDSA")}


def test_what_is_erased_is_in_neither_folder_and_every_other_proof_holds(tmp_path, people):
    with served(tmp_path, people) as parties:
        vn, la = parties["vn"], parties["la"]
        pins = [party.charter.fingerprint for party in parties.values()]
        header = {"author": "editor", "marking": "TLP:AMBER", "releasable_to": ["vn", "la"]}
        header |= {"basis": "test", "retention": "working", "class": "exercise"}
        fields = {"slug": "watch", "names": {"en": SECRET}, "level": "state", "parties": ["vn", "la"]}
        draft = {
            "kind": "register.mechanism",
            "fields": {**fields, "cites": [{"work": "exercise"}]},
            **header,
        }
        remark = {"kind": "node.remark", "fields": {"title": "Stays", "text": "readable"}, **header}
        receipts = vn.client.append([draft, remark])["receipts"]
        index, entry_id = receipts[0]["index"], unb64(receipts[0]["id"], 16)

        asked = vn.post(
            "release/request", records=[{"key": str(index)}], to="la/hq", author="clerk", reason="exercise"
        )
        approve(vn, asked, people)
        vn.post("release/grant", index=asked["index"], author="clerk")
        exchange(vn, la)

        # The positive control: the search finds what is there, in both folders.
        secret = SECRET.encode()
        assert vn.found(secret) == la.found(secret) == ["views.sqlite"]
        before = {name: traces(party, entry_id) for name, party in parties.items()}
        for name, party in parties.items():
            assert party.found(before[name]["wrapped"]) == ["keyring.sqlite"]
            assert [n.split("/")[0] for n in party.found(before[name]["ciphertext"])] == ["vault"]

        request = vn.post("erasure/request", keys=[str(index)], author="clerk", reason="law 91")
        with pytest.raises(NodeError) as refused:
            vn.post("erasure/carry-out", index=request["index"], author="clerk")
        assert "erasure-refused" in refused.value.problem()["type"]
        assert vn.found(secret)
        approve(vn, request, people)
        order = vn.post("erasure/carry-out", index=request["index"], author="clerk")
        assert [(p["origin"], p["state"]) for p in order["parties"]] == [("la/hq", "waiting")]
        assert vn.found(secret) == []
        assert la.found(secret) == ["views.sqlite"]
        exchange(vn, la)

        (line,) = vn.ask("erasure/ledger")["orders"]
        assert [(p["origin"], p["state"]) for p in line["parties"]] == [("la/hq", "acknowledged")]
        (line,) = la.ask("erasure/ledger")["orders"]
        assert line["here"]["state"] == "done"
        for name, party in parties.items():
            needles = [secret, b64(before[name]["key"]).encode(), *before[name].values()]
            assert party.found(*needles) == []
            report = party.client.post("fsck", {})
            assert report["ok"], report["faults"]
            assert report["quarantined"] == 0
            verified(party, pins)
        assert (
            vn.ask("node/record", origin="vn/hq", key=str(index + 1))["content"]["fields"]["title"] == "Stays"
        )
    for name, party in parties.items():
        needles = [secret, b64(before[name]["key"]).encode(), *before[name].values()]
        assert party.found(*needles) == []


def verified(party, pins):
    """Verify the proof of every entry that a node holds, the erased one's too."""
    for origin in ("vn/hq", "la/hq"):
        size = party.ask("node/records", origin=origin, limit=1)["size"]
        assert size > 1
        for index in range(size):
            made = party.ask("node/record/proof", origin=origin, key=str(index))
            assert proof.verify(made, pins=pins)["index"] == index
