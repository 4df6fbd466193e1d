"""What can be said of holders that were not heard on a proposition."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from comity.perspectives.comparison.silence import Declared, Silence, silence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.rows import Report
    from comity.perspectives.queries_read import CodebookView, RuleView, StatementView


def silences(
    rule: RuleView | None,
    book: CodebookView | None,
    works: dict[str, Report],
    proposition: str,
    spoken: Sequence[StatementView],
) -> tuple[Silence, ...]:
    """Return what can be said of each holder of the rule that does not speak for itself on a proposition.

    Without a codebook that codes it no corpus is complete: a holder is not covered, or not heard.
    """
    if rule is None:
        return ()
    coded = book is not None and proposition in book.report.fields["propositions"]
    corpora = declared(book, works, spoken) if book is not None and coded else frozenset()
    found = []
    for holder in rule.group_of:
        own = [view for view in spoken if view.holder == holder]
        speaks = any(view.first_hand and _addresses(view) for view in own)
        said = silence(holder, corpora, speaks=speaks, spoken_of=any(not view.first_hand for view in own))
        if said.state != "speaks":
            found.append(said)
    return tuple(found)


def declared(
    book: CodebookView, works: dict[str, Report], spoken: Sequence[StatementView]
) -> frozenset[Declared]:
    """Return the corpora that the codebook declares complete, with the works that address a proposition.

    A work that is not on record, or was published outside the period, is not in the corpus.
    """
    found = []
    for corpus in book.report.fields.get("corpora", []):
        first, last = years(corpus["period"])
        kept = {
            slug for slug in corpus["works"] if slug in works and first <= works[slug].fields["year"] <= last
        }
        address = {
            view.fields["source"]
            for view in spoken
            if view.holder == corpus["holder"] and view.first_hand and _addresses(view)
        }
        found.append(Declared(corpus["holder"], frozenset(kept), frozenset(kept & address)))
    return frozenset(found)


def years(period: str) -> tuple[int, int]:
    """Return the first and the last year of an EDTF date or interval; an open end has none."""
    ends = period.split("/")
    first, last = ends[0][:4], ends[-1][:4]
    return (
        int(first.replace("X", "0")) if first.strip(".") else 0,
        int(last.replace("X", "9")) if last.strip(".") else 9999,
    )


def _addresses(view: StatementView) -> bool:
    return isinstance(view.stance, Fraction) or view.stance == "mixed"
