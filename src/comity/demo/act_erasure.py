"""The erasure: what was released is taken back by two people, and is in neither node's folder afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.demo.stage import ERASURE

if TYPE_CHECKING:
    from pathlib import Path

    from comity.demo.nodes import RunningNode
    from comity.demo.stage import Stage


def carry_out(stage: Stage) -> None:
    """Ask, approve, erase; before it, the search that finds nothing afterwards finds it on both sides."""
    erasure = stage.walk.erasure
    node = stage.node(erasure.by)
    told = _request(stage)
    if told["stage"] == "ordered":
        return
    for name in erasure.records:
        for reader in stage.nodes:
            stage.check("plaintext_was_there", stage.read(reader, name) is not None)
            stage.check("plaintext_was_there", bool(found(reader.folder, _words(stage, name))))
    stage.approve(node, told["index"])
    node.post("erasure/carry-out", {"index": told["index"], "author": stage.walk.clerk})


def look(stage: Stage, kept: str) -> None:
    """Read on both sides that it is gone, that this was acknowledged, and what cannot be enforced.

    Args:
        stage: where.
        kept: the name of a record that both sides hold and nobody erased: the search must find that one.
    """
    erasure = stage.walk.erasure
    node, asked = stage.node(erasure.by), _request(stage)
    lines = {reader.origin: _order(reader, node.origin, asked["order"]) for reader in stage.nodes}
    own = lines[node.origin]
    names = ", ".join(str(stage.place(name)) for name in erasure.records)
    stage.did(ERASURE, node, f"asks to erase its released entry {names}", asked["index"])
    stage.did(ERASURE, node, f"{len(asked['approvals'])} people approve it by passkey", *asked["approvals"])
    stage.did(ERASURE, node, "orders it, and destroys key and ciphertext", asked["order"])
    for party in own.get("parties", []):
        other = stage.node(party["party"])
        stage.did(ERASURE, other, f"destroys its copy: {party['state']}", party["ack"])
    stage.check("erasure_acknowledged", _acknowledged(own, lines))
    stage.check("ledger_says_what_nothing_enforces", all(bool(line.get("limits")) for line in lines.values()))
    for reader in stage.nodes:
        for name in erasure.records:
            stage.check("erased_is_unreadable", stage.read(reader, name) is None)
            stage.check("erased_is_in_no_file", not found(reader.folder, _words(stage, name)))
        stage.check("search_finds_what_stays", bool(found(reader.folder, _words(stage, kept))))
        stage.pages.append((f"{reader.member.names['en']}: the ledger", f"{reader.url}/erasure"))
    stage.did(ERASURE, node, f"{len(own.get('limits', []))} things in the ledger that nothing can enforce")


def found(folder: Path, words: bytes) -> list[str]:
    """Return the files of a folder in which some bytes stand, whatever the files are called."""
    names = []
    for path in sorted(folder.rglob("*")):
        try:
            if path.is_file() and words in path.read_bytes():
                names.append(str(path.relative_to(folder)))
        except FileNotFoundError:
            continue  # a journal of the database that was just done with
    return names


def _request(stage: Stage) -> dict[str, Any]:
    erasure, node = stage.walk.erasure, stage.node(stage.walk.erasure.by)
    for one in node.get("erasure/requests")["requests"]:
        if one["reason"] == erasure.reason and one["stage"] not in ("expired", "refused"):
            return dict(one)
    body = {
        "keys": [str(stage.place(name)) for name in erasure.records],
        "author": stage.walk.clerk,
        "reason": erasure.reason,
    }
    return dict(node.post("erasure/request", body))


def _order(reader: RunningNode, origin: str, index: int | None) -> dict[str, Any]:
    for line in reader.get("erasure/ledger")["orders"]:
        if (line["origin"], line["index"]) == (origin, index):
            return dict(line)
    return {}


def _acknowledged(own: dict[str, Any], lines: dict[str, dict[str, Any]]) -> bool:
    parties = own.get("parties", [])
    return (
        bool(parties)
        and all(party["state"] == "acknowledged" for party in parties)
        and all(line.get("here", {}).get("state") == "done" for line in lines.values())
    )


def _words(stage: Stage, name: str) -> bytes:
    """Return what to search for: the longest text of a record."""
    texts = [value for value in stage.walk.records[name].fields.values() if isinstance(value, str)]
    return max(texts, key=len).encode()
