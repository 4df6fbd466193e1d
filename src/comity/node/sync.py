"""One exchange with one peer (docs/spec/mirror.md, docs/spec/witness.md).

The order of it:

1. Pull the peer's log into the mirror; verify, store; cosign its head with the witness and the mirror key.
2. Pull the openings of TLP:CLEAR records, verify each against its entry, store what holds.
3. Fetch what the peer's mirror shows of the own log: hold it against the own log, take its cosignatures,
   and take back entries that a restored log has lost.
4. Ask the peer's witness to cosign the newest own head, where the line allows asking.

What a peer or a line does wrong ends the exchange early and is reported; what is stored by then is
verified. A folder (a USB stick) is a peer that cannot be asked, only read.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.node.folder import origin_hash
from comity.node.openings import BUNDLE, openings_path, take_bundle
from comity.record.checkpoint import CheckpointError, open_checkpoint
from comity.record.cosignature import UnknownCosignerError, verify_cosignature
from comity.record.errors import ComityError
from comity.record.fetch import FetchError, NotFoundError
from comity.record.mirror import MirrorIncompleteError
from comity.record.note import NoteError, split_note
from comity.record.witness import OK, SIZE_TYPE, format_request

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.exchange import ExchangeBook
    from comity.node.openings import Stands
    from comity.node.own import OwnLog
    from comity.node.peers import PeerLink, Peers
    from comity.node.retention import Keeper
    from comity.record.cosignature import Cosigner
    from comity.record.fetch import Fetch
    from comity.record.note import Signature

    Post = Callable[[str, bytes], tuple[int, str, bytes]]
    Progress = Callable[[str, int, int], None]

MOST_REFETCHED: Final = 8
"""Bundles of openings asked for again in one exchange: a line was refused, or a step has no content."""
CONFLICT: Final = 409


@dataclass(slots=True)
class SyncReport:
    """What one exchange came to.

    Attributes:
        origin: the peer.
        ok: whether every step was done.
        state: the mirror's state after it.
        size: verified leaves of the peer held.
        added: leaves this exchange added.
        openings: contents received.
        refused: openings refused (they are in quarantine).
        cosignatures: cosignatures of own heads received.
        adopted: own leaves taken back from the peer's mirror.
        granted: grants to this node that were fetched and opened.
        error: problem details of what ended it early.
    """

    origin: str
    ok: bool = False
    state: str = "unproved"
    size: int = 0
    added: int = 0
    openings: int = 0
    refused: int = 0
    cosignatures: int = 0
    adopted: int = 0
    granted: int = 0
    error: dict[str, Any] | None = None

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON data."""
        return asdict(self)


class Exchanger:
    """Exchanges with peers, one at a time each.

    Args:
        own: the own log.
        peers: everybody it is paired with, for the levels of mirrored logs.
        keeper: where openings are stored.
        book: where tries and refusals are noted.
        witness: the key that says a peer's head is consistent.
        mirror: the key that says every entry is held.
        stands: says what a peer may send without a grant.
    """

    def __init__(
        self,
        own: OwnLog,
        peers: Peers,
        keeper: Keeper,
        book: ExchangeBook,
        *,
        witness: Cosigner,
        mirror: Cosigner,
        stands: Callable[[str], Stands],
    ) -> None:
        self._own = own
        self._peers = peers
        self._keeper = keeper
        self._book = book
        self._witness = witness
        self._mirror = mirror
        self._stands = stands

    def run(
        self, link: PeerLink, fetch: Fetch, post: Post | None = None, progress: Progress | None = None
    ) -> SyncReport:
        """Do one exchange.

        Args:
            link: the peer.
            fetch: gives the bytes at a path of the peer's node, such as `log/checkpoint`.
            post: sends a body to a path and returns status, media type and body; None for a folder.
            progress: told (what, done, all).
        """
        report = SyncReport(link.origin)
        with link.lock:
            try:
                self._pull(link, fetch, report, progress)
                self._take_openings(link, fetch, report)
                self._take_cosignatures(link, fetch, report)
                if post is not None:
                    self._ask_witness(link, post, report)
            except ComityError as error:
                self._book.failed(link.origin, error)
                report.error = error.problem()
            else:
                self._book.succeeded(link.origin)
                report.ok = True
            report.state, report.size = link.mirror.state, link.mirror.size
        return report

    def _pull(self, link: PeerLink, fetch: Fetch, report: SyncReport, progress: Progress | None) -> None:
        def told(done: int, size: int) -> None:
            if progress is not None:
                progress(link.origin, done, size)

        before = self._peers.origin(link).levels
        result = link.mirror.sync(_by_key_in_force(link, fetch), progress=told)
        report.added = result.added
        if result.reason is not None:
            raise result.reason
        try:
            for cosigner in (self._witness, self._mirror):
                link.mirror.cosign(cosigner, int(time.time()))
        except MirrorIncompleteError:
            # The peer shows an older head than one it signed: reported as the state, nothing is cosigned.
            return
        after = self._peers.origin(link).levels
        for start, stop in ((before.witnessed, after.witnessed), (before.joint, after.joint)):
            if start < stop:
                link.mirror.store.add_cause(start, stop, "upgraded")

    def _take_openings(self, link: PeerLink, fetch: Fetch, report: SyncReport) -> None:
        start, size = self._book.read(link.origin).openings_to, link.mirror.size
        refused = {index // BUNDLE for index in self._book.refused_openings(link.origin)}
        closed = frozenset(self._book.closed_steps(link.origin))
        due, newest = refused | {index // BUNDLE for index in closed}, start // BUNDLE
        again = sorted(number for number in due if number < newest)[:MOST_REFETCHED]
        first = newest if start < size or newest in due else -(-size // BUNDLE)
        gone = _erased(link) if again or first * BUNDLE < size else []
        for bundle in [*again, *range(first, -(-size // BUNDLE))]:
            # A bundle in which something was refused is taken whole again: a line that could not be read
            # did not say whose it was.
            wanted = _wanted(0 if bundle in refused else start, closed, gone)
            data = _fetch_or_nothing(fetch, f"log/{openings_path(bundle)}")
            place, stands = self._peers.origin(link), self._stands(link.origin)
            intake = take_bundle(place, self._keeper, bundle, data, wanted, stands=stands)
            for one, end in _ranges(intake.stored):
                link.mirror.store.add_cause(one, end, "opened")
            upto = max(start, min((bundle + 1) * BUNDLE, size)) if bundle not in again else start
            self._book.openings_done(link.origin, bundle, upto, intake)
            report.openings += len(intake.stored)
            report.refused += len(intake.refused)

    def _take_cosignatures(self, link: PeerLink, fetch: Fetch, report: SyncReport) -> None:
        prefix = f"mirrors/{origin_hash(self._own.origin)}/"
        try:
            note = fetch(f"{prefix}checkpoint")
        except NotFoundError:
            return  # the peer does not hold a head of the own log yet
        head = open_checkpoint(note, self._own.vkey)
        report.adopted = self._own.reconcile(head, note, lambda path: fetch(prefix + path))
        lines = split_note(note)[1]
        report.cosignatures += self._own.take_cosignatures(note, _by_peer(note, lines, link))

    def _ask_witness(self, link: PeerLink, post: Post, report: SyncReport) -> None:
        if not self._own.log.writable:
            return
        note = self._own.log.checkpoint()
        head = open_checkpoint(note, self._own.vkey)
        old = self._own.cosigned(link.cosigners()["witness"])
        for _ in range(2):
            if old >= head.size:
                return
            proof = self._own.log.prove_consistency(old, head.size) if old else []
            status, media_type, body = post("witness/add-checkpoint", format_request(old, proof, note))
            if status == OK:
                lines = [line for line in body.splitlines(keepends=True) if line.strip()]
                found = _by_peer(note, split_note(_joined(note, lines))[1], link)
                report.cosignatures += self._own.take_cosignatures(note, found)
                return
            if status != CONFLICT or not media_type.startswith(SIZE_TYPE):
                raise FetchError(f"the witness of {link.origin} answered {status}: {body[:200]!r}")
            old = _size(body)
        raise FetchError(f"the witness of {link.origin} names another size each time")


def _joined(note: bytes, lines: list[bytes]) -> bytes:
    """Put cosignature lines under a note, ended by newlines, for the note parser to judge."""
    return note + b"".join(line.rstrip(b"\n") + b"\n" for line in lines)


def _size(body: bytes) -> int:
    try:
        return int(body.strip()[:20])
    except ValueError as error:
        raise FetchError("the witness names no size") from error


def _by_peer(note: bytes, lines: list[Signature], link: PeerLink) -> list[tuple[str, bytes]]:
    """Return (verifier key, line) of every line that verifies under a pinned key of the peer."""
    found: list[tuple[str, bytes]] = []
    for vkey in link.cosigners().values():
        for item in lines:
            try:
                verify_cosignature(note, item.line, vkey, now=int(time.time()))
            except UnknownCosignerError:
                continue
            found.append((vkey, item.line))
    return found


def _by_key_in_force(link: PeerLink, fetch: Fetch) -> Fetch:
    """Return a fetcher of a peer's log whose head counts only while its charter lists the log's key."""

    def checked(path: str) -> bytes:
        data = fetch(f"log/{path}")
        if path == "checkpoint":
            with suppress(NoteError, CheckpointError):  # what is no head of this log is for the mirror to say
                link.check_log_key(open_checkpoint(data, link.mirror.vkey).size)
        return data

    return checked


def _fetch_or_nothing(fetch: Fetch, path: str) -> bytes:
    try:
        return fetch(path)
    except NotFoundError:
        return b""


def _erased(link: PeerLink) -> list[tuple[int, int]]:
    """Return the ranges whose content was erased here: it is never taken in again."""
    ranges: list[tuple[int, int]] = []
    seq = 0
    while rows := link.mirror.store.feed(seq, 10_000):
        ranges += [(row.start, row.stop) for row in rows if row.cause == "erased"]
        seq = rows[-1].seq
    return ranges


def _wanted(low: int, closed: frozenset[int], gone: list[tuple[int, int]]) -> Callable[[int], bool]:
    """Return whether content at an index is to be taken: from `low` on, and of steps that lack theirs.

    What was erased is never taken.
    """

    def wanted(index: int) -> bool:
        return (index >= low or index in closed) and not any(start <= index < stop for start, stop in gone)

    return wanted


def _ranges(indexes: list[int]) -> list[tuple[int, int]]:
    """Join neighbouring indexes into half-open ranges."""
    ranges: list[tuple[int, int]] = []
    for index in sorted(set(indexes)):
        if ranges and ranges[-1][1] == index:
            ranges[-1] = (ranges[-1][0], index + 1)
        else:
            ranges.append((index, index + 1))
    return ranges
