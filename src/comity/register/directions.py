"""What offices propose for a consultation: each party's newest word on each of its proposals."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from comity.node.rows import newest_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.node.rows import Report


def standing_proposals(
    directions: Iterable[Report], mechanism: str = "", meeting: str = ""
) -> tuple[Report, ...]:
    """Return the proposals that are not taken back, by day, party and name.

    A fictional word takes back a fictional proposal only. Two parties that propose under one name have made
    two proposals: nobody agrees by choosing a name.

    Args:
        directions: Every record of a proposal.
        mechanism: Only those for this forum; all where it is empty.
        meeting: Only those for this session of it, and those for its next one; all where it is empty.
    """
    grouped: dict[tuple[str, str, bool], list[Report]] = defaultdict(list)
    for report in directions:
        grouped[report.party, report.fields["slug"], report.exercise].append(report)
    newest = [last for (party, _, _), found in grouped.items() if (last := newest_of(found, party))]
    kept = [
        report
        for report in newest
        if report.fields["state"] == "proposed"
        and mechanism in ("", report.fields["mechanism"])
        and (not meeting or report.fields.get("meeting") in (None, meeting))
    ]
    return tuple(sorted(kept, key=lambda one: (one.fields["on"], one.party, one.fields["slug"])))
