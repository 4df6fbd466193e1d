"""Projections: quarantine never stops the flow, and any interleaving ends like a rebuild."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.node.projection import Batch, Position, cut
from comity.node.system import System
from comity.node.views import CURSOR, QUARANTINE, RECORDS
from comity.record.charter import Charter
from comity.record.commitment import FullOpening, seal
from comity.record.entry import Head as TreeHead
from comity.record.entry import anchor_entry, charter_entry, record_entry
from comity.record.errors import ComityError
from comity.record.kinds import to_fields
from comity.record.store import FeedRow
from tests.node.world import (
    ALL,
    FACTS,
    Draft,
    Fact,
    FactProjector,
    PoisonError,
    Secretive,
    fact,
    header,
    pin,
    rows,
    settle,
    sync,
)


def rows_of_views(node):
    """Everything that is derived, without the cursors' seq (a rebuild has not lived through the feed)."""
    with node.views.connect() as db:
        tables = [RECORDS, QUARANTINE, FactProjector.table]
        return {table.name: sorted(tuple(row) for row in db.execute(table.select())) for table in tables}


CAUSES = st.sampled_from(["entry", "opened", "erased", "upgraded"])


@given(
    spans=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20), CAUSES), max_size=12),
    limits=st.lists(st.integers(1, 9), min_size=1, max_size=5),
)
def test_cutting_the_feed_loses_and_repeats_nothing(spans, limits):
    feed = [FeedRow(seq, start, start + length, cause) for seq, (start, length, cause) in enumerate(spans, 1)]
    position, seen, turn = Position(), [], 0
    for _ in range(1000):
        left = [row for row in feed if row.seq > position.seq]
        if not left:
            break
        batch = cut(left, position, limits[turn % len(limits)])
        assert isinstance(batch, Batch)
        assert len(batch.causes) <= limits[turn % len(limits)]
        assert batch.end != position, "it moves"
        seen += batch.causes.items()
        position, turn = batch.end, turn + 1
    wanted = {index for row in feed for index in range(row.start, row.stop)}
    assert {index for index, _ in seen} == wanted
    for index in wanted:
        causes = {row.cause for row in feed if row.start <= index < row.stop}
        assert {cause for i, cause in seen if i == index} <= causes
        assert ("erased" in causes) == ("erased" in {cause for i, cause in seen if i == index})


def forge(node, leaves):
    """Write leaves past intake, as another implementation, or an enemy with the log key, would."""
    node.log._identify = None
    store = node.log.store
    for leaf in leaves:
        store.append([leaf], ids=[_id(leaf)])
    node.log.checkpoint()


def _id(leaf):
    from comity.record.entry import identify

    try:
        return identify(leaf)
    except ComityError:
        return None


def entry(
    node, name="x", *, seed=None, entry_id=None, kind="test.fact@1", model=None, origin=None, tamper=None
):
    """Return a leaf with its opening, whatever is wrong with it."""
    entry_id = entry_id or secrets.token_bytes(16)
    model = model or Fact(name=name, value=1)
    fields = to_fields(header(), model)
    if tamper:
        fields = tamper(fields)
    origin = origin or node.origin
    done = seal(origin, entry_id, kind, fields, len(type(model).slots()))
    from comity.node import keys

    seed = seed or keys.load(node.folder.keys).offices["record"].seed
    leaf = record_entry(origin=origin, id=entry_id, commit=done.commit, n=done.n, seed=seed)
    return leaf, FullOpening(origin, entry_id, kind, done.record_key, tuple(fields))


def put(node, *pairs):
    node.contents.put_all(node.origin, [opening for _, opening in pairs])
    forge(node, [leaf for leaf, _ in pairs])


def badges(node):
    return {(row["origin"], row["index"]): (row["source"], row["code"]) for row in node.quarantined()}


def test_every_bad_entry_is_quarantined_with_its_reason_and_the_flow_goes_on(pair):
    from comity.record.commitment import Field

    vn, la = pair
    good = entry(vn, "first", entry_id=b"d" * 16)
    stranger = entry(vn, "x", seed=b"s" * 32)
    copied = entry(vn, "x", origin="la/hq")
    wrong_schema = entry(
        vn, "x", tamper=lambda fields: [*fields[:-1], Field(fields[-1].slot, "value", "text")]
    )
    wrong_slot = entry(vn, "x", tamper=lambda fields: [*fields[:-1], Field(fields[-1].slot, "other", 1)])
    missing = entry(vn, "x", tamper=lambda fields: fields[:-1])
    repeated = entry(vn, "second", entry_id=b"d" * 16)
    broken = bytearray(entry(vn, "x")[0])
    broken[-5:-3] = b"AA" if broken[-5:-3] != b"AA" else b"BB"
    document = Charter.parse(vn.charter.encode())
    from comity.node import keys

    another_charter = charter_entry(
        origin="vn/hq",
        id=b"c" * 16,
        version=2,
        digest=document.digest,
        seed=keys.load_root(vn.folder.keys / "roots" / "1").seed,
    )
    put(vn, good, wrong_schema, wrong_slot, missing)
    forge(
        vn,
        [
            stranger[0],
            copied[0],
            bytes(broken),
            b"no entry at all",
            b"{}\n" + b"A" * 88,
            b"\xff" * 8000,
            repeated[0],
            another_charter,
        ],
    )
    vn.append_later = entry(vn, "last")
    put(vn, vn.append_later)
    for node in (vn, la):
        if node is la:
            sync(la, vn)
        node.projection.run()
        found = badges(node)
        codes = {
            index: code
            for (origin, index), (source, code) in found.items()
            if origin == "vn/hq" and source == "entry"
        }
        size = node.size("vn/hq")
        assert size == 14
        assert set(codes) == {2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
        assert codes[5] == "charter-office"
        assert codes[6] in {"charter-mismatch", "entry-origin"}
        assert codes[7] == "entry-signature"
        assert codes[11] == "repeated-id"
        assert codes[12] == "charter-mismatch"
        assert {row[2] for row in rows(node)} == {"first", "last"}
        assert node.record("vn/hq", 8).entry is None
        assert node.records("vn/hq", 0, 99)[-1].content is not None
        before = rows_of_views(node)
        node.projection.rebuild()
        assert rows_of_views(node) == before


def test_a_projector_that_raises_quarantines_one_record_and_leaves_no_half_row(pair):
    vn, _ = pair
    vn.append([fact("a"), fact("poison"), fact("b")])
    assert {row[2] for row in rows(vn)} == {"a", "b"}
    assert badges(vn) == {("vn/hq", 2): ("facts", PoisonError.code)}
    assert vn.status().quarantined == 1


def test_unknown_kinds_are_shown_and_not_quarantined(world):
    vn, la = world.add("vn", systems=(ALL,)), world.add("la", systems=(FACTS,))
    pin(vn, la)
    pin(la, vn)
    vn.append([Draft(Secretive(text="news"), header())])
    sync(la, vn)
    assert badges(la) == {}
    record = la.record("vn/hq", 1)
    assert record.content.model is None
    assert record.content.fields == {"text": "news"}
    assert la.kinds()["test.secretive@1"] == 1


def test_a_new_system_is_projected_from_the_beginning(world, pair):
    vn, _ = pair
    vn.append([fact("a")])
    vn = world.reopen("vn", systems=(System("other", (), None),))
    vn = world.reopen("vn", systems=(FACTS,))
    assert [row[2] for row in rows(vn)] == ["a"]


def test_views_may_be_deleted(world, pair):
    vn, la = pair
    vn.append([fact("a")])
    la.append([fact("b")])
    settle(vn, la)
    before = rows_of_views(vn)
    world.nodes.pop("vn").close()
    (world.root / "vn" / "views.sqlite").unlink()
    vn = world.add("vn")
    assert rows_of_views(vn) == before


def test_a_rebuild_that_was_cut_off_starts_again(world, pair, monkeypatch):
    vn, _ = pair
    vn.append([fact(f"f{i}") for i in range(5)])
    before = rows_of_views(vn)

    def cut_off(*_args):
        raise KeyboardInterrupt

    monkeypatch.setattr(vn.projection, "_apply", cut_off)
    with pytest.raises(KeyboardInterrupt):
        vn.projection.rebuild()
    assert rows(vn) == []
    vn = world.reopen("vn")
    assert rows_of_views(vn) == before


def test_erased_content_is_purged_from_every_table_and_never_comes_back(world, pair):
    vn, la = pair
    vn.append([fact("stays"), fact("goes")])
    settle(la, vn)
    assert {row[2] for row in rows(la)} == {"stays", "goes"}
    la.erase_local("vn/hq", 2)
    assert {row[2] for row in rows(la)} == {"stays"}
    record = la.record("vn/hq", 2)
    assert record.content is None
    assert record.entry is not None
    with la.views.connect() as db:
        row = db.execute(RECORDS.select().where(RECORDS.c.index == 2, RECORDS.c.origin == "vn/hq")).one()
    assert (row.kind, row.marking, row.class_) == ("", "", "")
    world.nodes.pop("la").close()
    (world.root / "la" / "views.sqlite").unlink()
    la = world.add("la")
    sync(la, vn)
    la.projection.rebuild()
    assert {row[2] for row in rows(la)} == {"stays"}, "openings fetched again do not bring it back"
    assert b"goes" not in (world.root / "la" / "views.sqlite").read_bytes()


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.sampled_from(["vn", "la"]), st.sampled_from(["a", "b", "poison"])),
        st.tuples(st.just("red"), st.sampled_from(["vn", "la"]), st.just("r")),
        st.tuples(st.just("sync"), st.sampled_from(["vn", "la"]), st.just("")),
        st.tuples(st.just("erase"), st.sampled_from(["vn", "la"]), st.sampled_from(["vn/hq", "la/hq"])),
        st.tuples(st.just("step"), st.sampled_from(["vn", "la"]), st.integers(1, 3)),
    ),
    max_size=14,
)


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=STEPS, order=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3)), max_size=30))
def test_any_interleaving_of_origins_equals_a_rebuild(tmp_path_factory, steps, order):
    from tests.node.world import World

    world = World(tmp_path_factory.mktemp("interleave"))
    try:
        nodes = {name: world.add(name) for name in ("vn", "la")}
        pin(nodes["vn"], nodes["la"])
        pin(nodes["la"], nodes["vn"])
        runs = {name: node.projection.run for name, node in nodes.items()}
        for node in nodes.values():
            node.projection.run = lambda *_: 0  # only the steps below project
        for verb, name, what in steps:
            node, other = nodes[name], nodes["la" if name == "vn" else "vn"]
            if verb == "append":
                node.append([fact(what)])
            elif verb == "red":
                node.append([fact(what, marking="TLP:RED")])
            elif verb == "sync":
                sync(node, other)
            elif verb == "erase" and node.size(what) > 1:
                node.erase_local(what, node.size(what) - 1)
            elif verb == "step":
                for origin in node.all_origins():
                    node.projection.step(origin, what)
        for name, node in nodes.items():
            for which, limit in order:
                origins = node.all_origins()
                node.projection.step(origins[which], limit)
            node.projection.run = runs[name]
            node.projection.run()
            interleaved = rows_of_views(node)
            node.projection.rebuild()
            assert rows_of_views(node) == interleaved
            with node.views.connect() as db:
                assert {row.origin for row in db.execute(CURSOR.select())} == {
                    name for name in node.origins if node.size(name)
                }
    finally:
        world.close()


def test_an_anchor_entry_is_projected_like_any_other(pair):
    vn, _ = pair
    from comity.node import keys

    seed = keys.load(vn.folder.keys).offices["record"].seed
    heads = [TreeHead("la/hq", 5, b"r" * 32)]
    forge(vn, [anchor_entry(origin="vn/hq", id=b"a" * 16, heads=heads, seed=seed)])
    vn.projection.run()
    assert badges(vn) == {}
    assert vn._named() == {"la/hq": 5}
