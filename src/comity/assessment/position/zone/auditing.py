"""What an opened set is held against: the messages that were sent, and what was sealed before them.

A set is opened by an ordinary release of the sealed record, which people approve. Whoever holds what both
sides sent can do the same; nothing of the auditor's own is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.position.zone import standing
from comity.assessment.position.zone.errors import ZoneMessageError
from comity.assessment.position.zone.group import SIZE
from comity.assessment.position.zone.labels import CODES, VERDICTS
from comity.assessment.position.zone.protocol import audit
from comity.record.canonical import unb64

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.position.zone.standing import ZoneView
    from comity.node.node import Node

METHOD: Final = "zone-audit@1"


def audits(node: Node, found: ZoneView) -> list[dict[str, Any]]:
    """Return, by log, whether its opened set agrees with its messages, and the bits that are open."""
    return [_audit(node, found, log) for log in sorted(found.terms.model.logs)]


def _audit(node: Node, found: ZoneView, log: str) -> dict[str, Any]:
    fields = standing.held(node, found.sets, log)
    bits = found.terms.bits(fields)
    codes = _codes(node, found, log, fields, bits)
    verdict = "cannot tell" if codes is None else "inconsistent" if codes else "consistent"
    return {
        "origin": log,
        "verdict": verdict,
        "says": VERDICTS[verdict],
        "codes": [{"code": code, "says": CODES[code]} for code in codes or ()],
        "open_bits": bits,
        "method": METHOD,
    }


def _codes(
    node: Node, found: ZoneView, log: str, fields: Mapping[str, Any], bits: Mapping[str, bool]
) -> tuple[str, ...] | None:
    if "points" not in fields or set(bits) != set(found.terms.slugs):
        return None
    try:
        side = standing.side(found, fields)
    except ZoneMessageError:
        return None
    if fields.get("terms") != standing.bound(found):
        return ("other-mandate",)
    replied = standing.held(node, found.replies, log)
    theirs = standing.held(node, found.sets, found.terms.other(log))
    sent, returned, received = (
        None if name not in part else [unb64(text, SIZE) for text in part[name]]
        for part, name in ((fields, "points"), (replied, "returned"), (theirs, "points"))
    )
    return audit(side, sent or [], returned, received)
