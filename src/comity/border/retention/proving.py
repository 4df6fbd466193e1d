"""Is it true what an entry says was deleted: its leaves are gone, their hashes are kept and make its root."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.record.canonical import b64, unb64
from comity.record.merkle import root_of_hashes

if TYPE_CHECKING:
    import apsw

ID_SIZE = 16


def wrong_with(db: apsw.Connection, batches: list[dict[str, Any]]) -> str:
    """Return what is wrong with what an entry says of batches, nothing where it holds.

    Args:
        db: A connection to the store.
        batches: As they stand in the entry.
    """
    for one in batches:
        found = _wrong(db, one)
        if found:
            return f"batch {one['number']}: {found}"
    return ""


def _wrong(db: apsw.Connection, one: dict[str, Any]) -> str:
    row: Any = db.execute(
        "SELECT first, last, number FROM batch WHERE entry = ?", (unb64(one["batch"]["id"], ID_SIZE),)
    ).fetchone()
    if row is None or row[2] != one["number"]:
        return "no such batch is kept here"
    there: Any = db.execute("SELECT id FROM observation WHERE id BETWEEN ? AND ?", row[:2]).fetchall()
    erased: Any = db.execute("SELECT id, leaf FROM erased WHERE id BETWEEN ? AND ?", row[:2]).fetchall()
    hashes: dict[int, bytes | None] = {**{number: None for (number,) in there}, **dict(erased)}
    every = [hashes[number] for number in sorted(hashes)]
    ends = one["leaves"]
    named = [leaf for a, b in zip(ends[::2], ends[1::2], strict=True) for leaf in every[a : b + 1]]
    gone = [leaf for leaf in named if leaf is not None]
    if len(gone) != len(named):
        return "an observation that was deleted is there"
    if len(gone) != one["count"] or b64(root_of_hashes(gone)) != one["root"]:
        return "the hashes that are kept do not make its root"
    return ""
