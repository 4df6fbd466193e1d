"""Coming back from a backup: is the head confirmed, what waits, and what happens once it is.

A log may grow when its guard, a peer's mirror or a folder of it, or a person's attestation says that this is
all it ever signed (`comity.node.own`). Until then what is to be recorded waits (`comity.node.intake_queue`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

from comity.node.errors import OwnForkError, UnconfirmedError
from comity.node.intake_queue import IntakeQueue
from comity.record.errors import ComityError
from comity.record.guard import Guard, GuardError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comity.node.intake_queue import Waiting
    from comity.node.keys import Keys
    from comity.node.node import Node
    from comity.node.system import Draft

LOGGER = structlog.get_logger("comity.node.recovery")


class Recovery:
    """What waits in one node for its head to be confirmed.

    Args:
        node: the node.
        keys: its keys; what waits is encrypted under one derived from the log's.
    """

    def __init__(self, node: Node, keys: Keys) -> None:
        self._node = node
        self.queue = IntakeQueue(folder_of(node.folder.root), node.origin, keys.log.seed, node.registry)

    @property
    def waits(self) -> bool:
        """Whether drafts are to wait now: the head is unconfirmed. A fork is no reason to wait."""
        return isinstance(self._node.own.refusal(), UnconfirmedError)

    def hold(self, drafts: Sequence[Draft]) -> Waiting:
        """Keep drafts until the head is confirmed, after checking that they can be sealed.

        Raises:
            DraftsRefusedError: with one item for each draft that is refused; nothing is kept.
            QueueFullError: too much waits already.
        """
        self._node.check(drafts)
        return self.queue.put(drafts)

    def settle(self) -> int:
        """Append what waits, if the log may grow; return how many drafts that were.

        What cannot be appended waits on, and is said in the node's journal and in its status.
        """
        if not self.queue.calls or self._node.own.refusal() is not None:
            return 0
        store = self._node.log.store
        try:
            return self.queue.drain(self._node.append, store.index_of)
        except ComityError:
            LOGGER.exception("queued drafts not appended", origin=self._node.origin)
            return 0

    def as_json(self) -> dict[str, Any]:
        """Return how the own log stands: confirmed, what waits, the newest size known to be signed."""
        node, refusal = self._node, self._node.own.refusal()
        problem = None
        try:
            queued = len(self.queue)
        except ComityError as error:
            queued, problem = self.queue.calls, error.problem()
        return {
            "confirmed": not isinstance(refusal, UnconfirmedError),
            "forked": isinstance(refusal, OwnForkError),
            "fork_proof": str(node.own.fork_path) if node.own.fork is not None else None,
            "signed_size": _guarded(node.folder.guard),
            "queued": queued,
            "error": problem,
        }


def folder_of(root: Path) -> Path:
    """Return where drafts wait."""
    return root / "intake"


def _guarded(path: Path) -> int | None:
    """Return the size of the last head signed, as the guard remembers it; None without one."""
    try:
        return Guard(path).size
    except GuardError:
        return None
