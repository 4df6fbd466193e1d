"""The pair of nodes, and a visitor who asks their pages without a server."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from tests.console.pair import Pair


class Visitor:
    """Asks one party's application for pages."""

    def __init__(self, app) -> None:
        self._app = app

    def get(self, path: str, lang: str = "en", **headers: str) -> httpx.Response:
        return self._ask("GET", path, {"accept": "text/html", "accept-language": lang, **headers})

    def post(self, path: str) -> httpx.Response:
        return self._ask("POST", path, {})

    def _ask(self, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test.localhost") as client:
                return await client.request(method, path, headers=headers)

        return asyncio.run(ask())


@pytest.fixture(scope="session")
def pair(tmp_path_factory):
    pair = Pair(tmp_path_factory.mktemp("pair"))
    pair.fill()
    yield pair
    pair.close()


@pytest.fixture(scope="session")
def vn(pair):
    return Visitor(pair.app("vn"))


@pytest.fixture(scope="session")
def la(pair):
    return Visitor(pair.app("la"))
