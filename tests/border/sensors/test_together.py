"""What is done for many rows at once is what is done for each: leaves, rights, readings of objects."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.live.observations import Reading
from comity.border.sector.plane import Plane
from comity.border.sensors import rights
from comity.border.sensors.leaves import SELECT, leaf_of, leaves
from comity.border.sensors.rules import JSON, TEXT, run_of
from comity.border.sensors.salts import Salts, without
from comity.border.sensors.store import SensorStore
from comity.record.merkle import root_of_hashes

SALT = bytes(range(32))
TEXTS = ('{"x":1.5}', '{"a":"\\"\\\\\\n"}', '{"name":"ຂອງ"}', '{"name":"e\u0301"}', "{}")
COUNT = 700


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    made = SensorStore(tmp_path_factory.mktemp("sensors"))
    rows = [
        (n, n % 3 + 1, 2, 10**15 + n, 10**15 + n + 5 if n % 50 == 1 else None, n, None, 10**15 + 9,
         *[(JSON, TEXTS[n % 5]), (0, n / 7), (0, n), (TEXT, "words"), (4, None)][0 if n % 20 else n % 5],
         0, None, None, '{"unit":"m"}' if n % 90 == 2 else None, None)
        for n in range(1, COUNT + 1)
        if not 300 < n < 310
    ]  # fmt: skip
    with made.transaction() as db:
        db.executemany(f"INSERT INTO observation VALUES ({', '.join('?' * 15)})", rows)
    yield made
    made.close()


def one_by_one(store, salt, first=1, last=COUNT):
    rows = store.read_all(f"{SELECT} WHERE id BETWEEN {first} AND {last} ORDER BY id")
    return [leaf_of(row, Salts(salt, first, last).of(row[0])) for row in rows]


def test_leaves_together_are_the_leaves_of_each(store):
    found = leaves(store.reader(), 1, COUNT, SALT)
    assert found == one_by_one(store, SALT)
    root = "b87cd696e272fcc9a05305eb190a4f238115a632df53e42d386f144e8e7bb286"
    assert root_of_hashes(found).hex() == root, "a root that was sealed before"
    assert leaves(store.reader(), 5, 60, SALT) == one_by_one(store, SALT, 5, 60)


def test_salts_in_order_where_some_were_destroyed(store):
    with store.transaction() as db:
        row = store.read_all(f"{SELECT} WHERE id = 9")[0]
        whole = leaves(db, 1, COUNT, SALT)
        db.execute("INSERT INTO erased VALUES (9, ?)", (leaf_of(row, Salts(SALT, 1, COUNT).of(9)),))
        db.execute("UPDATE observation SET id = 5000 WHERE id = 9")
        assert leaves(db, 1, COUNT, without(SALT, 1, COUNT, [9])) == whole
        db.execute("UPDATE observation SET id = 9 WHERE id = 5000")
        db.execute("DELETE FROM erased")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["boat", "foe", "", "air", "x"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "class", "lat"]), inner)
    ),
    max_leaves=4,
)
NAMES = [
    "x", "y", "lat", "class", "sigma", "face", "licence_plate", "licencePlate", "FACE", "surface", "faces",
    "hos-tile", "Gender", "plateau", "number plate", "velocity",
]  # fmt: skip
OBJECTS = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=4), min_size=1, max_size=4)


@settings(max_examples=150, deadline=None)
@given(OBJECTS)
def test_rights_of_many_are_the_rights_of_each(objects):
    assert rights.all_fine(objects) == (not any(map(rights.refused, objects)))


FIGURE = st.sampled_from([0, 1, -3, 2.5, 1e308, -1e308, True, None, "1", 10**18, 17.1, 106.2])
FORMS = st.sampled_from(
    [("x", "y"), ("lat", "lon"), ("y", "x", "sigma"), ("lat", "lon", "x", "y", "sigma"), ("x", "class", "y"),
     ("x", "y", "velocity"), ("x", "lat"), ("detections",), ("class", "lat", "lon", "sigma", "velocity")]
)  # fmt: skip


@st.composite
def alike(draw):
    form = draw(FORMS)
    figure = draw(st.sampled_from([FIGURE, st.sampled_from([0.1, 1, 17.25, 106.375]), st.floats(1, 1e6)]))
    word = st.sampled_from(["boat", "air", "unknown", draw(st.sampled_from(["boat", None, "foe", 3]))])
    row = st.fixed_dictionaries({name: word if name == "class" else figure for name in form})
    return draw(st.lists(row, min_size=1, max_size=5))


@settings(max_examples=150, deadline=None)
@given(alike())
def test_objects_read_together_are_read_as_each(objects):
    def reading():
        return Reading([("ridge", 12.0), ("mast", 5.0)], Plane(17_000_000, 106_000_000))

    rows = [(n, n % 2, 1_000 * (n // 2), JSON, json.dumps(one)) for n, one in enumerate(objects, start=1)]
    together, each = reading(), reading()
    found, parts = together.read(rows), each._one_by_one(rows, objects)
    for name in ("time", "sensor", "place", "noise", "kind", "speed"):
        one, other = getattr(found.detections, name), getattr(parts.detections, name)
        assert (one.dtype, one.tobytes()) == (other.dtype, other.tobytes()), name
    assert (found.ids.tolist(), found.looks.tolist()) == (parts.ids.tolist(), parts.looks.tolist())
    assert together.taken() == each.taken()


def test_runs_are_what_they_were():
    assert run_of(JSON, '{"x":1}') == 11156135888679816
    assert run_of(TEXT, "x") == 0
