"""Where a restored or forked log stands: what waits, why, what confirms it, and which epochs there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.console.render import Console
    from comity.node.node import Node

MOST: Final = 200
"""Drafts that are named one by one."""


def routes(console: Console) -> APIRouter:
    """Return the route of the page."""
    router = APIRouter()
    node = console.node

    @router.get("/sync/recovery")
    def recovery(request: Request) -> Response:
        drafts = waiting(node)
        return console.render(
            request,
            "recovery.html",
            recovery=node.recovery.as_json(),
            size=node.log.size,
            drafts=drafts[:MOST],
            exercise=any(draft["class"] == "exercise" for draft in drafts[:MOST]),
            epochs=node.epochs.show(),
            mirrors=[link.origin for link in node.peers.exchanging()],
        )

    return router


def waiting(node: Node) -> list[dict[str, Any]]:
    """Return what waits, in the order in which it will be appended; nothing where it cannot be read."""
    try:
        return [
            {
                "call": call.number + 1,
                "kind": draft.model.kind_id(),
                "author": draft.header.author,
                "marking": draft.header.marking,
                "class": draft.header.class_,
                "claimed": draft.header.claimed,
            }
            for call in node.recovery.queue.waiting()
            for draft in call.drafts
        ]
    except ComityError:
        return []  # the page says what is wrong with the queue
