"""The signing keys of one node, each in a private file of its own.

Log, witness, mirror, root and office keys all differ, and so do their names: a signature made in one role
can never be shown as one made in another.
"""

from __future__ import annotations

import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node.errors import KeyFileError
from comity.node.folder import write_atomic
from comity.record.canonical import b64, unb64
from comity.record.errors import ComityError
from comity.record.signature import public_key

if TYPE_CHECKING:
    from pathlib import Path

SEED_SIZE: Final = 32
ROLES: Final = ("root", "log", "witness", "mirror")
OFFICES: Final = "offices"


@dataclass(frozen=True, slots=True)
class Key:
    """An Ed25519 seed (32 bytes) and the name it signs under."""

    name: str
    seed: bytes

    def __repr__(self) -> str:
        """Show the name only."""
        return f"Key({self.name!r})"

    @property
    def public(self) -> bytes:
        """The 32-byte public key."""
        return public_key(self.seed)


@dataclass(frozen=True, slots=True)
class Keys:
    """Every key of a node. `offices` keeps the order of their files' names."""

    root: Key
    log: Key
    witness: Key
    mirror: Key
    offices: dict[str, Key]


def key_name(origin: str, role: str) -> str:
    """Return the name that a role's key signs under: the log's is the origin itself."""
    return origin if role == "log" else f"{origin}/{role}"


def create(folder: Path, origin: str, offices: tuple[str, ...]) -> Keys:
    """Draw and store every key of a new node.

    Args:
        folder: the keys folder, made with mode 0700.
        origin: the name of the log.
        offices: names of the offices, at least one.
    """
    folder.mkdir(mode=0o700)
    (folder / OFFICES).mkdir(mode=0o700)
    for role in ROLES:
        _write(folder / role, key_name(origin, role))
    for office in offices:
        _write(folder / OFFICES / office, f"{origin}/office/{office}")
    return load(folder)


def _write(path: Path, name: str) -> None:
    write_atomic(path, f"{name}\n{b64(secrets.token_bytes(SEED_SIZE))}\n".encode(), 0o600)


def load(folder: Path) -> Keys:
    """Read every key.

    Raises:
        KeyFileError: a file is missing, malformed or readable by others, or two keys are the same.
    """
    roles = {role: _read(folder / role) for role in ROLES}
    try:
        names = sorted(path.name for path in (folder / OFFICES).iterdir())
    except OSError as error:
        raise KeyFileError(f"{folder / OFFICES}: {error.strerror}") from error
    offices = {name: _read(folder / OFFICES / name) for name in names if not name.startswith(".")}
    seeds = [key.seed for key in (*roles.values(), *offices.values())]
    if len(set(seeds)) != len(seeds):
        raise KeyFileError(f"{folder}: two keys are the same")
    return Keys(roles["root"], roles["log"], roles["witness"], roles["mirror"], offices)


def _read(path: Path) -> Key:
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(f"{path}: cannot be read as a key") from error
    if stat.S_IMODE(mode) & 0o077:
        raise KeyFileError(f"{path}: others may read or write it (mode {stat.S_IMODE(mode):o}, needs 600)")
    name, newline, seed = text.rstrip("\n").partition("\n")
    if not newline:
        raise KeyFileError(f"{path}: not a name and a seed")
    try:
        return Key(name, unb64(seed, SEED_SIZE))
    except ComityError as error:
        raise KeyFileError(f"{path}: the seed is not the base64 of {SEED_SIZE} bytes") from error
