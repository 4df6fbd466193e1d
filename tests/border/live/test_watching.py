"""The command, the API, and the keeper beside a node that is served."""

from __future__ import annotations

import gc
import json
import sys
import threading
import time
from dataclasses import replace

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.border import SYSTEM
from comity.border.alerts import answers as alerts
from comity.border.live import keeping
from comity.border.live.keeping import Keeper
from comity.border.live.tracks import store_of
from comity.border.sensors import answers as sensors
from comity.cli import app
from comity.node.node import Node
from comity.node.web.problems import install
from comity.node.web.tasks import Tasks
from tests.asgi import Client
from tests.border.live.world import START, Line, add, sector, seen, square


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def fill(node, *names):
    line = Line(node, *names)
    for name in names:
        line.send(name, *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(10)))
    return line


def test_on_the_command_line(folder):
    assert "ford: 0 observations, 0 tracks" in run("watch", folder, "--once")
    with Node.open(folder, (SYSTEM,)) as node:
        fill(node, "ridge", "mast")
        sensors.shelf_of(node).close()
    found = json.loads(run("watch", folder, "--once", "--sector", "ford", "--json"))
    assert found["sectors"][0]["observations"] == 20
    assert found["sealed"] == 1
    assert "ford: 0 observations" in run("watch", folder, "--once")
    run("watch", folder, "--once", "--sector", "none", code=1)
    assert "whole" in run("batches", folder, "--check")
    with Node.open(folder, (SYSTEM,)) as node:
        assert (
            node.records(node.origin, node.log.size - 1, node.log.size)[0].content.header.class_ == "exercise"
        )
        assert [row.hits for row in store_of(node).at("ford", START + 9_999)] == [20]
        store_of(node).close()


def test_over_the_api(node):
    add(node, "zone", square("bank", 0, 0, 900, 900, dwell=5))
    add(node, "sector", sector("empty", "ridge", sensors=[]))
    web = FastAPI()
    install(web)
    mount(web, node, (SYSTEM,))
    client = Client(web)
    fill(node, "ridge")
    done = client.post("/api/v1/border/watch", json={})
    assert done.status_code == 201
    assert done.json()["not_kept"] == {"empty": "sensors: at least one, each name once"}
    assert client.post("/api/v1/border/watch", json={"sector": "none"}).status_code == 404
    state = client.get("/api/v1/border/centre").json()
    first = next(one for one in state["sectors"] if one["sector"] == "ford")
    assert first["span"] == [START, START + 9000]
    assert first["clock"] >= START + 9000
    assert first["late"] == 0
    assert not state["background"]
    (alert,) = client.get("/api/v1/border/alerts").json()["alerts"]
    assert (alert["rule"], alert["subject"][:3], alert["exercise"]) == ("geofence-dwell", "vn-", True)
    assert client.get("/api/v1/border/sectors/ford").json()["zones"][0]["slug"] == "bank"
    assert client.get("/api/v1/border/sectors/none").status_code == 404
    assert client.post("/api/v1/border/sector-acts/zone", json={"zone": {}}).status_code == 404
    assert client.post("/api/v1/border/sector-acts/sector", json={"sector": {}}).status_code == 400
    assert client.post("/api/v1/border/sector-acts/none", json={}).status_code == 404


def test_beside_a_served_node_it_goes_on_by_itself(node, monkeypatch):
    monkeypatch.setattr(keeping, "REFRESH", 0.0)
    heard = []
    monkeypatch.setattr(
        keeping, "_sender", lambda of: lambda sector, told, tracker: heard.append((sector.slug, told.time))
    )
    monkeypatch.setattr(keeping, "SEAL", 0.0)
    add(node, "zone", square("bank", 0, 0, 900, 900, dwell=5))
    keeper, stop = Keeper(node), threading.Event()
    thread = threading.Thread(target=keeper.run, args=(stop,))
    before = sys.getswitchinterval(), gc.get_threshold()
    thread.start()
    try:
        fill(node, "ridge", "mast")
        wait_for(lambda: [row.hits for row in store_of(node).at("ford", START + 9_999)] == [20])
        wait_for(lambda: "geofence-dwell" in {one["rule"] for one in alerts.alert_list(node)["alerts"]})
        wait_for(lambda: sensors.store_of(node).unsealed == 0)
        assert sys.getswitchinterval() < before[0]
        add(node, "zone", square("far", 5000, 5000, 5900, 5900, dwell=5))
        add(node, "sector", sector("ford", "ridge", "mast", horizon=30_000))
        wait_for(lambda: keeper._centres["ford"].sector.model.horizon == 30_000)
    finally:
        stop.set()
        thread.join()
    assert (sys.getswitchinterval(), gc.get_threshold()) == before
    assert heard[-1] == ("ford", START + 9000)
    assert store_of(node).read_all("SELECT * FROM outbox") == []
    keeper.once()
    assert all(not one["wrong"] for one in sensors.batches(node, check=True))


def test_a_task_that_fails_is_begun_again(node, monkeypatch):
    monkeypatch.setattr("comity.node.web.tasks.PAUSE", 0.01)
    calls = []

    def task(stop):
        calls.append(1)
        if len(calls) < 3:
            raise ValueError("no")
        stop.wait()

    class Of:
        tasks = staticmethod(lambda _: (task,))

    tasks = Tasks(node, [Of, SYSTEM])
    tasks.stop()
    assert not tasks.busy
    tasks = Tasks(node, [Of])
    tasks.start()
    wait_for(lambda: len(calls) == 3)
    assert tasks.busy
    tasks.stop()
    assert not tasks.busy


def test_the_feature_is_what_switches_it_on(node, monkeypatch):
    before = len(SYSTEM.tasks(node))
    monkeypatch.setattr(node, "config", replace(node.config, features=(keeping.FEATURE,)))
    assert SYSTEM.tasks(node)[0] == keeping.keeper_of(node).run
    assert len(SYSTEM.tasks(node)) == before + 1


def wait_for(what):
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture(autouse=True)
def _own_keepers(monkeypatch):
    yield
    keeping._KEEPERS.clear()
