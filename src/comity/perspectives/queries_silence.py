"""What can be said of holders that were not heard on a proposition."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from comity.perspectives.comparison.origins import merged
from comity.perspectives.comparison.silence import Declared, Silence, silence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from comity.node.rows import Report
    from comity.perspectives.queries_read import CodebookView, RuleView, StatementView


def silences(
    rule: RuleView | None,
    book: CodebookView | None,
    works: Mapping[str, Report],
    spoken: Mapping[str, Sequence[StatementView]],
) -> dict[str, tuple[Silence, ...]]:
    """Return what can be said of each holder of the rule that does not speak for itself, by proposition.

    Without a codebook that codes a proposition no corpus is complete on it: a holder is not covered, or not
    heard. `spoken` has the statements by proposition, of propositions without any, too.
    """
    if rule is None:
        return {}
    coded = _coded(book, spoken) if book else frozenset()
    cluster_of = {slug: report.fields["origin_cluster"] for slug, report in works.items()}
    as_one = merged(cluster_of, book.organs) if book and book.organs else None
    found = {}
    for proposition, views in spoken.items():
        known = book is not None and proposition in book.report.fields["propositions"]
        corpora = declared(book, works, views, coded) if book is not None and known else frozenset()
        said = (_said(holder, views, corpora, cluster_of, as_one) for holder in rule.group_of)
        found[proposition] = tuple(one for one in said if one.state != "speaks")
    return found


def declared(
    book: CodebookView,
    works: Mapping[str, Report],
    spoken: Iterable[StatementView],
    coded: AbstractSet[str],
) -> frozenset[Declared]:
    """Return the corpora that the codebook declares complete, with the works that address a proposition.

    A work that is not on record, or was published outside the period, is not in the corpus. `coded` are the
    works in which anything was coded by the codebook.
    """
    address: dict[str, set[str]] = defaultdict(set)
    for view in spoken:
        if view.first_hand and _addresses(view):
            address[view.holder].add(view.fields["source"])
    found = []
    for corpus in book.report.fields.get("corpora", []):
        first, last = years(corpus["period"])
        kept = frozenset(
            slug for slug in corpus["works"] if slug in works and first <= works[slug].fields["year"] <= last
        )
        found.append(Declared(corpus["holder"], kept, kept & address[corpus["holder"]], kept & coded))
    return frozenset(found)


def years(period: str) -> tuple[int, int]:
    """Return the first and the last year of an EDTF date or interval; an open end has none."""
    ends = period.split("/")
    first, last = ends[0][:4], ends[-1][:4]
    return (
        int(first.replace("X", "0")) if first.strip(".") else 0,
        int(last.replace("X", "9")) if last.strip(".") else 9999,
    )


# --- inside ---


def _said(
    holder: str,
    views: Sequence[StatementView],
    corpora: frozenset[Declared],
    cluster_of: Mapping[str, str],
    as_one: Mapping[str, str] | None,
) -> Silence:
    own = [view for view in views if view.holder == holder]
    speaks = any(view.first_hand and _addresses(view) for view in own)
    spoken_of = any(not view.first_hand for view in own)
    said = silence(holder, corpora, cluster_of, speaks=speaks, spoken_of=spoken_of)
    if as_one is None or said.p is None:
        return said
    again = silence(holder, corpora, as_one, speaks=speaks, spoken_of=spoken_of)
    return replace(said, organs_as_one=again.state)


def _coded(book: CodebookView, spoken: Mapping[str, Sequence[StatementView]]) -> frozenset[str]:
    """Return the works in which anything was coded: a stance, or that a proposition is not addressed."""
    return frozenset(
        work
        for proposition in book.report.fields["propositions"]
        for view in spoken.get(proposition, ())
        for work in (view.fields["source"], view.fields["cite"]["work"])
    )


def _addresses(view: StatementView) -> bool:
    return isinstance(view.stance, Fraction) or view.stance == "mixed"
