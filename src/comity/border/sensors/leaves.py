r"""The leaf of an observation: what a batch's Merkle root is made of.

    leaf = leaf_hash("comity/observation/v1\n" ‖ JCS(row))       RFC 9162 section 2.1

`row` holds the names of COLUMNS and `salt`; nothing where a column is empty; a number that is not whole as
`{"real": …}` with the shortest text that reads back as the same double, a text that is not in NFC as
`{"utf8": …}` in base64. `salt` is the observation's own, from
the batch's tree of seeds (`salts`), so that a proof of one observation tells nothing of its neighbours, whose
values are few and could be tried out; when the observation is deleted, its salt is destroyed with it.
"""

from __future__ import annotations

import unicodedata
from binascii import b2a_base64
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.sensors.rules import JSON
from comity.border.sensors.salts import Salts, without
from comity.record import canonical
from comity.record.merkle import leaf_hash

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

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
MARKED: Final = f"""SELECT {", ".join(COLUMNS)}, kind = {JSON} AND typeof(result) = 'text' AND coalesce(
 phenomenon_end, result_time, valid, valid_end, parameters, result_quality) IS NULL FROM observation"""  # noqa: S608 - constants
"""With whether nothing is there but a time and an object, as most have it."""
MOST_ALIKE: Final = (
    b"\x00" + PREFIX + b'{"arrival":%%d,"datastream":%%d,"feature":%%d,"id":%%d,"kind":%d,"phenomenon":%%d,'
    b'"result":%%b,"salt":"%%b"}' % JSON
)
"""What is hashed of such a row."""


def leaf_of(row: tuple[Any, ...], salt: bytes) -> bytes:
    """Return the hash of the leaf of a row of SELECT, with its own salt."""
    data: dict[str, Any] = {
        name: value if type(value) is int else _plain(value)
        for name, value in zip(COLUMNS, row, strict=True)
        if value is not None
    }
    data["salt"] = canonical.b64(salt)
    # As canonical.encode, which need not look again at what the intake and _plain let through.
    return leaf_hash(PREFIX + orjson.dumps(data, option=orjson.OPT_SORT_KEYS))


def _plain(value: str | float) -> str | dict[str, str]:
    """Return a text or a real number within what canonical JSON has."""
    if isinstance(value, float):
        return {"real": repr(value)}
    if value.isascii() or unicodedata.is_normalized("NFC", value):
        return value
    return {"utf8": canonical.b64(value.encode())}


def keep(db: apsw.Connection, where: str, given: tuple[Any, ...]) -> None:
    """Keep the leaves of sealed observations that are about to be deleted, and destroy their salts."""
    batches: list[Any] = db.execute("SELECT number, first, last, salt FROM batch").fetchall()
    for number, first, last, salt in batches:
        query = f"{SELECT} WHERE {where} AND id BETWEEN ? AND ? ORDER BY id"
        keep_rows(db, number, (first, last, salt), db.execute(query, (*given, first, last)).fetchall())


def keep_rows(
    db: apsw.Connection, number: int, batch: tuple[int, int, bytes], rows: Sequence[tuple[Any, ...]]
) -> list[bytes]:
    """Keep the leaves of rows of one batch, in order of ids, and destroy their salts; return the leaves."""
    if not rows:
        return []
    first, last, kept = batch
    salts = Salts(kept, first, last)
    found = [leaf_of(row, salts.of(row[0])) for row in rows]
    db.executemany(
        "INSERT INTO erased VALUES (?, ?)", [(row[0], leaf) for row, leaf in zip(rows, found, strict=True)]
    )
    left = without(kept, first, last, [row[0] for row in rows])
    db.execute("UPDATE batch SET salt = ? WHERE number = ?", (left, number))
    return found


def leaves(db: apsw.Connection, first: int, last: int, salt: bytes) -> list[bytes]:
    """Return the leaves of a stretch of ids in order, those of erased observations among them."""
    gone = dict(db.execute("SELECT id, leaf FROM erased WHERE id BETWEEN ? AND ?", (first, last)))
    rows = db.execute(f"{MARKED} WHERE id BETWEEN ? AND ? ORDER BY id", (first, last))
    if not gone:
        return [leaf for _, leaf in _kept(rows, Salts(salt, first, last))]
    found = gone | dict(_kept(rows, Salts(salt, first, last)))
    return [found[number] for number in sorted(found)]


def _kept(rows: Iterable[tuple[Any, ...]], salts: Salts) -> Iterator[tuple[int, bytes]]:
    """Yield the id and the leaf of each row of MARKED, in order of ids."""
    of, dumps = salts.in_order(), orjson.dumps
    for row in rows:
        number, stream, feature, time, _, _, arrival, _, result, *_, alike = row
        salt = of(number)
        if alike and result.isascii():
            given = (arrival, stream, feature, number, time, dumps(result), b2a_base64(salt, newline=False))
            yield number, sha256(MOST_ALIKE % given).digest()
        else:
            yield number, leaf_of(row[:-1], salt)
