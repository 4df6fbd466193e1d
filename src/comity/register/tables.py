"""The register's projection: one table for each kind, the content as it was recorded."""

from __future__ import annotations

from typing import Final

from comity.node.rows import RowProjector
from comity.register import entries

PROJECTOR: Final = RowProjector(
    {
        entries.Instrument: ("slug",),
        entries.Event: ("instrument", "type"),
        entries.Mechanism: ("slug",),
        entries.Meeting: ("slug", "mechanism"),
        entries.Undertaking: ("slug", "instrument", "meeting"),
        entries.Status: ("undertaking", "status"),
        entries.Figure: ("slug",),
        entries.Place: ("slug",),
        entries.Match: ("one", "other"),
        entries.Ticket: ("slug",),
        entries.TicketWord: ("ticket",),
        entries.Translation: ("lang",),
        entries.Formula: ("slug",),
        entries.Evidence: ("undertaking",),
        entries.Annotation: ("undertaking",),
        entries.Appraisal: ("about",),
        entries.Talks: ("slug",),
        entries.Patrol: ("slug",),
        entries.ForumItem: ("slug",),
        entries.VotingIntention: ("item",),
        entries.Candidature: ("slug",),
        entries.Backing: ("candidature",),
        entries.ConsularMatter: ("slug",),
        entries.PressExchange: ("slug",),
        entries.PostsCooperation: ("slug",),
        entries.Training: ("slug",),
        entries.ExpertMission: ("slug",),
        entries.MaterialSupport: ("slug",),
        entries.SupportCheck: ("support",),
        entries.RemainsMission: ("slug",),
        entries.RemainsSite: ("mission",),
        entries.Handover: ("slug",),
        entries.HealthSurvey: ("slug",),
        entries.Gap: ("slug",),
        entries.Direction: ("slug", "mechanism"),
    }
)
"""Feed to rows; joins between records happen in `queries`."""
