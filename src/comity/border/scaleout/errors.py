"""What the scaled-out pipeline refuses, each with its reason."""

from __future__ import annotations

from comity.record.errors import ComityError


class ScaleSectorError(ComityError):
    """A sector's file cannot be read, or says something that cannot be."""

    code = "border-scale-sector"
    advice = "Mend what the message names; docs/howto/scale-out-tracking.md shows a whole file."


class ScaleMessageError(ComityError):
    """A message of the pipeline is not what it should be."""

    code = "border-scale-message"
    advice = (
        "It was set aside and changed nothing; see who sends on its subject, and with which sector's file."
    )


class ScaleServerError(ComityError):
    """The NATS server cannot be reached, or does not do what is asked."""

    code = "border-scale-server"
    advice = "See that a nats-server with JetStream (-js) listens there; then start the command again."


class ScalePartError(ComityError):
    """The client of NATS is not installed: it is an optional part."""

    code = "border-scale-part"
    advice = "`pip install 'comity[scale]'`; tracking in one process needs none: `comity border track`."


class ScaleFencedError(ComityError):
    """Another worker tells the same tile."""

    code = "border-scale-fenced"
    advice = "Leave one of them: the later one goes on where the earlier stood, and nothing is lost."


class ScaleSnapshotError(ComityError):
    """A kept state of a tile is damaged, of another sector, or too old for what the server still has."""

    code = "border-scale-snapshot"
    advice = "Delete it: the worker begins at the first message that the server still has, and says so."
