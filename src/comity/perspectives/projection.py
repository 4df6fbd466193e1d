"""Everything that perspectives derives from the feed: rows by kind, and what is derived beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.perspectives.networks.tables import AFFILIATIONS
from comity.perspectives.tables import PROJECTOR

if TYPE_CHECKING:
    from sqlalchemy import Connection, MetaData

    from comity.node.system import Event, Projector


class Together:
    """Projectors whose tables are in the metadata of the first; each sees every event, in order."""

    follows_status = False

    def __init__(self, *projectors: Projector) -> None:
        self._projectors = projectors

    @property
    def metadata(self) -> MetaData:
        """The tables of all of them."""
        return self._projectors[0].metadata

    def apply(self, db: Connection, event: Event) -> None:
        """Give the event to each."""
        for projector in self._projectors:
            projector.apply(db, event)


PROJECTION: Final = Together(PROJECTOR, AFFILIATIONS)
"""Feed to rows, as the node runs it."""
