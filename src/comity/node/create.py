"""A new node: keys, the charter, and leaf 0."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from comity.node import config as configs
from comity.node import keys as keyfiles
from comity.node import passphrase as passphrases
from comity.node.errors import ConfigError, NodeExistsError
from comity.node.folder import Folder, write_atomic
from comity.record.charter import Charter, HpkeLine, HttpKey, KeyLine, Office, TlsPin
from comity.record.cosignature import Cosigner
from comity.record.entry import charter_entry, identify
from comity.record.log import Log
from comity.record.note import Signer
from comity.record.recipient_key import months_from
from comity.record.roles import spki_pin

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from comity.node.keys import Keys
    from comity.record.keyfile import Passphrase

DEFAULT_OFFICE: Final = "record"
DEFAULT_COLOUR: Final = "#2f5d8a"
DEFAULT_TERM: Final = 400
"""Days that a charter stands: a year, and a month to sign the next one in."""
DAY: Final = 24 * 60 * 60 * 1000  # milliseconds
CONTROL_TITLES: Final[Mapping[str, str]] = {
    "enrol": "Enrolment of people",
    "release": "Release",
    "erase": "Erasure",
}


@dataclass(frozen=True, slots=True)
class NewNode:
    """What a new node is to be called, and how its keys are kept.

    `offices` maps names to titles by language (English at least); `names` is the party's short name by
    language; `roots` root keys are drawn, of which `root_threshold` sign a charter; `approvers` people
    approve what is released or erased. Without `passphrase` it is asked for, unless `unprotected` says that
    the keys may lie open.
    """

    party: str
    node: str
    listen: str = configs.DEFAULT_LISTEN
    offices: Mapping[str, Mapping[str, str]] | None = None
    names: Mapping[str, str] | None = None
    colour: str = DEFAULT_COLOUR
    sync_seconds: int = configs.DEFAULT_SYNC_SECONDS
    roots: int = 1
    root_threshold: int = 1
    approvers: int = 2
    term_days: int = DEFAULT_TERM
    passphrase: Passphrase | None = field(default=None, repr=False)
    unprotected: bool = False
    listen_peers: str = ""

    def settings(self) -> configs.Config:
        """Return the settings of the node.

        Raises:
            ConfigError: a name or the listen address is refused.
        """
        settings = configs.Config(
            party=configs.check_name(self.party, "party"),
            node=configs.check_name(self.node, "node"),
            listen=self.listen,
            sync_seconds=self.sync_seconds,
            listen_peers=self.listen_peers,
        )
        configs.split_listen(settings.listen)
        if settings.listen_peers:
            configs.split_address(settings.listen_peers, "listen_peers")
        return settings

    def titles(self) -> Mapping[str, Mapping[str, str]]:
        """Return the offices by name.

        Raises:
            ConfigError: a name is refused.
        """
        offices = self.offices or {DEFAULT_OFFICE: {"en": "Record office"}}
        for name in offices:
            configs.check_name(name, "office")
        return offices


def create(root: Path, new: NewNode) -> Charter:
    """Make a node in an empty or absent folder; return its charter, whose entry is leaf 0 of its log.

    Its root keys lie in the node's own folder: `comity charter ceremony` puts them where they belong.

    Raises:
        ConfigError: a name or the listen address is refused.
        NodeExistsError: the folder is not empty.
        PassphraseMissingError: nobody gave a passphrase or asked for unprotected keys.
    """
    new.settings(), new.titles()
    check_empty(root)
    if not 1 <= new.root_threshold <= new.roots:
        raise ConfigError(f"{new.root_threshold} of {new.roots} root keys cannot sign a charter")
    passphrase = None
    if not new.unprotected:
        passphrase = new.passphrase or passphrases.choose(f"the keys of {new.party}/{new.node}")
    folder, keys = draw(root, new, passphrase)
    numbers = range(1, new.roots + 1)
    signers = keyfiles.create_roots(folder.keys / keyfiles.ROOTS, new.settings().origin, numbers, passphrase)
    charter = make_charter(new, keys, [signer.vkey for signer in signers]).sign(signers)
    found(folder, new, keys, Charter.parse(charter.encode()), signers[0])
    return charter


def check_empty(root: Path) -> None:
    """Refuse a folder that has something in it.

    Raises:
        NodeExistsError: it has.
    """
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise NodeExistsError(f"{root}: not an empty folder")


def draw(root: Path, new: NewNode, passphrase: Passphrase | None) -> tuple[Folder, Keys]:
    """Make the folder and draw every key of a new node but its root keys."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = Folder(root)
    months = months_from(f"{datetime.now(UTC):%Y-%m}", new.term_days // 30 + 1)
    keys = keyfiles.create(
        folder.keys, new.settings().origin, new.titles(), months=months, passphrase=passphrase
    )
    return folder, keys


def make_charter(new: NewNode, keys: Keys, roots: Sequence[str]) -> Charter:
    """Return version 1 of a charter: the public side of every key, unsigned.

    Args:
        new: what the node is called.
        keys: its keys.
        roots: verifier keys of the root keys.
    """
    settings = new.settings()
    made = Charter(
        party=settings.party,
        origin=settings.origin,
        version=1,
        keys=(*(KeyLine("root", vkey.split("+")[0], vkey) for vkey in roots), *note_lines(keys)),
        offices=tuple(Office(name, keys.offices[name].public, dict(t)) for name, t in new.titles().items()),
        names=dict(new.names or {"en": new.party}),
        colour=new.colour,
        expires=time.time_ns() // 1_000_000 + new.term_days * DAY,
        thresholds={"root": new.root_threshold, "release": new.approvers, "erase": new.approvers},
        control=tuple(
            Office(name, key.public, {"en": CONTROL_TITLES[name]}, name)
            for name in keyfiles.CONTROL
            for key in (keys.control[name],)
        ),
        hpke=tuple(HpkeLine(month, key.public) for month, key in keys.hpke.items()),
        tls=(TlsPin(spki_pin(keys.tls.public)),),
        http=(HttpKey(keys.http.name, keys.http.public),),
    )
    return Charter.read(made.document)


def note_lines(keys: Keys) -> tuple[KeyLine, KeyLine, KeyLine]:
    """Return the lines of the log, witness and mirror keys."""
    return (
        KeyLine("log", keys.log.name, Signer(keys.log.name, keys.log.seed).vkey),
        KeyLine("witness", keys.witness.name, Cosigner(keys.witness.name, keys.witness.seed).vkey),
        KeyLine("mirror", keys.mirror.name, Cosigner(keys.mirror.name, keys.mirror.seed).vkey),
    )


def found(folder: Folder, new: NewNode, keys: Keys, charter: Charter, root: Signer) -> None:
    """Found the log on a signed charter: keep the document, make leaf 0, write the settings."""
    write_atomic(folder.charter, charter.encode())
    leaf = charter_entry(
        origin=charter.origin,
        id=secrets.token_bytes(16),
        version=charter.version,
        digest=charter.digest,
        seed=root.seed,
    )
    signer = Signer(keys.log.name, keys.log.seed)
    log = Log.open(folder.log, signer, identify=identify, guard=folder.guard)
    try:
        log.append([leaf])
        log.checkpoint()
    finally:
        log.close()
    # Last, so that a folder with settings is a whole node.
    configs.save(folder.config, new.settings())


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
