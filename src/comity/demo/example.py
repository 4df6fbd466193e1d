"""The worked example as files: who the parties are, and what each one's editor asserts.

The layout is described in `examples/vietnam-laos/FORMAT.md`. Nothing here knows a country: the folder does.
"""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import orjson

import comity
from comity.record.canonical import b64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

NAME: Final = "vietnam-laos"
_ID: Final = b"comity/example/v1\n"
_LINE: Final = frozenset({"kind", "header", "fields"})


class ExampleError(ComityError):
    """The folder of the worked example is missing, or a file in it is malformed."""

    code = "example"
    advice = "Take examples/vietnam-laos from the source of Comity, and see FORMAT.md in it."


@dataclass(frozen=True)
class Member:
    """A member of the compact; an observer has no node."""

    party: str
    role: str
    names: dict[str, str]
    node: str = ""
    colour: str = "#2f5d8a"
    office: Mapping[str, str] | None = None

    @property
    def origin(self) -> str:
        """The name of the party's log."""
        return f"{self.party}/{self.node}"


@dataclass(frozen=True)
class Known:
    """A document the example knows by the SHA-256 (hex) of the exact file."""

    work: str
    party: str
    sha256: str


@dataclass(frozen=True)
class Example:
    """The folder, read."""

    folder: Path
    title: dict[str, str]
    members: tuple[Member, ...]
    header: dict[str, Any]
    documents: tuple[Known, ...]

    @property
    def parties(self) -> tuple[Member, ...]:
        """The members that run a node."""
        return tuple(member for member in self.members if member.role == "party")

    def drafts(self, party: str) -> list[dict[str, Any]]:
        """Return what a party's editor asserts, as the drafts that a node takes, in the order of the files.

        Raises:
            ExampleError: a line is malformed; it is named.
        """
        files = sorted((self.folder / party).glob("*.jsonl"))
        if not files:
            raise ExampleError(f"{self.folder / party}: no *.jsonl file; the example has nothing for {party}")
        return [draft for file in files for draft in self._lines(file)]

    def _lines(self, file: Path) -> Iterator[dict[str, Any]]:
        for number, line in enumerate(file.read_bytes().splitlines(), start=1):
            if not line.strip() or line.startswith(b"#"):
                continue
            try:
                item = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise ExampleError(f"{file}:{number}: not JSON: {error}") from error
            if not isinstance(item, dict) or not {"kind", "fields"} <= set(item) <= _LINE:
                raise ExampleError(f"{file}:{number}: a line has kind, fields and where wanted header")
            yield {**self.header, **item.get("header", {}), "kind": item["kind"], "fields": item["fields"]}


def with_id(draft: dict[str, Any], origin: str) -> dict[str, Any]:
    """Return a draft whose id follows from what it says, so that a second run knows it again."""
    said = orjson.dumps(draft, option=orjson.OPT_SORT_KEYS)
    return {**draft, "id": b64(hashlib.sha256(_ID + origin.encode() + b"\n" + said).digest()[:16])}


def find_example() -> Path:
    """Return the folder of the worked example: in the installed package, or beside the source.

    Raises:
        ExampleError: it is in neither place.
    """
    package = Path(comity.__file__).resolve().parent
    places = [package / "examples" / NAME, package.parents[1] / "examples" / NAME]
    for place in places:
        if (place / "compact.toml").is_file():
            return place
    raise ExampleError(f"no worked example: looked for compact.toml in {places[0]} and {places[1]}")


def read_example(folder: Path) -> Example:
    """Read the example's settings.

    Raises:
        ExampleError: a file is missing or malformed.
    """
    compact = _toml(folder / "compact.toml")
    known = _toml(folder / "documents.toml").get("document", [])
    try:
        return Example(
            folder=folder,
            title=compact["title"],
            members=tuple(Member(**member) for member in compact["member"]),
            header=compact["header"],
            documents=tuple(Known(**document) for document in known),
        )
    except (KeyError, TypeError) as error:
        raise ExampleError(f"{folder}: a setting is missing or unknown: {error}") from error


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ExampleError(f"{path}: {error}") from error
