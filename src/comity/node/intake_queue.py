r"""Drafts that wait on disk while the own log must not grow; encrypted, in the order in which they came.

A restored node is asked to record things before anybody could say how far its log had got. What it is given
then is kept here, one file a call, and appended once the log may grow again.

    intake/<number>     nonce (12) || AES-256-GCM(the drafts as JSON)
    aad                 "comity/intake/v1\n" || origin || "\n" || u64(number)

The key is HKDF-SHA256 of the log's signing seed, so it is as safe at rest as the signing keys are. Every
draft is given its id when it is queued: whatever was appended before a crash is known by it, and is not
appended again.
"""

from __future__ import annotations

import os
import secrets
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from comity.node.errors import NodeReadOnlyError
from comity.node.folder import write_atomic
from comity.node.sealing import ID_SIZE, draft_to_json, drafts_from_json
from comity.record.canonical import b64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from comity.node.system import Draft
    from comity.record.kinds import Registry

MOST_CALLS: Final = 10_000
MOST_BYTES: Final = 256 << 20
"""Bytes of all that waits; a person attends to the node long before."""
NONCE: Final = 12
DIGITS: Final = 12
LABEL: Final = b"comity/intake/v1\n"


class QueueFullError(NodeReadOnlyError):
    """No more drafts can wait."""

    code = "intake-full"
    advice = "Have the head confirmed now: `comity sync DIR`; what waits is appended then."


class QueueDamagedError(ComityError):
    """Drafts that wait cannot be read."""

    code = "intake-damaged"
    advice = "Set the file named aside, enter its drafts anew, and exchange again: the others are appended."


@dataclass(frozen=True, slots=True)
class Waiting:
    """One call to append that waits: its number, and its drafts with their ids."""

    number: int
    drafts: tuple[Draft, ...]


class IntakeQueue:
    """The drafts that wait for one log. Threads may share it.

    Args:
        folder: where they lie; made when the first one comes.
        origin: the own log.
        seed: 32-byte seed of the log's key.
        registry: the kinds that drafts may be of.
    """

    def __init__(self, folder: Path, origin: str, seed: bytes, registry: Registry) -> None:
        self._folder = folder
        self._origin = origin
        self._registry = registry
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=LABEL + origin.encode()).derive(seed)
        self._cipher = AESGCM(key)
        self._lock = threading.RLock()

    def put(self, drafts: Sequence[Draft]) -> Waiting:
        """Keep drafts durably; return them with the ids that they will have.

        Raises:
            QueueFullError: too much waits already.
        """
        with self._lock:
            paths = self._paths()
            named = tuple(
                d if d.id is not None else replace(d, id=secrets.token_bytes(ID_SIZE)) for d in drafts
            )
            data = orjson.dumps([_to_json(draft) for draft in named])
            held = sum(path.stat().st_size for path in paths)
            if len(paths) >= MOST_CALLS or held + len(data) > MOST_BYTES:
                raise QueueFullError(f"{self._origin}: {len(paths)} calls of {held} bytes wait already")
            number = int(paths[-1].name) + 1 if paths else 0
            self._folder.mkdir(mode=0o700, exist_ok=True)
            nonce = os.urandom(NONCE)
            sealed = nonce + self._cipher.encrypt(nonce, data, self._bound(number))
            write_atomic(self._path(number), sealed, 0o600)
            return Waiting(number, named)

    def __len__(self) -> int:
        """Return how many drafts wait."""
        with self._lock:
            return sum(len(waiting.drafts) for waiting in self.waiting())

    @property
    def calls(self) -> int:
        """How many calls wait; cheap."""
        return len(self._paths())

    def waiting(self) -> Iterator[Waiting]:
        """Give what waits, in the order in which it came.

        Raises:
            QueueDamagedError: a file is not what this node wrote.
        """
        for path in self._paths():
            yield self._read(path)

    def drain(
        self, append: Callable[[tuple[Draft, ...]], object], index_of: Callable[[bytes], int | None]
    ) -> int:
        """Append what waits, in order, and forget it; return how many drafts were appended.

        What fails stays, and so does all that came after it.

        Args:
            append: appends drafts to the log, all or none.
            index_of: gives the place of an entry in the own log by its id.
        """
        done = 0
        with self._lock:
            for waiting in list(self.waiting()):
                # A call is all or none: its first id tells whether it was appended before a crash.
                left = tuple(d for d in waiting.drafts if d.id is None or index_of(d.id) is None)
                if left:
                    append(left)
                    done += len(left)
                self._forget(self._path(waiting.number))
        return done

    def _read(self, path: Path) -> Waiting:
        number = int(path.name)
        data = path.read_bytes()
        try:
            plain = self._cipher.decrypt(data[:NONCE], data[NONCE:], self._bound(number))
            drafts = drafts_from_json(orjson.loads(plain), self._registry)
        except (InvalidTag, ValueError) as error:
            raise QueueDamagedError(f"{path}: not written by this node, or damaged") from error
        return Waiting(number, tuple(drafts))

    def _bound(self, number: int) -> bytes:
        return LABEL + self._origin.encode() + b"\n" + number.to_bytes(8, "big")

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:0{DIGITS}}"

    def _paths(self) -> list[Path]:
        try:
            return sorted(path for path in self._folder.iterdir() if path.name.isdigit())
        except FileNotFoundError:
            return []

    def _forget(self, path: Path) -> None:
        path.unlink()
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _to_json(draft: Draft) -> dict[str, Any]:
    return {**draft_to_json(draft), "id": b64(draft.id or b"")}
