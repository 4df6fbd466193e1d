"""The page of a report: which files there are to take, and whose record they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.assessment.sessions.errors import SessionStepError
from comity.assessment.sessions.routes_parts import render
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from fastapi import Request, Response

    from comity.assessment.sessions.queries import SessionView
    from comity.console import Console

LANGUAGES: Final = ("vi,lo", "lo,vi", "vi,lo,en", "vi,en", "lo,en", "vi", "lo", "en")
UNAVAILABLE: Final = 503


def page(
    console: Console,
    request: Request,
    view: SessionView,
    stage: str,
    why: str = "",
    *,
    status: int = UNAVAILABLE,
) -> Response:
    """Return the page of a report, or why it could not be printed or recorded."""
    from comity.assessment.report import recording  # noqa: PLC0415 - needs arrays

    try:
        found = view.stage(stage)
    except SessionStepError:
        return not_found(console, request)
    reports = [one for one in recording.listing(console.node, view.key) if one["fields"]["stage"] == stage]
    return render(
        console,
        request,
        "report.html",
        view,
        stage=found,
        reports=reports,
        language_sets=LANGUAGES,
        why=why,
        recorded_here={one["fields"]["content"] for one in reports if one["origin"] == console.node.origin},
        status=status if why else 200,
    )
