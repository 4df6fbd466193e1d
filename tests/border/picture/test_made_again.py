"""After the sector and its zones were written anew, a past picture is read and made again as it was then."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from comity.border.alerts import writing
from comity.border.alerts.engine import Engine
from comity.border.alerts.signals import Signal
from comity.border.entries.alerts import Alert
from comity.border.live.centre import Centre
from comity.border.live.tracks import store_of
from comity.border.picture import at, proof
from comity.border.picture.audit import audit
from comity.border.picture.errors import PictureRefusedError
from comity.border.picture.replay import replay
from comity.border.picture.sending import Sender
from comity.border.sector import history
from comity.border.sector.queries import find
from comity.border.sensors import answers as sensors
from comity.border.tables import PROJECTOR
from comity.node.export import export_log as export
from comity.record import canonical
from tests.border.live.world import ORIGIN, add, square
from tests.border.picture.world import HEAD, Watched, centres, decide, exchange, ford, straight

VERIFIER = Path(__file__).resolve().parents[3] / "verifier" / "comity-verify.mjs"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Two nodes, a zone, tracklets; then another plane and another zone on both, and tracklets again."""
    with centres(tmp_path_factory.mktemp("again")) as nodes:
        for node in nodes:
            add(node, "zone", square("bank", 400, 700, 900, 900, dwell=5))
        made = Watched(nodes)
        for node in nodes:
            decide(node)
        made.pass_(22, straight)
        exchange(*nodes)
        made.then = made.now
        made.audits = [audit(node, "ford", made.then)["digest"] for node in nodes]
        made.pictures = [at(node, "ford", made.then, "joint") for node in nodes]
        moved = {**ford(), "origin_lat": ORIGIN[0] + 10_000, "density": "3"}
        for node in nodes:
            add(node, "sector", moved)
            add(node, "zone", square("bank", 400, 700, 900, 900, dwell=9, severity="Severe"))
        made.centres = [Centre(node, find(node, "ford", own=True), [Sender(node)]) for node in nodes]
        for node in nodes:
            decide(node)
        made.pass_(22, straight)
        exchange(*nodes)
        for node in nodes:
            sensors.seal(node, {**HEAD, "releasable_to": []})
        yield made


def test_each_stretch_is_told_by_the_entries_that_were_in_force(world):
    vn, _ = world.nodes
    first, second = history.eras(vn, "ford")
    assert (first.after, first.clock) == (0, 0)
    assert second.after > 0
    assert second.clock >= world.then
    assert first.sector.digest != second.sector.digest == find(vn, "ford").digest
    assert [one.model.dwell for one in (*first.zones, *second.zones)] == [5, 9]
    before, after = at(vn, "ford", world.then, "joint"), at(vn, "ford", world.now, "joint")
    assert before["config"] != after["config"]
    assert before["entries"]["tracking"] == list(first.place)
    assert after["zones"][0]["severity"] == "Severe"
    assert before["zones"][0]["severity"] == "Minor"
    for node, then, name in zip(world.nodes, world.pictures, world.audits, strict=True):
        kept = at(node, "ford", world.then, "joint")
        assert kept["tracks"] == then["tracks"]
        assert [one["basis"] for one in kept["tracks"]] == ["tracklets"] * 2
        assert audit(node, "ford", world.then)["digest"] == name


@pytest.mark.parametrize("view", ["own", "joint"])
def test_both_stretches_are_made_again_bit_for_bit_with_their_alerts(world, view):
    for node in world.nodes:
        for moment in (world.then, world.now):
            found = replay(node, "ford", moment, view)
            assert found["replay"]["differences"] == []
            assert found["replay"]["unsealed"] == 0
            assert found["tracks"] == at(node, "ford", moment, view)["tracks"]
        again = found["replay"]
        assert [one["said"] for one in again["entries"]] == [
            list(one.place) for one in history.eras(node, "ford")
        ]
        with node.views.connect() as db:
            own = [one for one in PROJECTOR.reports(db, Alert) if one.origin == node.origin]
        assert {one["key"] for one in again["alerts"]["raised"]} == {one.fields["occurrence"] for one in own}
        assert {one["rule"] for one in again["alerts"]["raised"]} >= {"geofence-dwell"}
        assert again["alerts"]["on_record"] == again["alerts"]["steps"] > 0


def test_what_the_rules_did_not_raise_and_what_was_not_kept_is_found(world):
    vn, _ = world.nodes
    store = store_of(vn)
    rows = store.read_all("SELECT second, expected FROM unseen WHERE sector = 'ford'", ())
    with store.transaction() as db:
        db.execute("UPDATE unseen SET expected = expected + 1")
    wrong = replay(vn, "ford", world.now, "own")["replay"]["differences"]
    assert wrong == ["unseen of the picture differs"]
    with store.transaction() as db:
        db.executemany("UPDATE unseen SET expected = ? WHERE second = ?", [(n, s) for s, n in rows])
    made = Signal(
        "geofence-dwell", "bank", "vn-invented", True, world.then, world.then, "radar-vn", exercise=True
    )
    writing.record(vn, Engine(lambda: world.then).push([made]), {**HEAD, "releasable_to": []})
    found = replay(vn, "ford", world.now)["replay"]
    assert not found["agrees"]
    assert not found["alerts"]["agrees"]
    assert any("vn-invented" in one and "was not made again" in one for one in found["differences"])


def test_lost_coverage_raises_what_is_expected_unseen_and_is_no_peace(world):
    vn, _ = world.nodes
    told = {view: at(vn, "ford", world.now, view) for view in ("own", "joint", "theirs", "shared")}
    own, joint = told["own"], told["joint"]
    assert own["unseen_by"]["code"] == "own-sensors"
    assert joint["unseen_by"]["code"] == "at-most"
    assert 0 < own["unseen"] == joint["unseen"] < own["unseen_by"]["usual"]
    assert "undetected-intensity@1" in own["methods"]
    for view in ("theirs", "shared"):
        assert (told[view]["unseen"], told[view]["unseen_by"]) == (None, {"code": "not-told"})
    later = [at(vn, "ford", world.now + minutes * 60_000, "own") for minutes in (1, 20, 600)]
    counts = [own["unseen"], *(one["unseen"] for one in later)]
    assert counts == sorted(counts)
    assert counts[-1] == pytest.approx(own["unseen_by"]["usual"], rel=1e-3)
    assert at(vn, "ford", world.then - 3_600_000, "own")["unseen_by"]["code"] == "never-looked"


def verify(*arguments):
    done = subprocess.run(
        ["node", VERIFIER, "tracklets", *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    return done.returncode, done.stdout + done.stderr


def test_an_auditor_without_a_node_proves_that_nothing_counted_twice(world, tmp_path):
    vn, _ = world.nodes
    with pytest.raises(PictureRefusedError, match="not for everybody"):
        proof.make(vn, "ford", world.then)
    logs = []
    for node in world.nodes:
        folder = tmp_path / node.config.party
        export(node, folder)
        logs += [folder, node.charter.vkey("log")]
    files = []
    for node in world.nodes:
        made = proof.make(node, "ford", world.then, sealed_too=True)
        assert made["entries"] > 4
        files.append(tmp_path / f"{node.config.party}.tracklets")
        files[-1].write_text(made["file"], encoding="utf-8")
    said = [verify(file, *logs) for file in files]
    assert [code for code, _ in said] == [0, 0], said
    assert all(text.endswith("VERIFIED\n") for _, text in said)
    digests = {line for _, text in said for line in text.splitlines() if line.startswith("digest")}
    assert len(digests) == 1, "both sides counted the same"
    code, text = verify(files[0])
    assert code == 0
    assert text.splitlines()[-1].startswith(
        "CONSISTENT: whose entries these are was not checked for la/hq, vn/hq"
    )
    assert verify(files[0], logs[0])[0] == 2
    lies(files[0], logs, tmp_path)


def lies(file, logs, tmp_path):
    """What a party that makes the file could try; none of it passes."""
    head, *lines = file.read_text(encoding="utf-8").splitlines()
    claim = json.loads(head)

    def told(words, place, claim=claim, kept=None, logs=()):
        spoilt = tmp_path / "spoilt.tracklets"
        text = [canonical.encode(claim).decode(), *(lines if kept is None else kept)]
        spoilt.write_text("\n".join(text) + "\n", encoding="utf-8")
        code, said = verify(spoilt, *logs)
        assert code == 1, (words, said)
        assert place in said.splitlines()[-1], (words, said)

    def changed(at, **word):
        return {
            **claim,
            "words": [{**one, **word} if n == at else one for n, one in enumerate(claim["words"])],
        }

    told("a forged digest", "digest: ", changed(3, digest=claim["words"][0]["digest"]))
    told("another effect", "effect: ", changed(3, effect="none"))
    told("put aside without cause", "put-aside: ", changed(3, effect="gap"))
    told("a word left out", "missing: ", {**claim, "words": claim["words"][:-1]})
    told("a chain in two tracks", "pairs: ", {**claim, "tracks": [*claim["tracks"], *claim["tracks"][:1]]})
    told("an entry twice", "order: an entry twice", kept=[lines[0], *lines])
    told("entries in another order", "order: ", kept=[lines[1], lines[0], *lines[2:]])
    told("an entry left out", "missing: ", kept=lines[:-1])
    opened = json.loads(lines[2])
    item = next(one for one in opened["opening"]["full"]["fields"] if one["path"] == "tracks")["value"][0]
    item["seen"] += 1
    spoilt = canonical.encode(opened).decode()
    told("content changed", "another commitment", kept=[*lines[:2], spoilt, *lines[3:]])
    moved = canonical.encode({**json.loads(lines[2]), "index": opened["index"] + 1}).decode()
    told("another place", "another entry at this place", kept=[*lines[:2], moved, *lines[3:]], logs=logs)
