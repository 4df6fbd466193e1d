"""What the commands of compacts do: read, propose, adopt. Files in, files out."""

from __future__ import annotations

import hashlib
import tomllib
from typing import TYPE_CHECKING, Any

from comity.node.charter_work import is_note, read_file
from comity.node.compacts import in_force
from comity.node.errors import ConfigError
from comity.node.folder import write_atomic
from comity.record.canonical import b64
from comity.record.compact import (
    Compact,
    CompactError,
    CompactSuccessionError,
    Deadlines,
    Log,
    Member,
    Policy,
    Vocabulary,
)
from comity.record.merkle import leaf_hash
from comity.record.protocol_kinds import Adoption, Pointer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comity.node.node import Node
    from comity.record.charter import Charter
    from comity.record.entry_form import Ref


def read_compact(path: Path) -> Compact:
    """Read the file of a compact, signed or not.

    Raises:
        CompactError, CanonicalError, NoteError: it is none.
    """
    data = read_file(path)
    return Compact.parse(data) if is_note(data) else Compact.read(data.removesuffix(b"\n"))


def propose(node: Node, rules: Path) -> Compact:
    """Return the next compact of a node, unsigned: the rules of a TOML file over the charters it trusts.

    Args:
        node: whose own and peers' charters are named.
        rules: a file with `name`, `title`, `[[member]]`, `[[retention]]`, `[[policy]]`, `[deadlines]`, and
            perhaps `[[vocabulary]]` and `[[rule]]`; docs/spec/compact.md says what they are.

    Raises:
        ConfigError: the file is no TOML, or lacks a part.
        CompactError: what it says is refused.
    """
    try:
        data = tomllib.loads(read_file(rules).decode())
        old = in_force(node.folder)
        made = Compact(
            name=data["name"],
            version=1 if old is None else old.version + 1,
            previous=None if old is None else old.digest,
            title=data["title"],
            members=tuple(_member(item, node.charters) for item in data["member"]),
            vocabularies=tuple(_vocabulary(item, rules.parent) for item in data.get("vocabulary", ())),
            retention={item["class"]: item["months"] for item in data["retention"]},
            policies=tuple(Policy(item["kinds"], item["audience"]) for item in data["policy"]),
            deadlines=Deadlines(**data["deadlines"]),
            rules=tuple(data.get("rule", ())),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{rules}: {error}") from error
    except (KeyError, TypeError) as error:
        raise ConfigError(f"{rules}: {error} is missing or of another type") from error
    return Compact.read(made.document)


def adopt(node: Node, compact: Compact, author: str, *, exercise: bool = False) -> Ref:
    """Adopt a compact that every party signed: keep it, and say so in the own log.

    Args:
        node: the node, paired with the other parties.
        compact: with its signatures.
        author: who adopts it for the party.
        exercise: whether the parties play: the word in the log then says so.

    Raises:
        CompactUnsignedError, CompactCharterError: it does not bind, or not as far as this node can see.
        CompactSuccessionError: it does not follow the one in force.
        CompactError: the own party is not one of its members.
    """
    own = compact.member(node.charter.party)
    if own is None or node.origin not in {log.origin for log in own.logs}:
        raise CompactError(f"{compact.name} does not name {node.origin}: it binds others")
    compact.verify(named_charters(node, compact))
    old = in_force(node.folder)
    if old is not None:
        compact.follows(old, node.charters)
    elif compact.version != 1:
        raise CompactSuccessionError(f"version {compact.version} cannot be the first: adopt version 1 before")
    place = node.folder.root / "compacts"
    place.mkdir(mode=0o700, exist_ok=True)
    write_atomic(place / str(compact.version), compact.encode())
    index, charter = node.own.trust.versions[-1]
    first = node.log.entries(index, index + 1)[0]
    adoption = Adoption(
        name=compact.name,
        number=compact.version,
        digest=b64(compact.digest),
        charter=Pointer(origin=charter.origin, index=index, leaf=b64(leaf_hash(first))),
    )
    parties = [member.party for member in compact.parties]
    return node.control.steps.append(adoption, author=author, parties=parties, exercise=exercise)


def named_charters(node: Node, compact: Compact) -> dict[str, Charter]:
    """Return the charters that a compact names, of those that this node trusts, in the versions named."""
    versions = {
        (charter.origin, charter.version): charter
        for trust in node.trusts.values()
        for _, charter in trust.versions
    }
    named = [(log.origin, log.version) for member in compact.members for log in member.logs]
    return {place[0]: versions[place] for place in named if place in versions}


def _member(item: Mapping[str, Any], charters: Mapping[str, Charter]) -> Member:
    logs = tuple(
        Log(charter.origin, charter.version, charter.digest)
        for charter in charters.values()
        if charter.party == item["party"]
    )
    return Member(item["party"], item["role"], item["names"], logs)


def _vocabulary(item: Mapping[str, Any], folder: Path) -> Vocabulary:
    digest = hashlib.sha256(read_file(folder / item["file"])).digest()
    return Vocabulary(item["name"], item["version"], digest)
