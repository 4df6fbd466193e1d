"""The vault: ciphertext in files named by their SHA-256 (docs/spec/content.md).

Nothing in the vault can be read without the keyring. A file is written beside its place, synchronised and
renamed into it, and its folder synchronised, so that a name that exists always has its whole content.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.record.durable import sync_folder
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_NAME = re.compile(r"[0-9a-f]{64}")
UNFINISHED: Final = ".new-"
_SIDE_BY_SIDE: Final = 16  # files synchronised at once


class VaultError(ComityError):
    """A file of the vault is damaged, or a name is no name of the vault."""

    code = "vault"
    advice = "Restore the file named from a backup of vault/; the log and its proofs are not affected."


class Vault:
    """A folder of ciphertexts.

    Args:
        folder: Made if it does not exist, readable by its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def put(self, ciphertext: bytes) -> str:
        """Store bytes durably and return their name, 64 hexadecimal digits of their SHA-256."""
        return self.put_all([ciphertext])[0]

    def put_all(self, ciphertexts: Sequence[bytes]) -> list[str]:
        """Store many durably and return their names, in order.

        Files are synchronised side by side: a disk joins waiting requests into few writes of its journal.
        """
        names = [hashlib.sha256(data).hexdigest() for data in ciphertexts]
        new = {
            self._path(name): data
            for name, data in zip(names, ciphertexts, strict=True)
            if not self._path(name).exists()
        }
        self._make_folders({path.parent for path in new})
        write_private_all(new)
        return names

    def _make_folders(self, folders: set[Path]) -> None:
        absent = [folder for folder in folders if not folder.exists()]
        for folder in absent:
            folder.mkdir(mode=0o700, exist_ok=True)
        if absent:
            sync_folder(self.folder)

    def get(self, name: str) -> bytes | None:
        """Return the bytes stored under `name`, or None if there are none.

        Raises:
            VaultError: They are not the bytes that were stored.
        """
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise VaultError(f"vault file {name} cannot be read: {error.strerror}") from error
        if hashlib.sha256(data).hexdigest() != name:
            raise VaultError(f"vault file {name} is damaged: its digest is another")
        return data

    def delete(self, name: str) -> None:
        """Remove the bytes stored under `name`, if there are any."""
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        sync_folder(path.parent)

    def files(self) -> Iterator[tuple[str, os.stat_result]]:
        """Give the name of every file with its status; what is no vault file is an unfinished write."""
        for path in sorted(self.folder.glob("*/*")):
            with suppress(FileNotFoundError):  # deleted meanwhile
                yield path.name, path.stat()

    def discard(self, name: str) -> None:
        """Remove a vault file, or an unfinished write, by the name that `files` gave."""
        if _NAME.fullmatch(name):
            self.delete(name)
            return
        for path in self.folder.glob(f"*/{UNFINISHED}*"):
            if path.name == name:
                path.unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise VaultError(f"{name!r} is no name of a vault file")
        return self.folder / name[:2] / name


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner only: beside its place, synchronised, renamed, its folder synchronised."""
    write_private_all({path: data})


def write_private_all(files: Mapping[Path, bytes]) -> None:
    """Write files as `write_private` does: none is in its place before all of them are on disk."""
    with ThreadPoolExecutor(max(1, min(len(files), _SIDE_BY_SIDE))) as pool:
        beside: list[Path] = []
        try:
            for path, data in files.items():
                beside.append(_write_beside(path.parent, data))
            list(pool.map(_sync, beside))
        except BaseException:
            for file in beside:
                file.unlink(missing_ok=True)
            raise
        for file, path in zip(beside, files, strict=True):
            file.replace(path)
        list(pool.map(sync_folder, {path.parent for path in files}))


def _write_beside(folder: Path, data: bytes) -> Path:
    handle, name = tempfile.mkstemp(dir=folder, prefix=UNFINISHED)  # made for its owner only, 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
