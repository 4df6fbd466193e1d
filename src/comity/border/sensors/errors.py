"""What the service of sensors refuses, each with its reason."""

from __future__ import annotations

from typing import ClassVar

from comity.node.errors import RequestError
from comity.record.errors import ComityError


class SensorRequestError(RequestError):
    """A request, an option or an entity is not as OGC 18-088 has it."""

    code = "border-sensors-request"
    advice = "Compare it with OGC 18-088; docs/reference/sensorthings.md says what this service does."


class SensorMissingError(RequestError):
    """No entity, property or relation is there."""

    code = "border-sensors-missing"
    advice = "Follow the links that the service gives, beginning at /sta/v1.1."
    status: ClassVar[int] = 404


class SensorConflictError(RequestError):
    """What is asked would change what is sealed, or put something there twice."""

    code = "border-sensors-conflict"
    advice = "Correct a sealed observation by a new one; send every observation once."
    status: ClassVar[int] = 409


class SensorUnsupportedError(RequestError):
    """The standard has it; this service has not."""

    code = "border-sensors-unsupported"
    advice = "docs/reference/sensorthings.md says what this service does."
    status: ClassVar[int] = 501


class SensorKeyError(RequestError):
    """The key of the caller does not allow this."""

    code = "border-sensors-key"
    advice = "Ask the operator for a key that may write: `comity border sensors key NODE NAME --may write`."
    status: ClassVar[int] = 403


class BatchError(ComityError):
    """There is nothing to seal, or what is kept does not make the root that was sealed."""

    code = "border-batch"
    advice = "See `comity border batches NODE --check`; compare with the entry on the record."


class BrokerError(ComityError):
    """The MQTT broker cannot be reached."""

    code = "border-mqtt-broker"
    advice = "See that the broker listens there, and that user and password are right; then start it again."


class NodeAwayError(ComityError):
    """The node that sensors' messages go to does not answer."""

    code = "border-mqtt-node"
    advice = "Start the node with `comity node run NODE`; what the broker holds is delivered then."
