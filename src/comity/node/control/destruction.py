"""Destroying content here: keys, ciphertext, rows, single fields, attachments, blobs that wait.

Whatever is destroyed twice is gone once: a crash in between, and a backup that brought content back, are
made good by doing it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from comity.node.control.tables_release import DISPUTES, GRANTS, REFS
from comity.node.errors import RecordNotFoundError
from comity.node.views import RECORDS
from comity.record.canonical import unb64
from comity.record.content import PARTIAL
from comity.record.errors import ComityError
from comity.record.protocol_kinds import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.node.control.desk import Steps
    from comity.node.control.outbox import Outbox
    from comity.node.node import Node
    from comity.record.entry_form import Ref
    from comity.record.opening import FullOpening

DIGEST_SIZE: Final = 32


class Destruction:
    """Destroys what one node holds of records.

    Args:
        node: the node.
        steps: reads steps of the protocol.
        outbox: where sealed blobs wait.
    """

    def __init__(self, node: Node, steps: Steps, outbox: Outbox) -> None:
        self._node = node
        self._steps = steps
        self._outbox = outbox

    def lingers(self, place: Ref) -> bool:
        """Whether anything of a record's content is here: a key, a row, a blob that waits or is disputed."""
        record = self._first(place)
        if record is None:
            return False
        keyring = self._node.contents.keyring
        keys = (record.id, record.id + PARTIAL, *self._claims(place))
        origins = (place.origin, place.origin, *(self._node.origin for _ in self._claims(place)))
        held = any(keyring.find(*key) is not None for key in zip(origins, keys, strict=True))
        return held or self._shown(place) or any(self._outbox.keeps(blob) for blob in self._blobs(place))

    def destroy(self, place: Ref) -> None:
        """Destroy everything here that the content of a record could be read from.

        Raises:
            RecordNotFoundError: another record stands at this place.
        """
        record = self._first(place)
        if record is None:
            return
        contents = self._node.contents
        full = self._readable(place, record.id)
        attachments = [] if full is None else self._attachments(full, place)
        for blob in self._blobs(place):
            self._outbox.drop(blob)
        for digest in self._claims(place):
            contents.erase_blob(self._node.origin, digest)
        for digest in attachments:
            contents.erase_blob(place.origin, digest)
        self._node.erase_local(place.origin, place.index)

    # --- inside ---

    def _first(self, place: Ref) -> Any:
        """Return the record, None where another of the same id stands before it: that one has the content."""
        record = self._steps.record(place)
        if record.entry is None or self._node.find(place.origin, record.id).index != place.index:
            return None
        return record

    def _readable(self, place: Ref, entry_id: bytes) -> FullOpening | None:
        try:
            return self._node.contents.get(place.origin, entry_id)
        except ComityError:
            return None  # damaged: there is nothing to read attachments from

    def _shown(self, place: Ref) -> bool:
        query = select(RECORDS.c.kind).where(RECORDS.c.origin == place.origin, RECORDS.c.index == place.index)
        with self._node.views.connect() as db:
            return bool(db.execute(query).scalar())

    def _claims(self, place: Ref) -> list[bytes]:
        """Return the digests of what was received of a record and disputed."""
        query = select(DISPUTES.c.received).where(
            DISPUTES.c.origin == self._node.origin,
            DISPUTES.c.record_origin == place.origin,
            DISPUTES.c.record_index == place.index,
        )
        with self._node.views.connect() as db:
            return [unb64(value, DIGEST_SIZE) for value in db.execute(query).scalars()]

    def _blobs(self, place: Ref) -> list[bytes]:
        """Return the digests of own blobs that a record was sealed into, alone or with others."""
        query = (
            select(GRANTS.c.sealed)
            .join(
                REFS,
                (REFS.c.origin == GRANTS.c.request_origin) & (REFS.c.index == GRANTS.c.request_index),
            )
            .where(
                GRANTS.c.origin == self._node.origin,
                REFS.c.kind == Request.kind,
                REFS.c.to_origin == place.origin,
                REFS.c.to_index == place.index,
            )
            .distinct()
        )
        with self._node.views.connect() as db:
            return [unb64(value, DIGEST_SIZE) for value in db.execute(query).scalars()]

    def _attachments(self, full: FullOpening, place: Ref) -> list[bytes]:
        """Return the attachments that a record names and no other record held here names."""
        keyring = self._node.contents.keyring
        named = {d for d in _digests(full) if keyring.find(place.origin, d) is not None}
        if not named:
            return []
        for index in range(self._node.size(place.origin)):
            if index == place.index or not named:
                continue
            try:
                record = self._node.record(place.origin, index)
            except RecordNotFoundError:
                continue
            other = self._readable(place, record.id)
            if other is not None and record.id != full.id:
                named -= set(_digests(other))
        return sorted(named)


def _digests(full: FullOpening) -> Iterator[bytes]:
    """Yield every value of a record that may be the SHA-256 of an attachment."""
    stack: list[Any] = [field.value for field in full.fields]
    while stack:
        value = stack.pop()
        if isinstance(value, dict):
            stack += value.values()
        elif isinstance(value, list):
            stack += value
        elif isinstance(value, str):
            try:
                yield unb64(value, DIGEST_SIZE)
            except ComityError:
                continue
