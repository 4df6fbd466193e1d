"""The store: what it gives back, what it refuses, and that a transaction is whole."""

from __future__ import annotations

import contextlib
import random
import threading
import time

import apsw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import database, id_index, merkle, schema
from comity.record.store import FeedRow, TreeStore
from comity.record.store_errors import (
    ConflictError,
    CorruptStoreError,
    ForeignFileError,
    OutOfRangeError,
    ReadOnlyError,
    StoreError,
    UnsafeSQLiteError,
)
from comity.record.tiles import decode_bundle

LEAVES = [b"leaf %d" % n for n in range(5000)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]


@pytest.fixture
def store(tmp_path):
    with TreeStore(tmp_path / "log.sqlite", "vn/hq") as store:
        yield store


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    with TreeStore(tmp_path_factory.mktemp("full") / "log.sqlite", "vn/hq") as store:
        for start in range(0, len(LEAVES), 700):
            store.append(LEAVES[start : start + 700])
        yield store


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_every_hash_proof_and_root_is_that_of_the_list(full, data):
    size = data.draw(st.integers(1, len(LEAVES)))
    index = data.draw(st.integers(0, size - 1))
    older = data.draw(st.integers(0, size))
    assert full.root(size) == merkle.root_of_hashes(HASHES[:size])
    made = merkle.prove_inclusion(HASHES, index, size)
    assert full.prove_inclusion(index, size) == merkle.prove_inclusion_from(full.hash, index, size) == made
    made = merkle.prove_consistency_from(full.hash, older, size)
    assert made == merkle.prove_consistency(HASHES, older, size)


@given(st.integers(0, 2), st.integers(0, 30), st.integers(1, 256))
@settings(deadline=None)
def test_every_tile_is_the_hashes_of_its_level_or_refused(full, level, index, width):
    row = [
        merkle.root_of_hashes(HASHES[n << 8 * level : (n + 1) << 8 * level]) for n in range(5000 >> 8 * level)
    ]
    expected = row[index * 256 : index * 256 + width]
    if len(expected) < width:
        with pytest.raises(OutOfRangeError):
            full.tile(level, index, width)
    else:
        assert full.tile(level, index, width) == b"".join(expected)


@given(st.integers(0, 25), st.integers(1, 256))
@settings(deadline=None)
def test_every_bundle_is_the_leaves_or_refused(full, index, width):
    expected = LEAVES[index * 256 : index * 256 + width]
    if len(expected) < width:
        with pytest.raises(OutOfRangeError):
            full.bundle(index, width)
    else:
        assert decode_bundle(full.bundle(index, width), width) == expected


@pytest.mark.parametrize(
    "ask",
    [
        lambda s: s.hash(-1, 0),
        lambda s: s.hash(0, -1),
        lambda s: s.hash(0, 5000),
        lambda s: s.hash(13, 0),
        lambda s: s.hash(4000, 0),
        lambda s: s.tile(-1, 0),
        lambda s: s.tile(0, -1),
        lambda s: s.tile(60, 0, 1),
        lambda s: s.tile(0, 10**30, 1),
        lambda s: s.tile(0, 0, 0),
        lambda s: s.tile(0, 0, 257),
        lambda s: s.bundle(-1),
        lambda s: s.bundle(0, 0),
        lambda s: s.leaves(-1, 3),
        lambda s: s.leaves(3, 2),
        lambda s: s.leaves(0, 5001),
        lambda s: s.root(-1),
        lambda s: s.root(5001),
        lambda s: s.head(17),
        lambda s: s.prove_inclusion(0, 5001),
        lambda s: s.prove_inclusion(0, -1),
    ],
)
def test_what_is_not_there_is_refused_with_one_error(full, ask):
    with pytest.raises(OutOfRangeError):
        ask(full)


def test_what_was_stored_is_there_after_opening_again(tmp_path):
    for start in range(0, 900, 75):
        with TreeStore(tmp_path / "x", "vn/hq") as store:
            assert store.root() == merkle.root_of_hashes(HASHES[:start])
            assert store.append(LEAVES[start : start + 75]) == range(start, start + 75)
    with TreeStore(tmp_path / "x") as store:
        assert store.origin == "vn/hq"
        assert store.leaves(0, 900) == LEAVES[:900]


def test_opening_reads_a_few_rows_however_large_the_log_is(tmp_path):
    with TreeStore(tmp_path / "x", "vn/hq") as store:
        for _ in range(20):
            store.append(LEAVES)
    seen = []
    db_execute = TreeStore.read_all

    class Counting(TreeStore):
        def read_all(self, *args):
            rows = db_execute(self, *args)
            seen.append(len(rows))
            return rows

    with Counting(tmp_path / "x") as store:
        assert store.size == 100_000
    assert sum(seen) < 100


def test_the_file_is_as_the_design_says(store):
    assert store.writer.pragma("page_size") == 16_384
    assert store.writer.pragma("journal_mode") == "wal"
    assert store.writer.pragma("synchronous") == 2
    assert store.writer.pragma("wal_autocheckpoint") == 0
    assert store.writer.pragma("mmap_size") == 0
    assert store.reader().pragma("wal_autocheckpoint") == 0
    assert store.reader().pragma("query_only") == 1


def test_the_wal_is_moved_into_the_file_and_stays_short(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "WAL_PAGES", 20)
    with TreeStore(tmp_path / "x", "vn/hq") as store:
        for _ in range(50):
            store.append([b"y" * 5000] * 10)
        assert (tmp_path / "x-wal").stat().st_size < 60 * 16_500
        assert (tmp_path / "x").stat().st_size > 40 * 50_000


@pytest.mark.parametrize("version", ["3.40.1", "3.51.2", "3.7.0"])
def test_a_library_that_may_corrupt_a_wal_is_refused(version):
    with pytest.raises(UnsafeSQLiteError, match=version):
        schema.require_safe_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.54.1", "4.0.0"])
def test_a_sound_library_is_taken(version):
    schema.require_safe_sqlite(version)


def test_files_of_others_are_refused(tmp_path):
    (tmp_path / "text").write_text(
        "this is not a database, whatever it is, and long enough to be looked at" * 20
    )
    with pytest.raises(CorruptStoreError):
        TreeStore(tmp_path / "text", "vn/hq")
    db = apsw.Connection(str(tmp_path / "other"))
    db.execute("CREATE TABLE mine(x)")
    db.close()
    with pytest.raises(ForeignFileError, match="not a Comity log"):
        TreeStore(tmp_path / "other", "vn/hq")
    TreeStore(tmp_path / "ours", "vn/hq").close()
    with pytest.raises(ForeignFileError, match="la/hq"):
        TreeStore(tmp_path / "ours", "la/hq")
    with pytest.raises(StoreError, match="no such log"):
        TreeStore(tmp_path / "none")
    with pytest.raises(StoreError):
        TreeStore(tmp_path / "no" / "folder", "vn/hq")
    db = apsw.Connection(str(tmp_path / "ours"))
    db.execute("PRAGMA user_version=2")
    db.close()
    with pytest.raises(ForeignFileError, match="format 2"):
        TreeStore(tmp_path / "ours", "vn/hq")


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM entry WHERE idx = 899",
        "DELETE FROM stripe WHERE position = (SELECT max(position) FROM stripe)",
        "DELETE FROM head WHERE size = 900",
        "DELETE FROM head",
        "UPDATE head SET root = zeroblob(32) WHERE size = 900",
        "UPDATE entry SET leaf = x'00' WHERE idx = 899",
        "UPDATE stripe SET hashes = zeroblob(512) WHERE position = (SELECT max(position) FROM stripe)",
        "UPDATE stripe SET hashes = 'text' WHERE position = (SELECT max(position) FROM stripe)",
        "DELETE FROM meta",
    ],
)
def test_a_file_that_contradicts_itself_at_the_edge_is_not_opened(tmp_path, damage):
    with TreeStore(tmp_path / "x", "vn/hq") as store:
        store.append(LEAVES[:900])
    db = apsw.Connection(str(tmp_path / "x"))
    db.execute(damage)
    db.close()
    with pytest.raises(CorruptStoreError):
        TreeStore(tmp_path / "x", "vn/hq")


def test_a_second_process_that_wrote_meanwhile_is_noticed(tmp_path):
    with TreeStore(tmp_path / "x", "vn/hq") as one, TreeStore(tmp_path / "x", "vn/hq") as other:
        other.append([b"theirs"])
        with pytest.raises(ConflictError, match="grew behind"):
            one.append([b"ours"])
        assert one.writable
        assert other.leaves(0, 1) == [b"theirs"]


def test_a_transaction_is_whole_whatever_is_swallowed_inside(store):
    def swallow():
        with store.transaction():
            store.append([b"one"])
            with contextlib.suppress(KeyError), store.transaction():
                {}["nothing"]

    def fail():
        with store.transaction():
            store.append([b"one"])
            store.set_meta("a", b"b")
            {}["nothing"]

    with pytest.raises(StoreError, match="a part"):
        swallow()
    with pytest.raises(KeyError):
        fail()
    assert (store.size, store.feed(), store.get_meta("a")) == (0, [], None)


def test_appends_in_one_transaction_become_visible_together(store):
    with store.transaction():
        store.append([b"one"], ids=[bytes(16)])
        assert store.append([b"two"], ids=[bytes(15) + b"2"]) == range(1, 2)
        assert store.size == 0, "nothing is told before it is committed"
        store.set_meta("a", b"b")
    assert (store.size, store.get_meta("a")) == (2, b"b")
    assert store.root() == merkle.root([b"one", b"two"])
    assert store.index_of(bytes(15) + b"2") == 1


def test_wrong_hashes_and_ids_leave_nothing(store):
    with pytest.raises(ValueError, match="hash"):
        store.append([b"a", b"b"], hashes=[bytes(32)])
    with pytest.raises(ValueError, match="16"):
        store.append([b"a"], ids=[b"short"])
    assert store.size == 0
    assert store.writable
    store.append([])
    assert store.size == 0
    assert store.feed() == []


def test_the_feed_names_ranges_in_order(store):
    store.append([b"a"] * 5)
    store.append([b"b"] * 3)
    store.add_cause(2, 4, "opened")
    store.add_cause(0, 8, "erased")
    assert store.feed() == [
        FeedRow(1, 0, 5, "entry"),
        FeedRow(2, 5, 8, "entry"),
        FeedRow(3, 2, 4, "opened"),
        FeedRow(4, 0, 8, "erased"),
    ]
    assert store.feed(2, 1) == [FeedRow(3, 2, 4, "opened")]
    for start, stop, cause in (
        (0, 9, "opened"),
        (3, 3, "opened"),
        (-1, 2, "opened"),
        (0, 1, "x"),
        (0, 1, "entry"),
    ):
        with pytest.raises(OutOfRangeError):
            store.add_cause(start, stop, cause)


def test_one_signed_note_a_size_for_ever(store):
    store.append([b"a"])
    store.add_signed_head(1, b"note")
    store.add_signed_head(1, b"note")
    with pytest.raises(ConflictError):
        store.add_signed_head(1, b"another")
    assert store.writable
    assert store.signed_head(1) == store.signed_head() == b"note"
    assert store.signed_head(0) is None
    assert (store.signed_size(), store.signed_sizes()) == (1, [1])


def test_the_later_cosignature_of_a_key_stays(store):
    for key, time_, line in (("b", 5, b"b5"), ("a", 3, b"a3"), ("b", 4, b"b4"), ("a", 9, b"a9")):
        store.add_cosignature(7, key, time_, line)
    assert store.cosignatures(7) == [b"a9", b"b5"]
    assert store.cosignatures(8) == []


def test_readers_see_only_whole_batches_while_a_writer_appends(tmp_path):
    stop = threading.Event()
    problems = []
    with TreeStore(tmp_path / "x", "vn/hq") as store:

        def read(seed):
            rng = random.Random(seed)
            while not stop.is_set():
                size = store.size
                try:
                    if size:
                        index = rng.randrange(size)
                        (leaf,) = store.leaves(index, index + 1)
                        proof = merkle.prove_inclusion_from(store.hash, index, size)
                        merkle.verify_inclusion(merkle.leaf_hash(leaf), index, size, proof, store.root(size))
                        assert store.index_of(leaf[:16]) == index
                        assert size in {row.stop for row in store.feed(0, 10_000)}
                except Exception as error:  # noqa: BLE001 - whatever it is, the test must show it
                    problems.append(error)
                    return
                time.sleep(0)

        threads = [threading.Thread(target=read, args=(seed,)) for seed in range(3)]
        for thread in threads:
            thread.start()
        for batch in range(120):
            leaves = [b"%016d" % (batch * 50 + n) for n in range(50)]
            store.append(leaves, ids=[leaf[:16] for leaf in leaves])
        stop.set()
        for thread in threads:
            thread.join()
    assert problems == []


def test_after_a_failure_nothing_is_written(store):
    store.append([b"one"])
    store.fail(OSError(5, "Input/output error"))
    store.fail(OSError(28, "No space left on device"))
    for write in (
        lambda: store.append([b"two"]),
        lambda: store.set_meta("a", b"b"),
        lambda: store.add_signed_head(1, b"note"),
        lambda: store.add_cause(0, 1, "opened"),
    ):
        with pytest.raises(ReadOnlyError, match="Input/output error"):
            write()
    assert store.leaves(0, 1) == [b"one"]


def test_a_closed_store_says_so(tmp_path):
    store = TreeStore(tmp_path / "x", "vn/hq")
    store.append([b"one"])
    store.close()
    store.close()
    with pytest.raises(StoreError):
        store.leaves(0, 1)


class TestIds:
    def test_the_first_entry_of_an_id_wins_however_runs_are_merged(self, tmp_path, monkeypatch):
        monkeypatch.setattr(id_index, "FAN_IN", 3)
        monkeypatch.setattr(id_index, "FINAL", 200)
        monkeypatch.setattr(id_index, "PAGE_RECORDS", 4)
        rng = random.Random(3)
        known = [rng.randbytes(16) for _ in range(150)]
        expected: dict[bytes, int] = {}
        index = 0
        with TreeStore(tmp_path / "x", "vn/hq") as store:
            for _ in range(60):
                ids = [rng.choice([*known, None]) for _ in range(rng.choice((1, 2, 9, 30)))]
                store.append([b"x"] * len(ids), ids=ids)
                for entry_id in ids:
                    if entry_id is not None:
                        expected.setdefault(entry_id, index)
                    index += 1
                for entry_id in rng.sample(known, 5):
                    assert store.index_of(entry_id) == expected.get(entry_id)
            assert len(store._ids.runs) < 30
        with TreeStore(tmp_path / "x") as store:
            assert {entry_id: store.index_of(entry_id) for entry_id in known} == {
                entry_id: expected.get(entry_id) for entry_id in known
            }
            assert store.index_of(b"short") is None
            assert store.first_known([rng.randbytes(16)]) is None
            assert store.first_known([rng.randbytes(16), known[3]]) == (known[3], expected[known[3]])

    def test_an_id_that_looks_like_the_end_of_one_and_the_start_of_the_next_is_not_found(self, store):
        ids = [bytes([n]) * 16 for n in range(20)]
        store.append([b"x"] * 20, ids=ids)
        for cut in range(1, 16):
            ghost = (ids[3] + (3).to_bytes(5, "big") + ids[4])[cut : cut + 16]
            if ghost not in ids:
                assert store.index_of(ghost) is None

    def test_a_reader_that_holds_an_old_list_of_runs_reads_the_new_one(self, tmp_path):
        with TreeStore(tmp_path / "x", "vn/hq") as writer:
            writer.append([b"0"], ids=[bytes(16)])
            with TreeStore(tmp_path / "x") as other:
                for n in range(1, 40):
                    writer.append([b"x"], ids=[n.to_bytes(16, "big")])
                assert other.index_of(bytes(16)) == 0
                assert other.index_of((30).to_bytes(16, "big")) == 30

    def test_a_rolled_back_batch_leaves_no_id(self, store):
        def fail():
            with store.transaction():
                store.append([b"x"], ids=[b"i" * 16])
                {}["nothing"]

        with pytest.raises(KeyError):
            fail()
        assert store.index_of(b"i" * 16) is None
        assert store.first_known([b"i" * 16]) is None
        store.append([b"y"], ids=[b"i" * 16])
        assert store.first_known([b"i" * 16]) == (b"i" * 16, 0)
