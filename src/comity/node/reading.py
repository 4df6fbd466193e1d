"""Reading an open node: records by place and id, the quarantine, the kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from comity.node.errors import RecordNotFoundError
from comity.node.views import QUARANTINE, RECORDS
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.node.own import OwnLog
    from comity.node.peers import Peers
    from comity.node.reader import Origin, Reader
    from comity.node.system import Record
    from comity.node.views import Reads


class Reading:
    """The reading half of a node; threads may share it.

    Attributes:
        own: the own log.
        peers: the paired nodes.
        reader: turns leaves into records.
        views: the projection tables; read only.
    """

    own: OwnLog
    peers: Peers
    reader: Reader
    views: Reads

    def stamp(self) -> tuple[object, ...]:
        """Return what changes whenever a log, a mirror or the views do: what was read before, may be over."""
        mirrors = ((link.mirror.store, link.mirror.store.commits) for link in self.peers)
        return (self.views.writes, self.own.log.store.commits, *mirrors)

    def size(self, origin: str) -> int:
        """Return the verified size of a log."""
        return self._origin(origin).shelf.size

    def record(self, origin: str, index: int) -> Record:
        """Return the record at a place.

        Raises:
            RecordNotFoundError: there is none.
        """
        found = self.records(origin, index, index + 1) if index >= 0 else []
        if not found:
            raise RecordNotFoundError(f"no record {index} in {origin}")
        return found[0]

    def find(self, origin: str, entry_id: bytes) -> Record:
        """Return the record with an id.

        Raises:
            RecordNotFoundError: there is none.
        """
        index = self._origin(origin).shelf.index_of(entry_id)
        if index is None:
            raise RecordNotFoundError(f"no record {b64(entry_id)} in {origin}")
        return self.record(origin, index)

    def records(self, origin: str, start: int, stop: int) -> list[Record]:
        """Return the records [start, stop) of a log, as many as there are."""
        place = self._origin(origin)
        low, high = max(start, 0), min(stop, place.shelf.size)
        return [item.record for item in self.reader.examine(place, low, high)] if low < high else []

    def quarantined(self, origin: str | None = None, index: int | None = None) -> list[dict[str, Any]]:
        """Return the quarantine: rows of origin, index, source, id, code, detail."""
        query = select(QUARANTINE).order_by(QUARANTINE.c.origin, QUARANTINE.c.index)
        if origin is not None:
            query = query.where(QUARANTINE.c.origin == origin)
        if index is not None:
            query = query.where(QUARANTINE.c.index == index)
        with self.views.connect() as db:
            return [dict(row) for row in db.execute(query).mappings()]

    def quarantined_count(self) -> int:
        """Return the number on the badge."""
        with self.views.connect() as db:
            return db.execute(select(func.count()).select_from(QUARANTINE)).scalar_one()

    def kinds(self) -> dict[str, int]:
        """Return how many records of each kind are readable here; sealed ones count under the empty name."""
        query = (
            select(RECORDS.c.kind, func.count().label("n")).group_by(RECORDS.c.kind).order_by(RECORDS.c.kind)
        )
        with self.views.connect() as db:
            return {row.kind: row.n for row in db.execute(query)}

    def _origin(self, origin: str) -> Origin:
        if origin == self.own.origin:
            return self.own.as_origin()
        link = self.peers.get(origin)
        if link is None:
            raise RecordNotFoundError(f"no log {origin!r} here")
        return self.peers.origin(link)

    def all_origins(self) -> list[Origin]:
        """Return every log known here as it stands now, the own first."""
        return [self.own.as_origin(), *self.peers.origins()]
