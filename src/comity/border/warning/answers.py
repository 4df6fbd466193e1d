"""What may be asked of warnings as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.border.cap import answers as cap
from comity.border.cap import signing
from comity.border.cap.chain import METHOD as CHAIN
from comity.border.warning import METHOD, signatures
from comity.border.warning.clocks import METHOD as CLOCKS
from comity.border.warning.clocks import apart
from comity.border.warning.knowing import knowledge
from comity.border.warning.queries import warnings
from comity.border.warning.writing import find
from comity.record.canonical import b64

if TYPE_CHECKING:
    from comity.border.warning.knowing import Known
    from comity.border.warning.queries import WarningView
    from comity.node.node import Node
    from comity.node.rows import Report


def now() -> datetime:
    """Return the moment, UTC."""
    return datetime.now(UTC)


def warning_list(node: Node) -> list[dict[str, Any]]:
    """Return every warning on record with its state and receipts, the newest first."""
    with node.views.connect() as db:
        return [summary(view, node) for view in warnings(db, now())]


def warning(node: Node, name: str) -> dict[str, Any]:
    """Return a warning with its message, its receipts, and who knew when.

    Raises:
        WarningUnknownError: there is none of that name, or there are two.
    """
    view = find(node, name, now())
    known = knowledge(node, view)
    return {
        **summary(view, node),
        "message": None if view.read.message is None else cap.message_json(view.read.message),
        "findings": [cap.finding_json(one) for one in view.read.findings],
        "digest": view.report.fields["digest"],
        "cap": view.report.fields["cap"],
        "note": view.report.fields.get("note"),
        "about": view.report.fields.get("about", []),
        "aside": [{"code": one.code, "place": _place(one.report)} for one in view.aside],
        "known": [known_json(one, view) for one in known],
        "clocks": [one.to_json() for one in apart(known)],
        "signature": signatures.judged(node, view, known, now()),
        "methods": [CHAIN, METHOD, CLOCKS, signing.METHOD],
    }


def summary(view: WarningView, node: Node) -> dict[str, Any]:
    """Return a warning in a line."""
    fields, standing = view.report.fields, view.standing
    state = "put aside" if view.problems else ("stands" if standing is None else standing.state)
    return {
        "slug": view.slug,
        "party": view.party,
        "own": view.report.origin == node.origin,
        "exercise": view.exercise,
        "place": _place(view.report),
        "marking": view.report.marking,
        "identifier": fields["identifier"],
        "sender": fields["sender"],
        "sent": fields["sent"],
        "sent_at": view.sent,
        "status": fields["status"],
        "message_type": fields["message_type"],
        "headlines": {one["language"]: one["text"] for one in fields.get("headlines", [])},
        "state": state,
        "by": None if standing is None else cap.reference_json(standing.by),
        "missing": [] if standing is None else [cap.reference_json(one) for one in standing.missing],
        "refused": "" if standing is None else standing.refused,
        "problems": list(view.problems),
        "receipts": [
            {
                "party": one.party,
                "office": one.fields["office"],
                "read_at": one.fields["read_at"],
                "answer": one.fields["answer"],
                "note": one.fields.get("note"),
                "place": _place(one),
            }
            for one in view.receipts
        ],
    }


def office_keys(node: Node) -> list[dict[str, str]]:
    """Return the offices of every charter held here, each with its key: whose signatures are believed."""
    return [
        {"name": f"{charter.origin} {office.name}", "key": b64(office.key)}
        for charter in node.charters.values()
        for office in charter.offices
    ]


def known_json(one: Known, view: WarningView) -> dict[str, Any]:
    """Return a time, and how long after the sending it was."""
    sent = view.sent
    return {
        "step": one.step,
        "party": one.party,
        "at": one.at,
        "utc": f"{datetime.fromtimestamp(one.at / 1000, UTC):%Y-%m-%dT%H:%M:%SZ}",
        "after_seconds": None if sent is None else (one.at - sent) // 1000,
        "clock": one.clock,
        "basis": one.basis,
        "place": None if one.place is None else list(one.place),
        "ordered": one.ordered,
        "office": one.office,
        "answer": one.answer,
    }


def _place(report: Report) -> list[Any]:
    return [report.origin, report.index]
