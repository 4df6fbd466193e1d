"""What may stand in a brief: reports whose marking allows it, facts and standings made of these alone.

A brief is read with the other side. So by default it is made of what is marked for everybody; a record that
a party keeps to itself leaves no trace in it: no line, no count, no hint that a standing would be another.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from comity.node.rows import newest_of
from comity.record.marking import LABELS
from comity.register import entries, queries
from comity.register.standing import advice, contradictions, fact_state, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.register.queries import Fact, UndertakingView

CLEAR: Final = LABELS[0]


class Sight:
    """The register as a brief of a marking may show it.

    Args:
        db: The node's tables.
        voices: The parties whose word counts.
        limit: The most restrictive label that is let in; an unknown label never is.
    """

    def __init__(self, db: Connection, voices: Sequence[str], limit: str = CLEAR) -> None:
        self.db = db
        self.voices = tuple(voices)
        self.limit = limit
        self._allowed = frozenset(LABELS[: LABELS.index(limit) + 1])

    def shows(self, report: Report) -> bool:
        """Whether a record may be in the brief."""
        return report.marking in self._allowed

    def facts(self, kind: str) -> list[Fact]:
        """Return the facts of a kind, each of its visible reports; without any it is not there."""
        found = (self._seen(fact) for fact in queries.facts(self.db, kind, self.voices))
        return [fact for fact in found if fact is not None]

    def undertakings(self, today: date) -> list[UndertakingView]:
        """Return the undertakings with the standing that the visible words give."""
        views = []
        for view in queries.undertakings(self.db, self.voices, today):
            fact = self._seen(view.fact)
            if fact is None:
                continue
            spoken = [report for report in view.statuses if self.shows(report)]
            if fact is view.fact and len(spoken) == len(view.statuses):
                views.append(view)
                continue
            newest = {party: newest_of(spoken, party) for party in self.voices}
            words = {party: report.fields["status"] for party, report in newest.items() if report}
            stood = standing(words, self.voices)
            hint = advice(fact.fields.get("window"), stood, today)
            views.append(replace(view, fact=fact, statuses=tuple(spoken), standing=stood, advice=hint))
        return views

    def directions(self) -> list[Report]:
        """Return what offices propose, as far as it may be in the brief."""
        return [report for report in queries.reports(self.db, entries.Direction) if self.shows(report)]

    def translations(self) -> list[Report]:
        """Return what the parties say of how their texts came into a language."""
        return [report for report in queries.reports(self.db, entries.Translation) if self.shows(report)]

    def _seen(self, fact: Fact) -> Fact | None:
        kept = tuple(report for report in fact.reports if self.shows(report))
        if len(kept) == len(fact.reports):
            return fact
        if not kept:
            return None
        differs = contradictions(fact.kind, [report.fields for report in kept])
        silent = tuple(party for party in self.voices if party not in {report.party for report in kept})
        return replace(fact, reports=kept, differs=differs, silent=silent, state=fact_state(differs, silent))


def strictest(reports: Iterable[Report]) -> str:
    """Return the most restrictive label among records; that of everybody where there are none."""
    return max((report.marking for report in reports), key=LABELS.index, default=CLEAR)
