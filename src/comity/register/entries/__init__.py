"""The entry kinds of the register: what was agreed, by whom, when, and what each party says became of it.

Natural ids (slugs) join them: several records may carry one slug, from one party or from both, and then
they are several reports of the same thing; nothing here overwrites anything.

A module holds the kinds of one matter and lists them in its `KINDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.register.entries import (
    figures,
    instruments,
    mechanisms,
    places,
    reconciliation,
    undertakings,
)
from comity.register.entries.figures import Figure
from comity.register.entries.instruments import Event, Instrument
from comity.register.entries.mechanisms import Mechanism, Meeting
from comity.register.entries.places import Place
from comity.register.entries.reconciliation import Match, Ticket, TicketWord, Translation
from comity.register.entries.undertakings import Status, Undertaking

if TYPE_CHECKING:
    from comity.record.kinds import Kind

__all__ = [
    "KINDS",
    "Event",
    "Figure",
    "Instrument",
    "Match",
    "Mechanism",
    "Meeting",
    "Place",
    "Status",
    "Ticket",
    "TicketWord",
    "Translation",
    "Undertaking",
]

KINDS: Final[tuple[type[Kind], ...]] = (
    *instruments.KINDS,
    *mechanisms.KINDS,
    *undertakings.KINDS,
    *figures.KINDS,
    *places.KINDS,
    *reconciliation.KINDS,
)
"""Every kind the register writes."""
