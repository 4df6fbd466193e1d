"""The peers of a node: for each a pinned charter and a mirror of its log."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.node import charters
from comity.node.errors import (
    CharterChangedError,
    ConfigError,
    MirrorDamagedError,
    PeerUnknownError,
    PinnedCharterError,
)
from comity.node.folder import write_atomic
from comity.node.reader import Levels, Origin
from comity.record.canonical import b64
from comity.record.canonical_errors import CanonicalError
from comity.record.charter import Charter, CharterError
from comity.record.cosigner_memory import CosignerMemoryError
from comity.record.entry import identify
from comity.record.errors import ComityError
from comity.record.fetch import FetchError
from comity.record.mirror import Mirror, MirrorKeyError
from comity.record.note_errors import NoteError
from comity.record.store_errors import StoreError
from comity.record.trust import Trust

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.config import Config, Peer
    from comity.node.folder import Folder
    from comity.record.store import TreeStore

MEBIBYTE: Final = 1 << 20


class LogKeyOverError(FetchError):
    """A peer's log is signed by a key that its charter lists no more: nothing of it is taken or cosigned."""

    code = "log-key-over"
    advice = (
        "Ask the party: another holder of that key may be signing. A log keeps its key (ADR 0022): pair with "
        "the log that goes on."
    )


@dataclass(slots=True)
class Paired:
    """One peer: settings, and trust from the pinned charter on."""

    peer: Peer
    trust: Trust

    @property
    def charter(self) -> Charter:
        """The newest version of its charter."""
        return self.trust.current

    @property
    def origin(self) -> str:
        """The peer's log."""
        return self.peer.origin

    def cosigners(self) -> dict[str, str]:
        """The verifier keys with which this peer cosigns, by role."""
        return {"witness": self.charter.vkey("witness"), "mirror": self.charter.vkey("mirror")}


@dataclass(slots=True)
class PeerLink(Paired):
    """A peer with the mirror of its log. `lock` is held for the length of one exchange.

    `charters_seen` says how far the mirror was searched for charter entries.
    """

    mirror: Mirror
    lock: threading.Lock = field(default_factory=threading.Lock)
    charters_seen: int = 0

    def check_log_key(self, size: int | None = None) -> None:
        """Check that the key by which this log is followed counts for a head of a size, or now.

        Raises:
            LogKeyOverError: its charter lists the key no more, or it is revoked there.
        """
        if self.mirror.vkey not in self.trust.vkeys("log", size):
            raise LogKeyOverError(
                f"the charter of {self.origin}, version {self.trust.current.version}, does not list the key "
                "that signs its heads"
            )


@dataclass(slots=True)
class BrokenPeer(Paired):
    """A peer whose mirror does not open, and why: nothing is pulled, served or cosigned of its log."""

    error: ComityError

    def refusal(self) -> MirrorDamagedError:
        """Return what to tell whoever wants something of this peer's log."""
        return MirrorDamagedError(f"the mirror of {self.origin} does not open: {self.error}")


class Peers:
    """Every peer of a node, opened; one whose mirror is damaged never keeps the node from the others.

    Args:
        folder: the node's folder.
        config: the node's settings.
        cosigners: the verifier keys with which this node witnesses and mirrors.
    """

    def __init__(self, folder: Folder, config: Config, cosigners: tuple[str, str]) -> None:
        self._folder = folder
        self._cosigners = cosigners
        self._quota = config.quota_mb * MEBIBYTE
        self._links: dict[str, PeerLink] = {}
        self._broken: dict[str, BrokenPeer] = {}
        self._levels: dict[str, tuple[TreeStore, int, Levels]] = {}
        folder.mirrors.mkdir(mode=0o700, exist_ok=True)
        folder.peers.mkdir(mode=0o700, exist_ok=True)
        try:
            for peer in config.peers:
                self._open_or_note(peer)
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[PeerLink]:
        """Give the peers whose mirrors are open, in the order of comity.toml."""
        return iter(list(self._links.values()))

    def known(self) -> list[Paired]:
        """Return every paired peer, open or broken."""
        return [*self._links.values(), *self._broken.values()]

    def exchanging(self) -> list[PeerLink]:
        """Return the peers whose pairing stands: whoever asks, is answered or is sent something."""
        return [link for link in self if not link.peer.ended]

    def charter_of(self, origin: str) -> Charter:
        """Return the charter of a peer whose pairing stands.

        Raises:
            PeerUnknownError: there is none, or its pairing was ended.
        """
        found = next((peer for peer in self.known() if peer.origin == origin), None)
        if found is None:
            raise PeerUnknownError(f"{origin!r} is not paired with this node")
        if found.peer.ended:
            raise PeerUnknownError(f"the pairing with {origin} was ended on {found.peer.ended}")
        return found.charter

    def broken(self) -> list[BrokenPeer]:
        """Return the peers whose mirrors do not open."""
        return list(self._broken.values())

    def get(self, origin: str) -> PeerLink | None:
        """Return the peer with this log, or None."""
        return self._links.get(origin)

    def require(self, origin: str) -> PeerLink:
        """Return the peer with this log.

        Raises:
            PeerUnknownError: there is none.
            MirrorDamagedError: its mirror does not open.
        """
        if origin in self._broken:
            raise self._broken[origin].refusal()
        link = self._links.get(origin)
        if link is None:
            raise PeerUnknownError(f"{origin!r} is not paired with this node")
        return link

    def open(self, peer: Peer) -> PeerLink:
        """Open the mirror of a peer whose charter is stored.

        Raises:
            CharterChangedError: the stored charter is not the one that comity.toml pins.
            ConfigError: there is no stored charter.
            MirrorDamagedError: the mirror of this peer did not open before.
            StoreError, MirrorKeyError, CosignerMemoryError: it does not open now.
        """
        charter = self._charter(peer)
        if peer.origin in self._broken:
            raise self._broken[peer.origin].refusal()
        known = self._links.get(peer.origin)
        if known is not None:
            known.peer = peer
            return known
        mirror = Mirror.open(
            self._folder.mirror(peer.origin),
            peer.origin,
            charter.vkey("log"),
            quota_bytes=self._quota,
            identify=identify,
        )
        kept = charters.peer_folder(self._folder, peer.origin)
        try:
            trust = charters.load(charter, kept, mirror.store)
        except (CharterError, NoteError, CanonicalError) as error:
            mirror.close()
            raise PinnedCharterError(
                f"peer {peer.origin}: what lies in {kept} does not hold: {error}"
            ) from error
        except BaseException:
            mirror.close()
            raise
        link = PeerLink(peer, trust, mirror, charters_seen=trust.versions[-1][0])
        self._links[peer.origin] = link
        return link

    def _open_or_note(self, peer: Peer) -> None:
        try:
            self.open(peer)
        except (StoreError, MirrorKeyError, CosignerMemoryError) as error:
            kept = charters.peer_folder(self._folder, peer.origin)
            trust = Trust(charters.newest(self._charter(peer), kept))
            self._broken[peer.origin] = BrokenPeer(peer, trust, error)

    def _charter(self, peer: Peer) -> Charter:
        path = self._folder.peer_charter(peer.origin)
        try:
            charter = Charter.parse(path.read_bytes())
        except OSError as error:
            raise ConfigError(f"peer {peer.origin}: its charter {path} cannot be read") from error
        except ComityError as error:
            raise PinnedCharterError(f"peer {peer.origin}: {path} is no charter: {error}") from error
        if b64(charter.digest) != peer.charter or charter.origin != peer.origin:
            raise CharterChangedError(f"{path} is not the charter that comity.toml pins for {peer.origin}")
        return charter

    def store_charter(self, charter: Charter) -> None:
        """Keep a charter that was just confirmed."""
        write_atomic(self._folder.peer_charter(charter.origin), charter.encode())

    def origins(self) -> list[Origin]:
        """Return every mirrored log as it stands now."""
        return [self.origin(link) for link in self]

    def origin(self, link: PeerLink) -> Origin:
        """Return one mirrored log as it stands now: what this node cosigned decides its status."""
        store = link.mirror.store
        commits = store.commits
        known = self._levels.get(link.origin)
        if known is None or known[:2] != (store, commits):
            known = self._levels[link.origin] = (store, commits, self._levels_of(link))
        return Origin(link.origin, store, link.trust, known[2])

    def _levels_of(self, link: PeerLink) -> Levels:
        size = link.mirror.store.size
        witness, mirror = (link.mirror.heads.last_cosigned(vkey).size for vkey in self._cosigners)
        joint = min(size, mirror)
        return Levels(size, max(joint, min(size, witness)), joint)

    def close(self) -> None:
        """Close every mirror."""
        for link in self._links.values():
            link.mirror.close()
        self._links.clear()
