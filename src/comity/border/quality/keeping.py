"""Checks of a running node: what came in is flagged within seconds, in a thread of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog

from comity.border.quality.words import marked
from comity.border.sensors.store import FOLDER, NAME
from comity.record.errors import ComityError

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from comity.node.node import Node

LOGGER = structlog.get_logger("comity.border.quality")
EVERY: Final = 2.0
"""Seconds between two looks: who reads flags sees them as soon, and a burst is checked in one go."""


def task_of(node: Node) -> Callable[[threading.Event], None]:
    """Return what runs while a node is served, until its event is set."""

    def run(stop: threading.Event) -> None:
        while not stop.wait(EVERY):
            try:
                once(node)
            except ComityError as error:
                LOGGER.warning("nothing was checked", code=error.code, error=str(error))

    return run


def once(node: Node) -> int:
    """Check what came in since; return how many observations that were."""
    if not (node.folder.root / FOLDER / NAME).is_file():
        return 0
    from comity.border.sensors import answers  # noqa: PLC0415 - nodes without sensors do without

    store = answers.store_of(node)
    with store.reader() as db:
        newest = db.execute("SELECT max(id) FROM observation").fetchone()
        if newest is None or newest[0] is None or newest[0] == marked(db):
            return 0
    return int(answers.check(node)["checked"])
