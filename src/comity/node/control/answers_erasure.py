"""What may be asked about erasures and retention, as JSON data: for the API and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node.errors import RequestError
from comity.node.operations import locate
from comity.record.canonical import b64
from comity.record.erasure import REASONS
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Hold, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.control.retention import Due
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.entry_form import Ref
    from comity.record.erasure import Standing

MOST_RECORDS: Final = 400


def request(node: Node, keys: Sequence[str], *, author: str, reason: str) -> dict[str, Any]:
    """Ask people to approve that records of the own log are erased."""
    if not 0 < len(keys) <= MOST_RECORDS:
        raise RequestError(f"name 1 to {MOST_RECORDS} records")
    indexes = [locate(node, node.origin, key) for key in keys]
    place = node.control.erasures.request(indexes, author=author, reason=reason)
    return status(node, place.index)


def status(node: Node, index: int) -> dict[str, Any]:
    """Return where one request to erase, or to lift a hold, stands."""
    desk = node.control.erasures
    record = desk.asked(index, "erase", "hold")
    return _line(record, desk.standing(record))


def requests(node: Node) -> dict[str, Any]:
    """Return every request to erase, or to lift a hold, newest first."""
    desk = node.control.erasures
    lines = [_line(record, desk.standing(record)) for record in desk.requests()]
    return {"origin": node.origin, "requests": lines}


def carry_out(node: Node, index: int, author: str) -> dict[str, Any]:
    """Order an approved erasure, and destroy what is held here; return the order as the ledger has it."""
    place = node.control.erasures.carry_out(index, author=author)
    return node.control.ledger.order(node.control.steps.record(place))


def ledger(node: Node) -> dict[str, Any]:
    """Return the ledger: every order, and every hold of this node."""
    return {"origin": node.origin, "orders": node.control.ledger.orders(), "holds": _holds(node)}


def hold(
    node: Node, origin: str, keys: Sequence[str], *, author: str, reason: str, until: int | None
) -> dict[str, Any]:
    """Place a legal hold on records of one log."""
    if not 0 < len(keys) <= MOST_RECORDS:
        raise RequestError(f"name 1 to {MOST_RECORDS} records")
    log = origin or node.origin
    places = [(log, locate(node, log, key)) for key in keys]
    place = node.control.erasures.hold(places, author=author, reason=reason, until=until)
    return next(item for item in _holds(node) if item["index"] == place.index)


def lift_request(node: Node, index: int, *, author: str, reason: str) -> dict[str, Any]:
    """Ask people to approve that a hold is lifted."""
    place = node.control.erasures.request_lift(index, author=author, reason=reason)
    return status(node, place.index)


def lift(node: Node, index: int, author: str) -> dict[str, Any]:
    """Lift the hold that an approved request names."""
    node.control.erasures.lift(index, author=author)
    return status(node, index)


def due(node: Node) -> dict[str, Any]:
    """Return the months that are over and still have a key."""
    return {"origin": node.origin, "due": [_due(item) for item in node.control.retention.due()]}


def propose(node: Node, class_: str, month: str, *, author: str, reason: str) -> dict[str, Any]:
    """Ask people to approve that a month lapses."""
    place = node.control.retention.propose(class_, month, author=author, reason=reason)
    return {"origin": place.origin, "index": place.index, "class": class_, "month": month}


def lapse(node: Node, index: int, author: str) -> dict[str, Any]:
    """Let the month lapse that an approved request names."""
    model = _model(node.control.erasures.asked(index, "retain"))
    place = node.control.retention.lapse(index, author=author)
    named = {"class": model.class_, "month": model.month}
    return {"origin": place.origin, "index": place.index, **named}


def reasons_of(codes: Sequence[str]) -> list[dict[str, str]]:
    """Return reason codes with what each means."""
    from comity.record.approvals import REASONS as APPROVAL_REASONS  # noqa: PLC0415 - needs WebAuthn

    words = {**APPROVAL_REASONS, **REASONS}
    return [{"code": code, "text": words.get(code, "")} for code in codes]


def _line(record: Record, standing: Standing) -> dict[str, Any]:
    model = _model(record)
    assert record.content is not None
    return {
        **_place(place_of(record)),
        "action": model.action,
        "class": record.content.header.class_,
        "author": record.content.header.author,
        "targets": [_place(target.ref()) for target in model.targets],
        "reason": model.reason,
        "expires": model.expires,
        "stage": standing.stage,
        "approvals": [place.index for place in standing.approvals],
        "order": None if standing.order is None else standing.order.index,
        "reasons": reasons_of(standing.reasons),
    }


def _holds(node: Node) -> list[dict[str, Any]]:
    found = []
    for record, stands in node.control.erasures.holds():
        assert record.content is not None
        model = record.content.model
        assert isinstance(model, Hold)
        found.append(
            {
                "index": record.index,
                "class": record.content.header.class_,
                "targets": [_place(target.ref()) for target in model.targets],
                "reason": model.reason,
                "until": model.until,
                "stands": stands,
            }
        )
    return found


def _due(item: Due) -> dict[str, Any]:
    return {
        "class": item.retention.name,
        "month": item.retention.month,
        "records": len(item.places),
        "keys": len(item.members),
        "held": [_place(place) for place in item.held],
        "digest": item.digest,
        "request": None if item.request is None else item.request[0].index,
        "stage": None if item.request is None else item.request[1].stage,
    }


def _place(place: Ref) -> dict[str, Any]:
    return {"origin": place.origin, "index": place.index, "leaf": b64(place.leaf)}


def _model(record: Record) -> Request:
    assert record.content is not None
    assert isinstance(record.content.model, Request)
    return record.content.model
