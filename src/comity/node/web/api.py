"""The JSON API of the node: /api/v1/node. Handlers are plain functions, so each runs in a thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from comity.node import operations
from comity.node.search.answers import search
from comity.node.web.problems import nothing

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.web.server import Running

PREFIX = "/api/v1/node"


class Asked(BaseModel):
    """Base of request bodies: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid")


class PairRequest(Asked):
    """Where a peer is, and the fingerprint that was compared; without one, only what to compare."""

    address: str = Field(min_length=1, max_length=4096)
    fingerprint: str | None = Field(None, max_length=200)


class SyncRequest(Asked):
    """Which peers to exchange with; all of them if none is named. `folder` reads a USB stick instead."""

    origins: list[str] | None = None
    folder: str | None = Field(None, max_length=4096)


class PathRequest(Asked):
    """An absolute path on this machine."""

    path: str = Field(min_length=1, max_length=4096)
    content_keys: str | None = Field(None, max_length=4096)
    keep_days: int = Field(90, ge=1, le=3650)


class ExportRequest(Asked):
    """An absolute path on this machine; whether mirrored logs are written whole."""

    path: str = Field(min_length=1, max_length=4096)
    mirrors: bool = False


class RulesRequest(Asked):
    """The absolute path of a TOML file with the rules of a compact."""

    path: str = Field(min_length=1, max_length=4096)


class AdoptRequest(Asked):
    """The absolute path of a signed compact; who adopts it; whether the parties play."""

    path: str = Field(min_length=1, max_length=4096)
    author: str = Field(min_length=1, max_length=200)
    exercise: bool = False


class FsckRequest(Asked):
    """Whether ciphertexts that no key opens are removed."""

    repair: bool = False


class OriginRequest(Asked):
    """A peer's log."""

    origin: str = Field(min_length=1, max_length=80)


class ReasonRequest(Asked):
    """Why."""

    reason: str = Field(min_length=1, max_length=1000)


def api_routes(node: Node, running: Running) -> APIRouter:
    """Return the API's routes."""
    router = APIRouter(prefix=PREFIX, tags=["node"])
    _reading(router, node)
    _writing(router, node, running)
    _ground_rules(router, node)
    _keeping(router, node, running)
    return router


def _reading(router: APIRouter, node: Node) -> None:
    @router.get("/status")
    def status() -> dict[str, Any]:
        """Return own head, statuses of records, quarantine; each peer with lag, last success, error."""
        return operations.status(node)

    @router.get("/records")
    def records(
        origin: Annotated[str, Query(max_length=80)] = "",
        start: Annotated[int, Query(ge=0)] = 0,
        limit: Annotated[int, Query(ge=1, le=operations.MOST_LISTED)] = 100,
    ) -> dict[str, Any]:
        """Return a stretch of one log, the own one by default."""
        return operations.listing(node, origin or node.origin, start, limit)

    @router.get("/record")
    def record(origin: str, key: str) -> dict[str, Any]:
        """Return the record with an index or an id (base64)."""
        return operations.show(node, origin, key)

    @router.get("/record/content", response_model=None)
    def content(origin: str, key: str) -> dict[str, Any] | Response:
        """Return the content of a record, or the one reply that does not say why there is none."""
        found = operations.show(node, origin, key)["content"]
        return nothing() if found is None else found

    @router.get("/search")
    def look(q: str, limit: Annotated[int, Query(ge=1, le=200)] = 20) -> dict[str, Any]:
        """Lines that hold every word of `q`, in any script, with where in them the words stand."""
        return search(node, q, limit)

    @router.get("/record/proof")
    def prove(origin: str, key: str, sealed_too: bool = False, first: bool = False) -> dict[str, Any]:
        """Return the self-contained proof file of a record; sealed content only when asked for."""
        return operations.prove(node, origin, key, sealed_too, first)


def _writing(router: APIRouter, node: Node, running: Running) -> None:
    @router.post("/append")
    def append(items: Annotated[list[Any], Body()]) -> dict[str, Any]:
        """Append drafts, all or none."""
        return operations.append(node, items)

    @router.post("/sync")
    def sync(asked: SyncRequest) -> dict[str, Any]:
        """Exchange with peers now."""
        if asked.folder is not None:
            return operations.sync_from(node, operations.absolute(asked.folder))
        return operations.sync(node, asked.origins)

    @router.post("/pair")
    def pair(asked: PairRequest) -> dict[str, Any]:
        """Return what to compare; with the compared fingerprint, pin the charter."""
        if asked.fingerprint is None:
            return operations.pair_propose(node, asked.address)
        paired = operations.pair(node, asked.address, asked.fingerprint)
        running.scheduler.refresh()
        return paired


def _ground_rules(router: APIRouter, node: Node) -> None:
    @router.post("/compact/propose")
    def propose(asked: RulesRequest) -> dict[str, Any]:
        """Return the document of the next compact, for every party to sign."""
        return operations.compact_propose(node, operations.absolute(asked.path))

    @router.post("/compact/adopt")
    def adopt(asked: AdoptRequest) -> dict[str, Any]:
        """Adopt a compact that every party signed."""
        return operations.compact_adopt(node, operations.absolute(asked.path), asked.author, asked.exercise)

    @router.post("/unpair")
    def unpair(asked: OriginRequest) -> dict[str, Any]:
        """End the pairing with a peer; its mirror is only read from then on."""
        return operations.unpair(node, asked.origin)


def _keeping(router: APIRouter, node: Node, running: Running) -> None:
    @router.post("/export")
    def export(asked: ExportRequest) -> dict[str, Any]:
        """Write the folder that a peer can be synchronised from."""
        return operations.export(node, operations.absolute(asked.path), asked.mirrors)

    @router.post("/log-export")
    def log_export(asked: PathRequest) -> dict[str, Any]:
        """Write the own log as a static tlog-tiles folder."""
        return operations.log_export(node, operations.absolute(asked.path))

    @router.post("/backup")
    def backup(asked: PathRequest) -> dict[str, Any]:
        """Write a backup."""
        keys = None if asked.content_keys is None else operations.absolute(asked.content_keys)
        return operations.backup(node, operations.absolute(asked.path), keys, asked.keep_days)

    @router.post("/fsck")
    def fsck(asked: FsckRequest | None = None) -> dict[str, Any]:
        """Check everything this node holds; remove ciphertexts without a key where that is asked for."""
        return operations.fsck(node, asked is not None and asked.repair)

    @router.post("/rebuild")
    def rebuild() -> dict[str, Any]:
        """Derive every view again."""
        return operations.rebuild(node)

    @router.post("/attest")
    def attest(asked: ReasonRequest) -> dict[str, Any]:
        """Let a restored log grow without a peer's word."""
        return operations.attest(node, asked.reason)

    @router.post("/links")
    def links() -> dict[str, Any]:
        """Mint another one-time link to the console."""
        return {"url": running.link()}
