"""What may be asked about releases, as JSON data in and out: for the API and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node.control.release import Wanted
from comity.node.errors import RequestError
from comity.node.operations import locate
from comity.record.canonical import b64
from comity.record.marking import REASONS as MARKING_REASONS
from comity.record.release import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.control.release import PreviewedSet
    from comity.node.node import Node
    from comity.record.entry_form import Ref
    from comity.record.protocol_release import Outcome
    from comity.record.release import Standing

MOST_RECORDS: Final = 4096


def wanted(node: Node, records: Sequence[dict[str, Any]]) -> list[Wanted]:
    """Return the records that a body names: `{"key": index or id, "paths": [...]}` each.

    Raises:
        RequestError: an item is of another form.
        RecordNotFoundError: a key names nothing.
    """
    found = []
    for item in records[:MOST_RECORDS]:
        paths = item.get("paths", [])
        if set(item) - {"key", "paths"} or not isinstance(paths, list) or "key" not in item:
            raise RequestError("a record to release is an object of key and paths")
        index = locate(node, node.origin, str(item["key"]))
        found.append(Wanted(index, tuple(str(path) for path in paths)))
    return found


def shown(previewed: PreviewedSet) -> dict[str, Any]:
    """Return a previewed set: every field of every record, opened or not, and whether it may leave."""
    return {
        "recipient": previewed.recipient.model_dump(mode="json"),
        "key_month": previewed.key_month,
        "digest": b64(previewed.digest),
        "bytes": sum(len(item) for item in previewed.items),
        "allowed": previewed.allowed,
        "records": [
            {
                "index": record.index,
                "kind": record.full.kind,
                "whole": record.whole,
                "marking": record.marking[0],
                "releasable_to": record.marking[1],
                "denied": _said(decision.reasons),
                "fields": [
                    {"slot": field.slot, "path": field.path, "opened": field.opened, "value": field.value}
                    for field in record.fields
                ],
            }
            for record, decision in zip(previewed.records, previewed.decisions, strict=True)
        ],
    }


def preview(node: Node, records: Sequence[dict[str, Any]], to: str) -> dict[str, Any]:
    """Return exactly what the other side would see."""
    return shown(node.control.desk.preview(wanted(node, records), to))


def request(
    node: Node,
    records: Sequence[dict[str, Any]],
    to: str,
    *,
    author: str,
    reason: str,
    expires: int | None = None,
    digest: str | None = None,
) -> dict[str, Any]:
    """Ask people to approve a release; return where the request stands."""
    place = node.control.desk.request(
        wanted(node, records), to, author=author, reason=reason, expires=expires, digest=digest
    )
    return status(node, place.index)


def status(node: Node, index: int) -> dict[str, Any]:
    """Return where one request of the own log stands."""
    desk = node.control.desk
    place = desk.place(index)
    model = next(model for found, model, _ in desk.requests() if found == place)
    return _line(place, model, desk.standing(place))


def requests(node: Node) -> dict[str, Any]:
    """Return every release requested in the own log, newest first."""
    return {"origin": node.origin, "requests": [_line(*found) for found in node.control.desk.requests()]}


def requested(node: Node, index: int) -> dict[str, Any]:
    """Return what a request releases, field by field, as it would leave now."""
    return shown(node.control.desk.previewed(index))


def grant(node: Node, index: int, author: str) -> dict[str, Any]:
    """Grant an approved request."""
    node.control.desk.grant(index, author=author)
    return status(node, index)


def inbox(node: Node) -> dict[str, Any]:
    """Return every grant to this node, and the claims to settle."""
    box = node.control.inbox
    return {"origin": node.origin, "grants": box.listing(), "disputes": box.disputes()}


def settle(node: Node, index: int, outcome: Outcome, author: str, reason: str) -> dict[str, Any]:
    """Close the disputes of a receipt of this node."""
    place = node.control.inbox.settle(index, outcome, author=author, reason=reason)
    return {"origin": place.origin, "index": place.index, "received": index, "outcome": outcome}


def partial(node: Node, origin: str, key: str) -> dict[str, Any] | None:
    """Return the single fields held of a record, or None."""
    held = node.control.inbox.partial(origin, locate(node, origin, key))
    if held is None:
        return None
    openings = [opening.to_json() for opening in held.openings]
    return {"origin": origin, "kind": held.kind, "openings": openings}


def _line(place: Ref, model: Any, standing: Standing) -> dict[str, Any]:
    return {
        "origin": place.origin,
        "index": place.index,
        "leaf": b64(place.leaf),
        "to": model.recipient.origin,
        "records": len(model.targets),
        "digest": model.openings_digest,
        "reason": model.reason,
        "expires": model.expires,
        "stage": standing.stage,
        "approvals": [approval.index for approval in standing.approvals],
        "grant": None if standing.grant is None else standing.grant.index,
        "received": None
        if standing.received is None
        else {"origin": standing.received.origin, "index": standing.received.index},
        "reasons": _said(standing.reasons),
    }


def _said(reasons: Sequence[str]) -> list[dict[str, str]]:
    from comity.record.approvals import REASONS as APPROVAL_REASONS  # noqa: PLC0415 - needs WebAuthn

    words = {**APPROVAL_REASONS, **MARKING_REASONS, **REASONS}
    return [{"code": code, "text": words.get(code, "")} for code in reasons]
