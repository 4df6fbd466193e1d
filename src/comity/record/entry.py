# ruff: noqa: A002 - `id` is the word of the specification
r"""Entries: the leaves of a log (DESIGN section 6, docs/spec/entry.md).

    leaf = body || 0x0A || base64(signature)
    signature = Ed25519("comity/entry/v1\\n" || body)

The body is a canonical object of an exact set of keys. What is verified is the bytes received: an `Entry`
keeps its leaf and never writes it again.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from comity.record import canonical, signature
from comity.record.entry_errors import (
    EntryError,
    EntryFieldError,
    EntryKeysError,
    EntryOriginError,
    EntryShapeError,
    EntrySignatureError,
    EntrySizeError,
)
from comity.record.entry_form import (
    EMPTY_COMMIT,
    MAX_REFS,
    MAX_SLOTS,
    ORIGIN,
    CharterRef,
    Head,
    Ref,
    check_origin,
    read_bytes,
    read_commit,
    read_extra,
    read_n,
)
from comity.record.errors import ComityError

__all__ = [
    "EMPTY_COMMIT",
    "MAX_LEAF",
    "MAX_REFS",
    "MAX_SLOTS",
    "ORIGIN",
    "CharterRef",
    "Entry",
    "EntryError",
    "EntryFieldError",
    "EntryKeysError",
    "EntryOriginError",
    "EntryShapeError",
    "EntrySignatureError",
    "EntrySizeError",
    "Head",
    "Ref",
    "anchor_entry",
    "charter_entry",
    "check_origin",
    "identifier",
    "identify",
    "protocol_entry",
    "record_entry",
    "sign_entry",
]

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

VERSION: Final = 1
MAX_LEAF: Final = 8192  # bytes, DESIGN section 6
OUTERS: Final = ("record", "protocol", "anchor", "charter")
SIGNATURE_CONTEXT: Final = b"comity/entry/v1\n"

_COMMON = ("commit", "id", "key", "n", "origin", "outer", "v")
_EXTRA = {"record": (), "protocol": ("refs",), "anchor": ("heads",), "charter": ("charter",)}
_KEYS = {outer: frozenset((*_COMMON, *_EXTRA[outer])) for outer in OUTERS}
_EMPTY = base64.b64encode(EMPTY_COMMIT)
_SIGNATURE_TEXT = 88  # base64 of 64 bytes

# Most leaves are records; this is their exact canonical form, to the unused bits of base64 that must be zero:
# one match stands for the whole check. Whatever does not match takes the slow path and gets its own error.
_B64_16 = rb"[A-Za-z0-9+/]{21}[AQgw]=="
_B64_32 = rb"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_B64_64 = rb"[A-Za-z0-9+/]{85}[AQgw]=="
_RECORD = re.compile(
    rb'\{"commit":"(?P<commit>%s)","id":"(?P<id>%s)","key":"%s","n":(?P<n>[1-9][0-9]{0,3}),"origin":"(?P<origin>%s)","outer":"record","v":1\}\n%s'
    % (_B64_32, _B64_16, _B64_32, ORIGIN.pattern.encode(), _B64_64),
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One parsed leaf: the bytes received and what they say.

    Attributes:
        leaf: The bytes received, whole.
        origin: The log it was written for.
        id: 16 random bytes; the first of an id in a log counts.
        outer: `record`, `protocol`, `anchor` or `charter`.
        commit: The 32-byte commitment to the content.
        n: Slots under the commitment, a multiple of 8; 0 for anchor and charter.
        key: SHA-256 of the author's office public key.
        refs: Sequenced targets (protocol only).
        heads: Peers' heads (anchor only).
        charter: The document named (charter only).
    """

    leaf: bytes
    origin: str
    id: bytes
    outer: str
    commit: bytes
    n: int
    key: bytes
    refs: tuple[Ref, ...] = ()
    heads: tuple[Head, ...] = ()
    charter: CharterRef | None = None

    context: ClassVar[bytes] = SIGNATURE_CONTEXT

    @classmethod
    def parse(cls, leaf: bytes) -> Entry:
        """Read a leaf strictly.

        Args:
            leaf: `body || 0x0A || base64(signature)`, at most 8192 bytes.

        Raises:
            EntryError: A subclass says what is wrong; a body that is not canonical raises `CanonicalError`.
        """
        body, _ = _split(leaf)
        value = canonical.decode(body, limit=MAX_LEAF)
        if not isinstance(value, dict):
            raise EntryKeysError("the body is not an object")
        outer = value.get("outer")
        if not isinstance(outer, str) or outer not in _KEYS:
            raise EntryFieldError(f"outer is {outer!r}: not one of {', '.join(OUTERS)}")
        if value.keys() != _KEYS[outer]:
            odd = ", ".join(sorted(value.keys() ^ _KEYS[outer]))
            raise EntryKeysError(f"keys missing from or foreign to a {outer} entry: {odd}")
        if value["v"] is True or value["v"] != VERSION:
            raise EntryFieldError(f"v is {value['v']!r}: this software reads version {VERSION}")
        return cls(
            leaf=bytes(leaf),
            origin=check_origin(value["origin"]),
            id=read_bytes(value["id"], 16, "id"),
            outer=outer,
            commit=read_commit(value["commit"], outer),
            n=read_n(value["n"], outer),
            key=read_bytes(value["key"], 32, "key"),
            **read_extra(value, outer),
        )

    @property
    def body(self) -> bytes:
        """The signed bytes without the context."""
        return self.leaf[: -_SIGNATURE_TEXT - 1]

    @property
    def signature(self) -> bytes:
        """The author's 64 signature bytes."""
        return base64.b64decode(self.leaf[-_SIGNATURE_TEXT:])

    def verify(self, public_key: bytes) -> None:
        """Check that `public_key` (32 bytes) is the key the entry names and that it signed the body.

        Raises:
            EntrySignatureError: It is another key, or the signature fails the strict rule.
        """
        if hashlib.sha256(public_key).digest() != self.key:
            raise EntrySignatureError(f"entry {self.id.hex()} of {self.origin} names another office key")
        if not signature.verify(public_key, SIGNATURE_CONTEXT + self.body, self.signature):
            raise EntrySignatureError(
                f"entry {self.id.hex()} of {self.origin}: the signature does not verify"
            )


def identify(leaf: bytes) -> bytes:
    """Return the 16-byte id of a well-formed leaf; its signature is not checked here.

    Raises:
        EntryError: The leaf is not an entry.
    """
    return _identity(leaf)[0]


def identifier(origin: str) -> Callable[[bytes], bytes]:
    """Return an `identify` for the log `origin` that also refuses entries written for another log.

    The function returned raises `EntryOriginError` for such an entry.
    """

    def identify_here(leaf: bytes) -> bytes:
        entry_id, written_for = _identity(leaf)
        if written_for != origin:
            raise EntryOriginError(f"entry {entry_id.hex()} was written for {written_for}, not for {origin}")
        return entry_id

    return identify_here


def _identity(leaf: bytes) -> tuple[bytes, str]:
    match = _RECORD.fullmatch(leaf)
    if match:
        commit, entry_id, slots, origin = match.groups()
        n = int(slots)
        if n % 8 == 0 and n <= MAX_SLOTS and commit != _EMPTY:
            return binascii.a2b_base64(entry_id), origin.decode()
    entry = Entry.parse(leaf)
    return entry.id, entry.origin


def sign_entry(fields: Mapping[str, Any], seed: bytes) -> bytes:
    """Sign a body and return the leaf, checked by the same rules that a reader applies.

    Args:
        fields: The body but for `key`: `v, origin, id, outer, commit, n`, what `outer` adds; bytes in base64.
        seed: The office's 32-byte Ed25519 seed.

    Raises:
        EntryError: The fields do not make an entry.
    """
    key = hashlib.sha256(signature.public_key(seed)).digest()
    body = canonical.encode({**fields, "key": canonical.b64(key)})
    leaf = body + b"\n" + canonical.b64(signature.sign(seed, SIGNATURE_CONTEXT + body)).encode()
    Entry.parse(leaf)
    return leaf


def record_entry(*, origin: str, id: bytes, commit: bytes, n: int, seed: bytes) -> bytes:
    """Return the signed leaf of a record that holds the commitment `commit` over `n` slots."""
    return sign_entry(_common(origin, id, "record", commit, n), seed)


def protocol_entry(
    *, origin: str, id: bytes, commit: bytes, n: int, refs: Sequence[Ref], seed: bytes
) -> bytes:
    """Return the signed leaf of a protocol step about the sequenced targets `refs`."""
    targets = [{"origin": r.origin, "index": r.index, "leaf": canonical.b64(r.leaf)} for r in refs]
    return sign_entry({**_common(origin, id, "protocol", commit, n), "refs": targets}, seed)


def anchor_entry(*, origin: str, id: bytes, heads: Sequence[Head], seed: bytes) -> bytes:
    """Return the signed leaf that names peers' heads; later leaves come after them (docs/spec/anchor.md)."""
    named = [{"origin": h.origin, "size": h.size, "root": canonical.b64(h.root)} for h in heads]
    return sign_entry({**_common(origin, id, "anchor", EMPTY_COMMIT, 0), "heads": named}, seed)


def charter_entry(*, origin: str, id: bytes, version: int, digest: bytes, seed: bytes) -> bytes:
    """Return the leaf that names the charter document, signed by the root key (docs/spec/charter.md)."""
    named = {"version": version, "digest": canonical.b64(digest)}
    return sign_entry({**_common(origin, id, "charter", EMPTY_COMMIT, 0), "charter": named}, seed)


def _common(origin: str, entry_id: bytes, outer: str, commit: bytes, n: int) -> dict[str, Any]:
    return {
        "v": VERSION,
        "origin": origin,
        "id": canonical.b64(entry_id),
        "outer": outer,
        "commit": canonical.b64(commit),
        "n": n,
    }


def _split(leaf: bytes) -> tuple[bytes, bytes]:
    if not leaf:
        raise EntrySizeError("the leaf is empty")
    if len(leaf) > MAX_LEAF:
        raise EntrySizeError(f"the leaf has {len(leaf)} bytes, more than {MAX_LEAF}")
    body, newline, line = bytes(leaf).partition(b"\n")
    if not newline:
        raise EntryShapeError("the leaf has no newline between body and signature")
    try:
        return body, canonical.unb64(line.decode("ascii"), 64)
    except (ComityError, UnicodeDecodeError) as error:
        raise EntryShapeError(f"the signature line is not the base64 of 64 bytes: {error}") from error
