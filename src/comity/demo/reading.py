"""Every record as a node shows it, read once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import urlencode

from comity.node.system import CLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.demo.nodes import RunningNode

STRETCH: Final = 1000


@dataclass(frozen=True)
class Records:
    """The records of several logs, by origin and index."""

    logs: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, node: RunningNode, origins: Sequence[str]) -> Self:
        """Read the logs as one node holds them."""
        return cls({origin: list(_log(node, origin)) for origin in origins})

    def at(self, origin: str, index: int) -> dict[str, Any]:
        """Return one record."""
        return self.logs[origin][index]

    def contents(self, *kinds: str) -> list[dict[str, Any]]:
        """Return the readable records of these kinds."""
        return [
            record
            for log in self.logs.values()
            for record in log
            if record["content"] and record["content"]["kind"].partition("@")[0] in kinds
        ]

    def clear(self, origin: str) -> dict[int, dict[str, Any]]:
        """Return the contents of a log that are marked for everybody, by index."""
        return {
            record["index"]: record["content"]
            for record in self.logs[origin]
            if record["content"] and record["content"]["header"]["marking"] == CLEAR
        }

    def granted(self, origin: str, reader: str) -> set[int]:
        """Return the indexes of a log that its owner's grants released to another node."""
        targets = [
            target
            for record in self.logs[origin]
            if record["content"] and record["content"]["kind"].startswith("control.grant@")
            if record["content"]["fields"]["recipient"]["origin"] == reader
            for target in _fields(self.at(origin, record["content"]["fields"]["request"]["index"]))["targets"]
        ]
        return {target["index"] for target in targets}

    def ids(self, origin: str) -> set[str]:
        """Return the ids (base64) that stand in a log."""
        return {record["id"] for record in self.logs[origin]}


def _fields(record: dict[str, Any]) -> dict[str, Any]:
    return dict(record["content"]["fields"])


def _log(node: RunningNode, origin: str) -> Iterator[dict[str, Any]]:
    start = 0
    while True:
        query = urlencode({"origin": origin, "start": start, "limit": STRETCH})
        page = node.get(f"node/records?{query}")
        yield from page["records"]
        start += len(page["records"])
        if start >= page["size"] or not page["records"]:
            return
