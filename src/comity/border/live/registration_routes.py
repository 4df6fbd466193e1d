"""The page of what sensors add to what they say: each estimate with its errors, and the form to accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from comity.border.events import sending
from comity.border.events.sending import Field, Form, words
from comity.border.sector import queries
from comity.border.sector.errors import SectorUnknownError
from comity.console import Console, KindView, Query
from comity.console.i18n import N_
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node
    from comity.node.system import NodeApp

PATH: Final = "/border/sensor-biases"
CRUMBS: Final = (
    ("/border", N_("Border")),
    ("/border/sensors", N_("Sensors")),
    (PATH, N_("Corrections of sensors")),
)
SHOWN: Final = ("digest", "first", "until")
"""What the address of the form says of the estimate that it was opened for."""
TITLES: Final = {
    "accept": N_("Accept the correction of a sensor"),
    "withdraw": N_("Withdraw the correction of a sensor"),
}
LEADS: Final = {
    "accept": N_(
        "From the next observation on, what was estimated is taken off what the sensor says, here and "
        "whenever the picture is made again from the record. What was tracked stays as it was."
    ),
    "withdraw": N_("From the next observation on, the sensor is taken at its word again."),
}
VERDICTS: Final = {
    "bias": (N_("a bias was found"), "warn", "wait"),
    "no bias": (N_("none beyond its errors"), "good", "check"),
    "insufficient data": (N_("insufficient data"), "quiet", "unknown"),
}
DECIDED: Final = {
    "in force": (N_("in force"), "good", "check"),
    "coming": (N_("from the next observation on"), "warn", "wait"),
    "over": (N_("over"), "quiet", "unknown"),
}
KINDS: Final = {
    "border.registration": KindView(
        N_("Correction of a sensor"), lambda f: f["sensor"], lambda f: f"{PATH}?sector={f['sector']}"
    )
}
PARTS: Final = {
    "east": N_("to the east"),
    "north": N_("to the north"),
    "turn": N_("turned"),
    "late": N_("late"),
}
FIELDS: Final = {
    "sensor": N_("sensor"),
    "shift_east": N_("adds to the east, m"),
    "shift_north": N_("adds to the north, m"),
    "turn": N_("turns, radians"),
    "late": N_("tells times too late by, ms"),
    "estimated": N_("what was looked for"),
    "sigma_east": N_("standard deviation to the east, m"),
    "sigma_north": N_("standard deviation to the north, m"),
    "sigma_turn": N_("standard deviation of the turn, radians"),
    "sigma_late": N_("standard deviation of the lateness, ms"),
    "pairs": N_("sightings of co-operative targets"),
    "target_count": N_("co-operative targets"),
    "outliers": N_("counted for less than in full"),
    "references": N_("who told where they were"),
    "earliest": N_("looked at from"),
    "latest": N_("looked at until"),
    "pairs_digest": N_("digest of the sightings"),
    "unsealed": N_("observations not sealed yet"),
}


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kind."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, {"estimated": PARTS})

    @router.get(PATH)
    def page(request: Request) -> Response:
        from comity.border.live import registration  # noqa: PLC0415 - needs arrays
        from comity.border.sector import registrations  # noqa: PLC0415 - the same

        names = [one.slug for one in queries.sectors(node) if one.party == node.config.party]
        sector = Query.of(request).get("sector") or (names[0] if names else "")
        if sector and sector not in names:
            return not_found(console, request)
        found = registration.biases(node, sector) if sector else None
        accepted = registrations.shown(node, sector, registration.clock_of(node, sector)) if sector else []
        return console.render(
            request,
            "border/sensors/bias.html",
            names=names,
            sector=sector,
            found=found,
            accepted=accepted,
            verdicts=VERDICTS,
            decided=DECIDED,
            own=node.config.party,
            exercise=bool(found and found["exercise"]),
        )

    _forms(router, console)
    return router


def _forms(router: APIRouter, console: Console) -> None:
    node = console.node

    def form_of(request: Request, what: str, sector: str, sensor: str) -> Form | None:
        try:
            exercise = queries.find(node, sector, own=True).exercise
        except SectorUnknownError:
            return None
        if what not in TITLES:
            return None
        first = {name: request.query_params.get(name, "") for name in SHOWN}
        return form(
            node, what, (sector, sensor), (first, console.language_of(request).code), exercise=exercise
        )

    @router.get("/border/sensor-acts/{what}/{sector}/{sensor}")
    def asked(request: Request, what: str, sector: str, sensor: str) -> Response:
        made = form_of(request, what, sector, sensor)
        return sending.show(console, request, made) if made else not_found(console, request)

    @router.post("/border/sensor-acts/{what}/{sector}/{sensor}")
    async def taken(request: Request, what: str, sector: str, sensor: str) -> Response:
        made = await run_in_threadpool(form_of, request, what, sector, sensor)
        return await sending.take(console, request, made) if made else not_found(console, request)


def form(
    node: Node, what: str, which: tuple[str, str], opened: tuple[Mapping[str, str], str], *, exercise: bool
) -> Form:
    """Return the form of an act on a sensor.

    Args:
        node: Where.
        what: `accept` or `withdraw`.
        which: Sector and sensor.
        opened: What the address says was shown, and the language of the page.
        exercise: Whether the sector is fictional.
    """
    (sector, sensor), (first, language) = which, opened
    shown = _shown(node, which, first) if what == "accept" else None

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        said = words(given, "words", language)
        fixed = first if what == "accept" else {}
        note = {"note": said} if said else {}
        return {"sector": sector, "sensor": sensor, "office": given["office"], **fixed, **note}

    def do(given: dict[str, Any]) -> dict[str, Any]:
        from comity.border.live import registering  # noqa: PLC0415 - needs arrays

        return registering.ACTS[what](node, given)

    return Form(
        title=TITLES[what],
        lead=LEADS[what],
        path=f"/border/sensor-acts/{what}/{sector}/{sensor}?{urlencode(first)}",
        crumbs=CRUMBS,
        fields=(
            Field("office", N_("Your office")),
            Field("words", N_("In words, never about a person"), required=False, area=True),
        ),
        act=act,
        do=do,
        after=lambda _: f"{PATH}?sector={sector}",
        first={"marking": "TLP:AMBER"},
        exercise=exercise,
        template="border/sensors/accept.html",
        extra={"one": shown, "sensor": sensor},
    )


def _shown(node: Node, which: tuple[str, str], first: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the estimate that the address names, as it is found again; None where it names none."""
    from comity.border.live import registration  # noqa: PLC0415 - needs arrays

    sector, sensor = which
    if not (first["first"].isdigit() and first["until"].isdigit()):
        return None
    found = registration.biases(node, sector, sensor, int(first["first"]), int(first["until"]))
    one = found["sensors"][0] if found["sensors"] else None
    if one is None or one.get("digest") == first["digest"] or "why" in one:
        return one
    return {**one, "parts": [], "why": "it is another estimate than the one that was shown"}
