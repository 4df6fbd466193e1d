"""What was fixed in time: the comparisons that a codebook named before statements on them were on record.

A comparison chosen after the statements were seen is no test of theirs. Within one log the order is proven by
the places of the entries; between logs it rests on the times that their authors claim. What decides must have
stood unchanged since: a later version that keeps a comparison, its thresholds and the rule fixes it no later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.perspectives import entries
from comity.perspectives.queries_read import family_of, reports

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.perspectives.queries_read import CodebookView

    Member = tuple[str, frozenset[str]]


def late(db: Connection, book: CodebookView) -> frozenset[Member]:
    """Return the members of a codebook's family that were fixed after a statement on them was on record."""
    versions = [one for one in reports(db, entries.Codebook) if one.fields["slug"] == book.slug]
    fictional = {one.fields["slug"]: one.exercise for one in reports(db, entries.Proposition)}
    coded: dict[str, list[Report]] = {}
    for one in reports(db, entries.Statement):
        slug = one.fields["proposition"]
        if one.exercise == fictional.get(slug):
            coded.setdefault(slug, []).append(one)
    found = set()
    for member in book.family:
        spoken = coded.get(member[0])
        if spoken and not _before(_fixing(versions, book, member), spoken):
            found.add(member)
    return frozenset(found)


def _fixing(versions: Sequence[Report], book: CodebookView, member: Member) -> list[Report]:
    """Return the records since which a member stood as it does now: newest version first, without a break."""
    kept: list[Report] = []
    for number in sorted({one.fields["version"] for one in versions}, reverse=True):
        same = [one for one in versions if one.fields["version"] == number]
        if not all(member in family_of(one) and _decides(one) == _decides(book.report) for one in same):
            break
        kept += same
    return kept


def _decides(book: Report) -> tuple[object, object]:
    return book.fields["rule"], book.fields.get("thresholds", {})


def _before(fixing: Sequence[Report], spoken: Iterable[Report]) -> bool:
    """Return whether each statement has a fixing record before it."""
    return all(any(_precedes(one, statement) for one in fixing) for statement in spoken)


def _precedes(one: Report, other: Report) -> bool:
    if one.origin == other.origin:
        return one.index < other.index
    return one.claimed <= other.claimed
