"""Backups (DESIGN section 5).

The ordinary archive has the settings, the signing keys, the log, the mirrors, the pinned charters and the
vault's ciphertext. It never has the guard: a restored log must first hear from a peer how far it had got. It
has no content keys either: those go into a second archive, only when asked for, so that it can be kept for a
shorter time: whatever is erased stays readable as long as an archive of its keys exists. Views are derived
and never saved.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import apsw

from comity.node.errors import BackupError
from comity.node.folder import Folder
from comity.node.keys import HPKE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Progress = Callable[[str, int, int], None]

PLAIN_FILES: Final = ("comity.toml", "charter", "attestations.jsonl", "copies.jsonl")
FOLDERS: Final = ("charters", "compacts", "epochs", "intake", "keys", "peers", "sensors", "vault")
KEY_FILES: Final = ("keyring.sqlite", "keks")
NEVER: Final = frozenset({"keys/guard", "keys/guard.new"})
_TOP: Final = frozenset(
    {*PLAIN_FILES, *FOLDERS, *KEY_FILES, "log.sqlite", "mirrors"},
)
PRIVATE: Final = 0o600
COPIES: Final = ".backup."
"""Begins the names of folders that hold a database while it is copied."""


def backup(
    folder: Folder, target: Path, *, content_keys: Path | None = None, progress: Progress | None = None
) -> list[Path]:
    """Write a backup of a node, which may be running; return the archives written.

    Args:
        folder: the node.
        target: the archive, a new file; mode 0600, for it holds the signing keys.
        content_keys: a second, separate archive with the content keys; None for none.
        progress: told (name, done, all).

    Raises:
        BackupError: a file is there already, or cannot be written.
    """
    written = [target] if content_keys is None else [target, content_keys]
    if len({path.resolve() for path in written}) != len(written):
        raise BackupError("the content keys need an archive of their own")
    for path in written:
        if path.exists():
            raise BackupError(f"{path}: is there already")
    # Keys before the vault: content that arrives between the two is missing from both, never half there.
    if content_keys is not None:
        _write(content_keys, list(_key_members(folder)), None)
    _write(target, list(_members(folder)), progress)
    return written


def sweep(folder: Folder) -> int:
    """Remove the copies of databases that a backup left when it was killed; return how many folders.

    The caller holds the node's lock, so that no backup is under way.
    """
    found = [
        path
        for place in (folder.root, folder.mirrors, folder.root / "sensors")
        for path in place.glob(f"{COPIES}*")
        if path.is_dir()
    ]
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
    return len(found)


def restore(archive: Path, root: Path, *, content_keys: Path | None = None) -> Folder:
    """Unpack a backup into an empty or absent folder; the node in it refuses to append until it is confirmed.

    Raises:
        BackupError: the folder is not empty, or an archive is not a backup.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise BackupError(f"{root}: not an empty folder")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for path in (archive, content_keys):
        if path is not None:
            _unpack(path, root)
    folder = Folder(root)
    if not folder.config.is_file() or not folder.log.is_file():
        raise BackupError(f"{archive}: no settings or no log in it")
    return folder


def _members(folder: Folder) -> Iterator[Path]:
    yield folder.log
    yield from sorted(folder.mirrors.glob("*.sqlite")) if folder.mirrors.is_dir() else ()
    yield from sorted(folder.mirrors.glob("*.fork.json")) if folder.mirrors.is_dir() else ()
    yield from (folder.root / name for name in PLAIN_FILES if (folder.root / name).is_file())
    # A recipient key is destroyed with its month: an archive that is kept longer must not hold it.
    monthly = folder.keys / HPKE
    for name in FOLDERS:
        yield from (path for path in _files(folder.root / name) if path.parent != monthly)


def _key_members(folder: Folder) -> Iterator[Path]:
    yield folder.keyring
    yield from _files(folder.keks)
    yield from _files(folder.keys / HPKE)


def _files(folder: Path) -> Iterator[Path]:
    # Names that begin with a dot are unfinished writes; what SQLite keeps beside a database belongs to that.
    yield from sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(".") and not path.name.endswith(("-wal", "-shm"))
    )


def _write(target: Path, members: list[Path], progress: Progress | None) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise BackupError(f"{target}: {error.strerror}") from error
    try:
        with os.fdopen(handle, "wb") as stream:
            with tarfile.open(fileobj=stream, mode="w") as archive:
                for done, path in enumerate(members, 1):
                    _add(archive, path)
                    if progress is not None:
                        progress("backup", done, len(members))
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).chmod(PRIVATE)
        os.link(name, target)  # refuses a name that is taken, unlike a rename
    except (OSError, apsw.Error, tarfile.TarError) as error:
        raise BackupError(f"{target}: {error}") from error
    finally:
        Path(name).unlink(missing_ok=True)


def _add(archive: tarfile.TarFile, path: Path) -> None:
    root = _root_of(path)
    name = path.relative_to(root).as_posix()
    if name in NEVER:
        return
    try:
        if path.suffix == ".sqlite":
            _add_database(archive, path, name)
        else:
            _add_bytes(archive, name, path.read_bytes())
    except FileNotFoundError:
        return  # erased while the backup was written


def _root_of(path: Path) -> Path:
    return next(parent for parent in path.parents if (parent / "comity.toml").is_file())


def _add_database(archive: tarfile.TarFile, path: Path, name: str) -> None:
    """Add a consistent copy of a database that may be written meanwhile."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=COPIES) as beside:
        copy = Path(beside) / path.name
        source, into = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY), apsw.Connection(str(copy))
        try:
            source.set_busy_timeout(10_000)
            with into.backup("main", source, "main") as run:
                while not run.done:
                    run.step(1000)
        finally:
            into.close()
            source.close()
        with copy.open("rb") as stream:
            info = _info(name, copy.stat().st_size)
            archive.addfile(info, stream)


def _add_bytes(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    archive.addfile(_info(name, len(data)), io.BytesIO(data))


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, PRIVATE
    return info


def _unpack(archive: Path, root: Path) -> None:
    try:
        with tarfile.open(archive, mode="r:") as opened:
            for member in opened:
                _check_member(archive, member)
                member.mode = PRIVATE
                target = root / member.name
                target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                if target.exists():
                    raise BackupError(f"{archive}: {member.name} is in it twice, or in both archives")
                opened.extract(member, root, filter="data")
    except (OSError, tarfile.TarError) as error:
        raise BackupError(f"{archive}: {error}") from error


def _check_member(archive: Path, member: tarfile.TarInfo) -> None:
    parts = member.name.split("/")
    if not member.isreg() or parts[0] not in _TOP or any(part in ("", ".", "..") for part in parts):
        raise BackupError(f"{archive}: {member.name!a} does not belong in a backup")
    if member.name in NEVER:
        raise BackupError(f"{archive}: it holds a guard, which no backup does")
