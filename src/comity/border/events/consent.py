"""The originator's consent: nobody passes on what another party reported, unless that party lets it go there.

After Implementing Regulation (EU) 2021/581 Art. 14(4), where consent of the originator holds for requests and
for the reports that answer them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.border.events.errors import EventUnknownError, OriginatorConsentError
from comity.node.errors import RecordNotFoundError
from comity.node.system import CLEAR
from comity.record.canonical import unb64

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from comity.node.node import Node
    from comity.record.header import Header


def consents(header: Header, originator: str, to: str) -> bool:
    """Return whether a report may go to a party, by its own header.

    Args:
        header: Of the report.
        originator: The party in whose log it stands.
        to: The party that would be given it.
    """
    return header.marking == CLEAR or to in (originator, *header.releasable_to)


def check(node: Node, rests_on: Iterable[Mapping[str, Any]], to: Iterable[str]) -> None:
    """Check that every report that is passed on may go to everybody who will read it.

    Raises:
        EventUnknownError: a report is not held here, or withheld: it cannot be passed on.
        OriginatorConsentError: its originator did not consent.
    """
    for ref in rests_on:
        name = f"{ref['origin']} {ref['id']}"
        try:
            record = node.find(str(ref["origin"]), unb64(str(ref["id"])))
        except RecordNotFoundError as error:
            raise EventUnknownError(f"no report {name}") from error
        if record.content is None:
            raise EventUnknownError(f"no report {name}")
        originator = record.origin.partition("/")[0]
        for party in to:
            if not consents(record.content.header, originator, party):
                raise OriginatorConsentError(f"{originator} did not release {name} to {party}")
