"""Reads into the index what lies outside the fields of a record: the sentences of documents.

A projector sees records, not files, so it only notes what is due. It is read when somebody looks for
something, in transactions of one record each: a document that cannot be read waits and holds up nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select

from comity.node.search.index import DUE, add
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.node.node import Node
    from comity.node.system import System, Texts
    from comity.node.views import Views

    Progress = Callable[[str, int, int], None]

LOG: Final = structlog.get_logger(__name__)


def read_due(node: Node, views: Views, systems: Sequence[System], progress: Progress | None = None) -> int:
    """Index every text that is due; return how many lines were added."""
    sources: dict[str, Texts] = {
        kind.kind: source for system in systems for kind, source in system.texts.items()
    }
    with views.reads.connect() as db:
        due = list(db.execute(select(DUE)).mappings())
    added = 0
    for number, row in enumerate(due, 1):
        added += _read_one(node, views, row["origin"], row["index"], sources.get(row["kind"]))
        if progress is not None:
            progress("texts", number, len(due))
    return added


def _read_one(node: Node, views: Views, origin: str, index: int, source: Texts | None) -> int:
    here = (DUE.c.origin == origin) & (DUE.c.index == index)
    try:
        record = node.record(origin, index)
        lines = list(source(node, record)) if source is not None and record.content is not None else []
    except ComityError as error:
        LOG.warning("texts of a record cannot be read", origin=origin, index=index, error=str(error))
        return 0
    with views.writing() as db:
        if not db.execute(delete(DUE).where(here)).rowcount or record.content is None:
            return 0  # erased, or read by another thread, since it was looked at
        place = {"origin": origin, "id": record.id_text, "index": index}
        header = record.content.header
        return add(db, {**place, "kind": record.content.kind, "class_": header.class_}, lines)
