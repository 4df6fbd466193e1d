"""A lying peer in memory: it holds its log's key, so it can sign whatever it likes and serve whatever it likes.

An honest peer is `Peer(signer, leaves)`, whose `fetch` serves C2SP tlog-tiles. Lies are of two kinds:

- in what it signs: `fork`, `roll_back`, `claim` (a head that no tree of it has);
- in what it serves: `lies`, a list of functions `(path, honest answer) -> answer`, applied in order; one may raise.
"""

from __future__ import annotations

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from comity.record import merkle
from comity.record.checkpoint import Checkpoint
from comity.record.checkpoint import sign as sign_checkpoint
from comity.record.fetch import FetchError, NotFoundError
from comity.record.tiles import encode_bundle

if TYPE_CHECKING:
    from comity.record.note import Signer

    from .clock import Clock

Lie = Callable[[str, bytes], bytes]
WIDTH = 256


class Tree:
    """Leaves with the hashes of all complete subtrees; written apart from the code under test."""

    def __init__(self, leaves: list[bytes]) -> None:
        self.leaves = list(leaves)
        self.rows: list[list[bytes]] = [[merkle.leaf_hash(leaf) for leaf in leaves]]
        while len(self.rows[-1]) > 1:
            below = self.rows[-1]
            self.rows.append([merkle.node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])

    def read(self, level: int, index: int) -> bytes:
        return self.rows[level][index]

    def root(self, size: int | None = None) -> bytes:
        size = len(self.leaves) if size is None else size
        root, stop = None, size
        for level in range(size.bit_length()):
            if size >> level & 1:
                part = self.rows[level][(stop >> level) - 1]
                root = part if root is None else merkle.node_hash(part, root)
                stop -= 1 << level
        return merkle.EMPTY_ROOT if root is None else root


@dataclass
class Peer:
    """One log and the fetcher that serves it."""

    signer: Signer
    leaves: list[bytes]
    lies: list[Lie] = field(default_factory=list)
    keeps_old_partials: bool = True

    def __post_init__(self) -> None:
        self.paths: list[str] = []
        self.show(self.leaves)

    @property
    def origin(self) -> str:
        return self.signer.name

    @property
    def vkey(self) -> str:
        return self.signer.vkey

    def show(self, leaves: list[bytes], size: int | None = None) -> None:
        """Serve another list of leaves from now on, with an honest signature over it (or over its first `size`)."""
        self.tree = Tree(leaves)
        self.leaves = list(leaves)
        self.size = len(leaves) if size is None else size
        self.note = self.sign(self.size, self.tree.root(self.size))

    def append(self, leaves: list[bytes]) -> None:
        self.show(self.leaves + leaves)

    def fork(self, at: int, leaves: list[bytes]) -> None:
        """Continue from the first `at` leaves in another way."""
        self.show(self.leaves[:at] + leaves)

    def roll_back(self, size: int) -> None:
        """Show an older head, validly signed."""
        self.size = size
        self.note = self.sign(size, self.tree.root(size))

    def claim(self, size: int, root: bytes) -> None:
        """Sign a head that the served tiles do not support."""
        self.note = self.sign(size, root)

    def sign(self, size: int, root: bytes) -> bytes:
        return sign_checkpoint(Checkpoint(self.origin, size, root), self.signer)

    def fetch(self, path: str) -> bytes:
        self.paths.append(path)
        data = self._honest(path)
        for lie in self.lies:
            data = lie(path, data)
        return data

    def _honest(self, path: str) -> bytes:
        if path == "checkpoint":
            return self.note
        kind, index, width = _parse(path)
        level = 0 if kind == "entries" else int(kind)
        count = self.size >> 8 * level
        whole = count - index * WIDTH
        if whole < width or (width < WIDTH <= whole and not self.keeps_old_partials):
            raise NotFoundError(f"{path}: no such tile")
        start = index * WIDTH
        if kind == "entries":
            return encode_bundle(self.tree.leaves[start : start + width])
        return b"".join(self.tree.read(8 * level, i) for i in range(start, start + width))


def _parse(path: str) -> tuple[str, int, int]:
    _, kind, *rest = path.split("/")
    width = WIDTH
    if rest[-2:-1] and rest[-2].endswith(".p"):
        width = int(rest.pop())
        rest[-1] = rest[-1].removesuffix(".p")
    return kind, int("".join(part.removeprefix("x") for part in rest)), width


def only(prefix: str, lie: Lie) -> Lie:
    """Lie about the paths that begin with `prefix`, and tell the truth about the others."""
    return lambda path, data: lie(path, data) if path.startswith(prefix) else data


def once(lie: Lie) -> Lie:
    """Lie the first time only."""
    left = [lie]
    return lambda path, data: left.pop()(path, data) if left else data


def truncated(cut: int = 1) -> Lie:
    return lambda _, data: data[:-cut]


def flipped(position: int = 0, bit: int = 0) -> Lie:
    def lie(_: str, data: bytes) -> bytes:
        changed = bytearray(data)
        if changed:
            changed[position % len(changed)] ^= 1 << bit
        return bytes(changed)

    return lie


def short_hashes(path: str, data: bytes) -> bytes:
    """Hashes of 31 bytes: as many as there should be."""
    del path
    return b"".join(data[i : i + 31] for i in range(0, len(data), 32))


def oversized(extra: int = 1 << 20) -> Lie:
    return lambda _, data: data + bytes(extra)


def swapped(path: str, data: bytes) -> bytes:
    """The first two hashes, or the two halves, exchanged."""
    del path
    return data[32:64] + data[:32] + data[64:]


def failing(path: str, data: bytes) -> bytes:
    del data
    raise FetchError(f"{path}: 500 Internal Server Error")


def missing(path: str, data: bytes) -> bytes:
    del data
    raise NotFoundError(f"{path}: 404 Not Found")


def dripping(clock: Clock, bytes_per_second: int, deadline: int = 30) -> Lie:
    """Bytes come so slowly that the deadline passes."""

    def lie(path: str, data: bytes) -> bytes:
        seconds = -(-len(data) // bytes_per_second)
        clock.sleep(min(seconds, deadline))
        if seconds > deadline:
            raise FetchError(
                f"{path}: {deadline * bytes_per_second} bytes in {deadline} s, then no more time"
            )
        return data

    return lie


def garbage(seed: int) -> Lie:
    """Random bytes of some length instead of the answer."""
    source = random.Random(seed)
    return lambda _, data: source.randbytes(source.randrange(0, len(data) + 64))


def with_lines(*lines: bytes) -> Lie:
    """Add signature lines to the checkpoint: cosignatures stale, future, false or of nobody known."""
    return only("checkpoint", lambda _, data: data + b"".join(lines))


def unknown_signature(name: str) -> bytes:
    """A well-formed signature line of a key that nobody knows."""
    return f"— {name} {base64.b64encode(bytes(76)).decode()}\n".encode()
