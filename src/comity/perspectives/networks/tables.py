"""The projection of the networks: of every coded statement one packed row, read as one block of bytes.

Reading a hundred thousand rows of JSON takes seconds, and one column of text that the database joins takes
milliseconds. A row holds digests of names and no names, so that it needs no other row: any interleaving of
logs gives the same table.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from struct import Struct
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Integer, String, Table, bindparam, delete, insert

from comity.perspectives.entries import Statement
from comity.perspectives.networks.dates import span
from comity.perspectives.tables import PROJECTOR

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

    from comity.node.system import Event

PACKED: Final = Struct("<7Qq3IBB3x")
"""slug, holder, proposition, source, document, origin, party (digests); claimed time; index in its log; first
and last day; code of the stance; 1 where fictional. A multiple of three bytes, so that rows joined are base64
as well (RFC 4648 section 4)."""
CODES: Final[dict[Any, int]] = {-2: 0, -1: 1, 0: 2, 1: 3, 2: 4, "mixed": 5, "not_addressed": 6}
FIELDS: Final = ("slug", "holder", "proposition", "source", "document", "origin", "party")
NAMES: Final = (*FIELDS, "claimed", "index", "first", "last", "code", "exercise")


def digest(name: str) -> int:
    """Return the first eight bytes of the SHA-256 of a name, as a number."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little")


class AffiliationProjector:
    """Feed to packed rows; `load` reads them.

    Args:
        metadata: Where the table is put: that of the system, which the node creates and drops.
    """

    def __init__(self, metadata: MetaData) -> None:
        self._metadata = metadata
        self.table = Table(
            "perspectives_affiliation",
            self._metadata,
            Column("origin", String, primary_key=True),
            Column("id", String, primary_key=True),
            Column("index", Integer, nullable=False),
            Column("packed", String, nullable=False),
        )
        self._insert = insert(self.table)
        self._purge = delete(self.table).where(
            self.table.c.origin == bindparam("its_origin"),
            self.table.c.id == bindparam("its_id"),
            self.table.c.index == bindparam("its_index"),
        )

    @property
    def metadata(self) -> MetaData:
        """The tables of the system, this one among them."""
        return self._metadata

    def apply(self, db: Connection, event: Event) -> None:
        """Replace or purge the row of one record."""
        record, content = event.record, event.record.content
        mine = content is not None and (content.kind, content.version) == (Statement.kind, Statement.version)
        if content is not None and not mine and event.cause != "erased":
            return
        place = {"its_origin": record.origin, "its_id": record.id_text, "its_index": record.index}
        db.execute(self._purge, place)
        if content is None or content.model is None or event.cause == "erased":
            return
        packed = pack(content.fields, record.origin, record.index, content.header.claimed)
        exercise = content.header.class_ == "exercise"
        row = {"origin": record.origin, "id": record.id_text, "index": record.index}
        db.execute(self._insert, {**row, "packed": text_of(packed, exercise=exercise)})


def pack(fields: dict[str, Any], origin: str, index: int, claimed: int) -> tuple[int, ...]:
    """Return the numbers of one statement record, without the last one of `PACKED`."""
    first, last = span(fields.get("date"))
    names = (
        fields["slug"],
        fields["holder"],
        fields["proposition"],
        fields["source"],
        fields["cite"]["work"],
        origin,
        origin.partition("/")[0],
    )
    return (*map(digest, names), claimed, index, first, last, CODES[fields["stance"]])


def text_of(packed: tuple[int, ...], *, exercise: bool) -> str:
    """Return the packed row as base64, without padding."""
    return b2a_base64(PACKED.pack(*packed, exercise), newline=False).decode("ascii")


AFFILIATIONS: Final = AffiliationProjector(PROJECTOR.metadata)
