"""What is kept past its time: what an open event is about, and what a legal hold stands on.

An event keeps what moved in the day before it and the day after the authority learnt of it, as long as it is
open, and no longer than the rule allows. A legal hold on the entry of a batch keeps the whole batch, and one
on an event what that event keeps, until it is lifted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.batches import Batch
from comity.border.entries.events import BorderEvent
from comity.border.events.queries import events

if TYPE_CHECKING:
    from comity.border.events.queries import EventView
    from comity.node.node import Node
    from comity.node.system import Record

DAY: Final = 86_400_000
MICROSECONDS: Final = 1_000
"""Of a millisecond: entries count the one, the store the other."""


@dataclass(frozen=True, slots=True)
class Holds:
    """What stays.

    Attributes:
        followed: Stretches of phenomenon time, µs, that open events keep.
        held: Stretches of phenomenon time, µs, that a legal hold keeps.
        batches: Ids of the entries of batches that a legal hold keeps.
    """

    followed: tuple[tuple[int, int], ...] = ()
    held: tuple[tuple[int, int], ...] = ()
    batches: frozenset[bytes] = field(default_factory=frozenset)


def holds_of(node: Node, now: int) -> Holds:
    """Return what stays at a moment, milliseconds UTC."""
    held, batches = list[tuple[int, int]](), set[bytes]()
    for record in _legal(node):
        model = None if record.content is None else record.content.model
        if isinstance(model, Batch):
            batches.add(record.id)
        elif isinstance(model, BorderEvent):
            held.append(_stretch(model.happened_at, model.learnt_at))
    followed = [
        _stretch(one.report.fields.get("happened_at"), one.report.fields["learnt_at"])
        for one in _open(node, now)
    ]
    return Holds(tuple(sorted(followed)), tuple(sorted(held)), frozenset(batches))


def keepers(node: Node, now: int) -> dict[str, list[dict[str, Any]]]:
    """Return who keeps what past its time: open events with the stretch that each keeps, and legal holds.

    Args:
        node: The node, open.
        now: The moment, milliseconds UTC.
    """
    opened = []
    for one in _open(node, now):
        first, last = _stretch(one.report.fields.get("happened_at"), one.report.fields["learnt_at"])
        opened.append(
            {
                "party": one.party,
                "slug": one.slug,
                "event_type": one.report.fields["event_type"],
                "exercise": one.report.exercise,
                "from": first // MICROSECONDS,
                "to": last // MICROSECONDS,
            }
        )
    legal = [
        {"entry": [record.origin, record.index], "kind": model.kind}
        for record in _legal(node)
        if record.content is not None and isinstance(model := record.content.model, Batch | BorderEvent)
    ]
    return {"events": opened, "legal": legal}


def _open(node: Node, now: int) -> list[EventView]:
    with node.views.connect() as db:
        return [one for one in events(db, now) if one.state == "open"]


def _legal(node: Node) -> list[Record]:
    return [node.record(place.origin, place.index) for place in node.control.erasures.held()]


def _stretch(happened: int | None, learnt: int) -> tuple[int, int]:
    start = learnt if happened is None else min(happened, learnt)
    return (start - DAY) * MICROSECONDS, (learnt + DAY) * MICROSECONDS
