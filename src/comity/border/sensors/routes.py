"""The page of sensors: what is heard, silent, doubted and set aside, and the batches that seal it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.border.sensors.labels import STATES, WORDS
from comity.border.titles import titles
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_, gettext, speaking
from comity.node.errors import RecordNotFoundError
from comity.record.canonical import unb64

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console import Listing
    from comity.node.node import Node
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("source", N_("Source")),
    Column("state", N_("State")),
    Column("observations", N_("Observations"), numeric=True),
    Column("doubtful", N_("Doubtful")),
    Column("aside", N_("Set aside")),
    Column("gaps", N_("Gaps"), numeric=True),
)
ORDER: Final = ("no data", "cannot tell", "heard")
"""What is silent comes first."""
NEWEST: Final = 20
"""Batches shown; the command line lists every one."""


def routes(app: NodeApp) -> APIRouter:
    """Return the routes."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    @router.get("/border/sensors")
    def sensors(request: Request) -> Response:
        from comity.border.sensors import answers  # noqa: PLC0415 - a page of the overview needs no store

        query = Query.of(request)
        check = query.get("check", ("1",)) == "1"
        found, aside = answers.overview(node), answers.quarantine(node)
        with speaking(console.language_of(request)):
            page = _listing(query, found["datastreams"])
            states = [(name, gettext(drawn[0])) for name, drawn in STATES.items()]
        return console.render(
            request,
            "border/sensors/list.html",
            listing=page,
            found=found,
            aside=aside,
            untracked=_untracked(node),
            titles=titles(node),
            batches=_batches(node, check=check),
            check=check,
            state_options=states,
            **WORDS,
        )

    return router


def _batches(node: Node, *, check: bool) -> list[dict[str, Any]]:
    """Return the newest batches, each with where its entry stands; with `check`, what is wrong with it."""
    from comity.border.sensors import answers  # noqa: PLC0415 - lazily

    shown = answers.batches(node, check=check)[: -NEWEST - 1 : -1]
    return [{**one, "place": _place(node, one["entry"])} for one in shown]


def _untracked(node: Node) -> list[dict[str, Any]]:
    """Return what the centres of own sectors did not track: sector, sensor, reason and how many."""
    from comity.border.sector import queries  # noqa: PLC0415 - lazily

    if not any(one.party == node.config.party for one in queries.sectors(node)):
        return []  # and no store of tracks is made for a look
    from comity.border.live import answers  # noqa: PLC0415 - needs arrays

    found = []
    for one in answers.state(node)["sectors"]:
        found += [{"sector": one["sector"], **item} for item in one["set_aside"]]
        if one["late"]:
            late = {"sector": one["sector"], "sensor": "", "reason": "late", "number": one["late"]}
            found.append(late)
    return found


def _place(node: Node, entry: str) -> tuple[str, int] | None:
    try:
        return node.origin, node.find(node.origin, unb64(entry)).index
    except RecordNotFoundError:
        return None


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "source": lambda one: (one["sensor"] or "", one["datastream"] or ""),
        "state": lambda one: (ORDER.index(one["state"]["state"]), one["state"].get("since", "")),
        "observations": lambda one: one["observations"],
        "doubtful": lambda one: sum(one["flags"].values()),
        "aside": lambda one: sum(one["set_aside"].values()),
        "gaps": lambda one: one["gaps"]["count"],
    }
    state, text = query.get("state", tuple(STATES)), query.get("text").casefold()
    kept = [
        one
        for one in found
        if state in ("", one["state"]["state"])
        and text in f"{one['sensor']} {one['thing']} {one['datastream']}".casefold()
    ]
    return listing(query, COLUMNS, kept, keys, default="state", unfiltered=len(found))
