"""What the commands of charters and compacts do: propose, sign, advance, adopt. Files in, files out."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from comity.node import charters, lock
from comity.node import keys as keyfiles
from comity.node.create import DAY, DEFAULT_TERM
from comity.node.errors import ConfigError, NodeReadOnlyError
from comity.node.folder import Folder, write_atomic
from comity.record.canonical import unb64
from comity.record.charter import (
    Charter,
    CharterError,
    HpkeLine,
    KeyLine,
    LogKeyChangeError,
    Office,
    Revoked,
)
from comity.record.entry import charter_entry, identify
from comity.record.log import Log
from comity.record.note import Signer, Verifier, split_note
from comity.record.note_errors import NoteError
from comity.record.recipient_key import months_from
from comity.record.trust import check_succession

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from comity.record.keyfile import Passphrase

MONTH_DAYS: Final = 30


def read_charter(path: Path) -> Charter:
    """Read a charter file: a proposal that nobody signed yet, or one with some signatures.

    Raises:
        CharterError, CanonicalError, NoteError: it is none.
    """
    data = read_file(path)
    return Charter.draft(data) if is_note(data) else Charter.read(data.removesuffix(b"\n"))


def read_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        ConfigError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}") from error


def write_proposal(path: Path, document: bytes) -> None:
    """Write a document that nobody signed yet; never over another file.

    Raises:
        ConfigError: there is a file already.
    """
    if path.exists():
        raise ConfigError(f"{path}: there is a file already")
    write_atomic(path, document + b"\n")


def propose(
    root: Path,
    *,
    term_days: int = DEFAULT_TERM,
    revoke: Mapping[str, int] | None = None,
    add_roots: Iterable[str] = (),
    root_threshold: int | None = None,
    approvers: int | None = None,
    offices: Mapping[str, Mapping[str, str]] | None = None,
    passphrase: Passphrase | None = None,
) -> Charter:
    """Return the next version of a node's charter, unsigned; keys that it needs are drawn and kept.

    Args:
        root: the node's folder.
        term_days: how long it will stand.
        revoke: key ids (base64) or names of keys, each with the place in the log from which it signs nothing.
        add_roots: verifier keys of further root keys.
        root_threshold: how many root keys sign from then on.
        approvers: how many people approve a release or an erasure.
        offices: offices to add, by names that no office of this node had, with their titles.
        passphrase: of the node's keys.

    Raises:
        CharterError: the charter would break a rule.
        NodeKeysError, KeyfileError: keys cannot be read or kept.
    """
    folder = Folder.existing(root)
    old = Charter.parse(folder.charter.read_bytes())
    cuts = {_key_id(old, name): start for name, start in (revoke or {}).items()}
    made = replace(
        old,
        version=old.version + 1,
        previous=old.digest,
        note=b"",
        expires=time.time_ns() // 1_000_000 + term_days * DAY,
        thresholds={
            **old.thresholds,
            **({} if root_threshold is None else {"root": root_threshold}),
            **({} if approvers is None else {"release": approvers, "erase": approvers}),
        },
        keys=(*old.keys, *(KeyLine("root", Verifier.parse(vkey).name, vkey) for vkey in add_roots)),
        revoked=(*old.revoked, *(Revoked(key, start) for key, start in cuts.items())),
    )
    made = _without(made, set(cuts))
    if made.role_keys("log") != old.role_keys("log"):
        raise LogKeyChangeError(f"a version without the log key of {old.origin} cannot be proposed")
    writer = keyfiles.Writer.beside(folder.keys, passphrase)
    made = replace(made, offices=_offices(writer, made, offices or {}), hpke=_months(writer, made, term_days))
    return Charter.read(made.document)


def sign(path: Path, keys: Sequence[Path], passphrase: Passphrase | None = None) -> Charter:
    """Add signatures by root keys, of this version or of the one before, to a charter file."""
    charter = read_charter(path).sign(keyfiles.load_root(key, passphrase) for key in keys)
    write_atomic(path, charter.encode())
    return charter


def advance(root: Path, path: Path, key: Path, passphrase: Passphrase | None = None) -> tuple[Charter, int]:
    """Put a signed next version of the own charter in force; return it and the place of its leaf.

    Args:
        root: the node's folder; the node must not be running.
        path: the signed charter.
        key: a root key of the new version, which signs the leaf.
        passphrase: of the keys.

    Raises:
        NodeLockedError: the node is running.
        CharterError: it does not follow, or is not signed in sufficient number.
    """
    folder = Folder.existing(root)
    charter = Charter.parse(read_file(path))
    with lock.hold(folder):
        keys = keyfiles.load(folder.keys, passphrase)
        _check_own(charter, keys)
        signer = Signer(keys.log.name, keys.log.seed)
        log = Log.open(folder.log, signer, identify=identify, guard=folder.guard)
        try:
            return charter, _append(folder, log, charter, keyfiles.load_root(key, passphrase))
        finally:
            log.close()


def _append(folder: Folder, log: Log, charter: Charter, root: Signer) -> int:
    """Append the leaf of a version, then keep its document; after a cut between the two the leaf is found."""
    if not log.writable:
        raise NodeReadOnlyError(f"{log.origin}: the log must not grow now")
    trust = charters.load_own(folder, log.store)
    check_succession(trust.current, charter)
    index, leaf = charters.leaf_of(log.store, charter, trust.versions[-1][0] + 1) or (log.size, b"")
    if not leaf:
        leaf = charter_entry(
            origin=charter.origin,
            id=secrets.token_bytes(16),
            version=charter.version,
            digest=charter.digest,
            seed=root.seed,
        )
        charter.verify_leaf(leaf)
        log.append([leaf])
        log.checkpoint()
    trust.accept(charter.encode(), leaf, index)
    for place, version in trust.versions:
        charters.store(charters.own_folder(folder), version, place)
    write_atomic(folder.charter, charter.encode())
    # What a revocation reaches back to is judged anew when the node opens.
    log.store.add_cause(min([index, *(item.start for item in charter.revoked)]), log.size, "upgraded")
    return index


def _check_own(charter: Charter, keys: keyfiles.Keys) -> None:
    """Refuse a charter that the node could not sign under any more."""
    if Signer(keys.log.name, keys.log.seed).vkey not in {line.vkey for line in charter.role_keys("log")}:
        raise LogKeyChangeError(f"version {charter.version} does not list the log key that the node has")
    first = charter.offices[0]
    if first.name not in keys.offices or keys.offices[first.name].public != first.key:
        raise CharterError(f"the node has no key of {first.name}, the first office, which signs anchors")


def _key_id(charter: Charter, name: str) -> bytes:
    """Return the id of the key with this name, log keys aside, or the id that this is the base64 of."""
    named = {line.name: line.key_id for line in charter.keys if line.role != "log"}
    named |= {line.name: line.key_id for line in (*charter.offices, *charter.control)}
    named |= {line.name: line.key_id for line in charter.http}
    return named[name] if name in named else unb64(name, 32)


def _without(charter: Charter, gone: set[bytes]) -> Charter:
    """Return the charter without revoked keys."""
    return replace(
        charter,
        keys=tuple(line for line in charter.keys if line.key_id not in gone),
        offices=tuple(line for line in charter.offices if line.key_id not in gone),
        control=tuple(line for line in charter.control if line.key_id not in gone),
        hpke=tuple(line for line in charter.hpke if line.key_id not in gone),
        tls=tuple(line for line in charter.tls if line.key_id not in gone),
        http=tuple(line for line in charter.http if line.key_id not in gone),
    )


def _offices(
    writer: keyfiles.Writer, charter: Charter, wanted: Mapping[str, Mapping[str, str]]
) -> tuple[Office, ...]:
    drawn = [
        Office(
            name,
            writer.signing(f"{keyfiles.OFFICES}/{name}", f"{charter.origin}/office/{name}").public,
            dict(title),
        )
        for name, title in wanted.items()
    ]
    return (*charter.offices, *drawn)


def _months(writer: keyfiles.Writer, charter: Charter, term_days: int) -> tuple[HpkeLine, ...]:
    """Return the months from now on: those listed already, and new ones."""
    months = months_from(f"{datetime.now(UTC):%Y-%m}", term_days // MONTH_DAYS + 1)
    known = {line.month: line for line in charter.hpke}
    return tuple(
        known[month] if month in known else HpkeLine(month, writer.recipient(month).public)
        for month in months
    )


def is_note(data: bytes) -> bool:
    """Say whether bytes have the form of a signed note: a file that somebody signed already."""
    try:
        split_note(data)
    except NoteError:
        return False
    return True
