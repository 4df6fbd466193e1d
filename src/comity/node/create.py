"""A new node: keys, the charter, and leaf 0."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node import config as configs
from comity.node import keys as keyfiles
from comity.node.errors import ConfigError, NodeExistsError
from comity.node.folder import Folder, write_atomic
from comity.record.charter import Charter, KeyLine, Office
from comity.record.cosignature import Cosigner
from comity.record.entry import charter_entry, identify
from comity.record.log import Log
from comity.record.note import Signer

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from comity.node.keys import Keys

DEFAULT_OFFICE: Final = "record"
DEFAULT_COLOUR: Final = "#2f5d8a"


@dataclass(frozen=True, slots=True)
class NewNode:
    """What a new node is to be called.

    `offices` maps names to titles by language, English at least; `names` is the party's short name by
    language.
    """

    party: str
    node: str
    listen: str = configs.DEFAULT_LISTEN
    offices: Mapping[str, Mapping[str, str]] | None = None
    names: Mapping[str, str] | None = None
    colour: str = DEFAULT_COLOUR
    sync_seconds: int = configs.DEFAULT_SYNC_SECONDS


def create(root: Path, new: NewNode) -> Charter:
    """Make a node in an empty or absent folder; return its charter, whose entry is leaf 0 of its log.

    Raises:
        ConfigError: a name or the listen address is refused.
        NodeExistsError: the folder is not empty.
    """
    settings = configs.Config(
        party=configs.check_name(new.party, "party"),
        node=configs.check_name(new.node, "node"),
        listen=new.listen,
        sync_seconds=new.sync_seconds,
    )
    configs.split_listen(settings.listen)
    offices = new.offices or {DEFAULT_OFFICE: {"en": "Record office"}}
    for name in offices:
        configs.check_name(name, "office")
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise NodeExistsError(f"{root}: not an empty folder")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Folder(root)
    drawn = keyfiles.create(folder.keys, settings.origin, tuple(offices))
    charter = make_charter(settings, drawn, offices, new.names or {"en": new.party}, new.colour)
    write_atomic(folder.charter, charter.encode())
    _append_charter(folder, drawn, charter)
    # Last, so that a folder with settings is a whole node.
    configs.save(folder.config, settings)
    return charter


def make_charter(
    settings: configs.Config,
    drawn: Keys,
    offices: Mapping[str, Mapping[str, str]],
    names: Mapping[str, str],
    colour: str,
) -> Charter:
    """Return version 1 of a charter: the public side of every key."""
    lines = (
        KeyLine("root", drawn.root.name, Signer(drawn.root.name, drawn.root.seed).vkey),
        KeyLine("log", drawn.log.name, Signer(drawn.log.name, drawn.log.seed).vkey),
        KeyLine("witness", drawn.witness.name, Cosigner(drawn.witness.name, drawn.witness.seed).vkey),
        KeyLine("mirror", drawn.mirror.name, Cosigner(drawn.mirror.name, drawn.mirror.seed).vkey),
    )
    made = Charter(
        party=settings.party,
        origin=settings.origin,
        version=1,
        keys=lines,
        offices=tuple(
            Office(name, drawn.offices[name].public, dict(title)) for name, title in offices.items()
        ),
        names=dict(names),
        colour=colour,
    )
    return Charter.parse(made.encode())


def _append_charter(folder: Folder, drawn: Keys, charter: Charter) -> None:
    leaf = charter_entry(
        origin=charter.origin,
        id=secrets.token_bytes(16),
        version=charter.version,
        digest=charter.digest,
        seed=drawn.root.seed,
    )
    log = Log.open(folder.log, Signer(drawn.log.name, drawn.log.seed), identify=identify, guard=folder.guard)
    try:
        log.append([leaf])
        log.checkpoint()
    finally:
        log.close()


def office_option(text: str) -> tuple[str, dict[str, str]]:
    """Read `name=title` from the command line; the title alone is its English one.

    Raises:
        ConfigError: there is no name or no title.
    """
    name, equals, title = text.partition("=")
    if not equals or not title.strip():
        raise ConfigError(f"office {text!r}: give name=title, for example border=Border desk")
    return configs.check_name(name, "office"), {"en": title.strip()}


def named(text: str) -> tuple[str, str]:
    """Read `language=name` from the command line.

    Raises:
        ConfigError: there is no language of two or three letters, or no name.
    """
    language, equals, name = text.partition("=")
    if not equals or not name.strip() or not language.isalpha() or len(language) not in (2, 3):
        raise ConfigError(f"name {text!r}: give language=name, for example en=Viet Nam")
    return language.lower(), name.strip()
