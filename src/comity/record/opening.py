"""Openings: disclosing one field of a commitment, or all of it (docs/spec/opening.md)."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.record import canonical, merkle
from comity.record.entry import Entry, check_origin
from comity.record.errors import ComityError
from comity.record.slots import (
    KEY_SIZE,
    CommitmentError,
    Field,
    Place,
    SlotError,
    check_place,
    field_digest,
    salt,
    slot_digests,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

VERSION: Final = 1
MAX_OPENING: Final = 1 << 20  # bytes of a full opening
_HASH = 32
_MAX_PROOF = 10  # hashes: slots are at most 1024
_FULL_KEYS = {"v", "origin", "id", "kind", "record_key", "fields"}
_FIELD_KEYS = {"slot", "path", "value"}
_OPENING_KEYS = {"path", "slot", "value", "salt", "proof"}


class OpeningFormError(CommitmentError):
    """An opening is malformed."""

    code = "opening-form"
    advice = "Ask for the opening again, written as docs/spec/opening.md says."


class OpeningPlaceError(CommitmentError):
    """A full opening belongs to another log or another record."""

    code = "opening-place"
    advice = "The opening was made for another record: find the record it names, or refuse it as a replay."


class OpeningProofError(CommitmentError):
    """The proof of an opening has the wrong number or length of hashes for its slot."""

    code = "opening-proof"
    advice = (
        "The proof is cut or padded, or the entry states a wrong number of slots: ask for the opening again."
    )


class OpeningMismatchError(CommitmentError):
    """What is disclosed is not what was committed."""

    code = "opening-mismatch"
    advice = "Do not rely on it: value, slot, path, kind or place are not what was sealed. Ask the author."


@dataclass(frozen=True, slots=True)
class Opening:
    """One field disclosed: its value and place, its salt, and the proof that its slot holds it."""

    path: str
    slot: int
    value: Any
    salt: bytes
    proof: tuple[bytes, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, hashes in base64."""
        return {
            "path": self.path,
            "slot": self.slot,
            "value": self.value,
            "salt": canonical.b64(self.salt),
            "proof": [canonical.b64(node) for node in self.proof],
        }

    @classmethod
    def from_json(cls, data: Any) -> Opening:
        """Read JSON data strictly.

        Raises:
            OpeningFormError: Keys, types or sizes are wrong.
        """
        item = _object(data, _OPENING_KEYS, "an opening")
        if not isinstance(item["proof"], list) or len(item["proof"]) > _MAX_PROOF:
            raise OpeningFormError("proof is not a short list of hashes")
        proof = tuple(_bytes(node, _HASH, "proof") for node in item["proof"])
        if not isinstance(item["path"], str) or type(item["slot"]) is not int:
            raise OpeningFormError("path is not a string, or slot is not an integer")
        return cls(item["path"], item["slot"], item["value"], _bytes(item["salt"], KEY_SIZE, "salt"), proof)


@dataclass(frozen=True, slots=True)
class FullOpening:
    """All of a record disclosed: the record key, and every field with its slot and path.

    Slots and paths are explicit, so that a reader who does not know the kind verifies it all the same.
    """

    origin: str
    id: bytes
    kind: str
    record_key: bytes
    fields: tuple[Field, ...]

    @property
    def place(self) -> Place:
        """What the field digests are bound to."""
        return Place(self.origin, self.id, self.kind)

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON data, bytes in base64."""
        return {
            "v": VERSION,
            "origin": self.origin,
            "id": canonical.b64(self.id),
            "kind": self.kind,
            "record_key": canonical.b64(self.record_key),
            "fields": fields_to_json(self.fields),
        }

    def encode(self) -> bytes:
        """Return the canonical bytes: one line of an openings file."""
        return canonical.encode(self.to_json())

    @classmethod
    def from_json(cls, data: Any) -> FullOpening:
        """Read JSON data strictly; whether it fits an entry is for `verify_full` to say.

        Raises:
            OpeningFormError: Keys, types or sizes are wrong.
        """
        item = _object(data, _FULL_KEYS, "a full opening")
        if item["v"] is True or item["v"] != VERSION:
            raise OpeningFormError(f"v is {item['v']!r}: this software reads version {VERSION}")
        if not isinstance(item["kind"], str):
            raise OpeningFormError("kind is not a string")
        try:
            origin = check_origin(item["origin"])
        except ComityError as error:
            raise OpeningFormError(str(error)) from error
        return cls(
            origin,
            _bytes(item["id"], 16, "id"),
            item["kind"],
            _bytes(item["record_key"], KEY_SIZE, "record_key"),
            fields_from_json(item["fields"]),
        )

    @classmethod
    def decode(cls, data: bytes) -> FullOpening:
        """Read canonical bytes, at most 1 MiB.

        Raises:
            CanonicalError: The bytes are not canonical.
            OpeningFormError: They are no full opening.
        """
        return cls.from_json(canonical.decode(data, limit=MAX_OPENING))


def open_field(full: FullOpening, n: int, path: str) -> Opening:
    """Return the opening of the one field at `path`, from the whole; see `open_fields`."""
    return open_fields(full, n, [path])[0]


def open_fields(
    full: FullOpening, n: int, paths: Collection[str], commit: bytes | None = None
) -> list[Opening]:
    """Return the openings of the fields at `paths`, from the whole, in the order of their slots.

    Args:
        full: All of the record.
        n: The entry's number of slots.
        paths: Which fields.
        commit: The entry's commitment, where the whole was not held against it before.

    Raises:
        CommitmentError: There is no such field; decoys cannot be opened.
        OpeningMismatchError: The whole gives another commitment.
    """
    fields = [field for field in full.fields if field.path in paths]
    for path in set(paths).difference(field.path for field in fields):
        raise CommitmentError(f"the record has no field {path!r}")
    digests = slot_digests(full.place, full.fields, n, full.record_key)
    levels = merkle.complete_levels([merkle.leaf_hash(digest) for digest in digests])

    def read(level: int, index: int) -> bytes:
        return levels[level][index]

    if commit is not None and merkle.root_from(read, n) != commit:
        raise OpeningMismatchError(f"the {n} slots of record {full.id.hex()} give another commitment")
    return [
        Opening(
            field.path,
            field.slot,
            field.value,
            salt(full.record_key, field.path),
            tuple(merkle.prove_inclusion_from(read, field.slot, n)),
        )
        for field in fields
    ]


def verify_opening(opening: Opening, entry: Entry, kind: str) -> None:
    """Check that `opening` is what `entry` committed to in that slot, as a field of `kind` (`kind@version`).

    Raises:
        SlotError: The slot lies outside the commitment.
        OpeningProofError: The proof has the wrong length.
        OpeningMismatchError: The slot holds something else.
    """
    check_place(opening.slot, opening.path, entry.n)
    if len(opening.salt) != KEY_SIZE:
        raise OpeningFormError(f"the salt has {len(opening.salt)} bytes, not {KEY_SIZE}")
    needed = _proof_length(opening.slot, entry.n)
    if len(opening.proof) != needed or any(len(node) != _HASH for node in opening.proof):
        raise OpeningProofError(f"slot {opening.slot} of {entry.n} needs {needed} hashes of {_HASH} bytes")
    field = Field(opening.slot, opening.path, opening.value)
    leaf = merkle.leaf_hash(field_digest(Place(entry.origin, entry.id, kind), field, opening.salt))
    try:
        merkle.verify_inclusion(leaf, opening.slot, entry.n, list(opening.proof), entry.commit)
    except merkle.ProofError as error:
        raise OpeningMismatchError(
            f"slot {opening.slot} of entry {entry.id.hex()} does not hold this value of {opening.path!r}"
        ) from error


def verify_full(full: FullOpening, entry: Entry) -> None:
    """Check that `full` reproduces every slot of the commitment, decoys included.

    Raises:
        OpeningPlaceError: It names another log or another id than the entry.
        SlotError: A slot lies outside the commitment, or the entry commits to nothing.
        DuplicateSlotError: A slot is listed twice.
        DuplicatePathError: A path is listed twice.
        OpeningMismatchError: The slots give another commitment.
    """
    if full.origin != entry.origin:
        raise OpeningPlaceError(f"the opening is for {full.origin}, the entry stands in {entry.origin}")
    if full.id != entry.id:
        raise OpeningPlaceError(f"the opening is for record {full.id.hex()}, the entry is {entry.id.hex()}")
    digests = slot_digests(full.place, full.fields, entry.n, full.record_key)
    if merkle.root(digests) != entry.commit:
        raise OpeningMismatchError(f"the {entry.n} slots of entry {entry.id.hex()} give another commitment")


def fields_to_json(fields: Sequence[Field]) -> list[dict[str, Any]]:
    """Return fields as JSON data."""
    return [{"slot": field.slot, "path": field.path, "value": field.value} for field in fields]


def fields_from_json(data: Any) -> tuple[Field, ...]:
    """Read fields from JSON data; the order is that of the slots, ascending.

    Raises:
        OpeningFormError: It is no list of fields, or the slots go down.
    """
    if not isinstance(data, list):
        raise OpeningFormError("fields is not a list")
    fields = []
    for item in data:
        entry = _object(item, _FIELD_KEYS, "a field")
        if type(entry["slot"]) is not int or not isinstance(entry["path"], str):
            raise OpeningFormError("slot is not an integer, or path is not a string")
        fields.append(Field(entry["slot"], entry["path"], entry["value"]))
    if any(a.slot > b.slot for a, b in itertools.pairwise(fields)):
        raise OpeningFormError("fields are not in the order of their slots")
    return tuple(fields)


def _proof_length(index: int, size: int) -> int:
    """Return the number of hashes in PATH(index, D[size]), RFC 6962 section 2.1.1."""
    length = 0
    while size > 1:
        left = 1 << (size - 1).bit_length() - 1
        index, size = (index, left) if index < left else (index - left, size - left)
        length += 1
    return length


def _object(value: Any, keys: set[str], name: str) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != keys:
        raise OpeningFormError(f"{name} is not an object of exactly {', '.join(sorted(keys))}")
    return value


def _bytes(value: Any, size: int, name: str) -> bytes:
    if not isinstance(value, str):
        raise OpeningFormError(f"{name} is not a string")
    try:
        return canonical.unb64(value, size)
    except ComityError as error:
        raise OpeningFormError(f"{name} is not the base64 of {size} bytes: {error}") from error


__all__ = [
    "FullOpening",
    "Opening",
    "OpeningFormError",
    "OpeningMismatchError",
    "OpeningPlaceError",
    "OpeningProofError",
    "SlotError",
    "open_field",
    "open_fields",
    "verify_full",
    "verify_opening",
]
