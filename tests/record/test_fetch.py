"""Fetching from a folder: nothing outside it, nothing too large, nothing that blocks."""

import os
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record.fetch import MAX_RESOURCE, FetchError, NotFoundError, OversizeError, folder_fetcher
from comity.record.tiles import encode_bundle


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "out/tile/0/000.p").mkdir(parents=True)
    (tmp_path / "out/checkpoint").write_bytes(b"head")
    (tmp_path / "out/tile/0/000").write_bytes(b"full")
    (tmp_path / "out/tile/0/000.p/7").write_bytes(b"part")
    return tmp_path / "out"


def test_reads_files(folder):
    fetch = folder_fetcher(folder)
    assert [fetch(path) for path in ("checkpoint", "tile/0/000", "tile/0/000.p/7")] == [
        b"head",
        b"full",
        b"part",
    ]
    assert folder_fetcher(str(folder))("checkpoint") == b"head"


def test_the_newest_bytes_are_read_each_time(folder):
    fetch = folder_fetcher(folder)
    fetch("checkpoint")
    (folder / "checkpoint").write_bytes(b"newer")
    assert fetch("checkpoint") == b"newer"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        ".",
        "..",
        "../secret",
        "tile/../../secret",
        "tile/../checkpoint",
        "./checkpoint",
        "/checkpoint",
        "//checkpoint",
        "tile//0/000",
        "checkpoint/",
        "checkpoint/x",
        "checkpoint\x00",
        "checkpoint\n",
        "tile\\0\\000",
        "~",
        "%2e%2e/secret",
        ".hidden",
        "tile",
        "tile/0/001",
        "none/at/all",
        "é",
        "a" * 10**6,
        "a" * 256,
        "a/" * 10**5 + "a",
    ],
    ids=lambda path: ascii(path)[:30],
)
def test_other_paths_are_not_found(folder, path):
    (folder / ".hidden").write_bytes(b"hidden")
    with pytest.raises(NotFoundError) as caught:
        folder_fetcher(folder)(path)
    assert len(str(caught.value)) < 1200


@given(st.text("./\\secrtilhkpon0~% \x00", max_size=30))
def test_no_path_leaves_the_folder(tmp_path_factory, path):
    base = tmp_path_factory.getbasetemp() / "jail"
    (base / "out").mkdir(parents=True, exist_ok=True)
    (base / "secret").write_bytes(b"secret")
    with pytest.raises(NotFoundError):
        folder_fetcher(base / "out")(path)


def test_symbolic_links_are_not_followed(folder):
    (folder / "link").symlink_to(folder.parent / "secret")
    (folder / "up").symlink_to(folder.parent)
    (folder / "inside").symlink_to(folder / "checkpoint")
    (folder / "loop").symlink_to(folder / "loop")
    for path in ("link", "up/secret", "inside", "loop"):
        with pytest.raises(FetchError):
            folder_fetcher(folder)(path)


def test_only_regular_files_are_read_and_none_blocks(folder):
    os.mkfifo(folder / "pipe")
    with socket.socket(socket.AF_UNIX) as endpoint:
        endpoint.bind(os.path.relpath(folder / "socket"))
        for path in ("pipe", "socket", "tile"):
            with pytest.raises(FetchError):
                folder_fetcher(folder)(path)


def test_sizes(folder):
    with pytest.raises(OversizeError):
        folder_fetcher(folder, limit=3)("checkpoint")
    assert folder_fetcher(folder, limit=4)("checkpoint") == b"head"
    assert len(encode_bundle([bytes(65535)] * 256)) == MAX_RESOURCE
    with (folder / "huge").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(OversizeError):
        folder_fetcher(folder)("huge")


def test_a_missing_folder_and_a_file_for_a_folder(folder):
    for base in (folder / "gone", folder / "checkpoint"):
        with pytest.raises(NotFoundError):
            folder_fetcher(base)("checkpoint")


def test_a_file_that_cannot_be_read_is_an_error_of_the_medium(folder, monkeypatch):
    def broken(*_, **__):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "open", broken)
    with pytest.raises(FetchError, match="Input/output") as caught:
        folder_fetcher(folder)("checkpoint")
    assert type(caught.value) is FetchError


def test_no_descriptor_is_left_open(folder):
    fetch = folder_fetcher(folder, limit=3)
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - a count is what is wanted
    for path in ("checkpoint", "tile/0/000.p/7", "tile/0/001", "tile", "none/x"):
        with pytest.raises(FetchError):
            fetch(path)
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - the same
