"""Where the states of tiles are kept: files of one machine, or the server, for another to go on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Protocol

from comity.border.scaleout.client import NatsError, NotFoundError
from comity.border.scaleout.errors import ScaleServerError
from comity.border.scaleout.line import AGAIN
from comity.record.durable import replace_file

if TYPE_CHECKING:
    from pathlib import Path

    from nats.js import JetStreamContext
    from nats.js.object_store import ObjectStore

    from comity.border.scaleout.sector import Sector


class Keeping(Protocol):
    """Keeps one state a tile: the newest that was kept whole."""

    async def load(self, tile: int) -> bytes | None:
        """Return the state that was kept last, if there is one."""

    async def save(self, tile: int, data: bytes) -> None:
        """Keep a state; when it returns, it is durable."""


class Files:
    """States as files of a folder.

    Args:
        folder: Made if it is not there.
        sector: Whose tiles they are.
    """

    def __init__(self, folder: Path, sector: Sector) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._name = folder, f"{sector.party}.{sector.name}"

    async def load(self, tile: int) -> bytes | None:
        """Return the state that was kept last, if there is one."""
        path = self._path(tile)
        return path.read_bytes() if path.exists() else None

    async def save(self, tile: int, data: bytes) -> None:
        """Keep a state; when it returns, it is on disk."""
        await asyncio.to_thread(replace_file, self._path(tile), data)

    def _path(self, tile: int) -> Path:
        return self._folder / f"{self._name}.{tile}.state"


class Bucket:
    """States in an object store of the server."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    @classmethod
    async def of(cls, js: JetStreamContext, sector: Sector) -> Bucket:
        """Return the bucket of a sector, made if it is not there.

        Raises:
            ScaleServerError: the server does not make it.
        """
        name = f"state-{sector.party}-{sector.name}"
        try:
            try:
                return cls(await js.object_store(name))
            except NotFoundError:
                return cls(await js.create_object_store(name))
        except (NatsError, TimeoutError) as error:
            raise ScaleServerError(f"bucket {name}: {error}") from error

    async def load(self, tile: int) -> bytes | None:
        """Return the state that was kept last, if there is one."""
        while True:
            try:
                return (await self._store.get(str(tile))).data
            except NotFoundError:
                return None
            except (NatsError, TimeoutError):
                await asyncio.sleep(AGAIN)

    async def save(self, tile: int, data: bytes) -> None:
        """Keep a state; when it returns, the server has it."""
        while True:
            try:
                await self._store.put(str(tile), data)
            except (NatsError, TimeoutError):
                await asyncio.sleep(AGAIN)
            else:
                return
