r"""The leaf of an observation: what a batch's Merkle root is made of.

    leaf = leaf_hash("comity/observation/v1\n" ‖ JCS(row))       RFC 9162 section 2.1

`row` holds the names of COLUMNS and `salt`; nothing where a column is empty; a number that is not whole as
`{"real": …}` with the shortest text that reads back as the same double. `salt` = HMAC-SHA-256(salt of the
batch, decimal id), so that a proof of one observation tells nothing of its neighbours, whose values are few
and could be tried out.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final

from comity.record import canonical
from comity.record.merkle import leaf_hash

if TYPE_CHECKING:
    import apsw

PREFIX: Final = b"comity/observation/v1\n"
COLUMNS: Final = (
    "id",
    "datastream",
    "feature",
    "phenomenon",
    "phenomenon_end",
    "result_time",
    "arrival",
    "kind",
    "result",
    "valid",
    "valid_end",
    "parameters",
    "result_quality",
)
SELECT: Final = f"SELECT {', '.join(COLUMNS)} FROM observation"  # noqa: S608 - constants


def leaf_of(row: tuple[Any, ...], salt: bytes) -> bytes:
    """Return the hash of the leaf of a row of SELECT."""
    data: dict[str, Any] = {
        name: value if isinstance(value, int | str) else {"real": repr(value)}
        for name, value in zip(COLUMNS, row, strict=True)
        if value is not None
    }
    own = hmac.digest(salt, b"%d" % row[0], hashlib.sha256)
    return leaf_hash(PREFIX + canonical.encode({**data, "salt": canonical.b64(own)}))


def keep(db: apsw.Connection, where: str, given: tuple[Any, ...]) -> None:
    """Keep the leaves of sealed observations that are about to be deleted."""
    batches: list[Any] = db.execute("SELECT first, last, salt FROM batch").fetchall()
    for first, last, salt in batches:
        query = f"{SELECT} WHERE {where} AND id BETWEEN ? AND ?"
        rows = db.execute(query, (*given, first, last)).fetchall()
        db.executemany("INSERT INTO erased VALUES (?, ?)", [(row[0], leaf_of(row, salt)) for row in rows])


def leaves(db: apsw.Connection, first: int, last: int, salt: bytes) -> list[bytes]:
    """Return the leaves of a stretch of ids in order, those of erased observations among them."""
    found = dict(db.execute("SELECT id, leaf FROM erased WHERE id BETWEEN ? AND ?", (first, last)))
    for row in db.execute(f"{SELECT} WHERE id BETWEEN ? AND ?", (first, last)):
        found[row[0]] = leaf_of(row, salt)
    return [found[number] for number in sorted(found)]
