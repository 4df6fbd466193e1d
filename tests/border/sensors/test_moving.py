"""A WAL that is moved beside the writing: short again, nothing lost; and what a failing disk does to it."""

from __future__ import annotations

import threading
import time

import apsw
import pytest

from comity.border.sensors import moving
from comity.border.sensors.moving import MovingDatabase
from comity.record.database import WAL_PAGES
from comity.record.store_errors import ReadOnlyError

BLOB = bytes(16_000)


@pytest.fixture
def database(tmp_path):
    found = MovingDatabase(tmp_path / "a.sqlite")
    with found.transaction() as db:
        db.execute("CREATE TABLE t(a)")
    yield found
    found.close()


def fill(database, rows):
    for _ in range(rows // 100):
        with database.transaction() as db:
            db.executemany("INSERT INTO t VALUES (?)", [(BLOB,)] * 100)


def wait_for(what):
    end = time.monotonic() + 20
    while not what():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_what_is_written_meanwhile_is_there_and_the_wal_begins_anew(database, monkeypatch):
    monkeypatch.setattr(moving, "LOOK", 0.01)
    stop = threading.Event()
    thread = threading.Thread(target=database.keep_short, args=(stop,))
    thread.start()
    wait_for(lambda: database._beside)
    fill(database, WAL_PAGES + 200)
    wait_for(lambda: database._wal_pages == 0)
    fill(database, 100)
    assert database._wal_pages < 300
    stop.set()
    thread.join()
    fill(database, WAL_PAGES)
    assert database._wal_pages < WAL_PAGES, "nobody sees to it: the writer does"
    assert database.read_one("SELECT count(*) FROM t") == (2 * WAL_PAGES + 300,)
    copy = apsw.Connection(str(database.path))
    assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    copy.close()


def test_a_disk_that_fails_ends_writing(database, monkeypatch):
    def failing(**_):
        raise apsw.IOError("fsync")

    class Broken:
        wal_checkpoint = staticmethod(failing)

    database._move(Broken())
    with pytest.raises(ReadOnlyError), database.transaction():
        """Nothing is written any more."""
