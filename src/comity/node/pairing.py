"""Pairing: each side fetches the other's charter, people compare fingerprints, the digest is pinned.

Nothing is trusted by fetching it: the charter must be the one that leaf 0 of the peer's log names, under a
head that the charter's log key signed, and a person (or a fingerprint given beforehand) must confirm it.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from comity.node.config import Peer, check_address
from comity.node.errors import (
    CharterChangedError,
    FingerprintError,
    PairingError,
    SelfPairingError,
)
from comity.record import merkle
from comity.record.canonical import b64
from comity.record.charter import Charter, CharterError
from comity.record.checkpoint import open_checkpoint
from comity.record.fetch import folder_fetcher
from comity.record.tilereader import TileReader
from comity.record.tiles import decode_bundle, entries_path, tile_width
from comity.record.trust import check_succession

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.node import Node
    from comity.record.fetch import Fetch

MOST_CHARTER: Final = 128 * 1024
MOST_VERSIONS: Final = 1000


@dataclass(frozen=True, slots=True)
class Proposal:
    """What two people compare before they pair.

    `known` says that exactly this charter is pinned already; then pairing again only changes the address.
    """

    origin: str
    party: str
    names: dict[str, str]
    address: str
    fingerprint: str
    own_origin: str
    own_fingerprint: str
    known: bool

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


@contextmanager
def reading(node: Node, address: str) -> Iterator[Fetch]:
    """Give a fetcher for a peer's address: a URL, or a folder.

    Raises:
        TlsUnpinnedError: over https only a node whose charter is pinned already is read, from a folder.
    """
    address = check_address(address)
    if "://" not in address:
        yield folder_fetcher(address)
        return
    with node.line(address) as line:
        yield line.get


def propose(node: Node, address: str) -> Proposal:
    """Fetch a peer's charter and check what can be checked without a person.

    Raises:
        SelfPairingError: it is the own charter or the own origin.
        CharterChangedError: another charter is pinned for that origin.
        PairingError: the log there does not begin with this charter.
        FetchError: nobody answers.
    """
    return _propose(node, address)[0]


def pair(node: Node, address: str, fingerprint: str) -> Proposal:
    """Pin the charter found at an address, if it has the fingerprint that was compared.

    Raises:
        FingerprintError: it has another one.
        PairingError, FetchError: as `propose`.
    """
    proposal, charter, first = _propose(node, address)
    if _plain(fingerprint) != _plain(charter.fingerprint):
        raise FingerprintError(
            f"{proposal.address} shows {charter.fingerprint}, not {fingerprint[:80]!a}: nothing is pinned"
        )
    # Version 1 is what leaf 0 names; the later ones follow from it by the rules, with the first exchange.
    node.add_peer(Peer(first.origin, proposal.address, b64(first.digest), first.party), first)
    return proposal


def _propose(node: Node, address: str) -> tuple[Proposal, Charter, Charter]:
    """Return what people compare, the newest version of the charter, and version 1."""
    address = check_address(address)
    with reading(node, address) as fetch:
        charter = _charter(address, fetch)
        if charter.digest == node.charter.digest:
            raise SelfPairingError(f"{address} shows the charter of this very node")
        if charter.origin == node.origin:
            raise SelfPairingError(f"{address} shows another charter for the own origin {node.origin}")
        chain = _versions(fetch, charter)
        known = node.charters.get(charter.origin)
        if known is not None and known.digest not in {version.digest for version in chain}:
            raise CharterChangedError(
                f"{address} shows the charter {charter.fingerprint} for {charter.origin}; "
                f"pinned is {known.fingerprint}"
            )
        _check_first(address, fetch, charter, chain[0])
    proposal = Proposal(
        origin=charter.origin,
        party=charter.party,
        names=dict(charter.names),
        address=address,
        fingerprint=charter.fingerprint,
        own_origin=node.origin,
        own_fingerprint=node.charter.fingerprint,
        known=known is not None,
    )
    return proposal, charter, chain[0]


def _versions(fetch: Fetch, newest: Charter) -> list[Charter]:
    """Return every version of a charter, each following the one before."""
    older = [Charter.parse(fetch(f"log/charters/{number}")) for number in range(1, newest.version)]
    chain = [*older, newest]
    for old, new in pairwise(chain):
        check_succession(old, new)
    return chain


def _charter(address: str, fetch: Fetch) -> Charter:
    data = fetch("log/charter")
    if len(data) > MOST_CHARTER:
        raise PairingError(f"{address}: a charter of {len(data)} bytes")
    charter = Charter.parse(data)
    if charter.version > MOST_VERSIONS:
        raise PairingError(f"{address}: version {charter.version} of a charter, more than {MOST_VERSIONS}")
    for role in ("witness", "mirror"):
        try:
            charter.vkey(role)
        except CharterError as error:
            raise PairingError(
                f"{address}: {charter.origin} has no {role} key, so it cannot be a peer"
            ) from error
    return charter


def _check_first(address: str, fetch: Fetch, charter: Charter, first: Charter) -> None:
    """Check that the log begins with the entry that names version 1 of its charter."""
    head = open_checkpoint(fetch("log/checkpoint"), charter.vkey("log"))
    if head.size == 0:
        raise PairingError(f"{address}: the log of {charter.origin} is empty, without even a charter entry")
    width = tile_width(0, 0, head.size)
    leaf = decode_bundle(fetch(f"log/{entries_path(0, width)}"), width)[0]
    reader = TileReader(lambda path: fetch(f"log/{path}"), head.size, head.root)
    reader.authenticate()
    if reader.hash(0, 0) != merkle.leaf_hash(leaf):
        raise PairingError(f"{address}: leaf 0 of {charter.origin} is not in the tree that its log signed")
    first.verify_first(leaf)


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.lower().split()).replace("-", "")
