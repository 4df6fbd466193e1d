"""The clock of a running node: it looks once an hour, and says in the log what fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import structlog

from comity.border.entries.batches import Batch
from comity.border.retention import clock
from comity.border.sensors.store import FOLDER, NAME
from comity.border.tables import PROJECTOR
from comity.record.errors import ComityError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from comity.node.node import Node

LOGGER = structlog.get_logger("comity.border.retention")
FIRST: Final = 60.0
"""Seconds after the start: nodes that just started have other things to do."""
EVERY: Final = 3_600.0
AUTHOR: Final = "retention clock"


def task_of(node: Node) -> Callable[[threading.Event], None]:
    """Return what runs while a node is served, until its event is set."""

    def run(stop: threading.Event) -> None:
        pause = FIRST
        while not stop.wait(pause):
            pause = EVERY
            try:
                once(node)
            except ComityError as error:
                LOGGER.warning("nothing was deleted", code=error.code, error=str(error))

    return run


def once(node: Node) -> clock.Report | None:
    """Let the clock strike, where the node has sensors at all."""
    if not (node.folder.root / FOLDER / NAME).is_file():
        return None
    return clock.run(node, header_of(node))


def header_of(node: Node) -> dict[str, Any]:
    """Return what entries of the clock say of themselves: fictional where every batch is."""
    with node.views.connect() as db:
        batches = [one for one in PROJECTOR.reports(db, Batch) if one.origin == node.origin]
    fictional = bool(batches) and all(one.exercise for one in batches)
    return {
        "author": AUTHOR,
        "marking": "TLP:AMBER",
        "releasable_to": [],
        "class": "exercise" if fictional else "record",
    }
