"""The values inside a charter document, read strictly (docs/spec/charter.md)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from comity.record import canonical, signature
from comity.record.entry import check_origin
from comity.record.errors import ComityError
from comity.record.note import Verifier

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_OFFICES: Final = 32
Role = Literal["log", "witness", "mirror", "root"]
ROLES: Final[tuple[Role, ...]] = ("log", "witness", "mirror", "root")
ALGORITHMS: Final[Mapping[Role, int]] = {"log": 0x01, "witness": 0x04, "mirror": 0x04, "root": 0x01}

NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
COLOUR: Final = re.compile(r"#[0-9a-f]{6}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MAX_TEXT = 256  # characters


class CharterError(ComityError):
    """A charter document is refused."""

    code = "charter"
    advice = "Ask the party for its charter document again; docs/spec/charter.md gives its form."


class CharterMismatchError(CharterError):
    """The charter entry of a log does not name this document."""

    code = "charter-mismatch"
    advice = "Do not pair: compare the fingerprint with the party by another way than this line."


class UnknownOfficeError(CharterError):
    """A key is not one of the charter's."""

    code = "charter-office"
    advice = "The entry stays quarantined until a charter of that party lists the key that signed it."


@dataclass(frozen=True, slots=True)
class KeyLine:
    """A key with a role: the C2SP name and verifier key (`vkey`) of the log, witness, mirror or root."""

    role: Role
    name: str
    vkey: str


@dataclass(frozen=True, slots=True)
class Office:
    """An office that signs entries: its name, 32-byte Ed25519 public key and titles by language."""

    name: str
    key: bytes
    title: Mapping[str, str]

    @property
    def key_id(self) -> bytes:
        """SHA-256 of the public key, as entries name it."""
        return hashlib.sha256(self.key).digest()


def read_key(value: Any) -> KeyLine:
    """Return a key whose type and name are those of its role."""
    item = read_object(value, {"role", "name", "vkey"}, "an item of keys")
    if item["role"] not in ROLES:
        raise CharterError(f"role {item['role']!r} is not one of {', '.join(ROLES)}")
    role = cast("Role", item["role"])
    if not isinstance(item["vkey"], str) or not isinstance(item["name"], str):
        raise CharterError(f"name or vkey of the {role} key is not a string")
    try:
        verifier = Verifier.parse(item["vkey"])
        signature.check_public_key(verifier.key)
    except ComityError as error:
        raise CharterError(f"the {role} key is refused: {error}") from error
    if verifier.name != item["name"] or verifier.algorithm != ALGORITHMS[role]:
        raise CharterError(f"the {role} key has another name or type than its role")
    return KeyLine(role, item["name"], item["vkey"])


def read_office(value: Any) -> Office:
    """Return an office whose key may be registered."""
    item = read_object(value, {"name", "key", "title"}, "an item of offices")
    name = read_matching(item["name"], NAME, "an office's name")
    try:
        key = canonical.unb64(item["key"] if isinstance(item["key"], str) else "", 32)
        signature.check_public_key(key)
    except ComityError as error:
        raise CharterError(f"the key of office {name} is refused: {error}") from error
    return Office(name, key, read_texts(item["title"], f"title of {name}"))


def read_texts(value: Any, name: str) -> dict[str, str]:
    """Return texts by language, English among them."""
    if not isinstance(value, dict) or "en" not in value:
        raise CharterError(f"{name} is not a map of languages with English")
    for language, text in value.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(text, str) or not 0 < len(text) <= _MAX_TEXT:
            raise CharterError(f"{name} has no text of up to {_MAX_TEXT} characters for {language!r}")
    return value


def read_object(value: Any, keys: set[str], name: str) -> dict[str, Any]:
    """Return an object of exactly these keys."""
    if not isinstance(value, dict) or value.keys() != keys:
        raise CharterError(f"{name} is not an object of exactly {', '.join(sorted(keys))}")
    return value


def read_list(value: Any, name: str, most: int) -> list[Any]:
    """Return a list of 1 to `most` items."""
    if not isinstance(value, list) or not 0 < len(value) <= most:
        raise CharterError(f"{name} is not a list of 1 to {most}")
    return value


def read_matching(value: Any, pattern: re.Pattern[str], name: str) -> str:
    """Return text of the form of `pattern`."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise CharterError(f"{name} is {value!r}: not of the form that docs/spec/charter.md gives")
    return value


def read_origin(value: Any) -> str:
    """Return the name of a log."""
    try:
        return check_origin(value)
    except ComityError as error:
        raise CharterError(str(error)) from error
