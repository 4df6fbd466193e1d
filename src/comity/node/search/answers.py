"""What a search gives as JSON data: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.node.search.asking import ask

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node

    Progress = Callable[[str, int, int], None]


def search(node: Node, query: str, limit: int = 20, *, progress: Progress | None = None) -> dict[str, Any]:
    """Look for a query in everything that this node may read.

    Raises:
        SearchError: nothing in it can be looked for.
    """
    node.read_further(progress)
    with node.views.connect() as db:
        answer = ask(db, query, limit=limit)
    found = [asdict(line) | {"spans": [list(span) for span in line.spans]} for line in answer.found]
    return {"query": query, "total": answer.total, "more": answer.more, "found": found}
