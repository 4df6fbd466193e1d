"""Tiles: paths in one spelling, absurd ones refused, bundles read to the last octet."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record import tiles
from comity.record.merkle import MAX_SIZE
from comity.record.tiles import BundleError, TilePathError, TileRef, decode_bundle, encode_bundle, parse_path

WIDTHS = st.integers(1, 256)


@st.composite
def refs(draw):
    level = draw(st.sampled_from([None, *range(8)]))
    width = draw(WIDTHS if level != 7 else st.integers(1, 127))
    last = ((MAX_SIZE >> 8 * (level or 0)) - width) // 256
    return TileRef(level, draw(st.integers(0, last) | st.integers(0, min(last, 10**7))), width)


@given(refs())
def test_paths_read_back(ref):
    assert parse_path(ref.path) == ref
    made = (
        tiles.entries_path(ref.index, ref.width)
        if ref.level is None
        else tiles.tile_path(ref.level, ref.index, ref.width)
    )
    assert made == ref.path


@pytest.mark.parametrize(
    ("ref", "path"),
    [
        (TileRef(0, 0), "tile/0/000"),
        (TileRef(0, 999), "tile/0/999"),
        (TileRef(0, 1000), "tile/0/x001/000"),
        (TileRef(0, 1234067), "tile/0/x001/x234/067"),
        (TileRef(1, 1234067, 1), "tile/1/x001/x234/067.p/1"),
        (TileRef(None, 273, 112), "tile/entries/273.p/112"),
        (TileRef(None, 5, 255), "tile/entries/005.p/255"),
        (TileRef(2, 0, 1), "tile/2/000.p/1"),
        (TileRef(0, (2**63 - 257) // 256), "tile/0/x036/x028/x797/x018/x963/966"),
    ],
)
def test_the_spelling(ref, path):
    assert ref.path == path
    assert parse_path(path) == ref


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/0",
        "tile/0/00",
        "tile/0/0000",
        "tile/0/x000",
        "tile/0/x001",
        "tile/0/x000/000",
        "tile/0/x000/x001/000",
        "tile/0/001/000",
        "tile/0/x001/x000",
        "tile/0/x01/000",
        "tile/0/X001/000",
        "tile/00/000",
        "tile/8/000",
        "tile/9/000",
        "tile/63/000",
        "tile/-1/000",
        "tile/7/000",  # 256 hashes of 2^56 leaves are more than a tree has
        "tile/7/000.p/128",
        "tile/7/001.p/1",
        "tile/0/x036/x028/x797/x018/x963/968",
        "tile/0/x999/x999/x999/x999/x999/999",
        "tile/0/" + "x999/" * 100 + "999",
        "tile/0/" + "x000/" * 10**5 + "000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/999",
        "tile/0/000.p/01",
        "tile/0/000.p/-1",
        "tile/0/000.p/+1",
        "tile/0/000.p/",
        "tile/0/000.p",
        "tile/0/000.p/1/",
        "tile/0/000.p/1.p/1",
        "tile/0/000/1",
        "tile/data/000",
        "tile/entries",
        "tile/entries/",
        "tile/ENTRIES/000",
        "/tile/0/000",
        "tile//0/000",
        "./tile/0/000",
        "tile/0/../0/000",
        "tile/0/..",
        "../tile/0/000",
        "tile/0/000\n",
        "tile/0/000 ",
        "tile/0/000?",
        "tile/0/000%2e",
        "tile/0/000\x00",
        "tile\\0\\000",
        "tile/\u0660/000",
        "tile/0/\u0660\u0660\u0660",
        "tile/0/0x1",
        "tile/8/000.p/1",
        "checkpoint",
    ],
    ids=lambda path: ascii(path)[:40],
)
def test_other_paths_are_refused(path):
    with pytest.raises(TilePathError) as caught:
        parse_path(path)
    assert len(str(caught.value)) < 250


@given(st.text("tile/entriesx.p0123456789", max_size=30).map(lambda text: f"tile/{text}"))
def test_a_path_is_refused_or_is_the_one_spelling(path):
    with contextlib.suppress(TilePathError):
        assert parse_path(path).path == path


@pytest.mark.parametrize(
    ("level", "index", "width"),
    [(-1, 0, 1), (8, 0, 1), (0, -1, 1), (0, 0, 0), (0, 0, 257), (7, 1, 1), (0, 2**55, 1)],
)
def test_references_to_what_no_tree_has(level, index, width):
    with pytest.raises(TilePathError):
        tiles.tile_path(level, index, width)


def test_the_widths_of_a_tree():
    # The tree of 70,000 leaves that the specification describes.
    size = 70_000
    assert [tiles.tile_width(0, index, size) for index in (0, 272, 273, 274)] == [256, 256, 112, 0]
    assert [tiles.tile_width(1, index, size) for index in (0, 1, 2)] == [256, 17, 0]
    assert [tiles.tile_width(2, index, size) for index in (0, 1)] == [1, 0]
    assert [tiles.tile_width(level, 0, 256) for level in (0, 1, 2)] == [256, 1, 0]
    assert tiles.tile_width(0, 0, 0) == 0


class TestTileBytes:
    @given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=256))
    def test_reads_back(self, hashes):
        data = tiles.encode_tile(hashes)
        assert data == b"".join(hashes)
        assert tiles.decode_tile(data, len(hashes)) == hashes
        for wrong, width in (
            (data[:-1], len(hashes)),
            (data + b"\x00", len(hashes)),
            (data, len(hashes) + 1),
            (data, 0),
        ):
            with pytest.raises(BundleError):
                tiles.decode_tile(wrong, width)

    @pytest.mark.parametrize(
        "hashes", [[], [b""], [bytes(31)], [bytes(32), bytes(33)], [bytes(32)] * 257], ids=len
    )
    def test_other_hashes_are_refused(self, hashes):
        with pytest.raises(BundleError):
            tiles.encode_tile(hashes)


class TestBundles:
    def test_the_bytes(self):
        assert encode_bundle([b"", b"ab", bytes(256)]) == b"\x00\x00" + b"\x00\x02ab" + b"\x01\x00" + bytes(
            256
        )
        assert len(encode_bundle([bytes(65535)])) == 65537

    @given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
    def test_reads_back(self, entries):
        assert decode_bundle(encode_bundle(entries), len(entries)) == entries

    @given(st.lists(st.binary(max_size=20), min_size=1, max_size=6), st.data())
    def test_a_truncated_or_lengthened_bundle_is_refused(self, entries, data):
        bundle = encode_bundle(entries)
        cut = data.draw(st.integers(0, len(bundle) - 1))
        for wrong in (bundle[:cut], bundle + b"\x00", bundle + bundle):
            with pytest.raises(BundleError):
                decode_bundle(wrong, len(entries))

    @given(st.binary(max_size=60), st.integers(1, 8))
    def test_octets_are_refused_or_read_to_the_last(self, data, count):
        with contextlib.suppress(BundleError):
            assert encode_bundle(decode_bundle(data, count)) == data

    def test_another_count_is_refused(self):
        bundle = encode_bundle([b"a", b"b"])
        for count in (1, 3, 256, 0):
            with pytest.raises(BundleError):
                decode_bundle(bundle, count)

    def test_limits(self):
        with pytest.raises(BundleError):
            encode_bundle([bytes(65536)])
        with pytest.raises(BundleError):
            encode_bundle([])
        with pytest.raises(BundleError):
            encode_bundle([b""] * 257)
        bundle = encode_bundle([bytes(100)])
        assert decode_bundle(bundle, 1, max_entry=100) == [bytes(100)]
        with pytest.raises(BundleError, match="99"):
            decode_bundle(bundle, 1, max_entry=99)
        with pytest.raises(BundleError):
            decode_bundle(b"", 0)
        with pytest.raises(BundleError):
            decode_bundle(bytes(514), 257)
