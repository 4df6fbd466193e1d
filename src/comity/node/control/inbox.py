"""The inbox: grants to this node, fetched, opened, verified against the mirror, and acknowledged.

A record whose opening does not fit the mirror is a claim to settle, not a proof: what was received is kept
beside what was held, the record gets a badge, and the receipt in the own log says so. Nothing of it is
believed; the other records of the same grant are.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from comity.node.control.desk import digest_of
from comity.node.control.release import problem_of
from comity.node.control.tables_release import DISPUTES, GRANTS, RECEIVED, SETTLED
from comity.node.errors import RecordNotFoundError
from comity.record.canonical import b64
from comity.record.disclosure import Disclosure
from comity.record.entry_form import Ref
from comity.record.errors import ComityError
from comity.record.fetch import FetchError
from comity.record.keyring import Retention
from comity.record.merkle import leaf_hash
from comity.record.partial import PartialStore
from comity.record.preview import openings_digest
from comity.record.protocol_kinds import Dispute, Grant, Pointer, Received, Request, Settled
from comity.record.sealed import SealedError, blob_digest, open_blob, sealed_info

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from comity.node.control.desk import Steps
    from comity.node.control.release import ReleaseDesk
    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.record.fetch import Fetch
    from comity.record.partial import Partial
    from comity.record.protocol_kinds import Target
    from comity.record.protocol_release import Outcome
    from comity.record.recipient_key import RecipientKey

MOST_DISPUTES: Final = 256
CLAIMS: Final = Retention("disputes")
"""The retention class of what was received and did not verify."""


class RecipientKeyGoneError(ComityError):
    """A grant was sealed to a key that this node does not hold, or not any more."""

    code = "recipient-key-gone"
    advice = "Ask for a new grant: it will be sealed to this month's key."


class GrantMismatchError(ComityError):
    """An opening granted is not of the record and fields that the request names."""

    code = "grant-mismatch"
    advice = "A claim to settle with the party that granted it; both openings are kept, none is proven wrong."


@dataclass(slots=True)
class _Opened:
    """What came out of one blob."""

    good: list[tuple[Target, Disclosure]] = field(default_factory=list)
    disputes: list[Dispute] = field(default_factory=list)


class Inbox:
    """Grants to this node.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        desk: judges grants.
        keys: the node's recipient keys by month.
    """

    def __init__(self, node: Node, steps: Steps, desk: ReleaseDesk, keys: dict[str, RecipientKey]) -> None:
        self._node = node
        self._steps = steps
        self._desk = desk
        self._keys = keys
        self._partials = PartialStore(node.contents)
        self._taking = threading.Lock()
        self._failures: dict[Ref, ComityError] = {}
        self.erased: Callable[[], Collection[Ref]] = frozenset
        """Gives the peers' records that were erased here by order (`erasure`): they are not fetched again."""

    def receive(self, link: PeerLink, fetch: Fetch) -> int:
        """Fetch every blob that a peer granted to this node; return how many were taken in.

        What fails is tried again at the next exchange, and shown in the inbox until then.

        Args:
            link: the peer.
            fetch: gives the bytes at a path of the peer's node.
        """
        taken = 0
        with self._taking:
            for place in self._waiting(link.origin):
                if self._gone(place):
                    self._failures.pop(place, None)
                    continue
                try:
                    self._take(link, place, fetch)
                except ComityError as error:
                    self._failures[place] = error
                else:
                    self._failures.pop(place, None)
                    taken += 1
        return taken

    def listing(self) -> list[dict[str, Any]]:
        """Return every grant to this node, newest last: who granted it, how many records, where it stands."""
        query = select(GRANTS).where(GRANTS.c.recipient == self._node.origin).order_by("origin", "index")
        with self._node.views.connect() as db:
            grants = [dict(row) for row in db.execute(query).mappings()]
            own = select(RECEIVED).where(RECEIVED.c.origin == self._node.origin)
            words = {
                (row["grant_origin"], row["grant_index"]): dict(row) for row in db.execute(own).mappings()
            }
        return [self._line(grant, words.get((grant["origin"], grant["index"]))) for grant in grants]

    def partial(self, origin: str, index: int) -> Partial | None:
        """Return the single fields held of a record, None where there are none; for the record's page."""
        record = self._node.record(origin, index)
        return None if record.entry is None else self._partials.get(origin, record.id)

    def disputes(self, origin: str | None = None, index: int | None = None) -> list[dict[str, Any]]:
        """Return the claims to settle as rows of the quarantine, of one record or of all."""
        settled = select(SETTLED.c.received_index).where(SETTLED.c.origin == self._node.origin)
        query = select(DISPUTES).where(
            DISPUTES.c.origin == self._node.origin, DISPUTES.c.index.not_in(settled)
        )
        if origin is not None:
            query = query.where(DISPUTES.c.record_origin == origin)
        if index is not None:
            query = query.where(DISPUTES.c.record_index == index)
        with self._node.views.connect() as db:
            return [
                {
                    "origin": row.record_origin,
                    "index": row.record_index,
                    "source": "grant",
                    "id": row.id,
                    "code": row.code,
                    "detail": f"grant {row.grant_origin} {row.grant_index} opened it differently; what was "
                    f"received is kept under {row.received}",
                }
                for row in db.execute(query.order_by("record_origin", "record_index"))
            ]

    def settle(self, index: int, outcome: Outcome, *, author: str, reason: str) -> Ref:
        """Say in the own log that the disputes of a receipt are settled; return the place of that word.

        Raises:
            RecordNotFoundError: there is no receipt with disputes at this index, or it is settled.
        """
        record = self._node.record(self._node.origin, index)
        word = None if record.content is None else record.content.model
        if not isinstance(word, Received) or not word.disputes or self._settled(index):
            raise RecordNotFoundError(f"{self._node.origin} {index} is no receipt with open disputes")
        assert record.content is not None
        return self._steps.append(
            Settled(
                received=Pointer(origin=record.origin, index=index, leaf=b64(record.leaf_hash)),
                outcome=outcome,
                reason=reason,
            ),
            author=author,
            parties=[word.grant.origin.partition("/")[0]],
            exercise=record.content.header.class_ == "exercise",
        )

    def _settled(self, index: int) -> bool:
        query = select(SETTLED.c.index).where(
            SETTLED.c.origin == self._node.origin, SETTLED.c.received_index == index
        )
        with self._node.views.connect() as db:
            return db.execute(query).first() is not None

    def claimed(self, digest: bytes) -> bytes | None:
        """Return an opening that was received and did not verify, by its SHA-256."""
        return self._node.contents.get_blob(self._node.origin, digest)

    # --- inside ---

    def _line(self, grant: dict[str, Any], word: dict[str, Any] | None) -> dict[str, Any]:
        place = (grant["origin"], grant["index"])
        failure = next((e for ref, e in self._failures.items() if (ref.origin, ref.index) == place), None)
        state = "waiting" if word is None else ("disputed" if word["disputes"] else "received")
        if state == "disputed" and word is not None and self._settled(word["index"]):
            state = "settled"
        if self._gone(Ref(*place, self._node.record(*place).leaf_hash)):
            state = "erased"
        return {
            "origin": grant["origin"],
            "index": grant["index"],
            "class": grant["class_"],
            "request": {"origin": grant["request_origin"], "index": grant["request_index"]},
            "sealed": grant["sealed"],
            "state": state,
            "opened": None if word is None else word["opened"],
            "disputes": None if word is None else word["disputes"],
            "received": None if word is None else word["index"],
            "problem": None if failure is None or word is not None else problem_of(failure),
        }

    def _waiting(self, origin: str) -> list[Ref]:
        own = self._node.origin
        done = (
            select(RECEIVED.c.index)
            .where(
                RECEIVED.c.origin == own,
                RECEIVED.c.grant_origin == GRANTS.c.origin,
                RECEIVED.c.grant_index == GRANTS.c.index,
            )
            .exists()
        )
        query = select(GRANTS.c.index).where(GRANTS.c.origin == origin, GRANTS.c.recipient == own, ~done)
        with self._node.views.connect() as db:
            indexes = list(db.execute(query.order_by("index")).scalars())
        return [Ref(origin, index, self._node.record(origin, index).leaf_hash) for index in indexes]

    def _gone(self, place: Ref) -> bool:
        """Whether everything that a grant releases was erased here by order."""
        erased = self.erased()
        content = self._steps.record(place).content if erased else None
        if content is None or not isinstance(content.model, Grant):
            return False
        asked = self._steps.record(content.model.request.ref()).content
        if asked is None or not isinstance(asked.model, Request):
            return False
        return {target.ref() for target in asked.model.targets} <= set(erased)

    def _take(self, link: PeerLink, place: Ref, fetch: Fetch) -> None:
        record = self._steps.record(place)
        assert record.content is not None
        assert isinstance(record.content.model, Grant)
        request = record.content.model.request.ref()
        grant = self._desk.machine(request).check_grant(place)
        key = next((key for key in self._keys.values() if b64(key.key_id) == grant.recipient.hpke_key), None)
        if key is None:
            raise RecipientKeyGoneError(
                f"{place.origin} {place.index}: no key {grant.recipient.hpke_key} here"
            )
        blob = fetch(f"outbox/{digest_of(grant.sealed_digest).hex()}")
        if b64(blob_digest(blob)) != grant.sealed_digest:
            raise FetchError(f"{place.origin} {place.index}: other bytes came than the grant names")
        asked = self._steps.record(request).content
        assert asked is not None
        assert isinstance(asked.model, Request)
        info = sealed_info(place.origin, record.id, grant.recipient)
        opened = self._open(blob, key, info, grant, asked.model.targets)
        self._store(link, opened)
        word = Received(
            grant=Pointer.of(place),
            sealed_digest=grant.sealed_digest,
            opened=len(opened.good),
            disputes=opened.disputes,
        )
        self._steps.append(
            word,
            author=f"node:{self._node.origin}",
            parties=[link.charter.party],
            exercise=record.content.header.class_ == "exercise",
        )

    def _open(
        self, blob: bytes, key: RecipientKey, info: bytes, grant: Grant, targets: list[Target]
    ) -> _Opened:
        opened = _Opened()
        try:
            items = _approved_items(open_blob(blob, key, info), grant, targets)
        except (SealedError, GrantMismatchError) as error:
            opened.disputes = self._disputes(targets, error, blob)
            return opened
        for target, data in zip(targets, items, strict=True):
            try:
                opened.good.append((target, self._verified(target, data)))
            except ComityError as error:
                opened.disputes += self._disputes([target], error, data)
        del opened.disputes[MOST_DISPUTES:]
        return opened

    def _verified(self, target: Target, data: bytes) -> Disclosure:
        """Return an opening that fits the leaf in the mirror, and discloses the fields named, no others."""
        disclosure = Disclosure.decode(data)
        leaf = target.ref().leaf
        if leaf_hash(disclosure.leaf) != leaf or self._steps.leaf_at(target.origin, target.index) != leaf:
            raise GrantMismatchError(f"{target.origin} {target.index}: the opening is of another leaf")
        if {opening.path for opening in disclosure.openings} != set(target.paths):
            raise GrantMismatchError(f"{target.origin} {target.index}: other fields than were approved")
        disclosure.verify()
        return disclosure

    def _disputes(self, targets: list[Target], error: ComityError, data: bytes) -> list[Dispute]:
        """Keep what was received of some records, and say what is wrong with it."""
        kept = b64(self._node.contents.put_blob(self._node.origin, data, CLAIMS).digest)
        records = [Pointer(origin=t.origin, index=t.index, leaf=t.leaf) for t in targets[:MOST_DISPUTES]]
        return [Dispute(record=record, code=error.code, received=kept) for record in records]

    def _store(self, link: PeerLink, opened: _Opened) -> None:
        fulls = [item.full for _, item in opened.good if item.full is not None]
        if fulls:
            self._node.keeper.keep(link.origin, fulls)
        for _, item in opened.good:
            if item.full is None:
                entry = item.verify()
                self._partials.put(link.origin, entry.id, item.kind, item.openings)
        for target, _ in opened.good:
            link.mirror.store.add_cause(target.index, target.index + 1, "opened")


def _approved_items(items: list[bytes], grant: Grant, targets: list[Target]) -> list[bytes]:
    """Return the items of a blob if they are those that were approved, one a target."""
    if len(items) != len(targets) or b64(openings_digest(items)) != grant.openings_digest:
        raise GrantMismatchError("the blob holds other openings than were approved")
    return items
