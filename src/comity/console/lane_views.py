"""What the pages of the record ask of a node: lanes, entries by kind, and what is quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from comity.console.i18n import N_
from comity.console.lanes import SHOWN, Rung
from comity.node.views import RECORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.console.kinds import KindViews, Words
    from comity.node.node import Node
    from comity.node.system import Record

OUTER_LABELS = {
    "record": N_("record"),
    "protocol": N_("protocol entry"),
    "anchor": N_("anchor"),
    "charter": N_("charter"),
}


@dataclass(frozen=True, slots=True)
class LaneEntry:
    """One entry as a lane shows it."""

    origin: str
    index: int
    label: str
    title: Words
    sealed: bool
    exercise: bool
    marking: str
    status: str


def is_exercise(record: Record) -> bool:
    """Whether a record says of itself that it is fictional."""
    return record.content is not None and record.content.header.class_ == "exercise"


def outer_label(record: Record) -> str:
    """Return the label (a msgid) of an entry's form."""
    return OUTER_LABELS[record.entry.outer] if record.entry else N_("no well-formed entry")


def lane_entry(record: Record, kinds: KindViews) -> LaneEntry:
    """Return what a lane shows of a record."""
    content = record.content
    return LaneEntry(
        origin=record.origin,
        index=record.index,
        label=kinds.label(content.kind) if content else outer_label(record),
        title=kinds.title(content) if content else "",
        sealed=content is None and record.entry is not None and record.entry.n > 0,
        exercise=is_exercise(record),
        marking=content.header.marking if content else "",
        status=record.status,
    )


def entries(node: Node, origin: str, indexes: Iterable[int], kinds: KindViews) -> list[LaneEntry]:
    """Return entries of one log, newest first."""
    wanted = sorted(indexes)
    if not wanted:
        return []
    if len(wanted) == wanted[-1] - wanted[0] + 1:
        records = node.records(origin, wanted[0], wanted[-1] + 1)
    else:
        records = [node.record(origin, index) for index in wanted]
    return [lane_entry(record, kinds) for record in reversed(records)]


def rungs(node: Node, origin: str, span: range, other: str) -> list[Rung]:
    """Return the anchors of `origin` inside `span` that name a head of `other`."""
    table = RECORDS.c
    query = (
        select(table.index)
        .where(table.origin == origin, table.outer == "anchor")
        .where(table.index >= span.start, table.index < span.stop)
        .order_by(table.index)
    )
    with node.views.connect() as db:
        indexes = db.execute(query).scalars().all()
    found = []
    for index in indexes:
        entry = node.record(origin, index).entry
        found += [Rung(index, head.size) for head in entry.heads if head.origin == other] if entry else []
    return found


def seen_before(node: Node, origin: str, index: int, other: str) -> int:
    """Return the size of `other` that the newest anchor of `origin` before `index` names, 0 without one."""
    table = RECORDS.c
    query = (
        select(table.index)
        .where(table.origin == origin, table.outer == "anchor", table.index < index)
        .order_by(table.index.desc())
        .limit(16)  # an anchor may name other peers only
    )
    with node.views.connect() as db:
        candidates = db.execute(query).scalars().all()
    for candidate in candidates:
        entry = node.record(origin, candidate).entry
        for head in entry.heads if entry else ():
            if head.origin == other:
                return head.size
    return 0


def peer_span(node: Node, own: range, own_size: int, peer: str) -> tuple[range, int]:
    """Return the entries of a peer that stand beside a page of the own log, and how many more there are."""
    size = node.size(peer)
    start = min(seen_before(node, node.origin, own.start, peer) if own.start else 0, size)
    stop = size if own.stop == own_size else min(seen_before(node, node.origin, own.stop, peer), size)
    shown = range(max(start, stop - SHOWN), max(start, stop))
    return shown, shown.start - start


def of_kind(node: Node, origin: str, kind: str, page: int, per_page: int) -> tuple[list[int], int]:
    """Return the indexes of one page of the entries of a kind, newest first, and how many there are."""
    table = RECORDS.c
    where = (table.origin == origin, table.kind.startswith(f"{kind}@", autoescape=True))
    with node.views.connect() as db:
        total = db.execute(select(func.count()).where(*where)).scalar_one()
        query = select(table.index).where(*where).order_by(table.index.desc())
        rows = db.execute(query.limit(per_page).offset((page - 1) * per_page)).scalars().all()
    return list(rows), total
