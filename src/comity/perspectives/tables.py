"""The projection of perspectives: one table for each kind, the content as it was recorded."""

from __future__ import annotations

from typing import Final

from comity.node.rows import RowProjector
from comity.perspectives.entries import Document, Finding, Proposition, Rule, Statement, Work

PROJECTOR: Final = RowProjector(
    {
        Work: ("slug",),
        Document: ("work", "sha256"),
        Rule: (),
        Proposition: ("slug", "issue"),
        Statement: ("slug", "proposition", "holder", "source"),
        Finding: ("proposition",),
    }
)
"""Feed to rows; joins between records happen in `queries`."""
