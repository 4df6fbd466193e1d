"""The documents of the demonstration: recognised by digest, given to the party that owns each, located."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from comity.demo.example import ExampleError
from comity.perspectives.intake import MAX_BYTES, document_text
from comity.perspectives.locators import passage_digest
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comity.demo.example import Example, Known
    from comity.demo.nodes import RunningNode
    from comity.demo.reading import Records


@dataclass(frozen=True)
class Found:
    """A file of the folder that is a document of the example."""

    known: Known
    path: Path
    original: bytes


@dataclass(frozen=True)
class Orphan:
    """A statement or finding whose locator leads to no passage, and why."""

    kind: str
    slug: str
    origin: str
    index: int
    work: str
    reason: str


@dataclass(frozen=True)
class Located:
    """What became of every locator: how many lead to their passage, and the orphans."""

    resolved: int = 0
    moved: int = 0
    orphans: tuple[Orphan, ...] = ()
    accounted: bool = False


@dataclass(frozen=True)
class Looked:
    """What a folder held: the example's documents, files it does not know, documents that are not there."""

    found: tuple[Found, ...] = ()
    strangers: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    digests: Mapping[str, str] = field(default_factory=dict)


def look(folder: Path, example: Example) -> Looked:
    """Return what a folder holds of the example's documents.

    Raises:
        ExampleError: it is no folder, or a file cannot be read.
    """
    if not folder.is_dir():
        raise ExampleError(f"{folder}: no such folder of documents")
    by_digest = {known.sha256: known for known in example.documents}
    found: dict[str, Found] = {}
    strangers = []
    try:
        for path in sorted(folder.iterdir()):
            if not path.is_file():
                continue
            original = path.read_bytes() if path.stat().st_size <= MAX_BYTES else b""
            known = by_digest.get(hashlib.sha256(original).hexdigest())
            if known is None:
                strangers.append(path.name)
            else:
                found[known.sha256] = Found(known, path, original)
    except OSError as error:
        raise ExampleError(f"{folder}: {error}") from error
    missing = [known.work for known in example.documents if known.sha256 not in found]
    return Looked(tuple(found.values()), tuple(strangers), tuple(missing))


def take_in(looked: Looked, nodes: Sequence[RunningNode], author: str) -> bool:
    """Give each document to the party that owns it; return whether each is held as it was given."""
    held = True
    for found in looked.found:
        for node in nodes:
            if node.member.party == found.known.party:
                query = urlencode({"work": found.known.work, "author": author})
                answer = node.upload(f"perspectives/documents?{query}", found.original)
                held &= answer["sha256"] == b64(bytes.fromhex(found.known.sha256))
    return held


def locate(looked: Looked, nodes: Sequence[RunningNode], records: Records) -> Located:
    """Ask every node where the locators lead, and check each answer against the files themselves."""
    texts = {b64(bytes.fromhex(found.known.sha256)): document_text(found.original) for found in looked.found}
    best: dict[tuple[str, int], dict[str, Any]] = {}
    for node in nodes:
        for pointing in node.get("perspectives/locators"):
            key = (pointing["origin"], pointing["index"])
            if key not in best or _rank(pointing) > _rank(best[key]):
                best[key] = pointing
    wanted = {
        (record["origin"], record["index"])
        for record in records.contents("perspectives.statement", "perspectives.finding")
    }
    led = [pointing for pointing in best.values() if pointing["state"] != "orphan"]
    sound = all(_sound(pointing, texts, records) for pointing in led)
    return Located(
        resolved=len(led),
        moved=sum(pointing["state"] == "moved" for pointing in led),
        orphans=tuple(
            Orphan(**{name: pointing[name] for name in ("kind", "slug", "origin", "index", "work", "reason")})
            for key, pointing in sorted(best.items())
            if pointing["state"] == "orphan"
        ),
        accounted=sound and set(best) == wanted,
    )


def _rank(pointing: dict[str, Any]) -> int:
    """Say which of two nodes' answers tells more: a passage, a search in the document, no document."""
    if pointing["state"] != "orphan":
        return 2
    return 0 if "is held here" in pointing["reason"] else 1


def _sound(pointing: dict[str, Any], texts: Mapping[str, str], records: Records) -> bool:
    """Whether the passage that a node found has the digest that the record names, in the file itself."""
    text = texts.get(pointing["document"])
    if text is None:
        return True  # taken in by an earlier run, from a folder that is not given now
    cite = records.at(pointing["origin"], pointing["index"])["content"]["fields"]["cite"]
    named: str = cite["locator"]["digest"]
    return passage_digest(text[pointing["start"] : pointing["end"]]) == named
