"""The entry kinds of the register: what was agreed, by whom, when, and what each party says became of it.

Natural ids (slugs) join them: several records may carry one slug, from one party or from both, and then
they are several reports of the same thing; nothing here overwrites anything.

A module holds the kinds of one matter and lists them in its `KINDS`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.register.entries import (
    border,
    directions,
    figures,
    formulas,
    forums,
    gaps,
    humanitarian,
    instruments,
    mechanisms,
    places,
    reconciliation,
    services,
    support,
    undertakings,
)
from comity.register.entries.border import Patrol, Talks
from comity.register.entries.directions import Direction
from comity.register.entries.figures import Figure
from comity.register.entries.formulas import Formula
from comity.register.entries.forums import Backing, Candidature, ForumItem, VotingIntention
from comity.register.entries.gaps import Gap
from comity.register.entries.humanitarian import Handover, HealthSurvey, RemainsMission, RemainsSite
from comity.register.entries.instruments import Event, Instrument
from comity.register.entries.mechanisms import Mechanism, Meeting
from comity.register.entries.places import Place
from comity.register.entries.reconciliation import Match, Ticket, TicketWord, Translation
from comity.register.entries.services import ConsularMatter, PostsCooperation, PressExchange
from comity.register.entries.support import ExpertMission, MaterialSupport, SupportCheck, Training
from comity.register.entries.undertakings import Annotation, Appraisal, Evidence, Status, Undertaking

if TYPE_CHECKING:
    from comity.record.kinds import Kind

__all__ = [
    "KINDS",
    "Annotation",
    "Appraisal",
    "Backing",
    "Candidature",
    "ConsularMatter",
    "Direction",
    "Event",
    "Evidence",
    "ExpertMission",
    "Figure",
    "Formula",
    "ForumItem",
    "Gap",
    "Handover",
    "HealthSurvey",
    "Instrument",
    "Match",
    "MaterialSupport",
    "Mechanism",
    "Meeting",
    "Patrol",
    "Place",
    "PostsCooperation",
    "PressExchange",
    "RemainsMission",
    "RemainsSite",
    "Status",
    "SupportCheck",
    "Talks",
    "Ticket",
    "TicketWord",
    "Training",
    "Translation",
    "Undertaking",
    "VotingIntention",
]

KINDS: Final[tuple[type[Kind], ...]] = (
    *instruments.KINDS,
    *mechanisms.KINDS,
    *undertakings.KINDS,
    *figures.KINDS,
    *border.KINDS,
    *formulas.KINDS,
    *forums.KINDS,
    *gaps.KINDS,
    *humanitarian.KINDS,
    *services.KINDS,
    *support.KINDS,
    *places.KINDS,
    *reconciliation.KINDS,
    *directions.KINDS,
)
"""Every kind the register writes."""
