"""The part of fsck that checks what lies beside the tree: notes, cosignatures, ids, feed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.record.checkpoint import Checkpoint, open_checkpoint
from comity.record.cosignature import UnknownCosignerError, verify_cosignature
from comity.record.errors import ComityError
from comity.record.id_index import ID_SIZE, PAGE_RECORDS, RECORD, read_run
from comity.record.ledger import CAUSES
from comity.record.note import parse_signature_line, split_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import apsw

Found = tuple[str, str, str]


def check_notes(db: apsw.Connection, vkey: str | None) -> Iterator[Found]:
    """Every signed note is of this log, verifies, and has the size and root of its head."""
    origin: Any = db.execute("SELECT CAST(value AS TEXT) FROM meta WHERE name='origin'").fetchone()
    query = (
        "SELECT s.size, s.note, h.root FROM signed_head s LEFT JOIN head h ON h.size = s.size ORDER BY s.size"
    )
    for size, note, root in db.execute(query):
        try:
            head = open_checkpoint(note, vkey) if vkey else Checkpoint.parse(split_note(note)[0])
        except ComityError as error:
            yield "signed_head", str(size), str(error)
            continue
        if origin != (head.origin,) or head.size != size:
            yield "signed_head", str(size), f"the note is of {head.origin}, size {head.size}"
        elif root is None:
            yield "signed_head", str(size), "there is no head of this size"
        elif head.root != root:
            yield "signed_head", str(size), "the note has another root than the head"


def check_cosignatures(db: apsw.Connection, vkeys: tuple[str, ...]) -> Iterator[Found]:
    """Every cosignature is the line, key and time that its row says, and verifies if its key is known."""
    query = (
        "SELECT c.size, c.key, c.timestamp, c.line, s.note FROM cosignature c "
        "LEFT JOIN signed_head s ON s.size = c.size ORDER BY c.size, c.key"
    )
    for size, key, timestamp, line, note in db.execute(query):
        place = f"{size} {key!a}"
        try:
            found = parse_signature_line(line.removesuffix(b"\n"))
            if key != f"{found.name}+{found.key_id.hex()}" or timestamp != int.from_bytes(
                found.blob[:8], "big"
            ):
                yield "cosignature", place, "the line is of another key or time"
            elif note is None:
                yield "cosignature", place, "no head of this size was signed"
            else:
                _verify(note, line, vkeys)
        except ComityError as error:
            yield "cosignature", place, str(error)


def _verify(note: bytes, line: bytes, vkeys: tuple[str, ...]) -> None:
    for vkey in vkeys:
        try:
            verify_cosignature(note, line, vkey)
        except UnknownCosignerError:
            continue


def check_ids(db: apsw.Connection, identify: Callable[[bytes], bytes | None] | None) -> Iterator[Found]:
    """Every run of ids is sorted, as it was written, and says of each entry the id that it has."""
    newest: Any = db.execute("SELECT coalesce(max(size), 0) FROM head").fetchone()
    runs: list[Any] = db.execute("SELECT run, count FROM id_run ORDER BY run").fetchall()
    pages: Any = db.execute("SELECT count(*) FROM id_page").fetchone()
    pages_due = 0
    for run, count in runs:
        digest, made, records = read_run(db, run)
        pages_due += -(-len(records) // PAGE_RECORDS)
        if digest != made or len(records) != count or records != sorted(records):
            yield "id_run", str(run), "not the ids that were written"
            continue
        for record in records:
            index = int.from_bytes(record[ID_SIZE:RECORD], "big")
            if index >= newest[0]:
                yield "id_run", str(run), f"names entry {index}, there are {newest[0]}"
            elif identify is not None and _id_of(db, index, identify) != record[:ID_SIZE]:
                yield "id_run", str(run), f"entry {index} has another id"
    if pages_due != pages[0]:
        yield "id_page", "-", f"{pages[0]} pages, the runs have {pages_due}"


def _id_of(db: apsw.Connection, index: int, identify: Callable[[bytes], bytes | None]) -> bytes | None:
    row: Any = db.execute("SELECT leaf FROM entry WHERE idx=?", (index,)).fetchone()
    try:
        return identify(row[0]) if row else None
    except ComityError:
        return None


def check_feed(db: apsw.Connection) -> Iterator[Found]:
    """The feed names every entry once as appended, in order, and nothing that is not there."""
    newest: Any = db.execute("SELECT coalesce(max(size), 0) FROM head").fetchone()
    size = newest[0]
    expected, at = 1, 0
    for seq, start, stop, cause in db.execute("SELECT seq, start, stop, cause FROM feed ORDER BY seq"):
        numbers: tuple[Any, ...] = (seq, start, stop, cause)
        if not all(isinstance(number, int) for number in numbers) or not 0 <= numbers[3] < len(CAUSES):
            yield "feed", str(seq), "not a row of numbers"
            continue
        if seq != expected:
            yield "feed", str(seq), f"the row before is {expected - 1}"
        expected = numbers[0] + 1
        if not 0 <= numbers[1] < numbers[2] <= size:
            yield "feed", str(seq), f"entries [{start}, {stop}) of {size}"
        elif cause == 0:
            if start != at:
                yield "feed", str(seq), f"appended entries from {start}, the rows before end at {at}"
            at = numbers[2]
    if at != size:
        yield "feed", str(expected - 1), f"names {at} appended entries of {size}"
