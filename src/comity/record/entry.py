r"""Entries: the leaves of a log (DESIGN section 6, docs/spec/entry.md).

    leaf = body || 0x0A || base64(signature)
    signature = Ed25519("comity/entry/v1\\n" || body)

The body is a canonical object of an exact set of keys. What is verified is the bytes received: an `Entry` keeps its
leaf and never writes it again.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Final

from comity.record import canonical, signature
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

VERSION: Final = 1
MAX_LEAF: Final = 8192  # bytes, DESIGN section 6
MAX_SLOTS: Final = 1024
MAX_REFS: Final = 32
OUTERS: Final = ("record", "protocol", "anchor", "charter")
SIGNATURE_CONTEXT: Final = b"comity/entry/v1\n"
EMPTY_COMMIT: Final = hashlib.sha256(b"").digest()  # RFC 6962 section 2.1: the root of no leaves

_NAME = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
ORIGIN: Final = re.compile(rf"{_NAME}/{_NAME}(?:~[1-9][0-9]{{0,5}})?")

_COMMON = ("commit", "id", "key", "n", "origin", "outer", "v")
_EXTRA = {"record": (), "protocol": ("refs",), "anchor": ("heads",), "charter": ("charter",)}
_KEYS = {outer: frozenset((*_COMMON, *_EXTRA[outer])) for outer in OUTERS}
_SIGNATURE_TEXT = 88  # base64 of 64 bytes

# Most leaves are records; this is their exact canonical form (base64 ends in the bits that are zero when strict),
# so that one match stands for the whole check. Whatever does not match takes the slow path and gets its own error.
_B64_16 = rb"[A-Za-z0-9+/]{21}[AQgw]=="
_B64_32 = rb"[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]="
_B64_64 = rb"[A-Za-z0-9+/]{85}[AQgw]=="
_RECORD = re.compile(
    rb'\{"commit":"%s","id":"(%s)","key":"%s","n":([1-9][0-9]{0,3}),"origin":"(%s)","outer":"record","v":1\}\n%s'
    % (_B64_32, _B64_16, _B64_32, ORIGIN.pattern.encode(), _B64_64),
    re.ASCII,
)


class EntryError(ComityError):
    """A leaf is not an entry."""

    code = "entry"
    advice = "Ask whoever wrote the leaf for one that follows docs/spec/entry.md; the log itself is unharmed."


class EntrySizeError(EntryError):
    """A leaf is empty or longer than 8 KiB."""

    code = "entry-size"
    advice = (
        "Put less into the entry itself: content belongs beside the log, an entry holds at most 8192 bytes."
    )


class EntryShapeError(EntryError):
    """A leaf is not a body, one newline and a signature line."""

    code = "entry-shape"
    advice = (
        "A leaf is the canonical body, one newline byte and the base64 of 64 signature bytes, nothing else."
    )


class EntryKeysError(EntryError):
    """The body does not have the exact keys of its `outer`."""

    code = "entry-keys"
    advice = "Give exactly the keys that docs/spec/entry.md lists for this `outer`."


class EntryFieldError(EntryError):
    """A value of the body has the wrong type, size or form."""

    code = "entry-field"
    advice = "Correct the field named; docs/spec/entry.md gives the form of each."


class EntrySignatureError(EntryError):
    """The author's signature does not verify, or the key is not the one the entry names."""

    code = "entry-signature"
    advice = (
        "Check that the charter version of that time lists this office key; if it does, the entry is forged."
    )


class EntryOriginError(EntryError):
    """An entry stands in a log that is not its origin."""

    code = "entry-origin"
    advice = (
        "The entry was copied from another log: do not rely on it, and tell the party whose log holds it."
    )


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
            id=_bytes(value["id"], 16, "id"),
            outer=outer,
            commit=_commit(value["commit"], outer),
            n=_n(value["n"], outer),
            key=_bytes(value["key"], 32, "key"),
            **_extra(value, outer),
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
            EntrySignatureError: It is another key, or the signature fails the strict rule (docs/spec/entry.md).
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
    match = _RECORD.fullmatch(leaf)
    if match and len(leaf) <= MAX_LEAF:
        n = int(match[2])
        if n % 8 == 0 and n <= MAX_SLOTS:
            return base64.b64decode(match[1])
    return Entry.parse(leaf).id


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


def sign_entry(fields: Mapping[str, Any], seed: bytes) -> bytes:
    """Sign a body and return the leaf, checked by the same rules that a reader applies.

    Args:
        fields: The body but for `key`: `v, origin, id, outer, commit, n` and what `outer` adds, hashes in base64.
        seed: The office's 32-byte Ed25519 seed.

    Raises:
        EntryError: The fields do not make an entry.
    """
    key = hashlib.sha256(signature.public_key(seed)).digest()
    body = canonical.encode({**fields, "key": canonical.b64(key)})
    leaf = body + b"\n" + canonical.b64(signature.sign(seed, SIGNATURE_CONTEXT + body)).encode()
    Entry.parse(leaf)
    return leaf


def record_entry(*, origin: str, id: bytes, commit: bytes, n: int, seed: bytes) -> bytes:  # noqa: A002 - the spec's word
    """Return the signed leaf of a record that holds the commitment `commit` over `n` slots."""
    return sign_entry(_common(origin, id, "record", commit, n), seed)


def protocol_entry(
    *, origin: str, id: bytes, commit: bytes, n: int, refs: Sequence[Ref], seed: bytes
) -> bytes:
    """Return the signed leaf of a protocol step about the sequenced targets `refs`."""
    targets = [{"origin": r.origin, "index": r.index, "leaf": canonical.b64(r.leaf)} for r in refs]
    return sign_entry({**_common(origin, id, "protocol", commit, n), "refs": targets}, seed)


def anchor_entry(*, origin: str, id: bytes, heads: Sequence[Head], seed: bytes) -> bytes:  # noqa: A002 - the spec's word
    """Return the signed leaf that names peers' heads; later leaves come after them (docs/spec/anchor.md)."""
    named = [{"origin": h.origin, "size": h.size, "root": canonical.b64(h.root)} for h in heads]
    return sign_entry({**_common(origin, id, "anchor", EMPTY_COMMIT, 0), "heads": named}, seed)


def charter_entry(*, origin: str, id: bytes, version: int, digest: bytes, seed: bytes) -> bytes:  # noqa: A002 - the spec's word
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


def _bytes(value: object, size: int, name: str) -> bytes:
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


def _commit(value: object, outer: str) -> bytes:
    commit = _bytes(value, 32, "commit")
    if (commit == EMPTY_COMMIT) != (outer in ("anchor", "charter")):
        raise EntryFieldError(
            f"commit of a {outer} entry must {'' if commit != EMPTY_COMMIT else 'not '}be the empty root"
        )
    return commit


def _n(value: object, outer: str) -> int:
    n = _count(value, "n")
    if outer in ("anchor", "charter"):
        if n:
            raise EntryFieldError(f"n is {n}: a {outer} entry has no content, so n is 0")
    elif n % 8 or not 0 < n <= MAX_SLOTS:
        raise EntryFieldError(f"n is {n}: not a multiple of 8 from 8 to {MAX_SLOTS}")
    return n


def _extra(value: dict[str, Any], outer: str) -> dict[str, Any]:
    if outer == "protocol":
        return {"refs": tuple(_ref(item) for item in _items(value["refs"], "refs"))}
    if outer == "anchor":
        heads = tuple(_head(item) for item in _items(value["heads"], "heads"))
        if len({head.origin for head in heads}) != len(heads):
            raise EntryFieldError("heads name an origin twice")
        return {"heads": heads}
    if outer == "charter":
        named = _object(value["charter"], {"version", "digest"}, "charter")
        version = _count(named["version"], "charter.version")
        if not version:
            raise EntryFieldError("charter.version is 0: versions count from 1")
        return {"charter": CharterRef(version, _bytes(named["digest"], 32, "charter.digest"))}
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
        _bytes(item["leaf"], 32, "refs.leaf"),
    )


def _head(value: object) -> Head:
    item = _object(value, {"origin", "size", "root"}, "an item of heads")
    return Head(
        check_origin(item["origin"]),
        _count(item["size"], "heads.size"),
        _bytes(item["root"], 32, "heads.root"),
    )
