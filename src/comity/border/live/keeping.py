"""Every own sector of a node, kept running: by a command, or beside a node that is served.

    keeper_of(node).once()          what came in since, of every sector
    keeper_of(node).run(stop)       again and again, until told to stop

There is one keeper for the life of a node in a process; who asks while it works waits.
"""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from comity.border.errors import FusionSettingError, ZoneError
from comity.border.live import outbox
from comity.border.live.centre import MICROSECONDS, PAUSE, Centre
from comity.border.live.pace import brisk
from comity.border.live.tracks import store_of
from comity.border.live.windows import WINDOW, settled
from comity.border.sector.config import name_of_config
from comity.border.sector.queries import sectors, zones
from comity.border.sensors import answers as sensors
from comity.border.sensors.hashing import HASHER
from comity.border.sensors.sealing import SOME
from comity.border.sensors.times import SECOND, now
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.border.live.centre import Listener, Report
    from comity.node.node import Node

LOGGER = structlog.get_logger("comity.border.live")

FEATURE: Final = "border-centre"
"""Written into `features` of a node's comity.toml, the node keeps its sectors while it is served."""
SOFTWARE: Final = "border centre"
"""The author of what no person wrote."""
REFRESH: Final = 5.0
"""Seconds between two looks for sectors and zones that changed."""
SEAL: Final = 10.0
"""Seconds between two batches that are sealed while it runs."""
MUCH: Final = 50_000
"""Observations that wait for a batch no longer."""
RETRY: Final = 5.0
LOOK: Final = 0.5
"""Seconds between two looks whether to end."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round did: a report for each sector, why others are not kept, and batches sealed."""

    reports: list[Report]
    refused: dict[str, str]
    sealed: int


class Keeper:
    """Keeps the own sectors of a node. Safe for several threads.

    Args:
        node: The node, open.
    """

    def __init__(self, node: Node) -> None:
        self._node = weakref.ref(node)
        self._lock = threading.RLock()
        self._centres: dict[str, Centre] = {}
        self._refused: dict[str, str] = {}
        self._listeners = [_sender(node)]
        self._refreshed = self._sealed = 0.0
        self._beside = False
        self._fictional: bool | None = None

    @property
    def node(self) -> Node:
        """The node."""
        found = self._node()
        if found is None:
            raise ReferenceError("the node is gone")
        return found

    def once(self, sector: str = "", moment: int | None = None) -> Round:
        """Take what came in since, and seal it.

        Args:
            sector: One sector; all without.
            moment: Until when, ms UTC by the node's clock. Without, everything that has arrived by now: its
                window is waited for.

        Raises:
            ComityError: the subclass says why not; what was found is kept.
        """
        with self._lock:
            self._refresh()
            if moment is None and self._centres:
                moment = settled(sensors.store_of(self.node))
            reports = self._take(sector, moment)
            return Round(reports, dict(self._refused), self._seal())

    def run(self, stop: threading.Event) -> None:
        """Repeat until told to stop; what fails is said in the log and tried again.

        Nothing that waits for a disk stands in the way of the tracking: alerts are put on record, batches
        sealed, snapshots written and WALs moved in threads beside it.
        """
        with brisk(), self._others():
            while not stop.is_set():
                try:
                    busy = self._turn()
                except ComityError as error:
                    LOGGER.warning("sector not kept", code=error.code, error=str(error))
                    stop.wait(RETRY)
                    continue
                if not busy:
                    stop.wait((WINDOW - now() % WINDOW + MICROSECONDS) / SECOND)  # until a window is over
        self.close()

    @contextmanager
    def _others(self) -> Iterator[None]:
        """Run what is done beside the tracking for as long as it goes on."""
        stores, ended = (sensors.store_of(self.node), store_of(self.node)), threading.Event()
        works = (self._keep_sealed, self._keep_sent, *(one.keep_short for one in stores))
        threads = [threading.Thread(target=work, args=(ended,), name="border-beside") for work in works]
        self._be_beside(beside=True)
        for one in threads:
            one.start()
        try:
            yield
        finally:
            ended.set()
            for one in threads:
                one.join()
            self._be_beside(beside=False)

    def close(self) -> None:
        """Take a snapshot of every sector, so that the next keeper begins at once."""
        with self._lock:
            for centre in self._centres.values():
                centre.close()
            self._centres.clear()

    def _be_beside(self, *, beside: bool) -> None:
        with self._lock:
            self._beside = beside
            for centre in self._centres.values():
                centre.beside = beside

    @contextmanager
    def held(self) -> Iterator[Keeper]:
        """Have nothing taken meanwhile: what is decided now holds before the next observation."""
        with self._lock:
            yield self

    def learn(self, sector: str) -> None:
        """Have a sector that is kept take up the corrections that were accepted."""
        if sector in self._centres:
            self._centres[sector].learn()

    def _turn(self) -> bool:
        with self._lock:
            if time.monotonic() - self._refreshed > REFRESH:
                self._refresh()
            until = now() // MICROSECONDS
            taken = [centre.take(until).observations for _, centre in sorted(self._centres.items())]
            return any(taken)

    def _take(self, sector: str, moment: int | None) -> list[Report]:
        chosen = [one for slug, one in sorted(self._centres.items()) if sector in {"", slug}]
        return [centre.run_once(moment) for centre in chosen]

    def _keep_sent(self, stop: threading.Event) -> None:
        """Put steps of alerts on record beside the tracking; those that came meanwhile together."""
        tracks = store_of(self.node)
        tracks.outgoing.set()  # what was left over
        while not stop.is_set():
            if not tracks.outgoing.wait(LOOK):
                continue
            tracks.outgoing.clear()
            try:
                outbox.send(self.node, tracks)
            except ComityError as error:
                LOGGER.warning("alerts not put on record", code=error.code, error=str(error))
                tracks.outgoing.set()
                stop.wait(RETRY)

    def _keep_sealed(self, stop: threading.Event) -> None:
        """Seal beside the tracking, which does not wait for it: every while, or when there is much."""
        store = sensors.store_of(self.node)
        while not stop.wait(PAUSE):
            waiting = store.unsealed
            if waiting >= SOME:
                HASHER.start()  # there will be more
            if time.monotonic() - self._sealed < SEAL and waiting < MUCH:
                continue
            try:
                self._seal()
            except ComityError as error:
                LOGGER.warning("observations not sealed", code=error.code, error=str(error))
                stop.wait(RETRY)

    def _seal(self) -> int:
        """Seal what no batch holds yet; fictional where every sector that is kept is."""
        self._sealed = time.monotonic()
        if self._fictional is None:
            return 0
        header: dict[str, Any] = {"author": SOFTWARE, "marking": "TLP:AMBER", "releasable_to": []}
        header["class"] = "exercise" if self._fictional else "record"
        return len(sensors.seal(self.node, header)["batches"])

    def _refresh(self) -> None:
        """Begin what is new, begin anew what changed, and end what is no more."""
        self._refreshed = time.monotonic()
        node = self.node
        self._refused = {}
        own = {one.slug: one for one in sectors(node) if one.party == node.config.party}
        for slug in [slug for slug in self._centres if slug not in own]:
            self._centres.pop(slug).close()
        for slug, view in own.items():
            config = name_of_config(view, zones(node, slug, own=True))
            known = self._centres.get(slug)
            if known is not None and known.config == config:
                known.learn()
                continue
            if known is not None:
                known.settle()
            try:
                made = Centre(node, view, self._listeners)
            except (FusionSettingError, ZoneError) as error:
                self._centres.pop(slug, None)
                self._refused[slug] = str(error)
                continue
            made.beside = self._beside
            self._centres[slug] = made
        kept = [one.sector.exercise for one in self._centres.values()]
        self._fictional = all(kept) if kept else None


def _sender(node: Node) -> Listener:
    """Return what says to the other side what the decision in force lets be said."""
    from comity.border.picture.sending import Sender  # noqa: PLC0415 - it reads what this package keeps

    return Sender(node)


_KEEPERS: Final[weakref.WeakKeyDictionary[Node, Keeper]] = weakref.WeakKeyDictionary()
_LOCK: Final = threading.Lock()


def keeper_of(node: Node) -> Keeper:
    """Return the keeper of a node: one for the life of the node in a process."""
    with _LOCK:
        known = _KEEPERS.get(node)
        if known is None:
            known = _KEEPERS.setdefault(node, Keeper(node))
        return known
