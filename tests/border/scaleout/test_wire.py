"""Messages as bytes: back to the same numbers, and nothing that does not fit gets in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.fusion.observations import Detections
from comity.border.scaleout import outputs, wire
from comity.border.scaleout.errors import ScaleMessageError, ScaleSectorError
from comity.border.scaleout.handover import empty
from comity.border.scaleout.outputs import Output
from comity.border.scaleout.sector import read, sector_of
from tests.border.scaleout.world import cuts, sector, tell

OF = sector()
numbers = st.floats(-1e6, 1e6)


@st.composite
def messages(draw):
    looks = np.array(
        sorted(draw(st.sets(st.integers(-(1 << 52), 1 << 52), min_size=1, max_size=8))), np.int64
    )
    count = draw(st.integers(0, 12))
    time = looks[sorted(draw(st.lists(st.integers(0, len(looks) - 1), min_size=count, max_size=count)))]
    place = np.array(draw(st.lists(st.tuples(numbers, numbers), min_size=count, max_size=count))).reshape(
        -1, 2
    )
    made = Detections.of(time, 1, place, draw(st.floats(0.1, 100)), draw(st.integers(0, 4)))
    if draw(st.booleans()):
        made.noise[:, 1] = draw(st.floats(0.01, 1))
    if draw(st.booleans()):
        made.speed[:] = draw(numbers)
    number = st.integers(0, (1 << 64) - 1)
    return wire.Message(draw(number), draw(number), 1, draw(st.integers(-(1 << 52), 1 << 52)), looks, made)


@settings(max_examples=30, deadline=None)
@given(messages())
def test_a_message_comes_back_the_same(message):
    data = wire.encode(message, OF)
    assert len(data) <= wire.LONGEST
    back = wire.decode(data, OF)
    for name in ("run", "sequence", "sensor", "through"):
        assert getattr(back, name) == getattr(message, name)
    np.testing.assert_array_equal(back.looks, message.looks)
    for name in Detections.__dataclass_fields__:
        np.testing.assert_array_equal(getattr(back.detections, name), getattr(message.detections, name))


@settings(max_examples=60, deadline=None)
@given(messages(), st.integers(0, 10_000), st.integers(1, 255), st.integers(0, 3))
def test_whatever_is_changed_is_refused(message, place, change, how):
    data = bytearray(wire.encode(message, OF))
    place %= len(data)
    if how == 0:
        data[place] ^= change
    elif how == 1:
        del data[place:]
    elif how == 2:
        data += bytes(change)
    else:
        data[place:place] = bytes(change)
    with pytest.raises(ScaleMessageError):
        wire.decode(bytes(data), OF)


@given(st.binary(max_size=300))
def test_noise_is_refused(data):
    for decode in (lambda: wire.decode(data, OF), lambda: outputs.decode(data, OF)):
        with pytest.raises(ScaleMessageError):
            decode()


def lie(**changes):
    """A message whose check fits and whose content does not."""
    looks = changes.pop("looks", np.array([5, 7]))
    rows = Detections.of([5, 7], 0, [(1, 1), (2, 2)], 10)
    for name, value in changes.pop("rows", {}).items():
        getattr(rows, name)[:] = value
    said = {"run": 1, "sequence": 0, "sensor": 0, "through": 7} | changes
    return wire.encode(wire.Message(**said, looks=looks, detections=rows), OF)


@pytest.mark.parametrize(
    "changes",
    [
        {"sensor": 99},
        {"through": 1 << 60},
        {"looks": np.array([7, 5])},
        {"looks": np.array([1])},
        {"looks": np.array([5, 1 << 61])},
        {"rows": {"kind": 17}},
        {"rows": {"place": np.nan}},
        {"rows": {"noise": np.inf}},
        {"looks": np.arange(501)},
    ],
)
def test_a_lie_with_a_check_that_fits_is_refused(changes):
    wire.decode(lie(), OF)
    with pytest.raises(ScaleMessageError):
        wire.decode(lie(**changes), OF)


def test_a_message_of_another_sector_is_refused():
    with pytest.raises(ScaleMessageError, match="sector"):
        wire.decode(cuts()[0].payload, sector(1, 1))


def test_an_output_comes_back_the_same_in_parts():
    told, _ = tell(OF, cuts())
    for one in told[:40]:
        data = outputs.encode(one, OF)
        back = outputs.decode(data, OF)
        assert (back.tile, back.position, back.through, back.counts) == (
            one.tile,
            one.position,
            one.through,
            one.counts,
        )
        pieces = outputs.parts(one.position, data)
        assert b"".join(piece[outputs.PART.size :] for piece in pieces) == data
    long = b"x" * (outputs.PIECE * 2 + 5)
    assert [outputs.heading(one)[1:] for one in outputs.parts(4, long)] == [(0, 3), (1, 3), (2, 3)]


@pytest.mark.parametrize("cut", [0, 10, 60, 100])
def test_an_output_that_is_cut_or_changed_is_refused(cut):
    data = outputs.encode(Output(1, 5, 9, [(3, empty()), (9, empty())], 0.5), OF)
    assert outputs.decode(data, OF).frames[1][0] == 9
    for bad in (data[:cut], data + b"x", data[:cut] + b"\x99" + data[cut + 1 :]):
        with pytest.raises(ScaleMessageError):
            outputs.decode(bad, OF)
    for bad in (b"", b"cmpt", b"cmpt" + bytes(12)):
        with pytest.raises(ScaleMessageError):
            outputs.heading(bad)


FILE = """
party = "vn"
sector = "nam-on"
tiles = [3, 2]
halo = 500

[area]
west = 0
south = 0
east = 12_000
north = 6_000.0
cell = 250

[[sensors]]
name = "ridge"
clutter = 1e-6

[[sensors]]
name = "ford"
x = 1000
y = 1000
reach = 800
"""


def test_a_sector_from_its_file(tmp_path):
    (tmp_path / "sector.toml").write_text(FILE)
    found = read(tmp_path / "sector.toml")
    assert (len(found.tiles), found.halo, found.margin) == (6, 2, 125.0)
    assert found.tiles[0].core == (0.0, 0.0, 4000.0, 3000.0)
    assert found.tiles[0].config.area.east == 4500.0
    assert [tile.sensors for tile in found.tiles] == [(0, 1), (0,), (0,), (0,), (0,), (0,)]
    assert found.subject("obs", 3) == "obs.vn.nam-on.3"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"vn"', '"V N"'),
        ("[3, 2]", "[0, 2]"),
        ("[3, 2]", "[99, 2]"),
        ("[3, 2]", "[3]"),
        ("halo = 500", "halo = 0"),
        ("halo = 500", "halo = 500\nmargin = 400"),
        ("halo = 500", "halo = 'wide'"),
        ("halo = 500", "haloes = 500"),
        ("west = 0", "west = 20_000"),
        ("reach = 800", "reach = 'far'"),
        ("reach = 800", "strength = 800"),
        ("party", "party ="),
    ],
)
def test_a_sector_that_cannot_be_is_refused(tmp_path, before, after):
    (tmp_path / "sector.toml").write_text(FILE.replace(before, after, 1))
    with pytest.raises(ScaleSectorError):
        read(tmp_path / "sector.toml")
    with pytest.raises(ScaleSectorError):
        read(tmp_path / "none.toml")
    with pytest.raises(ScaleSectorError, match="known"):
        sector_of({"nothing": 1})
