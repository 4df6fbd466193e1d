"""The document of a charter: read strictly, written canonically (docs/spec/charter.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from comity.record import canonical, signature
from comity.record.charter_errors import CharterError
from comity.record.entry import Head, check_origin
from comity.record.entry_form import next_origin
from comity.record.errors import ComityError
from comity.record.note import Verifier
from comity.record.recipient_key import MONTH, read_public
from comity.record.roles import (
    ALGORITHMS,
    MOST_KEYS,
    MOST_PEOPLE,
    NOTE_ROLES,
    OFFICE_ROLES,
    PEOPLE_ROLES,
    REQUIRED,
    ROLES,
    HpkeLine,
    HttpKey,
    KeyLine,
    Office,
    Revoked,
    TlsPin,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.record.charter import Charter
    from comity.record.roles import NoteRole, OfficeRole

VERSION: Final = 1
MAX_CHARTER: Final = 1 << 16  # bytes
MAX_REVOKED: Final = 256
MAX_TEXT: Final = 256  # characters
FULL_NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")

_KEYS = {"v", "party", "origin", "version", "expires", "roles", "revoked", "names", "colour"}
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_HTTP_NAME = re.compile(r"[a-z0-9][a-z0-9/~.-]{0,126}")


def read(data: bytes) -> dict[str, Any]:
    """Return a charter document as arguments for `Charter`, each value checked by itself.

    Raises:
        CanonicalError: The bytes are not canonical.
        CharterError: They are no charter.
    """
    value = canonical.decode(data, limit=MAX_CHARTER)
    first = isinstance(value, dict) and value.get("version") == 1
    keys = _KEYS if first else _KEYS | {"previous"}
    later = isinstance(value, dict) and "follows" in value
    item = exact(value, keys | {"follows"} if later else keys, "the charter")
    if item["v"] is True or item["v"] != VERSION:
        raise CharterError(f"v is {item['v']!r}: this software reads version {VERSION}")
    roles = _roles(item["roles"])
    return {
        "party": matching(item["party"], FULL_NAME, "party"),
        "origin": origin(item["origin"]),
        "version": whole(item["version"], "version", 1),
        "expires": whole(item["expires"], "expires", 1),
        "previous": None if first else octets(item["previous"], "previous"),
        "follows": _head(item["follows"]) if later else None,
        "names": texts(item["names"], "names"),
        "colour": matching(item["colour"], _COLOUR, "colour"),
        "revoked": tuple(_revoked(line) for line in many(item["revoked"], "revoked", MAX_REVOKED, 0)),
        "thresholds": {role: part["threshold"] for role, part in roles.items()},
        "keys": tuple(_note_key(role, line) for role in NOTE_ROLES for line in _lines(roles, role)),
        "offices": tuple(_office("office", line) for line in _lines(roles, "office")),
        "control": tuple(_office(role, line) for role in OFFICE_ROLES[1:] for line in _lines(roles, role)),
        "hpke": tuple(_hpke(line) for line in _lines(roles, "hpke")),
        "tls": tuple(_tls(line) for line in _lines(roles, "tls")),
        "http": tuple(_http(line) for line in _lines(roles, "http")),
    }


def write(charter: Charter) -> bytes:
    """Return the canonical document of a charter."""
    return canonical.encode(
        {
            "v": VERSION,
            "party": charter.party,
            "origin": charter.origin,
            "version": charter.version,
            "expires": charter.expires,
            **({} if charter.previous is None else {"previous": canonical.b64(charter.previous)}),
            **({} if charter.follows is None else {"follows": _written_head(charter.follows)}),
            "roles": {
                role: {"threshold": charter.threshold(role), "keys": lines}
                for role in ROLES
                if (lines := _written(charter, role))
            },
            "revoked": [{"key": canonical.b64(r.key_id), "from": r.start} for r in charter.revoked],
            "names": dict(charter.names),
            "colour": charter.colour,
        }
    )


def _head(value: Any) -> Head:
    item = exact(value, {"origin", "size", "root"}, "follows")
    return Head(
        origin(item["origin"]), whole(item["size"], "the size of follows", 1), octets(item["root"], "follows")
    )


def _written_head(head: Head) -> Any:
    return {"origin": head.origin, "size": head.size, "root": canonical.b64(head.root)}


def _written(charter: Charter, role: str) -> list[Any]:
    """Return the lines of one role as they stand in the document."""
    if role in NOTE_ROLES:
        return [{"name": line.name, "vkey": line.vkey} for line in charter.keys if line.role == role]
    if role in OFFICE_ROLES:
        offices = (*charter.offices, *charter.control)
        return [
            {"name": office.name, "key": canonical.b64(office.key), "title": dict(office.title)}
            for office in offices
            if office.role == role
        ]
    if role == "hpke":
        return [{"month": line.month, "key": canonical.b64(line.key)} for line in charter.hpke]
    if role == "tls":
        return [{"spki": canonical.b64(pin.spki)} for pin in charter.tls]
    return [{"name": line.name, "key": canonical.b64(line.key)} for line in charter.http]


def check(charter: Charter) -> None:
    """Check what lies between the parts of a charter.

    Raises:
        CharterError: They do not fit each other.
    """
    if charter.origin.partition("/")[0] != charter.party:
        raise CharterError(f"origin {charter.origin} is not of party {charter.party}")
    if charter.follows is not None and next_origin(charter.follows.origin) != charter.origin:
        raise CharterError(f"{charter.origin} is not the next epoch of {charter.follows.origin}")
    for line in charter.keys:
        if line.role == "log" and line.name != charter.origin:
            raise CharterError(f"the log key is named {line.name}, not {charter.origin}")
    if charter.threshold("root") > len(charter.role_keys("root")):
        raise CharterError("the threshold of root is more than there are root keys")
    # DESIGN section 6: log, witness, mirror and author keys all differ, and so do their names.
    offices = (*charter.offices, *charter.control)
    signing = [line.key for line in charter.keys] + [line.key for line in offices]
    signing += [line.key for line in charter.http]
    named = [line.name for line in charter.keys if line.role != "log"] + [charter.origin]
    named += [line.name for line in offices] + [line.name for line in charter.http]
    _once(signing, "two roles or offices share a key")
    _once(named, "two roles or offices share a name")
    _once((line.month for line in charter.hpke), "two hpke keys serve one month")
    _once((line.key for line in charter.hpke), "two months share an hpke key")
    _once((pin.spki for pin in charter.tls), "a tls pin is listed twice")
    _once((item.key_id for item in charter.revoked), "a key is revoked twice")
    if {item.key_id for item in charter.revoked} & charter.key_ids():
        raise CharterError("a revoked key is listed with a role")


def _once(items: Iterable[object], problem: str) -> None:
    listed = list(items)
    if len(set(listed)) != len(listed):
        raise CharterError(problem)


def _roles(value: Any) -> dict[str, dict[str, Any]]:
    if not isinstance(value, dict) or not set(REQUIRED) <= value.keys() <= set(ROLES):
        raise CharterError(f"roles has at least {', '.join(REQUIRED)}, at most {', '.join(ROLES)}")
    for role, part in value.items():
        item = exact(part, {"threshold", "keys"}, f"role {role}")
        many(item["keys"], f"the keys of {role}", MOST_KEYS[role])
        threshold = whole(item["threshold"], f"the threshold of {role}", 1)
        most = MOST_KEYS["root"] if role == "root" else MOST_PEOPLE if role in PEOPLE_ROLES else 1
        if threshold > most:
            raise CharterError(f"the threshold of {role} is {threshold}, more than {most}")
    return value


def _lines(roles: Mapping[str, Any], role: str) -> list[Any]:
    return cast("list[Any]", roles[role]["keys"]) if role in roles else []


def _note_key(role: NoteRole, value: Any) -> KeyLine:
    item = exact(value, {"name", "vkey"}, f"a key of {role}")
    if not isinstance(item["vkey"], str) or not isinstance(item["name"], str):
        raise CharterError(f"name or vkey of a {role} key is not a string")
    try:
        verifier = Verifier.parse(item["vkey"])
    except ComityError as error:
        raise CharterError(f"a {role} key is refused: {error}") from error
    if verifier.name != item["name"] or verifier.algorithm != ALGORITHMS[role]:
        raise CharterError(f"a {role} key has another name or type than its role")
    return KeyLine(role, item["name"], item["vkey"])


def _office(role: OfficeRole, value: Any) -> Office:
    item = exact(value, {"name", "key", "title"}, f"a key of {role}")
    name = matching(item["name"], FULL_NAME, f"the name of a key of {role}")
    return Office(name, _ed25519(item["key"], name), texts(item["title"], f"title of {name}"), role)


def _http(value: Any) -> HttpKey:
    item = exact(value, {"name", "key"}, "a key of http")
    name = matching(item["name"], _HTTP_NAME, "the name of an http key")
    return HttpKey(name, _ed25519(item["key"], name))


def _ed25519(value: Any, name: str) -> bytes:
    key = octets(value, f"the key of {name}")
    try:
        signature.check_public_key(key)
    except ComityError as error:
        raise CharterError(f"the key of {name} is refused: {error}") from error
    return key


def _hpke(value: Any) -> HpkeLine:
    item = exact(value, {"month", "key"}, "a key of hpke")
    month = matching(item["month"], MONTH, "the month of an hpke key")
    key = octets(item["key"], f"the hpke key of {month}", None)
    try:
        read_public(key)
    except ComityError as error:
        raise CharterError(f"the hpke key of {month} is refused: {error}") from error
    return HpkeLine(month, key)


def _tls(value: Any) -> TlsPin:
    return TlsPin(octets(exact(value, {"spki"}, "a key of tls")["spki"], "a tls pin"))


def _revoked(value: Any) -> Revoked:
    item = exact(value, {"key", "from"}, "an item of revoked")
    return Revoked(octets(item["key"], "a revoked key"), whole(item["from"], "from of a revoked key", 0))


def texts(value: Any, name: str, most: int = MAX_TEXT) -> dict[str, str]:
    """Return a text by language, English among them."""
    if not isinstance(value, dict) or "en" not in value:
        raise CharterError(f"{name} is not a map of languages with English")
    for language, text in value.items():
        if not _LANGUAGE.fullmatch(language) or not isinstance(text, str) or not 0 < len(text) <= most:
            raise CharterError(f"{name} has no text of up to {most} characters for {language!r}")
    return value


def exact(value: Any, keys: set[str], name: str) -> dict[str, Any]:
    """Return an object that has exactly these keys."""
    if not isinstance(value, dict) or value.keys() != keys:
        raise CharterError(f"{name} is not an object of exactly {', '.join(sorted(keys))}")
    return value


def many(value: Any, name: str, most: int, least: int = 1) -> list[Any]:
    """Return a list of a length within bounds."""
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise CharterError(f"{name} is not a list of {least} to {most}")
    return value


def matching(value: Any, pattern: re.Pattern[str], name: str) -> str:
    """Return a string of a form."""
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise CharterError(f"{name} is {value!r}: not of the form that docs/spec gives")
    return value


def whole(value: Any, name: str, least: int) -> int:
    """Return an integer from `least`."""
    if type(value) is not int or value < least:
        raise CharterError(f"{name} is {value!r}: not a whole number from {least}")
    return value


def octets(value: Any, name: str, size: int | None = 32) -> bytes:
    """Return octets from base64."""
    try:
        return canonical.unb64(value, size)
    except ComityError as error:
        raise CharterError(f"{name} is refused: {error}") from error


def origin(value: Any) -> str:
    """Return the name of a log."""
    try:
        return check_origin(value)
    except ComityError as error:
        raise CharterError(str(error)) from error
