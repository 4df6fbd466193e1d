"""From the answers of one party to what it seals: one line a question, none of fewer experts than agreed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from comity.assessment.entries.sessions import Asked, SummaryLine
from comity.assessment.pools.summary import summarise
from comity.assessment.sessions.lines import distributions, root_of_leaves, to_line, uncertainty
from comity.assessment.sessions.weights import Weights, voices, weigh

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.entries.sessions import Question, Session


@dataclass(frozen=True, slots=True)
class Given:
    """One answer that counts, and the leaf that holds its commitment.

    Attributes:
        expert: Pseudonym.
        question: Slug.
        values: Decimal strings.
        origin: The log.
        index: Its place there.
        leaf: Hash of the leaf, base64.
    """

    expert: str
    question: str
    values: tuple[str, ...]
    origin: str
    index: int
    leaf: str


@dataclass(frozen=True)
class Summed:
    """What a party would seal: its lines in the order of the questions, and the weights behind them."""

    lines: tuple[SummaryLine, ...]
    weights: Weights


def summed(
    session: Session,
    questions: Sequence[Question],
    party: str,
    given: Sequence[Given],
    outcomes: Mapping[str, float],
) -> Summed:
    """Summarise the answers of one party.

    Args:
        session: What was agreed.
        questions: In its order.
        party: Whose answers these are.
        given: One of each expert and question at most.
        outcomes: Of seeds, by slug.
    """
    answers = {(one.expert, one.question): one.values for one in given}
    weights = weigh(questions, outcomes, answers)
    lines = []
    for asked, question in zip(session.questions, questions, strict=True):
        mine = sorted((one for one in given if one.question == asked.question), key=lambda one: one.expert)
        lines.append(_line(session, asked, question, party, mine, weights.by_expert))
    return Summed(tuple(lines), weights)


def _line(  # noqa: PLR0917 - the session, the question as asked and as worded, whose, what, how
    session: Session,
    asked: Asked,
    question: Question,
    party: str,
    mine: Sequence[Given],
    by_expert: Mapping[str, float] | None,
) -> SummaryLine:
    if len(mine) < session.least_experts:
        return SummaryLine(question=asked.question, question_digest=asked.digest, nothing="too-few")
    held = None
    # Performance was shown on quantities, so it weighs answers about quantities alone.
    if by_expert is not None and question.form == "quantile":
        found = np.array([by_expert.get(one.expert, 0.0) for one in mine])
        held = found if voices(found) >= session.least_experts else None
    made = summarise(
        party, distributions(question, [one.values for one in mine]), uncertainty(question), held
    )
    counted = [one for place, one in enumerate(mine) if held is None or held[place] > 0]
    leaves = ((one.origin, one.index, one.leaf) for one in counted)
    return to_line((asked.question, asked.digest), made, root_of_leaves(leaves), performance=held is not None)
