"""Requests to an ASGI application in this process, without a server."""

from __future__ import annotations

import asyncio

import httpx


class Client:
    """Makes one request at a time."""

    def __init__(self, app):
        self._app = app

    def request(self, method, path, **kwargs):
        async def once():
            transport = httpx.ASGITransport(self._app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://aa.localhost") as client:
                return await client.request(method, path, **kwargs)

        return asyncio.run(once())

    def get(self, path):
        return self.request("GET", path)

    def post(self, path, **kwargs):
        return self.request("POST", path, **kwargs)
