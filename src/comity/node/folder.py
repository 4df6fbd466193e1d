"""Where everything of a node lies on disk (DESIGN section 5)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from comity.node.errors import NodeMissingError
from comity.record.durable import replace_file


def origin_hash(origin: str) -> str:
    """Return SHA-256 of an origin in hex: its name in paths and addresses."""
    return hashlib.sha256(origin.encode()).hexdigest()


def write_atomic(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a small file so that a crash leaves the old bytes or the new ones, on disk."""
    replace_file(path, data, mode)


@dataclass(frozen=True, slots=True)
class Folder:
    """The paths of one node."""

    root: Path

    @classmethod
    def existing(cls, root: Path | str) -> Folder:
        """Return the folder of a node that exists.

        Raises:
            NodeMissingError: there is no comity.toml in it.
        """
        folder = cls(Path(root))
        if not folder.config.is_file():
            raise NodeMissingError(f"{folder.root}: no comity.toml in this folder")
        return folder

    @property
    def config(self) -> Path:
        """Settings."""
        return self.root / "comity.toml"

    @property
    def lock(self) -> Path:
        """Held by the process that has the node open."""
        return self.root / "lock"

    @property
    def run(self) -> Path:
        """Who runs the node and how to talk to it; private."""
        return self.root / "run.json"

    @property
    def charter(self) -> Path:
        """The own charter document, byte for byte as leaf 0 names it."""
        return self.root / "charter"

    @property
    def log(self) -> Path:
        """The own log."""
        return self.root / "log.sqlite"

    @property
    def mirrors(self) -> Path:
        """The peers' logs."""
        return self.root / "mirrors"

    def mirror(self, origin: str) -> Path:
        """One peer's log."""
        return self.mirrors / f"{origin_hash(origin)}.sqlite"

    @property
    def peers(self) -> Path:
        """The peers' pinned charters."""
        return self.root / "peers"

    def peer_charter(self, origin: str) -> Path:
        """One peer's pinned charter document."""
        return self.peers / f"{origin_hash(origin)}.charter"

    @property
    def vault(self) -> Path:
        """Encrypted content."""
        return self.root / "vault"

    @property
    def outbox(self) -> Path:
        """Sealed blobs that a recipient has not acknowledged yet, named by their SHA-256."""
        return self.root / "outbox"

    @property
    def keys(self) -> Path:
        """Signing keys and the guard."""
        return self.root / "keys"

    @property
    def guard(self) -> Path:
        """Epoch and last signed size; never in a backup."""
        return self.keys / "guard"

    @property
    def keyring(self) -> Path:
        """Content keys, wrapped."""
        return self.root / "keyring.sqlite"

    @property
    def keks(self) -> Path:
        """Month keys."""
        return self.root / "keks"

    @property
    def views(self) -> Path:
        """Projections; may be deleted."""
        return self.root / "views.sqlite"

    @property
    def attestations(self) -> Path:
        """Who lifted the guard of a restored log by hand, when and why: one JSON line each."""
        return self.root / "attestations.jsonl"

    @property
    def copies(self) -> Path:
        """Backups and exports that were written, and until when each is kept: one JSON line each."""
        return self.root / "copies.jsonl"
