"""The pages of warnings: the list with receipts, and one warning with who knew when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.border.errors import WarningUnknownError
from comity.border.labels import FIELDS, KINDS, STATES, WORDS
from comity.border.warning import METHOD
from comity.border.warning.forms_labels import PREPARED, SIGNATURES
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console import Listing
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("sent", N_("Sent")),
    Column("warning", N_("Warning")),
    Column("party", N_("Party")),
    Column("state", N_("State")),
    Column("receipts", N_("Receipts"), numeric=True),
)


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, {})
    console.add_method(N_("Who knew when"), METHOD)

    @router.get("/border/warnings")
    def warnings(request: Request) -> Response:
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        query = Query.of(request)
        if not query.get("sort"):
            # The newest warning first, unless the reader sorts.
            query = Query(query.path, {**query.parameters, "sort": "sent", "dir": "desc"})
        found = answers.warning_list(node)
        with speaking(console.language_of(request)):
            page = _listing(query, found)
            options = [(name, gettext(words)) for name, (words, _, _) in STATES.items()]
        return console.render(
            request,
            "border/warning/list.html",
            listing=page,
            state_options=options,
            exercise=any(one["exercise"] for one in found),
            prepared=PREPARED,
            **WORDS,
        )

    @router.get("/border/warnings/{party}/{slug}")
    def warning(request: Request, party: str, slug: str) -> Response:
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        try:
            found = answers.warning(node, f"{party}/{slug}")
        except WarningUnknownError:
            return not_found(console, request)
        return console.render(
            request,
            "border/warning/warning.html",
            one=found,
            exercise=found["exercise"],
            own=node.config.party,
            signature_states=SIGNATURES,
            **WORDS,
        )

    return router


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "sent": lambda one: one["sent_at"],
        "warning": lambda one: one["slug"],
        "party": lambda one: one["party"],
        "state": lambda one: list(STATES).index(one["state"]),
        "receipts": lambda one: len(one["receipts"]),
    }
    state, text = query.get("state", tuple(STATES)), query.get("text").casefold()
    kept = [
        one
        for one in found
        if state in ("", one["state"])
        and text in f"{one['slug']} {one['sender']} {' '.join(one['headlines'].values())}".casefold()
    ]
    return listing(query, COLUMNS, kept, keys, default="sent", unfiltered=len(found))
