"""The projection of perspectives: one table for each kind, the content as it was recorded."""

from __future__ import annotations

from typing import Final

from comity.node.rows import RowProjector
from comity.perspectives import entries

PROJECTOR: Final = RowProjector(
    {
        entries.Work: ("slug",),
        entries.Document: ("work", "sha256"),
        entries.Rule: (),
        entries.Grouping: ("work",),
        entries.Proposition: ("slug", "issue"),
        entries.Codebook: ("slug",),
        entries.Statement: ("slug", "proposition", "holder", "source"),
        entries.Finding: ("proposition",),
        entries.Task: ("slug",),
        entries.Sheet: ("task",),
        entries.Adjudication: ("round", "unit"),
        entries.Claim: ("slug", "claimant"),
        entries.Evidence: ("slug", "claim"),
        entries.Sample: ("slug",),
        entries.Grading: ("slug",),
        entries.GradeSheet: ("task",),
    }
)
"""Feed to rows; joins between records happen in `queries`."""
