"""What others may ask of perspectives.

    with node.views.connect() as db:
        for row in comparison(db).rows:
            print(row.slug, row.authors_finding, "|", row.computed.verdict, row.computed.reasons)

The authors' finding and the computed finding are two columns; nothing here turns one into the other.
"""

from __future__ import annotations

from comity.perspectives.comparison.limits import Limits
from comity.perspectives.queries_comparison import Comparison, Row, comparison, design, matrix, voice
from comity.perspectives.queries_read import (
    SECOND_HAND,
    CodebookView,
    RuleView,
    StatementView,
    by_slug,
    codebook,
    codebooks,
    counts,
    digest,
    documents,
    groupings,
    origin_names,
    reports,
    rule,
    statements,
    works,
)
from comity.perspectives.queries_texts import pointer, text_of, texts_of

__all__ = [
    "SECOND_HAND",
    "CodebookView",
    "Comparison",
    "Limits",
    "Row",
    "RuleView",
    "StatementView",
    "by_slug",
    "codebook",
    "codebooks",
    "comparison",
    "counts",
    "design",
    "digest",
    "documents",
    "groupings",
    "matrix",
    "origin_names",
    "pointer",
    "reports",
    "rule",
    "statements",
    "text_of",
    "texts_of",
    "voice",
    "works",
]
