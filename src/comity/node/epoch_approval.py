"""What a party's word on a new epoch rests on: people's approvals, where its charter asks for several.

One person runs the node; whether a forked log goes on, and from which head, is the party's to say. Where the
charter's root threshold is above one, as many people in the role `charter` approve a request that names the
proposal by its digest (action `recover`), before the entry is written. The side that forked needs none: as
many root keys signed the new charter.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from comity.node.control.desk import milliseconds
from comity.node.control.people import request_of
from comity.record.canonical import b64
from comity.record.epoch import EpochError
from comity.record.protocol_kinds import Pointer, Request, Target

if TYPE_CHECKING:
    from comity.node.control.approvals import Asked
    from comity.node.node import Node
    from comity.record.entry_form import Ref

TERM: Final = 7 * 24 * 3600 * 1000
"""Milliseconds that people have to approve: a week."""
MOST_APPROVALS: Final = 16


class EpochApprovalError(EpochError):
    """People have to approve first that a forked log goes on in a new epoch."""

    code = "epoch-approvals"
    advice = (
        "Let people enrolled in the role `charter` approve the request in the console (comity people enrol, "
        "/approve); then agree again with the same file."
    )


def basis(
    node: Node, proposal: bytes, last: Ref, *, author: str, reason: str, exercise: bool
) -> dict[str, Any]:
    """Return the fields of a `control.epoch` entry that name the request and its approvals; none at 1.

    Args:
        node: whose word it is.
        proposal: the file.
        last: the last leaf of the old log that both hold alike.
        author: who asks.
        reason: why.
        exercise: whether the fork is fictional.

    Raises:
        EpochApprovalError: too few people have approved; the request is in the log now.
    """
    needed = node.charter.threshold("root")
    if needed == 1:
        return {}
    digest = b64(hashlib.sha256(proposal).digest())
    asked = _asked(node, digest)
    if asked is None:
        target = Target(origin=last.origin, index=last.index, leaf=b64(last.leaf))
        model = Request(
            action="recover",
            targets=[target],
            openings_digest=digest,
            expires=milliseconds() + TERM,
            reason=reason,
        )
        place = node.control.steps.append(
            model, author=author, parties=[last.origin.partition("/")[0]], exercise=exercise
        )
        raise EpochApprovalError(f"{needed} people have to approve request {place.index} first")
    if not asked.verdict.ok:
        had = len(asked.verdict.people)
        raise EpochApprovalError(f"{had} of {needed} people have approved request {asked.place.index}")
    counted = [Pointer.of(one.place) for one in asked.verdict.judged if one.counts]
    return {"request": Pointer.of(asked.place), "approvals": counted[:MOST_APPROVALS]}


def _asked(node: Node, digest: str) -> Asked | None:
    """Return the newest request about a proposal that has not expired, or None."""
    for record in reversed(node.control.steps.of(Request, node.origin)):
        model = request_of(record)
        if model is not None and (model.action, model.openings_digest) == ("recover", digest):
            asked = node.control.approvals.asked(record.index)
            if asked.stage != "expired":
                return asked
    return None
