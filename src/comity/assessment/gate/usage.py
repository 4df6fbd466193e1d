"""How often each party opens gates, asks, answers and replies: shown, so that asymmetry is visible."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.node.rows import Report


@dataclass(frozen=True, slots=True)
class Use:
    """One party's use of gates: plain counts, no rate and no rank.

    `unanswered` counts requests made to it that it has not answered; it owes no answer and no reason.
    """

    party: str
    opened: int = 0
    requested: int = 0
    accepted: int = 0
    refused: int = 0
    unanswered: int = 0
    extended: int = 0
    concluded: int = 0
    replied: int = 0
    asserted: int = 0


def usage(
    parties: Sequence[str],
    *,
    opened: Iterable[Report],
    requests: Iterable[Report],
    answers: Iterable[Report],
    steps: Iterable[Report],
    replies: Iterable[Report],
    commitments: Iterable[Report],
) -> list[Use]:
    """Count per party, in the order of `parties`; each list holds only what counts.

    Args:
        parties: Whose use is counted.
        opened: Gates that their sponsors opened.
        requests: Requests.
        answers: Answers of the parties that were asked.
        steps: Steps that were said.
        replies: Replies.
        commitments: Assertions of commitments to third parties.
    """
    lists = {
        "opened": opened,
        "requested": requests,
        "accepted": (one for one in answers if one.fields["answer"] == "accept"),
        "refused": (one for one in answers if one.fields["answer"] == "refuse"),
        "extended": (one for one in steps if one.fields["step"] == "extended"),
        "concluded": (one for one in steps if one.fields["step"] == "concluded"),
        "replied": replies,
        "asserted": commitments,
    }
    held = {name: list(items) for name, items in lists.items()}
    answered = {
        (one.party, one.fields["requested_by"], one.fields["request"])
        for one in (*held["accepted"], *held["refused"])
    }
    waiting = [
        one.fields["sponsor"]
        for one in held["requested"]
        if (one.fields["sponsor"], one.party, one.fields["slug"]) not in answered
    ]
    return [
        Use(
            party=party,
            unanswered=waiting.count(party),
            **{name: sum(one.party == party for one in items) for name, items in held.items()},
        )
        for party in parties
    ]
