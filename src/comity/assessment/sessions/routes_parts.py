"""What the pages of sessions share: finding a session, who speaks, and why a step was not taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.sessions import queries
from comity.assessment.sessions.errors import SessionError
from comity.assessment.sessions.labels import PATH, REFUSALS, WORDS, session_path
from comity.console.pages.record import not_found
from comity.console.pages.rounds import REASONS
from comity.node.control.signed_in import person_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request, Response

    from comity.assessment.sessions.queries import SessionView
    from comity.console import Console
    from comity.record.errors import ComityError

BASE: Final = f"{PATH}/{{party}}/{{name}}/{{index}}"
"""The path of a session by the place of its record: a slug may stand in two logs."""
UNPROCESSABLE: Final = 422


def key_of(party: str, name: str, index: int) -> str:
    """Return what finds the session of a path."""
    return f"{party}/{name}/{index}"


def render(
    console: Console, request: Request, template: str, view: SessionView, /, **context: Any
) -> Response:
    """Render a page of one session."""
    return console.render(
        request,
        f"assessment/sessions/{template}",
        view=view,
        base=session_path(view.key),
        own=queries.own_party(console.node),
        person=person_of(request),
        exercise=view.exercise,
        **WORDS,
        **context,
    )


def with_session(
    console: Console, request: Request, key: str, show: Callable[[SessionView], Response]
) -> Response:
    """Find a session and show it; one that is not here, or not whole, is not found."""
    try:
        view = queries.find(console.node, key)
    except SessionError:
        return not_found(console, request)
    return show(view)


def author_of(request: Request, given: Mapping[str, str]) -> str:
    """Return who takes a step: whose passkey was used, else who was typed.

    Raises:
        SessionError: nobody.
    """
    found = person_of(request) or given.get("author", "").strip()[:64]
    if not found:
        raise SessionError("author: who takes this step is missing")
    return found


def reasons(error: ComityError) -> list[tuple[str, str]]:
    """Return why a step was not taken: the msgid of each reason (empty where it has none), and the words."""
    known = {**REASONS, **REFUSALS}
    told = getattr(error, "reasons", None) or [getattr(error, "reason", error.code)]
    codes = [one if isinstance(one, str) else str(one) for one in told]
    return [(known.get(code, ""), str(error)) for code in codes]
