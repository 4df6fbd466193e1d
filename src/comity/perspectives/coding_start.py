"""What a coding round can be started on here, and what a form that starts one says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives import entries, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_sheet import whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node
    from comity.node.rows import Report

HOUR: Final = 3_600_000
MOST_HOURS: Final = 24 * 366


@dataclass(frozen=True)
class Choices:
    """What can be coded: works with a document held here, claims without a grade; and the logs to ask."""

    works: tuple[str, ...]
    claims: tuple[Report, ...]
    logs: tuple[str, ...]
    own: str


def choices(node: Node) -> Choices:
    """Return what a round can be started on here, and who can be asked."""
    with node.views.connect() as db:
        works = sorted({report.fields["work"] for report in queries.documents(db)})
        claims = [found[0] for found in queries.by_slug(queries.reports(db, entries.Claim)).values()]
    return Choices(
        tuple(works),
        tuple(report for report in claims if "grade" not in report.fields),
        tuple(sorted(node.charters)),
        node.origin,
    )


def asked_of(form: Mapping[str, str], found: Choices, author: str, now: int) -> dict[str, Any]:
    """Return what a form asks for, as `answers_coding.start` takes it.

    Args:
        form: its fields; several values of one are lines.
        found: what can be asked for.
        author: pseudonym of who starts it.
        now: milliseconds UTC.

    Raises:
        CodingError: nobody is asked, or the times are none.
    """
    grades = form.get("about") == "claims"
    chosen = {
        name: form.get(name, "").split("\n") if form.get(name) else [] for name in ("work", "claim", "log")
    }
    hours = [whole(form.get(name, "").strip(), name) for name in ("seal_hours", "open_hours")]
    if not 0 < hours[0] <= hours[1] <= MOST_HOURS:
        raise CodingError("times")
    parties = [log for log in found.logs if log in chosen["log"]]
    fictional = [
        report.exercise for report in found.claims if grades and report.fields["slug"] in chosen["claim"]
    ]
    return {
        "name": form.get("name", "").strip(),
        "parties": parties,
        "works": [] if grades else chosen["work"],
        "claims": chosen["claim"] if grades else [],
        "given": bool(form.get("given")) and not grades,
        "seal_by": now + hours[0] * HOUR,
        "open_by": now + hours[1] * HOUR,
        "author": author,
        "exercise": bool(form.get("exercise")) or any(fictional),
    }
