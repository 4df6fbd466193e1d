"""The fictional people of the demonstration: enrolled and approving over the same addresses as a browser."""

from __future__ import annotations

import html
import re
import secrets
import threading
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

import orjson

from comity.demo.nodes import DemoNodeError
from comity.demo.passkeys import DemoPasskey
from comity.node.folder import write_atomic
from comity.record.canonical import b64, unb64

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comity.demo.nodes import RunningNode

NAME: Final = "exercise-people.json"
SEED: Final = 32
_OPTIONS: Final = re.compile(r'data-options="([^"]*)"')


class People:
    """Who approves in the demonstration. Their passkeys lie beside the nodes' folders, never in one.

    Args:
        root: the folder of the demonstration.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / NAME
        self._writing = threading.Lock()
        self._seeds: dict[str, str] = orjson.loads(self._path.read_bytes()) if self._path.exists() else {}

    def enrol(self, node: RunningNode, people: Sequence[str], roles: Sequence[str]) -> list[int]:
        """Enrol each person who is not yet, at the address where the node is now; return their places."""
        known = {
            (one["person"], one["origin_url"]): one["index"]
            for one in node.get("people")["people"]
            if one["counts"]
        }
        for person in people:
            if (person, node.url) not in known or self._name(node, person) not in self._seeds:
                self._enrol(node, person, roles)
        listed = node.get("people")["people"]
        return [one["index"] for one in listed if one["person"] in people and one["origin_url"] == node.url]

    def approve(self, node: RunningNode, index: int, people: Sequence[str]) -> dict[str, Any]:
        """Have people approve a request who have not yet; return where it stands."""
        asked: dict[str, Any] = node.get(f"approvals/{index}")
        options = asked["options"]
        for person in people:
            if asked["stage"] == "waiting" and person not in asked["people"]:
                asked = node.post(f"approvals/{index}", self._passkey(node, person).get(options))
        return asked

    # --- inside ---

    def _enrol(self, node: RunningNode, person: str, roles: Sequence[str]) -> None:
        """Follow an enrolment link as a browser does: read the page, ask the device, send the form."""
        invited = node.post("people/links", {"person": person, "roles": list(roles), "exercise": True})
        path = urlsplit(invited["url"]).query.partition("next=")[2].lstrip("/")
        page = node.page(path)
        found = _OPTIONS.search(page)
        if found is None:
            raise DemoNodeError(f"{node.origin}: the page of an enrolment asks no device")
        with self._writing:
            self._seeds.setdefault(self._name(node, person), b64(secrets.token_bytes(SEED)))
            write_atomic(self._path, orjson.dumps(self._seeds), mode=0o600)
        credential = self._passkey(node, person).create(html.unescape(found[1]))
        node.form(path, urlencode({"credential": orjson.dumps(credential)}).encode())

    def _passkey(self, node: RunningNode, person: str) -> DemoPasskey:
        return DemoPasskey(unb64(self._seeds[self._name(node, person)], SEED), node.url)

    def _name(self, node: RunningNode, person: str) -> str:
        return f"{node.origin} {person} {node.url}"
