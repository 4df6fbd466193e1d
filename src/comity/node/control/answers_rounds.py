"""What may be asked about rounds, as JSON data in and out: for the API and the command line alike."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as Base64Error
from typing import TYPE_CHECKING, Any

from comity.node.control.rounds import Round
from comity.node.errors import RequestError
from comity.node.operations import locate
from comity.record.canonical import b64
from comity.record.rounds import REASONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.control.rounds_asked import OpeningRequest
    from comity.node.node import Node
    from comity.record.entry_form import Ref
    from comity.record.rounds import PartyStanding, Seen


def start(
    node: Node,
    name: str,
    question: str,
    parties: Sequence[str],
    *,
    seal_by: int,
    open_by: int,
    author: str,
    paths: Sequence[str] = (),
    recipients: Sequence[str] = (),
    title: dict[str, str] | None = None,
    exercise: bool = False,
) -> dict[str, Any]:
    """Start a round; `question` is the base64 of its bytes."""
    round_ = Round.start(
        node,
        name,
        _bytes(question),
        parties,
        seal_by=seal_by,
        open_by=open_by,
        author=author,
        paths=paths,
        recipients=recipients,
        title=title,
        exercise=exercise,
    )
    return shown(node, round_)


def seal(node: Node, key: str, record: str, author: str, question: str | None = None) -> dict[str, Any]:
    """Seal a record, by its index or id, and ask for the approvals of its opening."""
    round_ = Round.find(node, key)
    given = None if question is None else _bytes(question)
    round_.seal(locate(node, node.origin, record), author=author, question=given)
    return shown(node, round_)


def ask(node: Node, key: str, paths: Sequence[str], author: str) -> dict[str, Any]:
    """Ask for the approval of opening single fields."""
    round_ = Round.find(node, key)
    round_.ask(paths, author=author)
    return shown(node, round_)


def open_(node: Node, key: str, author: str, paths: Sequence[str] = ()) -> dict[str, Any]:
    """Open what was sealed."""
    round_ = Round.find(node, key)
    round_.open(author=author, paths=paths)
    return shown(node, round_)


def acknowledge(node: Node, key: str, author: str) -> dict[str, Any]:
    """Say in the own log what is held of a round."""
    round_ = Round.find(node, key)
    round_.acknowledge(author=author)
    return shown(node, round_)


def status(node: Node, key: str) -> dict[str, Any]:
    """Return how one round stands."""
    return shown(node, Round.find(node, key))


def listing(node: Node) -> dict[str, Any]:
    """Return every round held here and how it stands."""
    return {"origin": node.origin, "rounds": [shown(node, round_) for round_ in Round.all(node)]}


def shown(node: Node, round_: Round) -> dict[str, Any]:
    """Return one round: what it asks, how it stands, and the openings that were asked for here."""
    model, standing = round_.model, round_.status()
    content = node.control.rounds.record(round_.place).content
    return {
        "key": f"{round_.place.origin}/{round_.place.index}",
        "start": _place(round_.place),
        "name": model.round,
        "title": model.title,
        "class": "" if content is None else content.header.class_,
        "question_digest": model.question_digest,
        "seal_by": model.seal_by,
        "open_by": model.open_by,
        "paths": list(model.paths),
        "recipients": list(model.recipients),
        "phase": standing.phase,
        "all_sealed": standing.all_sealed,
        "parties": [_party(party) for party in standing.parties],
        "refused": [
            {"place": _place(item.place), "reason": item.reason, "text": REASONS[item.reason]}
            for item in standing.refused
        ],
        "undecided": [_place(place) for place in standing.undecided],
        "requests": [_request(one) for one in round_.requests()],
    }


def _party(party: PartyStanding) -> dict[str, Any]:
    held = party.withheld
    return {
        "origin": party.origin,
        "state": party.state,
        "seal": _place(party.seal),
        "sealed": _place(party.sealed),
        "witnessed": party.witnessed,
        "seal_timing": party.seal_timing,
        "seal_seen": _seen(party.seal_seen),
        "openings": [_place(place) for place in party.openings],
        "paths": list(party.paths),
        "partly": party.partly,
        "open_timing": party.open_timing,
        "open_seen": _seen(party.open_seen),
        "received_by": list(party.received_by),
        "disputed_by": list(party.disputed_by),
        "withheld": None
        if held is None
        else {"at": _place(held.at), "basis": held.basis, "by": list(held.by)},
        "notes": list(party.notes),
    }


def _request(asked: OpeningRequest) -> dict[str, Any]:
    return {
        "index": asked.place.index,
        "to": asked.to,
        "paths": sorted(asked.paths),
        "stage": asked.standing.stage,
        "approvals": len(asked.standing.approvals),
        "reasons": list(asked.standing.reasons),
    }


def _seen(seen: Seen | None) -> dict[str, Any] | None:
    return None if seen is None else {"by": seen.by, "seconds": seen.seconds}


def _place(place: Ref | None) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"origin": place.origin, "index": place.index, "leaf": b64(place.leaf)}


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise RequestError("the question is not base64") from error
