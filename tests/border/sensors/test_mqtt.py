"""A real broker between sensors and a node: in, out, through malformed messages, a restart and a node that is away."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion

from comity.border.sensors.arrays import COMPONENTS
from comity.border.sensors.bridge import Gathered
from comity.border.sensors.errors import BrokerError, NodeAwayError
from comity.border.sensors.mqtt import Broker, NodeLine, run
from comity.node.folder import Folder
from tests.border.sensors.requirement import requirement
from tests.border.sensors.world import datastream, location, thing

MOSQUITTO = shutil.which("mosquitto", path=os.environ["PATH"] + ":/usr/sbin")
pytestmark = pytest.mark.skipif(
    MOSQUITTO is None and not os.environ.get("CI"), reason="no mosquitto: scripts/system-packages installs it"
)


def until(true, seconds=10.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not come"
        time.sleep(0.02)


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    settings_file = tmp_path_factory.mktemp("broker") / "mosquitto.conf"
    settings_file.write_text(f"listener {number} 127.0.0.1\nallow_anonymous true\npersistence false\n")
    process = subprocess.Popen(
        [MOSQUITTO, "-c", str(settings_file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )

    def listens():
        with socket.socket() as line:
            return line.connect_ex(("127.0.0.1", number)) == 0

    until(listens)
    yield number
    process.terminate()
    process.wait(10)


class Sensor:
    """A client of the broker that sends, and keeps what it hears."""

    def __init__(self, port, *topics):
        self.heard = []
        self.client = paho.Client(CallbackAPIVersion.VERSION2, protocol=paho.MQTTv5)
        self.client.on_message = lambda _client, _data, message: self.heard.append(
            (message.topic, message.payload)
        )
        self.client.connect("127.0.0.1", port)
        self.client.loop_start()
        ready = threading.Event()
        self.client.on_subscribe = lambda *_: ready.set()
        if topics:
            self.client.subscribe([(topic, 1) for topic in topics])
            assert ready.wait(10)

    def send(self, topic, payload):
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        self.client.publish(topic, data, qos=1).wait_for_publish(10)

    def of_the_service(self, topic):
        return [one for name, raw in self.heard if name == topic and "@iot.selfLink" in (one := _json(raw))]

    def close(self):
        self.client.disconnect()
        self.client.loop_stop()


def _json(raw):
    try:
        data = json.loads(raw)
    except ValueError:
        return {}
    return data if isinstance(data, dict) else {}


class Carrying:
    """A bridge in a thread."""

    def __init__(self, port, line):
        self.broker, self.line, self.stop = (
            Broker("127.0.0.1", port, "bridge-of-tests"),
            line,
            threading.Event(),
        )
        self.thread = threading.Thread(target=run, args=(self.broker, line, self.stop))
        self.thread.start()

    def end(self):
        self.stop.set()
        self.thread.join(10)
        self.broker.close()
        self.line.close()


class Flaky(NodeLine):
    """Does not reach the node the first times; once, the node has everything and its answer is lost."""

    faults = 2

    def send(self, body):
        if self.faults:
            self.faults -= 1
            if not self.faults:
                super().send(body)
            raise NodeAwayError("away")
        return super().send(body)


@requirement("create-observations-via-mqtt/observations-creation", "receive-updates-via-mqtt/receive-updates")
def test_in_and_out_through_a_real_broker(served, port, monkeypatch):
    monkeypatch.setattr("comity.border.sensors.mqtt.PATIENCE", 0.05)
    token, folder = served.keeper.token, Folder(served.node.folder.root)
    made = served.ask(
        "POST", "/Things", token, json=thing("over MQTT", Locations=[location()], Datastreams=[datastream()])
    )
    stream = served.ask("GET", f"/Things({made.json()['@iot.id']})/Datastreams", token).json()["value"][0][
        "@iot.id"
    ]

    def results():
        query = f"/Datastreams({stream})/Observations?$orderby=phenomenonTime&$top=1000"
        return [one["result"] for one in served.ask("GET", query, token).json()["value"]]

    def refused():
        headers = {"authorization": f"Bearer {token}"}
        return httpx.get(f"{served.url}/api/v1/border/sensors", headers=headers).json()["set_aside"]

    def at(n):
        return (datetime(2026, 5, 1, tzinfo=UTC) + timedelta(minutes=n)).isoformat()

    topic = f"v1.1/Datastreams({stream})/Observations"
    sensor = Sensor(port, topic, "v1.1/Observations")
    before = refused()
    bridge = Carrying(port, NodeLine(folder))
    try:
        until(bridge.broker._client.is_connected)
        time.sleep(0.2)  # its subscription is under way
        sensor.send(topic, {"phenomenonTime": at(0), "result": 0})
        sensor.send(topic, b"{")
        sensor.send(topic, b"\xff\x00")
        sensor.send(topic, [1])
        sensor.send(topic, {"phenomenonTime": "2126-01-01T00:00:00Z", "result": 1})
        sensor.send(topic, {"phenomenonTime": at(1), "result": "NaN"})
        sensor.send(
            "v1.1/Observations",
            {"phenomenonTime": at(2), "result": 2, "Datastream": {"@iot.id": stream}, "nose": 1},
        )
        sensor.send("v1.1/Datastreams(99999)/Observations", {"result": 1})
        rows = [[at(10 + n), n] for n in range(300)]
        group = {
            "Datastream": {"@iot.id": stream},
            "components": ["phenomenonTime", "result"],
            "dataArray": rows,
        }
        sensor.send("v1.1/CreateObservations", [group, {"nonsense": 1}])
        sensor.send(topic, {"phenomenonTime": at(3), "result": 3})
        until(lambda: len(results()) == 303)
        assert results()[:4] == [0, 2, 3, 0]
        until(lambda: len(sensor.of_the_service(topic)) == 303)
        until(lambda: len(sensor.of_the_service("v1.1/Observations")) == 303)
        assert {one["result"] for one in sensor.of_the_service(topic)} == set(range(300))
        after = refused()
        news = {
            reason: after[reason] - before.get(reason, 0)
            for reason in after
            if after[reason] != before.get(reason, 0)
        }
        assert news == {"malformed": 3, "future": 1, "not-a-number": 1, "datastream": 2}
    finally:
        bridge.end()
    # What comes while the bridge is away the broker keeps; what it hands over twice is there once.
    sensor.send(topic, {"phenomenonTime": at(1000), "result": 1000})
    bridge = Carrying(port, Flaky(folder))
    try:
        until(lambda: results()[-1] == 1000)
        served.ask(
            "POST",
            f"/Datastreams({stream})/Observations",
            token,
            json={"phenomenonTime": at(1001), "result": 1001},
        )
        until(lambda: sensor.of_the_service(topic)[-1]["result"] == 1001)
        assert len(results()) == 305
        until(lambda: refused().get("duplicate", 0) > before.get("duplicate", 0))
    finally:
        bridge.end()
        sensor.close()


def test_without_a_broker_or_a_node_it_says_so(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    with pytest.raises(BrokerError):
        Broker("127.0.0.1", number, "nobody")
    with pytest.raises(NodeAwayError):
        NodeLine(Folder(tmp_path)).ask("Things")


TOPIC = st.sampled_from(
    [
        "v1.1/Datastreams(7)/Observations",
        "v1.1/Observations",
        "v1.1/CreateObservations",
        "v1.1/x/Observations",
    ]
)
ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["result", "Datastream", "@iot.id", "components", "dataArray", "x"]), inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@given(
    st.lists(
        st.tuples(TOPIC, st.binary(max_size=20) | ANY.map(lambda data: json.dumps(data).encode())), max_size=8
    )
)
@settings(max_examples=80, deadline=None)
def test_whatever_comes_the_node_gets_arrays_it_takes(messages):
    gathered = Gathered()
    for topic, payload in messages:
        gathered.add(topic, payload)
    for body in gathered.bodies():
        for group in orjson.loads(body):
            columns = group["components"]
            assert set(columns) <= COMPONENTS
            assert "result" in columns
            assert len(set(columns)) == len(columns)
            assert isinstance(group["dataArray"], list)
