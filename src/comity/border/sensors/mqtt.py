"""The line between a broker and a running node: gathers, sends on, acknowledges; goes on after a break.

Nothing is acknowledged before the node has it on disk, and the broker keeps a session for the bridge: what
comes while either is away is delivered later. What is delivered twice the node sets aside as a duplicate.
"""

from __future__ import annotations

import queue
import time
from typing import TYPE_CHECKING, Any, Final

import orjson
import structlog
from paho.mqtt import client as paho
from paho.mqtt.enums import CallbackAPIVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.subscribeoptions import SubscribeOptions

from comity.border.sensors.bridge import MOST, TOPICS, Gathered, Outgoing
from comity.border.sensors.errors import BrokerError, NodeAwayError
from comity.node.lock import running
from comity.node.transport import Line
from comity.record.fetch import FetchError

if TYPE_CHECKING:
    import threading

    from comity.node.folder import Folder

LOGGER: Final = structlog.get_logger("comity.border.mqtt")
WAIT: Final = 0.05
"""Seconds for which messages are gathered."""
POLL: Final = 0.25
"""Seconds between two looks for what is new."""
PATIENCE: Final = 2.0
KEPT_SECONDS: Final = 7 * 86_400
"""How long the broker keeps what comes while the bridge is away."""
MOST_WAITING: Final = 10_000
MOST_REPLY: Final = 256 << 20
UNAUTHORIZED: Final = 401
REFUSED: Final = 400
BROKEN: Final = 500


class Broker:
    """One connection to a broker.

    Args:
        host: its name.
        port: its port.
        name: of the session that the broker keeps, one a bridge.
        user: for the broker, empty for none.
        secret: of the user.

    Raises:
        BrokerError: it cannot be reached.
    """

    def __init__(self, host: str, port: int, name: str, user: str = "", secret: str = "") -> None:
        self._inbox: queue.Queue[paho.MQTTMessage] = queue.Queue(MOST_WAITING)
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2, client_id=name, protocol=paho.MQTTv5, manual_ack=True
        )
        if user:
            self._client.username_pw_set(user, secret)
        self._client.on_connect = self._subscribe
        self._client.on_message = lambda _client, _data, message: self._inbox.put(message)
        session = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]  # the library's
        session.SessionExpiryInterval = KEPT_SECONDS
        try:
            self._client.connect(host, port, clean_start=False, properties=session)
        except OSError as error:
            raise BrokerError(f"{host}:{port}: {error}") from error
        self._client.loop_start()

    def _subscribe(
        self, client: paho.Client, _data: object, _flags: object, code: Any, _more: object
    ) -> None:
        if code.is_failure:
            LOGGER.error("the broker refuses", reason=str(code))
            return
        client.subscribe([(topic, SubscribeOptions(qos=1, noLocal=True)) for topic in TOPICS])

    def gather(self) -> list[paho.MQTTMessage]:
        """Return what came in a short while, at most MOST messages."""
        found = list[paho.MQTTMessage]()
        end = time.monotonic() + WAIT
        while len(found) < MOST:
            try:
                found.append(self._inbox.get(timeout=max(end - time.monotonic(), 0.001)))
            except queue.Empty:
                break
        return found

    def acknowledge(self, messages: list[paho.MQTTMessage]) -> None:
        """Let the broker forget messages."""
        for one in messages:
            self._client.ack(one.mid, one.qos)

    def publish(self, topic: str, payload: bytes) -> None:
        """Send a message."""
        self._client.publish(topic, payload, qos=1)

    def close(self) -> None:
        """End the connection; the broker keeps the session."""
        self._client.disconnect()
        self._client.loop_stop()


class NodeLine:
    """The service of a running node, found again when the node was started anew.

    Args:
        folder: the node's folder.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._line: Line | None = None

    def ask(self, path: str) -> Any:
        """Return the JSON data at a path below /sta/v1.1.

        Raises:
            NodeAwayError: the node does not answer now.
        """
        return self._exchange("GET", path, None)

    def send(self, body: bytes) -> Any:
        """Hand over observations in arrays; return the reply.

        Raises:
            NodeAwayError: the node does not take them now.
        """
        return self._exchange("POST", "CreateObservations", body)

    def _exchange(self, method: str, path: str, body: bytes | None) -> Any:
        try:
            reply = self._open().request(
                method, f"sta/v1.1/{path}", body=body, media_type="application/json", limit=MOST_REPLY
            )
        except FetchError as error:
            self.close()
            raise NodeAwayError(str(error)) from error
        if reply.status == UNAUTHORIZED or reply.status >= BROKEN:
            self.close()
            raise NodeAwayError(f"status {reply.status}")
        if reply.status >= REFUSED:
            LOGGER.error("the node refuses a request as a whole", status=reply.status, reply=reply.body[:500])
            return []
        return orjson.loads(reply.body)

    def _open(self) -> Line:
        if self._line is None:
            run = running(self._folder)
            if run is None:
                raise NodeAwayError("no node runs in this folder")
            self._line = Line(run.url, token=run.token)
        return self._line

    def close(self) -> None:
        """Close the connection."""
        if self._line is not None:
            self._line.close()
            self._line = None


def run(broker: Broker, node: NodeLine, stop: threading.Event) -> None:
    """Carry messages between a broker and a node until told to stop.

    Raises:
        NodeAwayError: the node does not answer at the beginning.
    """
    outgoing, looked = Outgoing(node.ask, broker.publish), 0.0
    while not stop.is_set():
        messages = broker.gather()
        if messages:
            _carry(broker, messages, node, stop)
        if time.monotonic() - looked >= POLL:
            try:
                outgoing.tell()
            except NodeAwayError as error:
                LOGGER.warning("the node does not answer now", reason=str(error))
                stop.wait(PATIENCE)
            looked = time.monotonic()


def _carry(broker: Broker, messages: list[paho.MQTTMessage], node: NodeLine, stop: threading.Event) -> None:
    gathered = Gathered()
    for one in messages:
        gathered.add(one.topic, bytes(one.payload))
    bodies = gathered.bodies()
    while bodies and not stop.is_set():
        try:
            node.send(bodies[0])
            bodies.pop(0)
        except NodeAwayError as error:
            LOGGER.warning("the node does not take it now", reason=str(error), messages=len(messages))
            stop.wait(PATIENCE)
    if not bodies:
        broker.acknowledge(messages)
