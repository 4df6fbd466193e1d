"""Private keys at rest, under a passphrase: Argon2id and XChaCha20-Poly1305 (docs/spec/keyfile.md).

    >>> data = lock(Secret("vn/hq/office/record", "ed25519", seed), Passphrase(b"correct horse"))
    >>> unlock(data, Passphrase(b"correct horse")).octets == seed
    True

Every other part of the file is bound to the secret, so it cannot be given another name, kind or cost. What is
wrong is said as exactly as can be: damage shows in a digest before anybody is asked for a passphrase, a wrong
passphrase shows in a check value, and what is left is tampering. Whoever changes the salt and the digest
together makes the right passphrase look wrong: nothing can tell the two apart.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Any, Final, Literal, cast, get_args

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from comity.record import canonical
from comity.record.errors import ComityError
from comity.record.recipient_key import PRIVATE_SIZE, RecipientKey
from comity.record.signature import SEED_SIZE, public_key

KeyKind = Literal["ed25519", "hpke"]

VERSION: Final = 1
MAX_KEYFILE: Final = 8192  # bytes
SIZES: Final = {"ed25519": SEED_SIZE, "hpke": PRIVATE_SIZE}
NONCE_SIZE: Final = 24
SALT_SIZE: Final = argon2id.SALTBYTES  # 16
MOST_PASSES: Final = 16
MOST_MEMORY: Final = 1 << 30
"""No file makes its reader spend more than this, in octets."""

_PLAIN_KEYS = {"v", "kind", "name", "public", "lock", "secret", "digest"}
_LOCKED_SIZES = {"salt": SALT_SIZE, "nonce": NONCE_SIZE, "check": 32}
_LOCKED_KEYS = _PLAIN_KEYS | {"passes", "memory", "salt", "nonce", "check"}


class KeyfileError(ComityError):
    """A key file cannot be used."""

    code = "keyfile"
    advice = "Restore the file from the copy that was made at the key ceremony."


class KeyfileDamagedError(KeyfileError):
    """The bytes are not those that were written."""

    code = "keyfile-damaged"
    advice = "Restore the file from another copy; the passphrase was not asked for."


class PassphraseMissingError(KeyfileError):
    """The key is under a passphrase, and none was given."""

    code = "passphrase-missing"
    advice = "Name a file that holds the passphrase in COMITY_PASSPHRASE_FILE, or answer the question."


class PassphraseWrongError(KeyfileError):
    """The passphrase is not the one the key was locked with."""

    code = "passphrase-wrong"
    advice = "Type it again as it was written down; capitals and spaces count."


class KeyfileTamperedError(KeyfileError):
    """The passphrase is right, and the file is not what it locked: somebody changed it."""

    code = "keyfile-tampered"
    advice = "Find out who could write to the folder; restore the key from another copy."


@dataclass(frozen=True, slots=True)
class Cost:
    """What guessing costs: passes over `memory` octets (Argon2id, one lane).

    RFC 9106 section 4 recommends 3 passes over 64 MiB in four lanes; libsodium has one lane, hence 4 passes.
    """

    passes: int = 4
    memory: int = 64 << 20


@dataclass(frozen=True)
class Passphrase:
    """A passphrase; what it derives is kept, since the files of a folder share a salt."""

    octets: bytes = field(repr=False)
    _derived: dict[tuple[bytes, int, int], bytes] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.octets:
            raise PassphraseMissingError("the passphrase is empty")

    def derive(self, salt: bytes, cost: Cost) -> bytes:
        """Return 64 octets: 32 of the key, 32 of the check value."""
        place = (salt, cost.passes, cost.memory)
        if place not in self._derived:
            self._derived[place] = argon2id.kdf(
                64, self.octets, salt, opslimit=cost.passes, memlimit=cost.memory
            )
        return self._derived[place]


@dataclass(frozen=True, slots=True)
class Secret:
    """A private key: the name it signs under (of `hpke` its month), what it is for, and its octets."""

    name: str
    kind: KeyKind
    octets: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """SHA-256 of the public half, as charters name it."""
        if self.kind == "hpke":
            return RecipientKey(self.name, self.octets).key_id
        return hashlib.sha256(public_key(self.octets)).digest()


def lock(
    secret: Secret,
    passphrase: Passphrase | None,
    *,
    salt: bytes | None = None,
    cost: Cost | None = None,
    nonce: bytes | None = None,
) -> bytes:
    """Return the key file of a private key.

    Args:
        secret: What to keep.
        passphrase: None leaves the key unprotected, readable by whoever reads the file.
        salt: 16 octets that the files of one folder share; drawn when absent.
        cost: What guessing costs; `Cost()` when absent.
        nonce: 24 octets that are never used again; drawn when absent, given only by test vectors.
    """
    head: dict[str, Any] = {
        "v": VERSION,
        "kind": secret.kind,
        "name": secret.name,
        "public": canonical.b64(secret.public),
        "lock": "none",
    }
    if passphrase is None:
        return _sealed(head, secret.octets)
    cost, nonce = cost or Cost(), nonce or secrets.token_bytes(NONCE_SIZE)
    salt = salt or secrets.token_bytes(SALT_SIZE)
    derived = passphrase.derive(salt, cost)
    head |= {
        "lock": "argon2id-xchacha20poly1305",
        "passes": cost.passes,
        "memory": cost.memory,
        "salt": canonical.b64(salt),
        "nonce": canonical.b64(nonce),
        "check": canonical.b64(derived[32:]),
    }
    key, bound = derived[:32], canonical.encode(head)
    return _sealed(head, crypto_aead_xchacha20poly1305_ietf_encrypt(secret.octets, bound, nonce, key))


def unlock(data: bytes, passphrase: Passphrase | None = None) -> Secret:
    """Return the private key that a key file holds.

    Raises:
        KeyfileDamagedError: The bytes are not those that were written.
        PassphraseMissingError: It is locked, and no passphrase is given.
        PassphraseWrongError: The passphrase is another one.
        KeyfileTamperedError: The passphrase is right and something else was changed.
        KeyfileError: It is of another version, or asks for more work than any key file does.
    """
    item = _read(data)
    kind = cast("KeyKind", item["kind"])
    octets = canonical.unb64(item["secret"])
    if item["lock"] != "none":
        if passphrase is None:
            raise PassphraseMissingError(f"the key {item['name']} is locked")
        octets = _opened(item, octets, passphrase)
    try:
        secret = Secret(item["name"], kind, octets)
        genuine = len(octets) == SIZES[kind] and canonical.b64(secret.public) == item["public"]
    except ComityError as error:
        raise KeyfileTamperedError(f"the key {item['name']} is malformed: {error}") from error
    if not genuine:
        raise KeyfileTamperedError(f"the key {item['name']} is not the one its public half belongs to")
    return secret


def is_locked(data: bytes) -> bool:
    """Say whether a key file asks for a passphrase.

    Raises:
        KeyfileError: It is no key file.
    """
    return bool(_read(data)["lock"] != "none")


def salt_of(data: bytes) -> bytes | None:
    """Return the salt of a locked key file, for others beside it; None when it is not locked."""
    item = _read(data)
    return None if item["lock"] == "none" else canonical.unb64(item["salt"], SALT_SIZE)


def _sealed(head: dict[str, Any], octets: bytes) -> bytes:
    item = {**head, "secret": canonical.b64(octets)}
    item["digest"] = canonical.b64(hashlib.sha256(canonical.encode(item)).digest())
    return canonical.encode(item) + b"\n"


def _opened(item: dict[str, Any], octets: bytes, passphrase: Passphrase) -> bytes:
    derived = passphrase.derive(
        canonical.unb64(item["salt"], SALT_SIZE), Cost(item["passes"], item["memory"])
    )
    if not hmac.compare_digest(derived[32:], canonical.unb64(item["check"], 32)):
        raise PassphraseWrongError(f"the passphrase does not open the key {item['name']}")
    bound = canonical.encode({key: value for key, value in item.items() if key not in ("secret", "digest")})
    nonce = canonical.unb64(item["nonce"], NONCE_SIZE)
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(octets, bound, nonce, derived[:32])
    except CryptoError:
        raise KeyfileTamperedError(f"the key {item['name']} was changed after it was locked") from None


def _read(data: bytes) -> dict[str, Any]:
    """Return a key file's object, its digest and form checked."""
    try:
        value = canonical.decode(data.removesuffix(b"\n"), limit=MAX_KEYFILE)
        item = value if isinstance(value, dict) else {}
        said = canonical.unb64(cast("str", item.get("digest", "")), 32)
    except ComityError as error:
        raise KeyfileDamagedError(f"this is no key file: {error}") from error
    rest = {key: part for key, part in item.items() if key != "digest"}
    if hashlib.sha256(canonical.encode(rest)).digest() != said or not data.endswith(b"\n"):
        raise KeyfileDamagedError("the key file is not as it was written")
    return _check_form(item)


def _check_form(item: dict[str, Any]) -> dict[str, Any]:
    locked = item.get("lock") != "none"
    texts = ("kind", "name", "public", "lock", "secret", *(("salt", "nonce", "check") if locked else ()))
    if item.get("v") is True or item.get("v") != VERSION:
        raise KeyfileError(f"a key file of version {item.get('v')!r}: this software reads version {VERSION}")
    if item.keys() != (_LOCKED_KEYS if locked else _PLAIN_KEYS) or any(
        not isinstance(item[name], str) for name in texts
    ):
        raise KeyfileError("the key file has other parts than docs/spec/keyfile.md gives")
    if item["kind"] not in get_args(KeyKind) or item["lock"] not in ("none", "argon2id-xchacha20poly1305"):
        raise KeyfileError(f"a key of kind {item['kind']!r} under lock {item['lock']!r} is not known here")
    if locked:
        _check_cost(item["passes"], item["memory"])
    sizes = {"public": 32, "secret": None} | (_LOCKED_SIZES if locked else {})
    try:
        for name, size in sizes.items():
            canonical.unb64(item[name], size)
    except ComityError as error:
        raise KeyfileError(f"{name} of the key file is malformed: {error}") from error
    return item


def _check_cost(passes: Any, memory: Any) -> None:
    fits = type(passes) is int and type(memory) is int
    if not fits or not 1 <= passes <= MOST_PASSES or not argon2id.MEMLIMIT_MIN <= memory <= MOST_MEMORY:
        raise KeyfileError(f"the key file asks for {passes} passes over {memory} octets: refused")
