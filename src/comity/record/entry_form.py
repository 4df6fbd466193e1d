"""The values inside an entry's body, read strictly (docs/spec/entry.md)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final

from comity.record import canonical
from comity.record.entry_errors import EntryFieldError
from comity.record.errors import ComityError

MAX_SLOTS: Final = 1024
MAX_REFS: Final = 32
EMPTY_COMMIT: Final = hashlib.sha256(b"").digest()  # RFC 6962 section 2.1: the root of no leaves

_NAME = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
ORIGIN: Final = re.compile(rf"{_NAME}/{_NAME}(?:~[1-9][0-9]{{0,5}})?")


@dataclass(frozen=True, slots=True)
class Ref:
    """A sequenced target of a protocol entry: a leaf of a log at its place.

    `leaf` is the 32-byte RFC 6962 leaf hash.
    """

    origin: str
    index: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """A tree head of a peer that an anchor entry names; `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class CharterRef:
    """The charter document that a charter entry names by version and SHA-256 digest."""

    version: int
    digest: bytes


def check_origin(value: object) -> str:
    """Return `value` if it is the name of a log: `<party>/<node>`, perhaps `~<epoch>`.

    Raises:
        EntryFieldError: It is not.
    """
    if not isinstance(value, str) or not ORIGIN.fullmatch(value):
        raise EntryFieldError(
            f"origin {value!r} is not <party>/<node> in lower-case letters, digits and hyphens"
        )
    return value


def next_origin(origin: str) -> str:
    """Return the name of the log that takes the place of this one after a fork: the next epoch."""
    name, _, epoch = origin.partition("~")
    return f"{name}~{int(epoch or 0) + 1}"


def read_bytes(value: object, size: int, name: str) -> bytes:
    """Return `size` bytes from strict base64."""
    if not isinstance(value, str):
        raise EntryFieldError(f"{name} is not a string")
    try:
        return canonical.unb64(value, size)
    except ComityError as error:
        raise EntryFieldError(f"{name} is not the base64 of {size} bytes: {error}") from error


def _count(value: object, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise EntryFieldError(f"{name} is {value!r}: not a whole number from 0")
    return value


def read_commit(value: object, outer: str) -> bytes:
    """Return the commitment: the empty root exactly where there is no content."""
    commit = read_bytes(value, 32, "commit")
    if (commit == EMPTY_COMMIT) != (outer in ("anchor", "charter")):
        wanted = "not be" if commit == EMPTY_COMMIT else "be"
        raise EntryFieldError(f"commit of a {outer} entry must {wanted} the empty root")
    return commit


def read_n(value: object, outer: str) -> int:
    """Return the number of slots: a multiple of 8, or 0 exactly where there is no content."""
    n = _count(value, "n")
    if outer in ("anchor", "charter"):
        if n:
            raise EntryFieldError(f"n is {n}: a {outer} entry has no content, so n is 0")
    elif n % 8 or not 0 < n <= MAX_SLOTS:
        raise EntryFieldError(f"n is {n}: not a multiple of 8 from 8 to {MAX_SLOTS}")
    return n


def read_extra(value: dict[str, Any], outer: str) -> dict[str, Any]:
    """Return what `outer` adds to the common keys, as attributes of an `Entry`."""
    if outer == "protocol":
        return {"refs": tuple(_ref(item) for item in _items(value["refs"], "refs"))}
    if outer == "anchor":
        heads = tuple(_head(item) for item in _items(value["heads"], "heads"))
        if len({head.origin for head in heads}) != len(heads):
            raise EntryFieldError("heads name an origin twice")
        if value["origin"] in {head.origin for head in heads}:
            raise EntryFieldError("heads name the log that the anchor stands in")
        return {"heads": heads}
    if outer == "charter":
        named = _object(value["charter"], {"version", "digest"}, "charter")
        version = _count(named["version"], "charter.version")
        if not version:
            raise EntryFieldError("charter.version is 0: versions count from 1")
        return {"charter": CharterRef(version, read_bytes(named["digest"], 32, "charter.digest"))}
    return {}


def _items(value: object, name: str) -> list[Any]:
    if not isinstance(value, list) or not 0 < len(value) <= MAX_REFS:
        raise EntryFieldError(f"{name} is not a list of 1 to {MAX_REFS} objects")
    return value


def _object(value: object, keys: set[str], name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise EntryFieldError(f"{name} is not an object of exactly {', '.join(sorted(keys))}")
    return value


def _ref(value: object) -> Ref:
    item = _object(value, {"origin", "index", "leaf"}, "an item of refs")
    return Ref(
        check_origin(item["origin"]),
        _count(item["index"], "refs.index"),
        read_bytes(item["leaf"], 32, "refs.leaf"),
    )


def _head(value: object) -> Head:
    item = _object(value, {"origin", "size", "root"}, "an item of heads")
    origin, root = check_origin(item["origin"]), read_bytes(item["root"], 32, "heads.root")
    size = _count(item["size"], "heads.size")
    if (size == 0) != (root == EMPTY_COMMIT):
        raise EntryFieldError("the empty root belongs to size 0 and to no other")
    return Head(origin, size, root)
