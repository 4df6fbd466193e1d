"""The vault: ciphertext in files named by their SHA-256 (docs/spec/content.md).

Nothing in the vault can be read without the keyring. A file is written beside its place, synchronised and
renamed into it, and its folder synchronised, so that a name that exists always has its whole content.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import Final

from comity.record.errors import ComityError

_NAME = re.compile(r"[0-9a-f]{64}")
_PRIVATE: Final = 0o600


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
        name = hashlib.sha256(ciphertext).hexdigest()
        path = self._path(name)
        if not path.exists():
            if not path.parent.exists():
                path.parent.mkdir(mode=0o700, exist_ok=True)
                sync_folder(self.folder)
            write_private(path, ciphertext)
        return name

    def get(self, name: str) -> bytes | None:
        """Return the bytes stored under `name`, or None if there are none.

        Raises:
            VaultError: They are not the bytes that were stored.
        """
        try:
            data = self._path(name).read_bytes()
        except FileNotFoundError:
            return None
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

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise VaultError(f"{name!r} is no name of a vault file")
        return self.folder / name[:2] / name


def write_private(path: Path, data: bytes) -> None:
    """Write a file for its owner only: beside its place, synchronised, renamed, its folder synchronised."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # made 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(beside).chmod(_PRIVATE)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a change of names in `folder` durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
