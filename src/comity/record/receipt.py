"""`Receipt`: what an append gives back, and the proof that can be had from it later."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class ProofSource(Protocol):
    """Where a receipt gets its proof from: a log."""

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The inclusion proof of leaf `index` in the tree of `size` leaves."""
        ...


class Receipt(NamedTuple):
    """The leaf is durably at `index` of the log `origin`; the tree had `size` leaves after its batch.

    Attributes:
        origin: The log's name.
        index: Place of the leaf, from 0.
        leaf_hash: SHA-256(0x00 || leaf), 32 bytes.
        size: The smallest committed tree that holds the leaf.
        source: The log that gave the receipt; asked only when a proof is.
    """

    origin: str
    index: int  # type: ignore[assignment]  # the field's name; tuple.index is not wanted here
    leaf_hash: bytes
    size: int
    source: ProofSource

    def proof(self, size: int | None = None) -> list[bytes]:
        """The inclusion proof in the tree of `size` leaves (default: `self.size`), made when asked."""
        return self.source.prove_inclusion(self.index, self.size if size is None else size)
