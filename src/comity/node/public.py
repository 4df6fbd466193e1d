"""What a node shows to its peers, by path: the same bytes over HTTP, in an export folder, and in tests.

log/checkpoint, log/tile/…, log/tile/entries/…      the own log as C2SP tlog-tiles
log/charter, log/charters/N, log/openings/NNN       beside the log
mirrors/<sha256(origin)>/checkpoint, tile/…         a peer's log as held here, with this node's cosignatures
outbox/<sha256>                                     a sealed blob, for the node it was granted to
mirrors/<sha256(origin)>/heads/<size>               full signed heads, among them those that anchors name
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node.folder import origin_hash
from comity.node.openings import BUNDLE, make_bundle, openings_path
from comity.record.checkpoint import open_checkpoint
from comity.record.cosignature import merge_signatures
from comity.record.fetch import NotFoundError
from comity.record.store_errors import StoreError
from comity.record.tiles import TilePathError, parse_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.record.store import TreeStore

TEXT: Final = "text/plain; charset=utf-8"
BYTES: Final = "application/octet-stream"
JSON: Final = "application/json"
LINES: Final = "application/jsonl"

FOREVER: Final = "public, max-age=31536000, immutable"
BRIEFLY: Final = "no-cache"
HEAD_SIZE: Final = re.compile(r"(?:0|[1-9][0-9]{0,18})\Z", re.ASCII)
MOST_SIZE_BITS: Final = 63


@dataclass(frozen=True, slots=True)
class Served:
    """The bytes at a path, with media type and caching rule."""

    body: bytes
    media_type: str
    cache: str

    @property
    def etag(self) -> str:
        """A strong validator."""
        return f'"{hashlib.sha256(self.body).hexdigest()[:32]}"'


class PublicFiles:
    """Reads the public paths of a node."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def get(self, path: str, viewer: str | None = None) -> Served:
        """Return what stands at a path, for whoever asks.

        Args:
            path: the path.
            viewer: the origin of an authenticated peer; None for a stranger (`comity.node.control`).

        Raises:
            TilePathError: the path is of a tile that no tree can have.
            NotFoundError: nothing stands there.
        """
        area, _, rest = path.partition("/")
        if area == "log":
            return self._log(rest, viewer)
        if area == "outbox":
            return self._blob(rest, viewer)
        if area == "mirrors":
            digest, _, name = rest.partition("/")
            for link in self._node.peers:
                if origin_hash(link.origin) == digest:
                    return self._mirror(link, name)
        raise NotFoundError(f"nothing at {path[:200]!a}")

    def _blob(self, name: str, viewer: str | None) -> Served:
        blob = self._node.control.blob(name, viewer)
        if blob is None:
            raise NotFoundError("no such blob for whoever asks")
        return Served(blob, BYTES, "no-store")

    def _log(self, path: str, viewer: str | None) -> Served:
        node = self._node
        if path == "checkpoint":
            return Served(node.log.checkpoint(), TEXT, BRIEFLY)
        if path == "charter":
            return Served(node.charter.encode(), TEXT, BRIEFLY)
        if path.startswith("charters/"):
            return self._version(path.removeprefix("charters/"))
        if path.startswith("openings/"):
            return self._openings(path, viewer)
        return _tile(node.log.store, path)

    def _openings(self, path: str, viewer: str | None) -> Served:
        number = parse_path("tile/entries/" + path.removeprefix("openings/")).index
        if number * BUNDLE >= self._node.log.size:
            raise NotFoundError(f"no openings {number}")
        node = self._node
        start, stop = number * BUNDLE, min((number + 1) * BUNDLE, node.log.size)
        stands = node.control.stands(viewer)
        indexes = stands.indexes(node.views, node.origin, start, stop)
        body = make_bundle(node.origin, node.log.store, node.contents, indexes, stands)
        return Served(body, LINES, BRIEFLY)

    def _version(self, text: str) -> Served:
        trust = self._node.own.trust
        if not HEAD_SIZE.match(text) or not 1 <= int(text) <= len(trust.versions):
            raise NotFoundError(f"no version {text[:20]!a} of the charter")
        return Served(trust.version(int(text)).encode(), TEXT, FOREVER)

    def _mirror(self, link: PeerLink, path: str) -> Served:
        if path == "checkpoint":
            return Served(self._mirrored_head(link), TEXT, BRIEFLY)
        if path.startswith("heads/"):
            return self._head(link, path.removeprefix("heads/"))
        return _tile(link.mirror.store, path)

    def _mirrored_head(self, link: PeerLink) -> bytes:
        note = link.mirror.checkpoint()
        if note is None:
            raise NotFoundError(f"no head of {link.origin} is held completely yet")
        size = open_checkpoint(note, link.mirror.vkey).size
        last = (link.mirror.heads.last_cosigned(vkey) for vkey in self._node.cosigner_vkeys)
        return merge_signatures(note, [head.line for head in last if head.note and head.size == size])

    def _head(self, link: PeerLink, text: str) -> Served:
        if not HEAD_SIZE.match(text) or int(text) >> MOST_SIZE_BITS:
            raise TilePathError(f"{text[:40]!a} is no size of a tree")
        note = link.mirror.store.signed_head(int(text))
        if note is None:
            raise NotFoundError(f"no signed head of size {text} of {link.origin} is kept here")
        return Served(note, TEXT, FOREVER)


def _tile(store: TreeStore, path: str) -> Served:
    tile = parse_path(path)
    try:
        if tile.level is None:
            return Served(store.bundle(tile.index, tile.width), BYTES, FOREVER)
        return Served(store.tile(tile.level or 0, tile.index, tile.width), BYTES, FOREVER)
    except StoreError as error:
        raise NotFoundError(f"{path}: {error}") from error


def export_paths(node: Node) -> Iterator[str]:
    """Give every path that a folder for a peer needs beside the static export of the log."""
    yield "log/charter"
    for _, charter in node.own.trust.versions:
        yield f"log/charters/{charter.version}"
    for number in range(-(-node.log.size // BUNDLE)):
        yield f"log/{openings_path(number)}"
    for link in node.peers:
        if link.mirror.checkpoint() is not None:
            yield f"mirrors/{origin_hash(link.origin)}/checkpoint"
