"""Who knew when: every time that the record holds of a warning, and by whose clock it is known.

Nobody can prove a time by his own clock. What a party cannot take back is what it signed: its witness
cosigned a head over the warning (it knew that there was an entry), its mirror another (it held every entry),
each at a time of its own clock. Its log holds that it received the content, and that an office read it; the
*other* side cosigned those entries by the other clock. An anchor before a receipt proves the order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlalchemy import func, select

from comity.node.control.tables_rounds import ANCHORS
from comity.node.own import cosigner_key
from comity.record.cosignature import verify_cosignature
from comity.record.protocol_kinds import Grant, Received, Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.border.warning.queries import WarningView
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.node.system import Record

Step = Literal["sent", "written", "witnessed", "held", "content_received", "read", "read_seen"]
Clock = Literal["own word", "cosigned"]


@dataclass(frozen=True, slots=True)
class Known:
    """One time of a warning.

    Attributes:
        step: What happened.
        party: To whom.
        at: Milliseconds UTC.
        clock: Whose clock: a log's origin where it is cosigned, else the party whose word it is.
        basis: Whether it is somebody's own word, or signed by the party to whose disadvantage it may be.
        place: The entry it stands in, if it is one.
        ordered: Whether an anchor proves that it came after the warning; None where that is not asked.
        office: Which office, where one is named.
        answer: What it answered.
    """

    step: Step
    party: str
    at: int
    clock: str
    basis: Clock
    place: tuple[str, int] | None = None
    ordered: bool | None = None
    office: str = ""
    answer: str = ""


def knowledge(node: Node, view: WarningView) -> list[Known]:
    """Return every time that this node can show of a warning, the earliest first."""
    warning = view.report
    place = (warning.origin, warning.index)
    found = [Known("written", warning.party, warning.claimed, warning.origin, "own word", place)]
    if view.sent is not None:
        found.append(Known("sent", warning.party, view.sent, warning.origin, "own word", place))
    for role, origin, at in cosigned(node, *place):
        step: Step = "witnessed" if role == "witness" else "held"
        party = origin.partition("/")[0]
        if party != warning.party:
            found.append(Known(step, party, at, origin, "cosigned", place))
    found += _content(node, *place)
    for receipt in view.receipts:
        found += _receipt(node, warning, receipt)
    order = ("written", "sent", "witnessed", "held", "content_received", "read", "read_seen")
    # A cosignature tells whole seconds: within one, the order of the steps is that of the protocol.
    return sorted(found, key=lambda one: (one.at // 1000, order.index(one.step), one.party, one.clock))


def cosigned(node: Node, origin: str, index: int) -> Iterator[tuple[str, str, int]]:
    """Yield role, log and time (ms UTC) of each cosigner's first head over an entry, as kept here."""
    link = node.peers.get(origin)
    if link is None and origin != node.origin:
        return
    names = {
        cosigner_key(vkey): (role, peer.origin)
        for peer in node.peers
        for role, vkey in peer.cosigners().items()
    }
    store = node.log.store if link is None else link.mirror.store
    for _, key, seconds in store.first_cosigned(index):
        if key in names:
            role, name = names[key]
            yield role, name, seconds * 1000
    if link is not None:
        for role, vkey in zip(("witness", "mirror"), node.cosigner_vkeys, strict=True):
            head = link.mirror.heads.first_cosigned(vkey, index)
            if head is not None:
                yield role, node.origin, verify_cosignature(head.note, head.line, vkey) * 1000


def after(node: Node, origin: str, index: int, before: tuple[str, int]) -> bool:
    """Return whether an anchor ahead of an entry names a head over an earlier one: order without clocks."""
    query = select(func.min(ANCHORS.c.index)).where(
        ANCHORS.c.origin == origin, ANCHORS.c.head_origin == before[0], ANCHORS.c.head_size > before[1]
    )
    with node.views.connect() as db:
        first = db.execute(query).scalar()
    return first is not None and first < index


def _content(node: Node, origin: str, index: int) -> Iterator[Known]:
    """Yield when a recipient's log says that it received the released content (`control.received`)."""
    steps = node.control.steps
    for request in steps.about(origin, index, Request):
        for grant in steps.about(request.origin, request.index, Grant):
            for word in steps.about(grant.origin, grant.index, Received):
                yield _own_word("content_received", word, node, (origin, index))


def _own_word(step: Step, word: Record, node: Node, before: tuple[str, int]) -> Known:
    at = 0 if word.content is None else word.content.header.claimed
    party = word.origin.partition("/")[0]
    ordered = after(node, word.origin, word.index, before)
    return Known(step, party, at, word.origin, "own word", (word.origin, word.index), ordered)


def _receipt(node: Node, warning: Report, receipt: Report) -> Iterator[Known]:
    """Yield when an office says that it read the warning, and when the warning's side cosigned that word."""
    place = (receipt.origin, receipt.index)
    ordered = after(node, *place, (warning.origin, warning.index))
    office, answer = receipt.fields["office"], receipt.fields["answer"]
    at = receipt.fields["read_at"]
    yield Known("read", receipt.party, at, receipt.origin, "own word", place, ordered, office, answer)
    for role, origin, seen in cosigned(node, *place):
        if role == "mirror" and origin.partition("/")[0] == warning.party:
            yield Known("read_seen", warning.party, seen, origin, "cosigned", place, ordered, office, answer)
