"""The entry kinds of perspectives: who voiced what, through which works it reached us, and who coded it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.perspectives.entries.documents import Document, Page, Section
from comity.perspectives.entries.parts import Modality, Name, Offset, Stance
from comity.perspectives.entries.rules import Group, HolderRule, Rule
from comity.perspectives.entries.statements import Finding, Proposition, Statement
from comity.perspectives.entries.works import Work, WorkKind

if TYPE_CHECKING:
    from comity.record.kinds import Kind

__all__ = [
    "KINDS",
    "Document",
    "Finding",
    "Group",
    "HolderRule",
    "Modality",
    "Name",
    "Offset",
    "Page",
    "Proposition",
    "Rule",
    "Section",
    "Stance",
    "Statement",
    "Work",
    "WorkKind",
]

KINDS: Final[tuple[type[Kind], ...]] = (Work, Document, Rule, Proposition, Statement, Finding)
"""Every kind that perspectives writes."""
