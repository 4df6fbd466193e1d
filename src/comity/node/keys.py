"""The private keys of one node, each in a key file of its own (docs/spec/keyfile.md).

    keys/log, witness, mirror, http, tls      the node's own
    keys/offices/<name>                       the offices that sign records
    keys/control/enrol, release, erase        what signs enrolments, grants, erasures
    keys/hpke/<month>                         what opens blobs sealed to this node; destroyed after the month
    keys/roots/<number>                       root keys, where they are kept on this machine at all

All keys differ, and so do their names: a signature made in one role can never be shown as one made in
another. The node runs without its root keys; only the charter's commands unlock them.
"""

from __future__ import annotations

import secrets
import stat
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

from comity.node import passphrase as passphrases
from comity.node.errors import NodeKeysError
from comity.node.folder import write_atomic
from comity.record import keyfile
from comity.record.durable import sync_folder
from comity.record.keyfile import SALT_SIZE, Passphrase, Secret
from comity.record.note import Signer
from comity.record.recipient_key import PRIVATE_SIZE, RecipientKey, check_month
from comity.record.signature import SEED_SIZE, public_key

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

ROLES: Final = ("log", "witness", "mirror", "http", "tls")
CONTROL: Final = ("enrol", "release", "erase")
OFFICES: Final = "offices"
CONTROLS: Final = "control"
HPKE: Final = "hpke"
ROOTS: Final = "roots"


@dataclass(frozen=True, slots=True)
class Key:
    """An Ed25519 seed (32 bytes) and the name it signs under."""

    name: str
    seed: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The 32-byte public key."""
        return public_key(self.seed)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys that a running node uses; every dict is in the order of the files' names.

    `control` has the keys of enrol, release and erase, where this node holds them; `hpke` maps months.
    """

    log: Key
    witness: Key
    mirror: Key
    http: Key
    tls: Key
    offices: dict[str, Key]
    control: dict[str, Key] = field(default_factory=dict)
    hpke: dict[str, RecipientKey] = field(default_factory=dict)


def key_name(origin: str, role: str) -> str:
    """Return the name that a role's key signs under: the log's is the origin itself."""
    return origin if role == "log" else f"{origin}/{role}"


class Writer:
    """Writes new key files into a folder; they share a salt, so one derivation opens them all.

    Args:
        folder: Made with mode 0700 if absent.
        passphrase: None leaves the keys unprotected.
    """

    def __init__(self, folder: Path, passphrase: Passphrase | None) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._passphrase = passphrase
        self.salt = secrets.token_bytes(SALT_SIZE)

    @classmethod
    def beside(cls, folder: Path, passphrase: Passphrase | None = None) -> Self:
        """Return a writer that locks keys as those of a node are locked.

        Args:
            folder: the keys folder of a node.
            passphrase: for locked keys; without it, the environment or the person at the terminal is asked.

        Raises:
            NodeKeysError, KeyfileError: the node's log key cannot be unlocked.
        """
        reader = Reader(folder, passphrase)
        reader.signing(folder / "log")
        salt = keyfile.salt_of((folder / "log").read_bytes())
        writer = cls(folder, reader.passphrase if salt else None)
        writer.salt = salt or writer.salt
        return writer

    def draw(self, place: str, name: str) -> Key:
        """Draw an Ed25519 key and keep it."""
        key = Key(name, secrets.token_bytes(SEED_SIZE))
        self._keep(place, Secret(name, "ed25519", key.seed))
        return key

    def signing(self, place: str, name: str) -> Key:
        """Return the key kept at a place; draw it if there is none."""
        path = self._folder / place
        return Reader(path, self._passphrase).signing(path) if path.exists() else self.draw(place, name)

    def recipient(self, month: str) -> RecipientKey:
        """Return the recipient key of a month; draw it if there is none."""
        path = self._folder / HPKE / month
        kept = path.exists()
        return Reader(path, self._passphrase).recipient(path) if kept else self.draw_recipient(month)

    def draw_recipient(self, month: str) -> RecipientKey:
        """Draw the key that content is sealed to in a month, and keep it."""
        key = RecipientKey(month, secrets.token_bytes(PRIVATE_SIZE))
        self._keep(f"{HPKE}/{month}", Secret(month, "hpke", key.private))
        return key

    def _keep(self, place: str, secret: Secret) -> None:
        path = self._folder / place
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.exists():
            raise NodeKeysError(f"{path}: there is a key already")
        write_atomic(path, keyfile.lock(secret, self._passphrase, salt=self.salt), 0o600)


def create(
    folder: Path,
    origin: str,
    offices: Iterable[str],
    *,
    months: Iterable[str] = (),
    passphrase: Passphrase | None = None,
) -> Keys:
    """Draw and store every key of a new node but the root keys.

    Args:
        folder: the keys folder, made with mode 0700.
        origin: the name of the log.
        offices: names of the offices, at least one.
        months: months to draw recipient keys for.
        passphrase: None leaves the keys unprotected; the command line asks for that in so many words.
    """
    writer = Writer(folder, passphrase)
    roles = {role: writer.draw(role, key_name(origin, role)) for role in ROLES}
    return Keys(
        **roles,
        offices={
            name: writer.draw(f"{OFFICES}/{name}", f"{origin}/office/{name}") for name in sorted(offices)
        },
        control={name: writer.draw(f"{CONTROLS}/{name}", key_name(origin, name)) for name in CONTROL},
        hpke={month: writer.draw_recipient(month) for month in months},
    )


def create_roots(
    folder: Path, origin: str, numbers: Iterable[int], passphrase: Passphrase | None
) -> list[Signer]:
    """Draw root keys and keep them in `folder` (the node's, or a medium that leaves the room)."""
    writer = Writer(folder, passphrase)
    drawn = [writer.draw(str(number), f"{origin}/root/{number}") for number in numbers]
    return [Signer(key.name, key.seed) for key in drawn]


def load(folder: Path, passphrase: Passphrase | None = None) -> Keys:
    """Read every key that a node uses.

    Args:
        folder: the keys folder.
        passphrase: for locked keys; without it, the environment or the person at the terminal is asked.

    Raises:
        NodeKeysError: a file is missing or readable by others, or two keys are the same.
        KeyfileError: a file is damaged or tampered with, or the passphrase is missing or wrong.
    """
    reader = Reader(folder, passphrase)
    keys = Keys(
        **{role: reader.signing(folder / role) for role in ROLES},
        offices={path.name: reader.signing(path) for path in _listed(folder / OFFICES)},
        control={path.name: reader.signing(path) for path in _listed(folder / CONTROLS, required=False)},
        hpke={path.name: reader.recipient(path) for path in _listed(folder / HPKE, required=False)},
    )
    signing = [getattr(keys, role).seed for role in ROLES]
    signing += [key.seed for part in (keys.offices, keys.control) for key in part.values()]
    if len(set(signing)) != len(signing):
        raise NodeKeysError(f"{folder}: two keys are the same")
    return keys


def destroy_recipient(folder: Path, month: str) -> bool:
    """Destroy the recipient key of a month; say whether there was one. What was sealed to it stays sealed.

    The file is unlinked and the folder synced. What a disk or a file system keeps of it is out of reach here:
    it is under the node's passphrase.
    """
    path = folder / HPKE / check_month(month)
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    sync_folder(path.parent)
    return True


def load_root(path: Path, passphrase: Passphrase | None = None) -> Signer:
    """Read one root key, from the node's folder or from a medium brought along."""
    key = Reader(path, passphrase).signing(path)
    return Signer(key.name, key.seed)


class Reader:
    """Reads key files; the passphrase is asked for once, when the first locked file is met."""

    def __init__(self, what: Path, passphrase: Passphrase | None = None) -> None:
        self._what = what
        self.passphrase = passphrase

    def signing(self, path: Path) -> Key:
        """Read an Ed25519 key."""
        secret = self._secret(path, "ed25519")
        return Key(secret.name, secret.octets)

    def recipient(self, path: Path) -> RecipientKey:
        """Read the recipient key of a month."""
        secret = self._secret(path, "hpke")
        return RecipientKey(secret.name, secret.octets)

    def _secret(self, path: Path, kind: str) -> Secret:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            data = path.read_bytes()
        except OSError as error:
            raise NodeKeysError(f"{path}: cannot be read as a key") from error
        if mode & 0o077:
            raise NodeKeysError(f"{path}: others may read or write it (mode {mode:o}, needs 600)")
        try:
            if self.passphrase is None and keyfile.is_locked(data):
                self.passphrase = passphrases.find(f"the keys in {self._what}")
            secret = keyfile.unlock(data, self.passphrase)
        except keyfile.KeyfileError as error:
            raise type(error)(f"{path}: {error}") from error
        if secret.kind != kind:
            raise NodeKeysError(f"{path}: a key of kind {secret.kind}, where {kind} belongs")
        return secret


def _listed(folder: Path, *, required: bool = True) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if not path.name.startswith("."))
    except OSError as error:
        if not required:
            return []
        raise NodeKeysError(f"{folder}: {error.strerror}") from error
