"""Who may read and write: keys that the operator gives out, by name, to read or to write. None by default.

A key is shown once and kept as its SHA-256 in `<node>/sensors/keys.json`. It opens `/sta/` and nothing else
of the node. It comes as a bearer token, or as the password of its name, as clients of SensorThings send it.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import orjson

from comity.border.sensors.store import FOLDER
from comity.node.config import check_name
from comity.node.errors import ConfigError
from comity.node.folder import write_atomic

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "keys.json"
PREFIX: Final = "/sta/"
MAY: Final = ("read", "write")
MOST: Final = 10_000


@dataclass(frozen=True, slots=True)
class Key:
    """A key without its secret.

    Attributes:
        name: Whose it is: a gateway, a station.
        may: `read`, or `write`, which reads too.
        digest: SHA-256 of the secret, hex.
        since: Day it was given out, UTC.
    """

    name: str
    may: str
    digest: str
    since: str


class Keys:
    """The keys of a node; what other processes change is seen at the next request.

    Args:
        root: the node's folder.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / FOLDER / NAME
        self._lock = threading.Lock()
        self._seen: tuple[int, int] | None = None
        self._known: dict[str, Key] = {}

    def all(self) -> list[Key]:
        """Return every key by name."""
        try:
            stat = self._path.stat()
        except FileNotFoundError:
            return []
        with self._lock:
            if self._seen != (stat.st_mtime_ns, stat.st_size):
                self._known = self._read()
                self._seen = (stat.st_mtime_ns, stat.st_size)
            return [self._known[name] for name in sorted(self._known)]

    def give(self, name: str, may: str) -> str:
        """Give out a key; one of that name that was there before opens nothing any more. Return the secret.

        Raises:
            ConfigError: the name is none, or there are too many.
        """
        check_name(name, "key")
        if may not in MAY:
            raise ConfigError(f"a key may {' or '.join(MAY)}, not {may!r}")
        secret = secrets.token_urlsafe(32)
        key = Key(name, may, _digest(secret), datetime.now(UTC).date().isoformat())
        others = [one for one in self.all() if one.name != name]
        if len(others) >= MOST:
            raise ConfigError(f"at most {MOST} keys")
        self._write([*others, key])
        return secret

    def revoke(self, name: str) -> None:
        """Take a key back.

        Raises:
            ConfigError: there is none of that name.
        """
        known = self.all()
        if not any(one.name == name for one in known):
            raise ConfigError(f"no key {name!r}; there are: {', '.join(one.name for one in known) or 'none'}")
        self._write([one for one in known if one.name != name])

    def of(self, authorization: str) -> Key | None:
        """Return the key that a header carries, None where it carries none that counts."""
        scheme, _, given = authorization.partition(" ")
        name, secret = "", given.strip()
        if scheme.lower() == "basic":
            try:
                name, _, secret = base64.b64decode(secret, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                return None
        elif scheme.lower() != "bearer":
            return None
        digest, found = _digest(secret), None
        for key in self.all():  # all of them, so that the time tells nothing
            if hmac.compare_digest(key.digest, digest) and name in ("", key.name):
                found = key
        return found

    def admit(self, path: str, authorization: str) -> bool:
        """Whether a request may pass the door; what it may do there is asked behind it."""
        return path.startswith(PREFIX) and bool(authorization) and self.of(authorization) is not None

    def _read(self) -> dict[str, Key]:
        try:
            data = orjson.loads(self._path.read_bytes())
            return {one["name"]: Key(**one) for one in data["keys"]}
        except (OSError, orjson.JSONDecodeError, TypeError, KeyError) as error:
            raise ConfigError(f"{self._path}: {error}; give the keys out again") from error

    def _write(self, keys: list[Key]) -> None:
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        write_atomic(self._path, orjson.dumps({"keys": [asdict(one) for one in keys]}), 0o600)
        with self._lock:
            self._seen = None


def _digest(secret: str) -> str:
    # The secret is 256 random bits: nothing slower is needed against guessing.
    return hashlib.sha256(secret.encode()).hexdigest()
