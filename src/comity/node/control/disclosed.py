"""What was disclosed of an own record, and to whom: by its marking, by the compact, by grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from comity.node.compacts import in_force
from comity.node.control.desk import PROTOCOL
from comity.node.control.tables_release import GRANTS, ITEMS
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Erase, Grant, Request, RoundStart

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.protocol_kinds import Target


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What others were given of a record.

    Attributes:
        to: the nodes that it was granted to, or that the compact gives it to.
        whole: whether all of it.
        paths: the fields, where not all of it.
    """

    to: tuple[str, ...] = ()
    whole: bool = False
    paths: frozenset[str] = frozenset()

    def shows(self, path: str) -> bool:
        """Whether a field was given to anybody."""
        return self.whole or path in self.paths


def disclosed(node: Node, record: Record) -> Disclosed:
    """Return what was given of a record of the own log, besides what is marked for everybody."""
    content = record.content
    if content is None or record.origin != node.origin:
        return Disclosed()
    if content.kind in PROTOCOL:
        others = _shown_steps(node, content.kind)
        return Disclosed(others, whole=bool(others))
    to: set[str] = set()
    paths: set[str] = set()
    whole = False
    for asked in node.control.steps.about(record.origin, record.index, Request):
        target = _target(asked, record)
        for grant in node.control.steps.about(asked.origin, asked.index, Grant):
            model = None if grant.content is None else grant.content.model
            if target is None or not isinstance(model, Grant) or grant.origin != node.origin:
                continue
            to.add(model.recipient.origin)
            paths |= set(target.paths)
            whole |= not target.paths
    return Disclosed(tuple(sorted(to)), whole, frozenset(paths))


def _shown_steps(node: Node, kind: str) -> tuple[str, ...]:
    """Return the nodes to which steps of a kind stand granted: by the compact, or the pairing without one."""
    compact = in_force(node.folder)
    others = {origin: charter.party for origin, charter in node.charters.items() if origin != node.origin}
    return tuple(
        sorted(
            origin
            for origin, party in others.items()
            if compact is None or compact.stands_granted(kind, party)
        )
    )


def figures(node: Node) -> dict[str, int]:
    """Return how many requests, releases out and in, rounds and erasures there are here."""
    own = node.origin
    counts = {
        "requests": select(func.count()).where(ITEMS.c.kind == Request.kind, ITEMS.c.origin == own),
        "released": select(func.count()).where(GRANTS.c.origin == own),
        "received": select(func.count()).where(GRANTS.c.recipient == own),
        "rounds": select(func.count()).where(ITEMS.c.kind == RoundStart.kind),
        "erasures": select(func.count()).where(ITEMS.c.kind == Erase.kind),
    }
    with node.views.connect() as db:
        return {name: int(db.execute(query).scalar_one()) for name, query in counts.items()}


def _target(asked: Record, record: Record) -> Target | None:
    model = None if asked.content is None else asked.content.model
    if not isinstance(model, Request):
        return None
    place = place_of(record)
    return next((target for target in model.targets if target.ref() == place), None)
