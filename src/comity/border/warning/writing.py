"""Putting a warning on record, and its receipt: checked first, refused with the reason, or appended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.cap import drafts
from comity.border.cap.reading import read
from comity.border.cap.writing import write
from comity.border.entries.warnings import Warning_, WarningReceipt
from comity.border.errors import CapError, WarningRefusedError, WarningUnknownError
from comity.border.warning import signatures
from comity.border.warning.queries import warnings
from comity.node import operations
from comity.record.canonical import b64, unb64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from comity.border.cap.model import Message
    from comity.border.warning.queries import WarningView
    from comity.node.node import Node

    Act = Mapping[str, Any]

MAX_BYTES: Final = 128 * 1024
DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "warning", "retention": "working"}
FEW: Final = 400


def issue(node: Node, act: Act, now: datetime) -> dict[str, Any]:
    """Put a warning on record.

    Args:
        node: Whose log it goes into.
        act: `slug`; `cap`, the bytes in base64, or `draft`; perhaps `signed`, to sign it for third parties,
            `about`, `note` and `header`.
        now: The moment; a message from the future is refused.

    Raises:
        ComityError: the subclass says why not.
    """
    data = bytes_of(act, now)
    if act.get("signed"):
        data = signatures.sign(node, data)
    if len(data) > MAX_BYTES:
        raise WarningRefusedError(f"more than {MAX_BYTES} bytes")
    found = read(data, now=now)
    message = found.message
    if message is None or not found.accepted:
        wrong = [f"{one.place}: {one.words}" for one in found.findings if not one.doubt]
        raise WarningRefusedError("; ".join(wrong[:5]))
    header = _header(act, message)
    with node.views.connect() as db:
        for view in warnings(db, now):
            if view.party == node.config.party and view.slug == act["slug"]:
                raise WarningRefusedError(
                    f"{view.slug} is on record: {view.report.origin} {view.report.index}"
                )
    fields = {
        "slug": act["slug"],
        "cap": b64(data),
        "digest": found.digest,
        "identifier": message.identifier,
        "sender": message.sender,
        "sent": message.sent,
        "status": message.status,
        "message_type": message.message_type,
        "headlines": [
            {"language": info.language, "text": (info.headline or info.event)[:FEW]} for info in message.infos
        ][:32],
        **{name: act[name] for name in ("about", "note") if act.get(name)},
    }
    return _append(node, Warning_.kind, fields, header)


def receive(node: Node, act: Act, now: datetime) -> dict[str, Any]:
    """Say that an office has read a warning of the other side; the digest of what was read goes with it.

    Args:
        node: Whose log it goes into.
        act: `warning`, its slug or PARTY/SLUG; `office`; perhaps `answer`, `read_at`, `note` and `header`.
        now: The moment; the default of `read_at`.

    Raises:
        ComityError: the subclass says why not.
    """
    view = find(node, str(act["warning"]), now, not_of=node.config.party)
    if view.party == node.config.party:
        raise WarningRefusedError("a receipt is the other side's word: this warning is one's own")
    read_at = int(act.get("read_at") or now.timestamp() * 1000)
    if read_at > now.timestamp() * 1000 + 2000:
        raise WarningRefusedError("it cannot have been read in the future")
    fields = {
        "warning": {"origin": view.report.origin, "id": view.report.id},
        "digest": view.report.fields["digest"],
        "office": act["office"],
        "read_at": read_at,
        "answer": act.get("answer") or "received",
        **({"note": act["note"]} if act.get("note") else {}),
    }
    header = {**DEFAULTS, **_given(act), "class": view.report.class_}
    if view.report.marking == "TLP:CLEAR" and "marking" not in _given(act):
        header["marking"] = "TLP:CLEAR"
    return _append(node, WarningReceipt.kind, fields, header)


def find(node: Node, name: str, now: datetime, *, not_of: str = "") -> WarningView:
    """Return a warning by slug or PARTY/SLUG; where both use a slug, that of the other party if so asked.

    Raises:
        WarningUnknownError: there is none, or there are two.
    """
    party, _, slug = name.rpartition("/")
    with node.views.connect() as db:
        found = [one for one in warnings(db, now) if one.slug == slug and party in {"", one.party}]
    if len({one.party for one in found}) > 1 and not_of:
        found = [one for one in found if one.party != not_of]
    if not found or len({(one.report.origin, one.report.id) for one in found}) > 1:
        raise WarningUnknownError(f"{len(found)} warnings are called {name[:80]!a}")
    return found[0]


def sign(node: Node, act: Act, now: datetime) -> dict[str, Any]:
    """Return a message with the signature of an office inside; nothing is put on record.

    Args:
        node: Whose office signs.
        act: `cap`, the bytes in base64, or `draft`; perhaps `office`.
        now: The moment.

    Raises:
        ComityError: the subclass says why not.
    """
    data = signatures.sign(node, bytes_of(act, now), str(act.get("office") or ""))
    return {"cap": b64(data), "digest": read(data).digest, "anchor": signatures.anchor_of(node, act, now)}


ACTS: Final[dict[str, Callable[[Node, Act, datetime], dict[str, Any]]]] = {
    "issue": issue,
    "receive": receive,
    "sign": sign,
}
"""Every act by its name in the address."""


def bytes_of(act: Act, now: datetime) -> bytes:
    """Return the bytes that an act gives, or that its draft makes.

    Raises:
        CapError: it gives none.
    """
    if act.get("draft"):
        return write(drafts.message(drafts.draft(act["draft"]), now))
    try:
        return unb64(str(act["cap"]))
    except ComityError as error:
        raise CapError(f"the message is no base64: {error}") from error


def _header(act: Act, message: Message) -> dict[str, Any]:
    """Return the header; an exercise says so in the message and in the record, or in neither."""
    given = _given(act)
    class_ = given.get("class", "exercise" if message.exercise else "record")
    if (class_ == "exercise") != message.exercise:
        raise WarningRefusedError(f"the message is {message.status}, the record would be {class_}")
    return {**DEFAULTS, **given, "class": class_}


def _given(act: Act) -> dict[str, Any]:
    return {name: value for name, value in act.get("header", {}).items() if value}


def _append(node: Node, kind: str, fields: dict[str, Any], header: dict[str, Any]) -> dict[str, Any]:
    done = operations.append(node, [{**header, "kind": kind, "fields": fields}])
    return {**done, "kind": kind}
