"""Reading the views while somebody writes them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select

from comity.node.views import LAYOUT, METADATA, Views

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    """A views database with its tables."""
    found = Views(tmp_path / "views.sqlite")
    METADATA.create_all(found.engine)
    yield found
    found.close()


def test_a_thread_that_reads_while_it_reads_does_not_wait_for_the_writer_that_waits_for_it(
    views: Views,
) -> None:
    committing, failed = threading.Event(), []

    def write() -> None:
        try:
            with views.writing() as db:
                db.execute(insert(LAYOUT).values(name="a", value="b"))
                committing.set()
        except Exception as error:  # noqa: BLE001 - told in the main thread
            failed.append(error)

    with views.reads.connect() as db:
        assert not db.execute(select(LAYOUT)).all()
        writer = threading.Thread(target=write)
        writer.start()
        assert committing.wait(10)
        writer.join(0.5)  # it asks to commit now, and waits until this reader has ended
        assert writer.is_alive()
        with views.reads.connect() as same:
            assert not same.execute(select(LAYOUT)).all(), "one picture for the whole block"
    writer.join(20)
    assert not failed
    with views.reads.connect() as db:
        assert db.execute(select(LAYOUT.c.value)).scalars().all() == ["b"]


def test_a_read_ends_with_its_block_whatever_happens_in_it(views: Views) -> None:
    with pytest.raises(RuntimeError, match="of the reader"), views.reads.connect():
        raise RuntimeError("of the reader")
    with views.writing() as db:
        db.execute(insert(LAYOUT).values(name="a", value="b"))
    with views.reads.connect() as db:
        assert db.execute(select(LAYOUT.c.value)).scalar_one() == "b"


def test_threads_read_apart(views: Views) -> None:
    found = []

    def read() -> None:
        with views.reads.connect() as db:
            found.append(db)

    with views.reads.connect() as mine:
        reader = threading.Thread(target=read)
        reader.start()
        reader.join(10)
        assert found
        assert found[0] is not mine
