"""The document of a compact: read strictly, written canonically (docs/spec/compact.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from comity.record import canonical, charter_form
from comity.record.charter_errors import CharterError
from comity.record.charter_form import FULL_NAME, exact, many, matching, octets, texts, whole
from comity.record.compact_errors import CompactError
from comity.record.compact_parts import Deadlines, Log, Member, Policy, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.record.compact import Compact

VERSION: Final = 1
MAX_COMPACT: Final = 1 << 16  # bytes
MAX_MEMBERS: Final = 32
MAX_ITEMS: Final = 64
MAX_RULE: Final = 2000  # characters

_KEYS = {
    "v",
    "name",
    "version",
    "title",
    "members",
    "vocabularies",
    "retention",
    "policies",
    "deadlines",
    "rules",
}
_PATTERN = re.compile(r"[a-z][a-z0-9_]*\.(?:\*|[a-z][a-z0-9_]*)")
_CLASS = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
_LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


def read(data: bytes) -> dict[str, Any]:
    """Return the document of a compact as arguments for `Compact`, each value checked by itself.

    Raises:
        CanonicalError: The bytes are not canonical.
        CompactError: They are no compact.
    """
    value = canonical.decode(data, limit=MAX_COMPACT)
    try:
        return _read(value)
    except CharterError as error:
        raise CompactError(str(error)) from error


def _read(value: Any) -> dict[str, Any]:
    first = isinstance(value, dict) and value.get("version") == 1
    item = exact(value, _KEYS if first else _KEYS | {"previous"}, "the compact")
    if item["v"] is True or item["v"] != VERSION:
        raise CompactError(f"v is {item['v']!r}: this software reads version {VERSION}")
    deadlines = exact(item["deadlines"], {"erase_ack_days", "round_grace_hours"}, "deadlines")
    return {
        "name": matching(item["name"], FULL_NAME, "name"),
        "version": whole(item["version"], "version", 1),
        "title": texts(item["title"], "title"),
        "members": tuple(_member(part) for part in many(item["members"], "members", MAX_MEMBERS, 2)),
        "vocabularies": tuple(
            _vocabulary(part) for part in many(item["vocabularies"], "vocabularies", MAX_ITEMS, 0)
        ),
        "retention": _retention(item["retention"]),
        "policies": tuple(_policy(part) for part in many(item["policies"], "policies", MAX_ITEMS, 0)),
        "deadlines": Deadlines(
            whole(deadlines["erase_ack_days"], "erase_ack_days", 1),
            whole(deadlines["round_grace_hours"], "round_grace_hours", 0),
        ),
        "rules": tuple(
            texts(rule, "a rule", MAX_RULE) for rule in many(item["rules"], "rules", MAX_ITEMS, 0)
        ),
        "previous": None if first else octets(item["previous"], "previous"),
    }


def write(compact: Compact) -> bytes:
    """Return the canonical document of a compact."""
    return canonical.encode(
        {
            "v": VERSION,
            "name": compact.name,
            "version": compact.version,
            **({} if compact.previous is None else {"previous": canonical.b64(compact.previous)}),
            "title": dict(compact.title),
            "members": [
                {
                    "party": member.party,
                    "role": member.role,
                    "names": dict(member.names),
                    "logs": [
                        {"origin": log.origin, "version": log.version, "digest": canonical.b64(log.digest)}
                        for log in member.logs
                    ],
                }
                for member in compact.members
            ],
            "vocabularies": [
                {"name": part.name, "version": part.version, "digest": canonical.b64(part.digest)}
                for part in compact.vocabularies
            ],
            "retention": [{"class": name, "months": compact.retention[name]} for name in compact.retention],
            "policies": [{"kinds": part.kinds, "audience": part.audience} for part in compact.policies],
            "deadlines": {
                "erase_ack_days": compact.deadlines.erase_ack_days,
                "round_grace_hours": compact.deadlines.round_grace_hours,
            },
            "rules": [dict(rule) for rule in compact.rules],
        }
    )


def check(compact: Compact) -> None:
    """Check what lies between the parts of a compact.

    Raises:
        CompactError: They do not fit each other.
    """
    _once((member.party for member in compact.members), "a party is listed twice")
    _once((log.origin for member in compact.members for log in member.logs), "a log is listed twice")
    _once((part.name for part in compact.vocabularies), "a vocabulary is listed twice")
    _once(((part.kinds, part.audience) for part in compact.policies), "a policy is listed twice")
    if not any(member.role == "party" for member in compact.members):
        raise CompactError("a compact has parties, not observers alone")
    for member in compact.members:
        if member.role == "party" and not member.logs:
            raise CompactError(f"party {member.party} has no log, so nobody can sign for it")
        for log in member.logs:
            if log.origin.partition("/")[0] != member.party:
                raise CompactError(f"{log.origin} is not a log of {member.party}")


def _once(items: Iterable[object], problem: str) -> None:
    listed = list(items)
    if len(set(listed)) != len(listed):
        raise CompactError(problem)


def _member(value: Any) -> Member:
    item = exact(value, {"party", "role", "names", "logs"}, "a member")
    if item["role"] not in ("party", "observer"):
        raise CompactError(f"role {item['role']!r} is neither party nor observer")
    return Member(
        party=matching(item["party"], FULL_NAME, "party"),
        role=item["role"],
        names=texts(item["names"], "names"),
        logs=tuple(_log(part) for part in many(item["logs"], "logs", MAX_MEMBERS, 0)),
    )


def _log(value: Any) -> Log:
    item = exact(value, {"origin", "version", "digest"}, "a log")
    return Log(
        charter_form.origin(item["origin"]),
        whole(item["version"], "version of a charter", 1),
        octets(item["digest"], "digest of a charter"),
    )


def _vocabulary(value: Any) -> Vocabulary:
    item = exact(value, {"name", "version", "digest"}, "a vocabulary")
    return Vocabulary(
        matching(item["name"], _LABEL, "name of a vocabulary"),
        matching(item["version"], _LABEL, "version of a vocabulary"),
        octets(item["digest"], "digest of a vocabulary"),
    )


def _policy(value: Any) -> Policy:
    item = exact(value, {"kinds", "audience"}, "a policy")
    if item["audience"] not in ("parties", "members"):
        raise CompactError(f"audience {item['audience']!r} is neither parties nor members")
    return Policy(matching(item["kinds"], _PATTERN, "kinds of a policy"), item["audience"])


def _retention(value: Any) -> dict[str, int]:
    months: dict[str, int] = {}
    for part in many(value, "retention", MAX_ITEMS):
        item = exact(part, {"class", "months"}, "a retention class")
        name = matching(item["class"], _CLASS, "a retention class")
        if name in months:
            raise CompactError(f"retention class {name} is listed twice")
        months[name] = whole(item["months"], f"months of {name}", 1)
    return months
