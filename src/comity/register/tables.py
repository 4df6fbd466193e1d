"""The register's projection: one table for each kind, the content as it was recorded."""

from __future__ import annotations

from typing import Final

from comity.node.rows import RowProjector
from comity.register.entries import (
    Event,
    Figure,
    Instrument,
    Match,
    Mechanism,
    Meeting,
    Place,
    Status,
    Ticket,
    TicketWord,
    Translation,
    Undertaking,
)

PROJECTOR: Final = RowProjector(
    {
        Instrument: ("slug",),
        Event: ("instrument", "type"),
        Mechanism: ("slug",),
        Meeting: ("slug", "mechanism"),
        Undertaking: ("slug", "instrument", "meeting"),
        Status: ("undertaking", "status"),
        Figure: ("slug",),
        Place: ("slug",),
        Match: ("one", "other"),
        Ticket: ("slug",),
        TicketWord: ("ticket",),
        Translation: ("lang",),
    }
)
"""Feed to rows; joins between records happen in `queries`."""
