"""Search over everything a node may read: three scripts, one box.

    with node.views.connect() as db:
        answer = ask(db, "biên giới")

`tokens` says what a word is, `index` keeps the lines, `query` understands what is asked, `asking` answers,
`further` reads the texts that lie outside the fields of a record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.search.asking import Answer, Found, ask
from comity.node.search.further import read_due
from comity.node.search.index import SearchProjector
from comity.node.system import System

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Answer", "Found", "ask", "read_due", "system_for"]


def system_for(systems: Sequence[System]) -> System:
    """Return the projection of the texts of `systems`; it has no kinds and no pages of its own."""
    further = [kind.kind for system in systems for kind in system.texts]
    return System(name="search", kinds=(), projector=SearchProjector(further))
