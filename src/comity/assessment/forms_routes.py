"""The two routes of a family of acts: an empty form, and what was sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import Request, Response  # noqa: TC002 - FastAPI reads them
from fastapi.concurrency import run_in_threadpool

from comity.assessment import forms
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import APIRouter

    from comity.assessment.forms import Form
    from comity.console import Console
    from comity.node.node import Node
    from comity.record.errors import ComityError

    Build = Callable[[Node, str, Mapping[str, str]], Form]


def add(console: Console, router: APIRouter, path: str, build: Build, missing: type[ComityError], /) -> None:
    """Add the routes of acts below a path.

    Args:
        console: The console.
        router: Takes them.
        path: Where; the name of an act follows it.
        build: Returns the form of an act for what the address, or the form, says already.
        missing: What `build` raises where there is no such act, or nothing that it could be about.
    """

    @router.get(f"{path}/{{name}}")
    def form(request: Request, name: str) -> Response:
        try:
            found = build(console.node, name, request.query_params)
        except missing:
            return not_found(console, request)
        return forms.show(console, request, found)

    @router.post(f"{path}/{{name}}")
    async def take(request: Request, name: str) -> Response:
        given = await forms.sent_of(request)
        try:
            found = await run_in_threadpool(build, console.node, name, given)
        except missing:
            return not_found(console, request)
        return await forms.take(console, request, found, given)
