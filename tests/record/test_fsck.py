"""fsck: a sound log has no finding; one changed byte anywhere that matters has one, and it names the place."""

from __future__ import annotations

import os
import random
import shutil

import apsw
import pytest

from comity.record.cosignature import Cosigner
from comity.record.fsck import fsck
from comity.record.log import Log
from comity.record.note import Signer
from comity.record.tree import position

SIGNER = Signer("vn/hq", bytes(range(32)))
COSIGNER = Cosigner("la/hq/witness", bytes(32))
SIZE = 1183  # four full tiles, a row of stripes, and a ragged edge


def identify(leaf: bytes) -> bytes:
    return leaf[:16]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """A log of odd batches with signed heads, cosignatures, ids, and every cause in the feed."""
    folder = tmp_path_factory.mktemp("sound")
    rng = random.Random(8)
    with Log.open(folder, SIGNER, identify=identify) as log:
        while log.size < SIZE:
            count = min(rng.choice((1, 3, 60, 256)), SIZE - log.size)
            log.append([rng.randbytes(rng.choice((16, 40, 300))) for _ in range(count)])
            if rng.random() < 0.5 or log.size == SIZE:
                line = COSIGNER.cosign(log.checkpoint(), 1_700_000_000 + log.size)
                log.add_cosignature(log.size, line, COSIGNER.vkey)
        log.store.add_cause(3, 9, "opened")
        assert log.fsck() == []
    return folder / "log.sqlite"


@pytest.fixture
def copy(sound, tmp_path):
    return shutil.copy(sound, tmp_path / "log.sqlite")


def check(path):
    return fsck(path, SIGNER.vkey, identify=identify, cosigners=[COSIGNER.vkey])


def change(path, table, column, where):
    """Flip one bit of one value, and return what says where it lies."""
    db = apsw.Connection(str(path))
    ((key, value),) = db.execute(f"SELECT rowid, {column} FROM {table} WHERE {where}").fetchall()
    damaged = bytearray(value)
    damaged[len(damaged) // 2] ^= 4
    db.execute(f"UPDATE {table} SET {column}=? WHERE rowid=?", (bytes(damaged), key))
    db.close()


def places(findings):
    return {(found.table, found.place) for found in findings}


def test_a_sound_log_has_no_finding(copy):
    assert check(copy) == []
    assert fsck(copy) == []


def test_an_empty_log_has_no_finding(tmp_path):
    with Log.open(tmp_path, SIGNER) as log:
        assert log.fsck() == []
        log.checkpoint()
        assert log.fsck() == []


@pytest.mark.parametrize("index", [0, 15, 16, 700, 1023, 1024, 1167])
def test_a_changed_entry_under_a_stripe_is_named(copy, index):
    change(copy, "entry", "leaf", f"idx={index}")
    found = check(copy)
    assert ("entry", str(index)) in places(found)
    assert {table for table, _ in places(found)} <= {"entry", "id_run"}


def test_a_changed_entry_after_the_last_stripe_is_narrowed_down(copy):
    change(copy, "entry", "leaf", f"idx={SIZE - 3}")
    found = check(copy)
    assert any(found.table == "head" and "an entry in [" in found.message for found in found)


def test_several_changed_entries_are_all_named(copy):
    for index in (5, 6, 900):
        change(copy, "entry", "leaf", f"idx={index}")
    assert {("entry", "5"), ("entry", "6"), ("entry", "900")} <= places(check(copy))


@pytest.mark.parametrize(("row", "index"), [(0, 0), (0, 43), (0, 72), (1, 0), (1, 3)])
def test_a_changed_stripe_is_named(copy, row, index):
    change(copy, "stripe", "hashes", f"position={position(row, index)}")
    assert places(check(copy)) == {("stripe", f"{row}/{index}")}


def test_a_changed_head_in_the_middle_is_named(copy):
    db = apsw.Connection(str(copy))
    sizes = [
        size
        for (size,) in db.execute("SELECT size FROM head WHERE size NOT IN (SELECT size FROM signed_head)")
    ]
    db.close()
    for size in (sizes[0], sizes[len(sizes) // 2]):
        change(copy, "head", "root", f"size={size}")
        assert ("head", str(size)) in places(check(copy))


def test_a_changed_newest_head_is_named(copy):
    change(copy, "head", "root", f"size={SIZE}")
    assert ("head", str(SIZE)) in places(check(copy))


def test_every_changed_byte_of_a_note_is_named(copy):
    db = apsw.Connection(str(copy))
    ((size, note),) = db.execute(
        "SELECT size, note FROM signed_head ORDER BY size LIMIT 1 OFFSET 2"
    ).fetchall()
    for at in range(len(note)):
        damaged = bytearray(note)
        damaged[at] ^= 1
        db.execute("UPDATE signed_head SET note=? WHERE size=?", (bytes(damaged), size))
        assert ("signed_head", str(size)) in places(check(copy)), at
    db.execute("UPDATE signed_head SET note=? WHERE size=?", (note, size))
    assert check(copy) == []
    db.execute("UPDATE signed_head SET size=size+1 WHERE size=?", (size,))
    assert ("signed_head", str(size + 1)) in places(check(copy))
    db.close()


def test_every_changed_byte_of_a_cosignature_is_named(copy):
    db = apsw.Connection(str(copy))
    ((size, line),) = db.execute("SELECT size, line FROM cosignature ORDER BY size LIMIT 1").fetchall()
    for at in range(len(line)):
        damaged = bytearray(line)
        damaged[at] ^= 1
        db.execute("UPDATE cosignature SET line=? WHERE size=?", (bytes(damaged), size))
        assert any(found.table == "cosignature" for found in check(copy)), at
    db.execute("UPDATE cosignature SET line=?, timestamp=timestamp+1 WHERE size=?", (line, size))
    assert any(found.table == "cosignature" for found in check(copy))
    db.close()


@pytest.mark.parametrize(
    ("damage", "table"),
    [
        ("DELETE FROM entry WHERE idx=600", "entry"),
        ("DELETE FROM entry WHERE idx=1182", "entry"),
        ("INSERT INTO entry VALUES(1183, x'00')", "entry"),
        ("DELETE FROM stripe WHERE position=3", "stripe"),
        ("UPDATE stripe SET hashes='text' WHERE position=3", "stripe"),
        ("UPDATE stripe SET hashes=x'00' WHERE position=3", "stripe"),
        ("UPDATE entry SET leaf='text' WHERE idx=4", "entry"),
        ("DELETE FROM head", "head"),
        ("UPDATE head SET root='text' WHERE size=1183", "head"),
        ("INSERT INTO head VALUES(1184, zeroblob(32))", "entry"),
        ("INSERT INTO head VALUES(-5, zeroblob(32))", "head"),
        ("UPDATE head SET size=9000000000000000000 WHERE size=1183", "entry"),
        ("UPDATE feed SET start=start+1 WHERE seq=4", "feed"),
        ("UPDATE feed SET stop=stop-1 WHERE seq=4", "feed"),
        ("UPDATE feed SET cause=9 WHERE seq=4", "feed"),
        ("UPDATE feed SET cause=1 WHERE seq=4", "feed"),
        ("UPDATE feed SET cause='x' WHERE seq=4", "feed"),
        ("DELETE FROM feed WHERE seq=4", "feed"),
        ("DELETE FROM feed", "feed"),
        ("UPDATE meta SET value='la/hq' WHERE name='origin'", "signed_head"),
        ("DELETE FROM meta", "meta"),
        ("PRAGMA application_id=5", "meta"),
        ("UPDATE id_run SET count=count+1 WHERE run=(SELECT max(run) FROM id_run)", "id_run"),
        ("UPDATE id_run SET firsts=zeroblob(16) WHERE run=(SELECT max(run) FROM id_run)", "id_run"),
        ("DELETE FROM id_page WHERE position=(SELECT max(position) FROM id_page)", "id_run"),
        ("INSERT INTO id_page VALUES(1, x'00')", "id_page"),
        ("DELETE FROM signed_head WHERE size=(SELECT min(size) FROM signed_head)", "cosignature"),
        ("DROP TABLE feed", "feed"),
        ("DROP TABLE entry", "entry"),
    ],
)
def test_damage_of_rows_is_found_in_its_table(copy, damage, table):
    db = apsw.Connection(str(copy))
    db.execute(damage)
    db.close()
    assert table in {found.table for found in check(copy)}


def test_a_changed_id_is_found(copy):
    change(copy, "id_page", "records", "position=(SELECT max(position) FROM id_page)")
    assert "id_run" in {found.table for found in check(copy)}


def contents(path):
    """Everything that the tables hold, or None when they cannot be read to the end."""
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        tables = (
            "meta",
            "entry",
            "stripe",
            "head",
            "signed_head",
            "cosignature",
            "feed",
            "id_run",
            "id_page",
        )
        return [db.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables]
    except apsw.Error:
        return None
    finally:
        db.close()


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_byte_of_the_file_is_found_wherever_it_changes_what_is_read(sound, tmp_path, seed):
    rng = random.Random(seed)
    whole = sound.read_bytes()
    before = contents(sound)
    path = tmp_path / "log.sqlite"
    changed = 0
    for _ in range(60):
        at = rng.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << rng.randrange(8)]) + whole[at + 1 :])
        found = check(path)
        if contents(path) != before:
            changed += 1
            assert found, f"byte {at}"
        for leftover in ("-wal", "-shm"):
            (tmp_path / ("log.sqlite" + leftover)).unlink(missing_ok=True)
    assert changed > 20


@pytest.mark.parametrize("seed", range(3))
def test_a_file_of_rubble_ends_with_findings_not_with_a_crash(sound, tmp_path, seed):
    rng = random.Random(100 + seed)
    path = tmp_path / "log.sqlite"
    for _ in range(15):
        whole = bytearray(sound.read_bytes())
        for _ in range(rng.choice((3, 40, 4000))):
            at = rng.randrange(100, len(whole))
            whole[at] = rng.randrange(256)
        path.write_bytes(whole[: rng.choice((len(whole), len(whole) // 2))])
        assert all(str(found) for found in check(path))


def test_what_is_no_log_is_a_finding(tmp_path):
    assert check(tmp_path / "none")[0].table == "file"
    (tmp_path / "text").write_bytes(os.urandom(5000))
    assert check(tmp_path / "text")
    (tmp_path / "empty").write_bytes(b"")
    assert check(tmp_path / "empty")
    assert not (tmp_path / "none").exists()


def test_it_runs_beside_a_log_in_use_and_tells_how_far_it_is(copy):
    with Log.open(copy, SIGNER, identify=identify) as log:
        told = []
        assert fsck(copy, SIGNER.vkey, progress=lambda done, total: told.append((done, total))) == []
        assert told[-1] == (SIZE, SIZE)
        log.append([b"more" * 4])
        assert log.fsck() == []
