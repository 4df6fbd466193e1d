"""Where a mirror keeps its fork proof: in its database and in a file beside it, either of which is enough."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.record.durable import replace_file
from comity.record.fork import ENCODED_LIMIT, ForkProof, ForkProofError

if TYPE_CHECKING:
    from pathlib import Path

    from comity.record.store import TreeStore

_NAME: Final = "mirror_fork"


class ForkKeeper:
    """The fork proof of one mirror, once there is one: then for ever.

    Args:
        store: the mirror's store.
        vkey: the log's verifier key; a proof that it does not verify is a stray file and accuses nobody.
    """

    def __init__(self, store: TreeStore, vkey: str) -> None:
        self._store = store
        self._vkey = vkey
        self.proof: ForkProof | None = None
        for data in (store.get_meta(_NAME), _read(self.path)):
            proof = self._verified(data)
            if proof is not None:
                self.declare(proof)
                return

    @property
    def path(self) -> Path:
        """The file beside the database."""
        return self._store.path.with_name(self._store.path.name + ".fork.json")

    def declare(self, proof: ForkProof) -> None:
        """Keep a proof; the first one stays.

        Raises:
            ForkProofError: it does not hold.
        """
        proof.verify(self._vkey)
        self.proof = self.proof or proof
        data = self.proof.encode()
        if self._store.get_meta(_NAME) != data:
            self._store.set_meta(_NAME, data)
        if _read(self.path) != data:
            replace_file(self.path, data, 0o644)

    def _verified(self, data: bytes | None) -> ForkProof | None:
        try:
            proof = ForkProof.decode(data or b"")
            proof.verify(self._vkey)
        except ForkProofError:
            return None
        return proof


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(ENCODED_LIMIT + 1)
    except FileNotFoundError:
        return None
