"""The projection of the networks: of every coded statement one packed row, read as one block of bytes.

Reading a hundred thousand rows of JSON takes seconds; one column of text of fixed width, which the database
joins into one string, takes milliseconds, and its parts are columns of an array without being copied. A row
holds digests of names and no names, so that it needs no other row: any interleaving gives the same table.
"""

from __future__ import annotations

import hashlib
from binascii import b2a_base64
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Integer, String, Table, bindparam, delete, insert

from comity.perspectives.entries import Statement
from comity.perspectives.networks.dates import span
from comity.perspectives.tables import PROJECTOR

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

    from comity.node.system import Event
    from comity.record.header import Header

CODES: Final[dict[Any, int]] = {-2: 0, -1: 1, 0: 2, 1: 3, 2: 4, "mixed": 5, "not_addressed": 6}
DIGESTS: Final = ("slug", "holder", "proposition", "source", "document", "origin", "party")
"""Names, each as eight characters: what is compared is whether two are equal, so nothing is decoded."""
WIDTHS: Final = {
    **dict.fromkeys(DIGESTS, 8),
    "claimed": 8,
    "index": 8,
    "first": 4,
    "last": 4,
    "code": 1,
    "fiction": 1,
}
"""Characters of a row, all of them ASCII: digests, then numbers in base64 (RFC 4648 section 4), most
significant digit first; the code of the stance; 1 where it is fictional."""


def digest(name: str) -> bytes:
    """Return the first six bytes of the SHA-256 of a name, in base64: eight characters."""
    return b2a_base64(hashlib.sha256(name.encode()).digest()[:6], newline=False)


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
        packed = pack(content.fields, record.origin, record.index, content.header)
        row = {"origin": record.origin, "id": record.id_text, "index": record.index, "packed": packed}
        db.execute(self._insert, row)


def pack(fields: dict[str, Any], origin: str, index: int, header: Header) -> str:
    """Return the packed row of one statement record: `WIDTHS` in order, without anything between."""
    first, last = span(fields.get("date"))
    work = fields["cite"]["work"]
    party = origin.partition("/")[0]
    names = (fields["slug"], fields["holder"], fields["proposition"], fields["source"], work, origin, party)
    digits = [
        _digits(number, size) for number, size in ((header.claimed, 6), (index, 6), (first, 3), (last, 3))
    ]
    tail = f"{CODES[fields['stance']]}{int(header.class_ == 'exercise')}"
    return b"".join([*map(digest, names), *digits]).decode("ascii") + tail


def _digits(number: int, size: int) -> bytes:
    """Return a number of `size` bytes in base64; one that is too large is written as the largest."""
    return b2a_base64(min(number, (1 << 8 * size) - 1).to_bytes(size, "big"), newline=False)


AFFILIATIONS: Final = AffiliationProjector(PROJECTOR.metadata)
