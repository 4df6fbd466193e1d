"""The entry kinds of perspectives: who voiced what, through which works it reached us, and who coded it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.perspectives.entries.claims import Claim, Evidence, Grade
from comity.perspectives.entries.codebook import (
    Codebook,
    Corpus,
    Frame,
    Organs,
    Pair,
    RubricText,
    Thresholds,
)
from comity.perspectives.entries.coding import (
    Adjudication,
    Coded,
    Passage,
    Question,
    Sheet,
    Task,
    TaskDocument,
)
from comity.perspectives.entries.documents import Document, LanguageShare, Note, Page, Section
from comity.perspectives.entries.grading import GivenGrade, GradedItem, GradeSheet, Grading
from comity.perspectives.entries.parts import (
    Admiralty,
    CodebookVersion,
    Modality,
    Name,
    Offset,
    Rubric,
    Stance,
)
from comity.perspectives.entries.rules import Group, Grouping, HolderRule, Rule, Stream
from comity.perspectives.entries.samples import Drawn, Sample
from comity.perspectives.entries.statements import Finding, Proposition, Statement
from comity.perspectives.entries.works import Work, WorkKind

if TYPE_CHECKING:
    from comity.record.kinds import Kind

__all__ = [
    "KINDS",
    "Adjudication",
    "Admiralty",
    "Claim",
    "Codebook",
    "CodebookVersion",
    "Coded",
    "Corpus",
    "Document",
    "Drawn",
    "Evidence",
    "Finding",
    "Frame",
    "GivenGrade",
    "Grade",
    "GradeSheet",
    "GradedItem",
    "Grading",
    "Group",
    "Grouping",
    "HolderRule",
    "LanguageShare",
    "Modality",
    "Name",
    "Note",
    "Offset",
    "Organs",
    "Page",
    "Pair",
    "Passage",
    "Proposition",
    "Question",
    "Rubric",
    "RubricText",
    "Rule",
    "Sample",
    "Section",
    "Sheet",
    "Stance",
    "Statement",
    "Stream",
    "Task",
    "TaskDocument",
    "Thresholds",
    "Work",
    "WorkKind",
]

KINDS: Final[tuple[type[Kind], ...]] = (
    Work,
    Document,
    Rule,
    Grouping,
    Proposition,
    Codebook,
    Statement,
    Finding,
    Task,
    Sheet,
    Adjudication,
    Claim,
    Evidence,
    Sample,
    Grading,
    GradeSheet,
)
"""Every kind that perspectives writes."""
