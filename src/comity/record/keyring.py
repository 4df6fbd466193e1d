# ruff: noqa: A002 - `id` is the word of the specification
"""The keyring: content keys, each wrapped by the month key of its retention class (docs/spec/content.md).

Destroying one wrapped key makes one record unreadable; destroying a month key makes everything unreadable
whose retention class ends in that month. The keyring and the month keys (`keks/`) lie apart, and neither
belongs in an ordinary backup.
"""

from __future__ import annotations

import os
import re
import secrets
import threading
from dataclasses import dataclass
from dataclasses import field as attribute
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import apsw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from comity.record.durable import sync_folder
from comity.record.errors import ComityError
from comity.record.slots import KEY_SIZE, lp
from comity.record.vault import write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NONCE: Final = 12
_DIGEST: Final = 32
_CONTEXT = b"comity/wrap/v1\n"
_RETENTION = re.compile(r"([a-z0-9][a-z0-9_-]{0,31})(?::([0-9]{4}-(?:0[1-9]|1[0-2])))?")
_SCHEMA = """
CREATE TABLE IF NOT EXISTS wrapped(
  origin TEXT NOT NULL, id BLOB NOT NULL, class TEXT NOT NULL, month TEXT NOT NULL,
  key BLOB NOT NULL, parts BLOB NOT NULL, PRIMARY KEY(origin, id)
) WITHOUT ROWID, STRICT
"""


class KeyringError(ComityError):
    """The keyring cannot do what is asked."""

    code = "keyring"
    advice = "Check that keyring.sqlite and keks/ are those of this node and readable; restore both together."


@dataclass(frozen=True, slots=True)
class Retention:
    """A retention class and the month in which it ends (`YYYY-MM`); `open` until a month is set."""

    name: str
    month: str = "open"

    @classmethod
    def parse(cls, text: str) -> Retention:
        """Read `class` or `class:YYYY-MM`, as the header's `retention` has it.

        Raises:
            KeyringError: It is neither.
        """
        match = _RETENTION.fullmatch(text)
        if not match:
            raise KeyringError(f"retention {text!r} is not of the form class or class:YYYY-MM")
        return cls(match[1], match[2] or "open")


@dataclass(frozen=True, slots=True)
class Kept:
    """A content key to keep, and the names of the vault files that it opens (32 raw bytes each, joined)."""

    origin: str
    id: bytes
    retention: Retention
    key: bytes = attribute(repr=False)
    parts: bytes = b""


class Keyring:
    """Wrapped content keys in `path`, month keys in `keks_folder`, one file each. Threads may share it."""

    def __init__(self, path: Path, keks_folder: Path) -> None:
        self._keks = Path(keks_folder)
        self._keks.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._cache: dict[Retention, bytes] = {}
        self._lock = threading.RLock()
        self._db = _connected(Path(path))

    def close(self) -> None:
        """Close the database and forget the month keys."""
        with self._lock:
            self._cache.clear()
            self._db.close()

    def keep(self, items: Iterable[Kept]) -> bytes:
        """Wrap and store content keys, all in one transaction; a key kept before is replaced.

        Returns:
            The names of the vault files that only the keys replaced could open, 32 bytes each.
        """
        replaced = bytearray()
        with self._lock, self._db:
            for item in items:
                nonce = secrets.token_bytes(NONCE)
                sealed = AESGCM(self._kek(item.retention)).encrypt(nonce, item.key, _bound(item))
                replaced += self._delete(item.origin, item.id)
                self._db.execute(
                    "INSERT INTO wrapped VALUES (?, ?, ?, ?, ?, ?)",
                    (
                        item.origin,
                        item.id,
                        item.retention.name,
                        item.retention.month,
                        nonce + sealed,
                        item.parts,
                    ),
                )
        return bytes(replaced)

    def find(self, origin: str, id: bytes) -> Kept | None:
        """Return the unwrapped key, or None if it was never kept, or it or its month key was destroyed.

        Raises:
            KeyringError: The wrapped key is damaged or was moved from another record.
        """
        with self._lock:
            row = self._row(origin, id)
            if row is None:
                return None
            name, month, wrapped, parts = row
            found = Kept(origin, id, Retention(name, month), b"", parts)
            kek = self._read_kek(found.retention)
        if kek is None:
            return None
        try:
            key = AESGCM(kek).decrypt(wrapped[:NONCE], wrapped[NONCE:], _bound(found))
        except InvalidTag as error:
            raise KeyringError(f"the wrapped key of {id.hex()} in {origin} does not open") from error
        return Kept(origin, id, found.retention, key, parts)

    def _row(self, origin: str, entry_id: bytes) -> Any:
        query = "SELECT class, month, key, parts FROM wrapped WHERE origin = ? AND id = ?"
        try:
            return self._db.execute(query, (origin, entry_id)).fetchone()
        except apsw.Error as error:
            raise KeyringError(f"the keyring cannot be read: {error}") from error

    def destroy(self, origin: str, id: bytes) -> bytes:
        """Destroy one wrapped key; return the names of the vault files that nobody can read any more."""
        with self._lock:
            return self._delete(origin, id)

    def destroy_month(self, retention: Retention) -> bytes:
        """Destroy the month key of a retention class, then everything it wrapped.

        Returns:
            The names of the vault files that nobody can read any more, 32 bytes each.
        """
        path = self._kek_path(retention)
        with self._lock:
            self._cache.pop(retention, None)
            if path.exists():
                # Overwritten in place first; media that write elsewhere may keep the old block.
                with path.open("r+b", buffering=0) as file:
                    file.write(secrets.token_bytes(KEY_SIZE))
                    os.fsync(file.fileno())
                path.unlink()
                sync_folder(self._keks)
            with self._db:
                rows = self._db.execute(
                    "DELETE FROM wrapped WHERE class = ? AND month = ? RETURNING parts",
                    (retention.name, retention.month),
                ).fetchall()
        return _joined(rows)

    def _delete(self, origin: str, entry_id: bytes) -> bytes:
        rows = self._db.execute(
            "DELETE FROM wrapped WHERE origin = ? AND id = ? RETURNING parts", (origin, entry_id)
        ).fetchall()
        return _joined(rows)

    def members(self, retention: Retention) -> list[tuple[str, bytes]]:
        """Return origin and id of every key that a month key wraps, sorted."""
        query = "SELECT origin, id FROM wrapped WHERE class = ? AND month = ? ORDER BY origin, id"
        with self._lock:
            rows = self._db.execute(query, (retention.name, retention.month)).fetchall()
        return [(str(row[0]), bytes(row[1])) for row in rows]  # type: ignore[arg-type]

    def parts(self) -> set[bytes]:
        """Return the names of every vault file that a key here opens, 32 bytes each."""
        with self._lock:
            rows = self._db.execute("SELECT parts FROM wrapped").fetchall()
        joined = _joined(rows)
        return {joined[i : i + _DIGEST] for i in range(0, len(joined), _DIGEST)}

    def months(self) -> list[Retention]:
        """Return the retention classes and months that still have a key, sorted."""
        names = (path.stem.rpartition(".") for path in self._keks.glob("*.key"))
        return sorted((Retention(name, month) for name, _, month in names), key=lambda r: (r.name, r.month))

    def _kek(self, retention: Retention) -> bytes:
        kek = self._read_kek(retention)
        if kek is None:
            kek = secrets.token_bytes(KEY_SIZE)
            write_private(self._kek_path(retention), kek)
            self._cache[retention] = kek
        return kek

    def _read_kek(self, retention: Retention) -> bytes | None:
        if retention not in self._cache:
            try:
                kek = self._kek_path(retention).read_bytes()
            except FileNotFoundError:
                return None
            if len(kek) != KEY_SIZE:
                raise KeyringError(f"the month key {self._kek_path(retention).name} has {len(kek)} bytes")
            self._cache[retention] = kek
        return self._cache[retention]

    def _kek_path(self, retention: Retention) -> Path:
        return self._keks / f"{retention.name}.{retention.month}.key"


def _connected(path: Path) -> apsw.Connection:
    try:
        path.touch(mode=0o600)
        db = apsw.Connection(str(path))
        db.set_busy_timeout(5000)
        # No write-ahead log: an old page there would outlive the erasure of its row.
        db.execute("PRAGMA journal_mode=DELETE")
        db.execute("PRAGMA secure_delete=ON")
        db.execute("PRAGMA synchronous=FULL")
        db.execute(_SCHEMA)
    except (apsw.Error, OSError) as error:
        raise KeyringError(f"{path}: {error}") from error
    return db


def _joined(rows: Iterable[Sequence[Any]]) -> bytes:
    return b"".join(row[0] for row in rows)


def _bound(item: Kept) -> bytes:
    """What a wrapped key is bound to: log, id, class and month."""
    name, month = item.retention.name.encode(), item.retention.month.encode()
    return _CONTEXT + lp(item.origin.encode()) + lp(item.id) + lp(name) + lp(month)
