"""Somebody who trusts neither party verifies an exported log with code that nobody here wrote.

The verifying is done by the Go checksum database's own packages (golang.org/x/mod/sumdb/note and tlog, Debian's
golang-golang-x-mod-dev); tests/outside/verify_log.go only reads the folder for them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from comity.record import merkle
from comity.record.log import Log
from comity.record.note import Signer

SOURCE = Path(__file__).parent / "outside" / "verify_log.go"
LIBRARY = Path("/usr/share/gocode")
SIGNER = Signer("la.example/hq", bytes(32))
SIZE, OLDER = 70_000, 65_792


def missing():
    if shutil.which("go") is None:
        return "go is not installed (scripts/system-packages installs it)"
    if not (LIBRARY / "src/golang.org/x/mod/sumdb/tlog").is_dir():
        return f"golang.org/x/mod is not under {LIBRARY} (scripts/system-packages installs it)"
    return None


@pytest.fixture(scope="module")
def verifier(tmp_path_factory):
    """The verifier, compiled without any module proxy: GOPATH mode, the distribution's sources."""
    reason = missing()
    if reason:
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("go")
    binary = folder / "verify_log"
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GO111MODULE": "off",
        "GOPATH": str(LIBRARY),
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    subprocess.run(["go", "build", "-o", binary, SOURCE], check=True, env=environment, timeout=280)
    return binary


@pytest.fixture(scope="module")
def exports(tmp_path_factory):
    """The log when it had 65,792 small leaves, and when it had 70,000."""
    folder = tmp_path_factory.mktemp("exports")
    leaves = [b"leaf %d" % number for number in range(SIZE)]
    with Log.open(folder / "log.sqlite", SIGNER) as log:
        for start in range(0, OLDER, 8192):
            log.append(leaves[start : min(OLDER, start + 8192)])
        log.export(folder / "older")
        log.append(leaves[OLDER:])
        log.export(folder / "newer")
    return folder


def run(verifier, *arguments):
    return subprocess.run(
        [verifier, *map(str, arguments)], capture_output=True, text=True, timeout=120, check=False
    )


@pytest.fixture
def copy(exports, tmp_path):
    """A copy of the newer export, for spoiling."""
    return Path(shutil.copytree(exports / "newer", tmp_path / "copy"))


def test_every_entry_and_the_growth_are_verified(verifier, exports):
    result = run(verifier, SIGNER.vkey, exports / "newer", exports / "older")
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith(f"verified: {SIZE} entries")
    assert run(verifier, SIGNER.vkey, exports / "older").returncode == 0


def flip(path, at, bit=0):
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("path", "at"),
    [
        ("checkpoint", 0),
        ("checkpoint", 20),
        ("checkpoint", 40),
        ("checkpoint", -10),
        ("tile/entries/000", 2),
        ("tile/entries/000", 1),
        ("tile/entries/137", 500),
        ("tile/entries/273.p/112", -1),
        ("tile/0/000", 0),
        ("tile/0/137", 8191),
        ("tile/0/273.p/112", 3583),
        ("tile/1/000", 31),
        ("tile/1/001.p/17", 543),
        ("tile/2/000.p/1", 17),
    ],
)
def test_one_flipped_bit_is_found(verifier, copy, path, at):
    flip(copy / path, at)
    result = run(verifier, SIGNER.vkey, copy)
    assert result.returncode == 1
    assert "NOT VERIFIED" in result.stderr


@pytest.mark.parametrize("path", ["checkpoint", "tile/entries/100", "tile/0/100", "tile/2/000.p/1"])
def test_a_missing_file_is_found(verifier, copy, path):
    (copy / path).unlink()
    assert run(verifier, SIGNER.vkey, copy).returncode == 1


@pytest.mark.parametrize("path", ["tile/entries/100", "tile/0/100"])
def test_a_truncated_file_is_found(verifier, copy, path):
    (copy / path).write_bytes((copy / path).read_bytes()[:-1])
    assert run(verifier, SIGNER.vkey, copy).returncode == 1


def test_another_key_does_not_verify(verifier, exports):
    other = Signer(SIGNER.name, b"1" * 32)
    assert run(verifier, other.vkey, exports / "newer").returncode == 1


def test_a_rewritten_log_does_not_continue_the_older_one(verifier, exports, tmp_path):
    """The rewritten log is sound in itself; only the older export shows that it was rewritten."""
    leaves = [b"leaf %d" % number for number in range(SIZE)]
    leaves[1234] = b"rewritten"
    with Log.open(tmp_path / "log.sqlite", SIGNER) as log:
        log.append(leaves)
        log.export(tmp_path / "rewritten")
    assert run(verifier, SIGNER.vkey, tmp_path / "rewritten").returncode == 0
    assert run(verifier, SIGNER.vkey, tmp_path / "rewritten", exports / "older").returncode == 1


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_an_entry_changed_together_with_its_tiles_is_found(verifier, copy, levels):
    """The tiles above agree with the changed entry; only the signed root does not."""
    bundle = copy / "tile/entries/000"
    data = bytearray(bundle.read_bytes())
    data[2] ^= 1
    bundle.write_bytes(data)
    tiles = [copy / "tile/0/000", copy / "tile/1/000", copy / "tile/2/000.p/1"]
    found = merkle.leaf_hash(bytes(data[2 : 2 + data[1]]))
    for path in tiles[:levels]:
        hashes = found + path.read_bytes()[32:]
        path.write_bytes(hashes)
        found = merkle.root_of_hashes([hashes[at : at + 32] for at in range(0, len(hashes), 32)])
    assert run(verifier, SIGNER.vkey, copy).returncode == 1


def test_an_entry_cut_out_is_found(verifier, copy):
    """A bundle without its first entry, its lengths still in order."""
    bundle = copy / "tile/entries/100"
    data = bundle.read_bytes()
    bundle.write_bytes(data[2 + int.from_bytes(data[:2]) :])
    assert run(verifier, SIGNER.vkey, copy).returncode == 1
