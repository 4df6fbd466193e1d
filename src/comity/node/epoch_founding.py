"""The node whose log forked begins the next epoch: a proposal, then, once a peer agreed, the change itself.

    epochs/<origin hash>.proposal    proposals made here, or agreed to here
    epochs/<origin hash>/            keys and charter of the new log, drawn with the proposal
    epochs/<epoch>.keys/             keys of an epoch that ended; its log key signs nothing any more

The change moves files, each by one rename, and writes comity.toml last: cut short, it is done again from
where it stopped. The old log becomes a mirror: readable, forked, never pulled again.
"""

from __future__ import annotations

import secrets
import shutil
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from comity.node import charters
from comity.node import config as configs
from comity.node import keys as keyfiles
from comity.node.create import DAY, DEFAULT_TERM, note_lines
from comity.node.folder import origin_hash, write_atomic
from comity.record.canonical import b64
from comity.record.charter import Charter, HpkeLine, HttpKey, Office, TlsPin
from comity.record.entry import Head, charter_entry, identify
from comity.record.entry_form import next_origin
from comity.record.epoch import EpochError, EpochProofError, EpochUnsignedError, Proposal, agreed_size
from comity.record.fork_keeper import ForkKeeper
from comity.record.guard import Guard
from comity.record.log import Log
from comity.record.note import Signer
from comity.record.recipient_key import months_from
from comity.record.roles import spki_pin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comity.node.folder import Folder
    from comity.node.keys import Keys
    from comity.record.keyfile import Passphrase

MONTH_DAYS: Final = 30


def folder_of(folder: Folder) -> Path:
    """Return where everything about epochs lies."""
    return folder.root / "epochs"


def proposal_path(folder: Folder, origin: str) -> Path:
    """Return where the proposal of a new log lies."""
    return folder_of(folder) / f"{origin_hash(origin)}.proposal"


def _staging(folder: Folder, origin: str) -> Path:
    return folder_of(folder) / origin_hash(origin)


def propose(folder: Folder, roots: Sequence[Path], passphrase: Passphrase | None = None) -> Proposal:
    """Draw the keys of the next epoch and sign its charter; the same proposal when there is one already.

    Args:
        folder: the node's, whose lock the caller holds.
        roots: files of root keys of the charter in force; those kept in the node's folder when empty.
        passphrase: of the node's keys.

    Raises:
        EpochProofError: nothing proves that the own log forked, or not where.
        EpochUnsignedError: the root keys are too few.
    """
    config = configs.load(folder.config)
    path = proposal_path(folder, next_origin(config.origin))
    if path.exists():
        return Proposal.decode(path.read_bytes())
    reader = keyfiles.Reader(folder.keys, passphrase)
    signer = Signer(config.origin, reader.signing(folder.keys / "log").seed)
    with Log.open(folder.log, signer, identify=identify, guard=folder.guard) as log:
        proof = ForkKeeper(log.store, signer.vkey).proof
        if proof is None:
            raise EpochProofError(
                f"nothing here proves that {config.origin} forked: exchange with a peer first"
            )
        size = agreed_size(proof)
        follows = Head(config.origin, size, log.store.root(size))
    old = Charter.parse(folder.charter.read_bytes())
    found = list(roots) or sorted((folder.keys / keyfiles.ROOTS).glob("[0-9]*"))
    signers = [_root(file, reader.passphrase) for file in found]
    staging = _staging(folder, next_origin(config.origin))
    staging.mkdir(mode=0o700, parents=True, exist_ok=True)
    charter = _charter(old, follows, _keys(staging, old, reader.passphrase)).sign(signers)
    signed, needed = len(charter.signatures(by=old)), old.threshold("root")
    if signed < needed:
        raise EpochUnsignedError(
            f"{signed} of the {needed} root keys of {old.origin} are here: name the others"
        )
    proposal = Proposal(Charter.parse(charter.encode()), proof)
    write_atomic(path, proposal.encode(), 0o600)
    return proposal


def _root(path: Path, passphrase: Passphrase | None) -> Signer:
    return keyfiles.load_root(path, passphrase)


def _keys(staging: Path, old: Charter, passphrase: Passphrase | None) -> Keys:
    """Draw the keys of the new log; those of a try that was cut short are not used again."""
    place = staging / "keys"
    if place.exists():
        place.rename(staging / f"unused-{secrets.token_hex(4)}")
    months = months_from(f"{datetime.now(UTC):%Y-%m}", DEFAULT_TERM // MONTH_DAYS + 1)
    offices = [office.name for office in old.offices]
    return keyfiles.create(place, next_origin(old.origin), offices, months=months, passphrase=passphrase)


def _charter(old: Charter, follows: Head, keys: Keys) -> Charter:
    """Return version 1 of the new charter: the old one's people and root keys, and every other key new."""
    made = replace(
        old,
        origin=next_origin(old.origin),
        version=1,
        previous=None,
        follows=follows,
        note=b"",
        expires=time.time_ns() // 1_000_000 + DEFAULT_TERM * DAY,
        keys=(*old.role_keys("root"), *note_lines(keys)),
        offices=tuple(replace(office, key=keys.offices[office.name].public) for office in old.offices),
        control=tuple(_control(office, keys) for office in old.control),
        hpke=tuple(HpkeLine(month, key.public) for month, key in keys.hpke.items()),
        tls=(TlsPin(spki_pin(keys.tls.public)),),
        http=(HttpKey(keys.http.name, keys.http.public),),
        revoked=(),
    )
    return Charter.read(made.document)


def _control(office: Office, keys: Keys) -> Office:
    return replace(office, key=keys.control[office.role].public)


def found(
    folder: Folder, proposal: Proposal, root: Path | None = None, passphrase: Passphrase | None = None
) -> None:
    """Put the new epoch in the place of the old one; done again from where it stopped, if it was cut short.

    Args:
        folder: the node's, whose lock the caller holds, with the node closed.
        proposal: the one made here that a peer agreed to.
        root: file of a root key, which signs leaf 0; one kept in the node's folder when absent.
        passphrase: of the node's keys.
    """
    charter, config = proposal.charter, configs.load(folder.config)
    if config.origin == charter.origin:
        return
    old, staging = proposal.follows.origin, _staging(folder, charter.origin)
    ended = folder_of(folder) / f"{config.epoch}.keys"
    _found_log(staging, charter, root or _kept_root(folder, ended), passphrase, config.epoch + 1)
    folder.mirrors.mkdir(mode=0o700, exist_ok=True)
    folder.peers.mkdir(mode=0o700, exist_ok=True)
    was = charters.stored(charters.own_folder(folder))
    if not folder.peer_charter(old).exists():
        first = was[0][2] if was else folder.charter.read_bytes()
        write_atomic(folder.peer_charter(old), first)
    _move(charters.own_folder(folder), charters.peer_folder(folder, old))
    mirror = folder.mirror(old)
    for suffix in ("-wal", "-shm", ".fork.json", ""):
        _move(folder.log.with_name(folder.log.name + suffix), mirror.with_name(mirror.name + suffix))
    if not ended.exists():
        _move(folder.keys, ended)
    for name in ("keys", "log.sqlite"):
        _move(staging / name, folder.root / name)
    _move(ended / keyfiles.ROOTS, folder.keys / keyfiles.ROOTS)
    # Nothing may outlive its month because its epoch ended; what is still sealed to these keys stays sealed.
    shutil.rmtree(ended / keyfiles.HPKE, ignore_errors=True)
    write_atomic(folder.charter, charter.encode())
    folder.views.unlink(missing_ok=True)
    pinned = Charter.parse(folder.peer_charter(old).read_bytes())
    before = configs.Peer(
        old, str(folder_of(folder).resolve()), b64(pinned.digest), pinned.party, charter.origin
    )
    configs.save(folder.config, replace(config, epoch=config.epoch + 1).with_peer(before))


def _kept_root(folder: Folder, ended: Path) -> Path:
    for place in (folder.keys / keyfiles.ROOTS, ended / keyfiles.ROOTS):
        for path in sorted(place.glob("[0-9]*")):
            return path
    raise EpochError("no root key is kept here: name the file of one, which signs leaf 0 of the new log")


def _found_log(
    staging: Path, charter: Charter, root: Path, passphrase: Passphrase | None, epoch: int
) -> None:
    """Make the new log with leaf 0 in the staging folder, unless it has moved on already."""
    keys_folder = staging / "keys"
    if not keys_folder.exists() or (staging / "log.sqlite").exists():
        return
    keys = keyfiles.load(keys_folder, passphrase)
    signer, key = Signer(keys.log.name, keys.log.seed), keyfiles.load_root(root, passphrase)
    leaf = charter_entry(
        origin=charter.origin, id=secrets.token_bytes(16), version=1, digest=charter.digest, seed=key.seed
    )
    charter.verify_first(leaf)
    guard, draft = keys_folder / "guard", staging / "log.sqlite.new"
    for path in (guard, *staging.glob("log.sqlite.new*")):
        path.unlink(missing_ok=True)
    with Log.open(draft, signer, identify=identify, guard=guard) as log:
        log.append([leaf])
        log.checkpoint()
        head = (log.size, log.store.root())
    Guard.create(guard, epoch=epoch, size=head[0], root=head[1])
    for path in staging.glob("log.sqlite.new-*"):
        path.rename(path.with_name(path.name.replace(".new", "")))
    draft.rename(staging / "log.sqlite")


def _move(source: Path, target: Path) -> None:
    if source.exists() and not target.exists():
        source.rename(target)
