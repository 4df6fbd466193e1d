"""The own log: appended to by this node alone, held against what peers have seen of it."""

from __future__ import annotations

import secrets
import threading
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from comity.node import charters
from comity.node.errors import NodeKeysError, NodeReadOnlyError, OwnForkError, UnconfirmedError
from comity.node.exchange import milliseconds
from comity.node.reader import Levels, Origin
from comity.record import merkle
from comity.record.entry import Head, anchor_entry, identify
from comity.record.errors import ComityError
from comity.record.fork import prove_leaf
from comity.record.fork_keeper import ForkKeeper
from comity.record.guard import Guard, GuardError, GuardMissingError
from comity.record.log import Log
from comity.record.note import Signer, Verifier, split_note
from comity.record.pull import pull
from comity.record.tilereader import TileReader

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from comity.node.folder import Folder
    from comity.node.keys import Key, Keys
    from comity.node.peers import Paired
    from comity.record.checkpoint import Checkpoint
    from comity.record.fetch import Fetch
    from comity.record.fork import ForkProof
    from comity.record.receipt import Receipt


@lru_cache(maxsize=64)
def cosigner_key(vkey: str) -> str:
    """Return the name under which a log keeps the cosignatures of a verifier key."""
    verifier = Verifier.parse(vkey)
    return f"{verifier.name}+{verifier.key_id.hex()}"


class OwnLog:
    """The own log with its guard, and what is known of it elsewhere.

    Args:
        folder: the node's folder.
        keys: the node's keys.
        peers: gives the peers, whose cosignatures count.
    """

    def __init__(self, folder: Folder, keys: Keys, peers: Callable[[], Iterable[Paired]]) -> None:
        self._folder = folder
        self._keys = keys
        self._peers = peers
        self._forked: str | None = None
        self._lock = threading.RLock()
        signer = Signer(keys.log.name, keys.log.seed)
        self.vkey = signer.vkey
        self.log = Log.open(folder.log, signer, identify=identify, guard=folder.guard)
        self.trust = charters.load_own(folder, self.log.store)
        self._forks = ForkKeeper(self.log.store, self.vkey)
        # How long this process has known of a head that no peer has witnessed; milliseconds UTC.
        self.unwitnessed_since: int | None = milliseconds()

    @property
    def origin(self) -> str:
        """The name of the log."""
        return self.log.origin

    @property
    def size(self) -> int:
        """How many entries there are."""
        return self.log.size

    def close(self) -> None:
        """Close the file."""
        self.log.close()

    @property
    def fork(self) -> ForkProof | None:
        """The proof that two copies of this node have signed, once there is one; it stays."""
        return self._forks.proof

    @property
    def fork_path(self) -> Path:
        """Where the fork proof lies once there is one."""
        return self._forks.path

    def refusal(self) -> NodeReadOnlyError | None:
        """Say why the log must not grow now, or None."""
        if self._forked is None and self.fork is not None:
            self._forked = f"{self.origin} has signed two histories: {self.fork_path} proves it"
        if self._forked is not None:
            return OwnForkError(self._forked)
        if self.log.writable:
            return None
        if not self.log.store.writable:
            return NodeReadOnlyError(f"{self._folder.log}: writing failed: {self.log.store.failure}")
        return UnconfirmedError(
            f"{self.origin}: the log of {self.size} entries was restored, and nobody has confirmed that "
            "this is all that was ever signed"
        )

    def append(self, leaves: list[bytes], anchors: Callable[[], bytes | None]) -> list[Receipt]:
        """Append leaves, after an anchor when one is due; return the receipts of the leaves alone.

        Raises:
            NodeReadOnlyError: the log must not grow now.
        """
        with self._lock:
            refusal = self.refusal()
            if refusal is not None:
                raise refusal
            anchor = anchors() if leaves else None
            if self.levels().witnessed == self.size:
                self.unwitnessed_since = milliseconds()
            receipts = self.log.append(leaves if anchor is None else [anchor, *leaves])
            # Published at once; when signing must stop, the log serves the last head it signed.
            self.log.checkpoint()
            return receipts if anchor is None else receipts[1:]

    def anchor(self, heads: list[Head]) -> bytes:
        """Return an anchor entry that names peers' heads, signed by the first office."""
        office = self.trust.current.offices[0].name
        seed = self._keys.offices[office].seed
        return anchor_entry(origin=self.origin, id=secrets.token_bytes(16), heads=heads, seed=seed)

    def office_key(self, name: str = "") -> Key:
        """Return the key of an office of this node, the first without a name.

        Raises:
            NodeKeysError: this node does not hold the key of such an office.
        """
        office = name or self.trust.current.offices[0].name
        try:
            return self._keys.offices[office]
        except KeyError as error:
            raise NodeKeysError(f"no key of an office {office[:64]!a} is held here") from error

    def levels(self) -> Levels:
        """Return how far the log is published, witnessed and joint, by the peers' cosignatures."""
        store = self.log.store
        published = store.signed_size() or 0
        witnessed = joint = 0
        for link in self._peers():
            keys = link.cosigners()
            witnessed = max(witnessed, self.cosigned(keys["witness"]))
            joint = max(joint, self.cosigned(keys["mirror"]))
        return Levels(published, max(witnessed, joint), joint)

    def cosigned(self, vkey: str) -> int:
        """Return the size of the largest own head that a key has cosigned."""
        return self.log.store.newest_cosigned(cosigner_key(vkey))

    def as_origin(self) -> Origin:
        """Return the log as it stands now."""
        return Origin(self.origin, self.log.store, self.trust, self.levels())

    def take_cosignatures(self, note: bytes, found: list[tuple[str, bytes]]) -> int:
        """Keep verified cosignatures of an own head; return how many are new.

        Args:
            note: the own signed head that they cover.
            found: (verifier key, line) each.
        """
        size = int(split_note(note)[0].split(b"\n")[1])
        store = self.log.store
        known = set(store.cosignatures(size))
        fresh = [item for item in found if item[1] not in known]
        before = self.levels()
        for vkey, line in fresh:
            self.log.add_cosignature(size, line, vkey)
        after = self.levels()
        for start, stop in ((before.witnessed, after.witnessed), (before.joint, after.joint)):
            if start < min(stop, self.size):
                store.add_cause(start, min(stop, self.size), "upgraded")
        return len(fresh)

    def reconcile(self, head: Checkpoint, note: bytes, fetch: Fetch) -> int:
        """Hold the own log against a head of it that a peer holds; return how many entries were taken back.

        A log that was restored takes back what the peer's mirror has and it has not, and may grow again
        once a peer's head lies within it.

        Args:
            head: the head, whose own signature was verified.
            note: the signed note of it.
            fetch: gives the bytes at a path of the peer's mirror of the own log.

        Raises:
            OwnForkError: the own log contradicts the head: two copies of this node have written.
        """
        with self._lock:
            adopted = 0
            if head.size > self.size:
                adopted = self._adopt(head, note, fetch)
            elif self.log.store.root(head.size) != head.root:
                reader = TileReader(fetch, head.size, head.root)
                self._fork(f"a peer holds another tree of {head.size} entries of {self.origin}", note, reader)
            refusal = self.refusal()
            if isinstance(refusal, UnconfirmedError):
                self.confirm()
            return adopted

    def confirm(self) -> None:
        """Let a restored log grow again from the head it has.

        Raises:
            GuardError: the guard knows a newer head than the log has.
        """
        epoch = 0
        with suppress(GuardMissingError):
            epoch = Guard(self._folder.guard).epoch
        Guard.create(self._folder.guard, epoch=epoch, size=self.size, root=self.log.store.root())
        self.log.retake_guard(self._folder.guard)

    def _adopt(self, head: Checkpoint, note: bytes, fetch: Fetch) -> int:
        reader = TileReader(fetch, head.size, head.root)
        reader.authenticate()
        if merkle.root_from(reader.hash, self.size) != self.log.store.root():
            self._fork(
                f"a peer holds {head.size} entries of {self.origin} that do not extend the {self.size} here",
                note,
                reader,
            )
        before = self.size
        store = self.log.store
        for batch in pull(fetch, reader, self.size):
            with store.transaction():
                store.append(batch.leaves, ids=[_id(leaf) for leaf in batch.leaves], hashes=batch.hashes)
                if batch.stop == head.size:
                    text, signatures = split_note(note)
                    own = [item.line for item in signatures if item.name == self.origin]
                    store.add_signed_head(head.size, text + b"\n" + b"".join(own[:1]))
        with suppress(GuardError):  # an even newer head was signed; another peer may hold it
            self.confirm()
        return self.size - before

    def _fork(self, message: str, note: bytes, reader: TileReader) -> None:
        """Keep the proof where one can be made: both heads are signed with the own key. Then stop."""
        own = self.log.store.signed_head()
        with suppress(ComityError):
            reader.authenticate()
            made = own and prove_leaf(self.vkey, (own, self.log.store.hash), (note, reader.hash))
            if made:
                self._forks.declare(made)
        self._forked = message
        raise OwnForkError(message)


def _id(leaf: bytes) -> bytes | None:
    try:
        return identify(leaf)
    except ComityError:
        return None
