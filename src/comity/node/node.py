"""One party's installation, opened: the own log, the mirrors, the contents and the views, as one object."""

from __future__ import annotations

import getpass
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Self

import orjson
import structlog
from sqlalchemy import select

from comity.node import carrying, charters, control, search
from comity.node import config as configs
from comity.node import keys as keyfiles
from comity.node.anchors import Anchors
from comity.node.backup import sweep as sweep_backups
from comity.node.epoch import Epochs
from comity.node.errors import ConfigError
from comity.node.exchange import ExchangeBook, milliseconds
from comity.node.folder import Folder
from comity.node.kinds import Remark
from comity.node.overview import overview
from comity.node.own import OwnLog
from comity.node.peers import Peers
from comity.node.projection import Projection
from comity.node.reader import Reader
from comity.node.reading import Reading
from comity.node.recovery import Recovery
from comity.node.retention import Keeper
from comity.node.sealing import Sealer
from comity.node.status import BROKEN
from comity.node.sync import Exchanger, SyncReport
from comity.node.views import ANCHORED, Views
from comity.record.charter import Charter
from comity.record.content import ContentStore
from comity.record.cosignature import Cosigner
from comity.record.keyring import Keyring
from comity.record.kinds import Registry
from comity.record.vault import Vault
from comity.record.witness import Witness

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comity.node.peers import PeerLink
    from comity.node.status import NodeStatus
    from comity.node.sync import Post, Progress
    from comity.node.system import Draft, System
    from comity.node.transport import Line
    from comity.record.fetch import Fetch
    from comity.record.log import Log
    from comity.record.mirror import Mirror
    from comity.record.receipt import Receipt
    from comity.record.trust import Trust

LOGGER = structlog.get_logger("comity.node")


class Node(Reading):
    """An open node. Threads may share it; one process has it open (`comity.node.lock`).

    with Node.open("data/vn", systems) as node:
        receipts = node.append([Draft(model, header)])
        reports = node.sync()
        record = node.record(node.origin, receipts[0].index)
    """

    def __init__(self, folder: Folder, systems: Sequence[System]) -> None:
        self.folder = folder
        sweep_backups(folder)
        self.systems = tuple(systems)
        self.config = configs.load(folder.config)
        keys = keyfiles.load(folder.keys)
        self.http_key, self.tls_key = keys.http, keys.tls
        self.charter = _own_charter(folder, self.config.origin)
        projected = (control.SYSTEM, control.ROUNDS, search.system_for(self.systems), *self.systems)
        self.registry = Registry([Remark, *(kind for system in projected for kind in system.kinds)])
        self._settings = threading.Lock()
        self._appending = threading.Lock()
        self.next_tries: dict[str, int] = {}
        witness = Cosigner(keys.witness.name, keys.witness.seed)
        mirror = Cosigner(keys.mirror.name, keys.mirror.seed)
        self.cosigner_vkeys = (witness.vkey, mirror.vkey)
        self.peers = Peers(folder, self.config, self.cosigner_vkeys)
        self.own = OwnLog(folder, keys, self.peers.known)
        self.contents = ContentStore(Vault(folder.vault), Keyring(folder.keyring, folder.keks))
        self.keeper = Keeper(self.contents, self.config.retention)
        self._views = Views(folder.views)
        self.views = self._views.reads
        self.reader = Reader(self.contents, self.registry)
        self.projection = Projection(self._views, self.reader, projected, self.all_origins)
        self.projection.prepare()
        self.projection.run()
        if self.origin in self.projection.faults:
            raise self.projection.faults[self.origin]
        self.book = ExchangeBook(self._views)
        self._sealer = Sealer(self.origin, keys, self.charter, self.registry)
        self._anchors = Anchors(self.own, self.peers, self._named())
        self._exchanger = Exchanger(
            self.own,
            self.peers,
            self.keeper,
            self.book,
            witness=witness,
            mirror=mirror,
            stands=lambda _peer: self.control.stands(self.origin),
        )
        self.control = control.Control(self, keys)
        self.recovery = Recovery(self, keys)
        self.epochs = Epochs(self)
        self.witness = Witness(self._witnessed, witness)
        self.control.tidy()

    @classmethod
    def open(cls, root: Path | str, systems: Sequence[System] = ()) -> Self:
        """Open the node in a folder. The caller holds its lock.

        Raises:
            NodeMissingError: there is none.
            ConfigError, NodeKeysError, CharterError, StoreError: a part of it is missing or damaged.
        """
        return cls(Folder.existing(root), systems)

    def __enter__(self) -> Self:
        """Return the node itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close every file."""
        self.close()

    def close(self) -> None:
        """Close every file."""
        self._views.close()
        self.contents.keyring.close()
        self.peers.close()
        self.own.close()

    # --- what it is ------------------------------------------------------------------------------------

    @property
    def origin(self) -> str:
        """The name of the own log."""
        return self.config.origin

    @property
    def log(self) -> Log:
        """The own log."""
        return self.own.log

    @property
    def mirrors(self) -> dict[str, Mirror]:
        """The peers' logs by origin."""
        return {link.origin: link.mirror for link in self.peers}

    @property
    def charters(self) -> dict[str, Charter]:
        """Every charter by origin, the own first."""
        return {origin: trust.current for origin, trust in self.trusts.items()}

    @property
    def trusts(self) -> dict[str, Trust]:
        """Which keys count where, by origin, the own first."""
        return {self.origin: self.own.trust, **{peer.origin: peer.trust for peer in self.peers.known()}}

    @property
    def origins(self) -> list[str]:
        """Every log that can be read here, the own first."""
        return [self.origin, *(link.origin for link in self.peers)]

    # --- reading ---------------------------------------------------------------------------------------

    def quarantined(self, origin: str | None = None, index: int | None = None) -> list[dict[str, Any]]:
        """Return the quarantine, with claims to settle: rows of origin, index, source, id, code, detail."""
        claims = self.control.inbox.disputes(origin, index) + self.epochs.after_fork(origin, index)
        return super().quarantined(origin, index) + claims

    def quarantined_count(self) -> int:
        """Return the number on the badge."""
        claims = len(self.control.inbox.disputes()) + len(self.epochs.after_fork())
        return super().quarantined_count() + claims

    # --- writing ---------------------------------------------------------------------------------------

    def append(self, drafts: Sequence[Draft]) -> list[Receipt]:
        """Seal drafts and append them: all, or none. Contents are stored before the log names them.

        Raises:
            DraftsRefusedError: with one item for each draft that is refused.
            NodeReadOnlyError: the log must not grow now.
        """
        if not drafts:
            return []
        refusal = self.own.refusal()
        if refusal is not None:
            raise refusal
        with self._appending:
            sealed = self._sealer.seal_all(drafts, self.own.log.store.index_of)
            try:
                self.keeper.keep(self.origin, [item.opening for item in sealed])
                receipts = self.own.append([item.leaf for item in sealed], self._anchors.due)
            except BaseException:
                for item in sealed:
                    self._forget(item.opening.id)
                raise
        self._project()
        return receipts

    def check(self, drafts: Sequence[Draft]) -> None:
        """Check that drafts could be appended; nothing is kept.

        Raises:
            DraftsRefusedError: with one item for each draft that is refused.
        """
        self._sealer.seal_all(drafts, self.own.log.store.index_of)

    def _forget(self, entry_id: bytes) -> None:
        """Drop the content of an entry that did not get into the log."""
        if self.own.log.store.index_of(entry_id) is None:
            self.contents.erase(self.origin, entry_id)

    def erase_local(self, origin: str, index: int) -> None:
        """Destroy the content held here of one record and purge it from every view; the entry stays."""
        record = self.record(origin, index)
        self.contents.erase(origin, record.id)
        store = self.own.log.store if origin == self.origin else self.peers.require(origin).mirror.store
        store.add_cause(index, index + 1, "erased")
        self._project()

    def _project(self) -> None:
        try:
            self.projection.run()
        except Exception:  # the record is safe; views are derived and are tried again at the next event
            LOGGER.exception("projection failed", origin=self.origin)

    def read_further(self, progress: Progress | None = None) -> int:
        """Index the texts that lie outside the fields of records; return how many lines were added."""
        return search.read_due(self, self._views, self.systems, progress)

    def attest(self, reason: str) -> None:
        """Let a restored log grow without a peer's word; who, when and why is kept beside the log.

        Raises:
            GuardError: the guard knows a newer head than the log has.
        """
        line = {"time": milliseconds(), "user": getpass.getuser(), "size": self.log.size, "reason": reason}
        with self.folder.attestations.open("ab") as file:
            file.write(orjson.dumps(line) + b"\n")
        self.own.confirm()
        self.recovery.settle()

    # --- exchange --------------------------------------------------------------------------------------

    def sync(
        self, origins: Sequence[str] | None = None, *, progress: Progress | None = None
    ) -> list[SyncReport]:
        """Exchange with every peer, or the ones named, then project; being away is in the report."""
        if origins is not None:
            return [self.sync_peer(self.peers.require(name), progress=progress) for name in origins]
        reports = [self.sync_peer(link, progress=progress) for link in self.peers]
        return reports + [
            SyncReport(peer.origin, state=BROKEN, error=peer.refusal().problem())
            for peer in self.peers.broken()
        ]

    def sync_peer(self, link: PeerLink, *, progress: Progress | None = None) -> SyncReport:
        """Exchange with one peer at its address, then project."""
        if link.peer.followed_by or link.peer.ended:
            return self.epochs.closed(link)
        if "://" not in link.peer.address:
            return self.sync_from(
                link, carrying.fetcher(self, link.peer.address, link.origin), progress=progress
            )
        with self.line(link.peer.address, link.origin) as line:

            def post(path: str, body: bytes) -> tuple[int, str, bytes]:
                reply = line.request("POST", path, body=body)
                return reply.status, reply.media_type, reply.body

            return self.sync_from(link, line.get, post, progress=progress)

    def line(self, address: str, origin: str | None = None) -> Line:
        """Return a line to a node, as `comity.node.transport.line_to` makes it."""
        from comity.node.transport import line_to  # noqa: PLC0415 - folders need no HTTP

        return line_to(address, self.http_key, self.peers, origin)

    def sync_from(
        self, link: PeerLink, fetch: Fetch, post: Post | None = None, *, progress: Progress | None = None
    ) -> SyncReport:
        """Exchange with one peer through a fetcher, then project.

        Raises:
            PeerUnknownError: its pairing was ended.
        """
        self.peers.charter_of(link.origin)
        report = self._exchanger.run(link, fetch, post, progress)
        charters.follow(link, self.folder, fetch)
        if report.adopted:
            self._anchors = Anchors(self.own, self.peers, self._named())
        self._project()
        self.recovery.settle()
        report.granted = self.control.exchanged(link, fetch)
        return report

    def add_peer(self, peer: configs.Peer, charter: Charter) -> PeerLink:
        """Keep a confirmed peer: its charter, then comity.toml, then its mirror."""
        with self._settings:
            self.peers.store_charter(charter)
            self.config = self.config.with_peer(peer)
            configs.save(self.folder.config, self.config)
            return self.peers.open(peer)

    def end_pairing(self, origin: str, day: str) -> None:
        """End the pairing with a peer: nothing is exchanged any more, its mirror is only read.

        Args:
            origin: the peer's log.
            day: of the end, UTC, `2026-11-22`.

        Raises:
            PeerUnknownError: there is no such peer, or the pairing was ended before.
        """
        self.peers.charter_of(origin)
        with self._settings:
            known = next(peer for peer in self.config.peers if peer.origin == origin)
            self.config = self.config.with_peer(replace(known, ended=day))
            configs.save(self.folder.config, self.config)
            for peer in self.peers.known():
                if peer.origin == origin:
                    peer.peer = replace(known, ended=day)

    # --- status ----------------------------------------------------------------------------------------

    def status(self) -> NodeStatus:
        """Return the state of the node and of its peers."""
        return overview(self)

    # --- inside ----------------------------------------------------------------------------------------

    def _witnessed(self, origin: str) -> Mirror | None:
        link = self.peers.get(origin)
        return None if link is None or link.peer.ended else self._mirror_of(origin)

    def _mirror_of(self, origin: str) -> Mirror | None:
        link = self.peers.get(origin)
        if link is None or link.mirror.vkey not in link.trust.vkeys("log"):
            return None  # a log followed by a key that its charter lists no more is not witnessed
        return link.mirror

    def _named(self) -> dict[str, int]:
        query = select(ANCHORED.c.origin, ANCHORED.c.size).where(ANCHORED.c.writer == self.origin)
        with self.views.connect() as db:
            return {row.origin: row.size for row in db.execute(query)}


def _own_charter(folder: Folder, origin: str) -> Charter:
    try:
        charter = Charter.parse(folder.charter.read_bytes())
    except OSError as error:
        raise ConfigError(f"{folder.charter}: the charter cannot be read") from error
    if charter.origin != origin:
        raise ConfigError(f"{folder.charter} is the charter of {charter.origin}, not of {origin}")
    return charter
