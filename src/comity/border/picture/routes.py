"""The pages of the picture: what moves as a table, in four views; what leaves, priced before it leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.border.picture.labels import FIELDS, KINDS, VIEWS, WAYS, WORDS
from comity.border.sector import queries
from comity.border.sector.errors import SectorUnknownError
from comity.border.titles import titles
from comity.console import Column, Console, Query, listing
from comity.console.i18n import N_
from comity.console.pages.record import not_found
from comity.node.control.signed_in import person_of
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.console import Listing
    from comity.node.node import Node
    from comity.node.system import NodeApp

COLUMNS: Final = (
    Column("id", N_("Track")),
    Column("class", N_("Class")),
    Column("place", N_("Place")),
    Column("error", N_("Uncertainty"), numeric=True),
    Column("speed", N_("Speed"), numeric=True),
    Column("existence", N_("There with"), numeric=True),
    Column("seen", N_("Last seen")),
    Column("basis", N_("By whose word")),
)
FORM: Final = ("way", "blur", "grid", "delay", "every", "class", "only", "marks", "office", "author", "seen")
FEW: Final = 200
MOST: Final = 40
UNPROCESSABLE: Final = 422


def routes(app: NodeApp) -> APIRouter:
    """Return the routes, and tell the console of the kinds."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, {})
    _picture(router, console)
    _sharing(router, console)
    return router


def _picture(router: APIRouter, console: Console) -> None:
    node = console.node

    @router.get("/border/picture")
    def picture(request: Request) -> Response:
        from comity.border.picture import answers  # noqa: PLC0415 - needs arrays

        query = Query.of(request)
        names = [one.slug for one in queries.sectors(node)]
        if not names:
            return console.render(request, "border/picture/none.html")
        sector = query.get("sector") or names[0]
        view = query.get("view", tuple(VIEWS)) or "joint"
        given = query.get("at")
        at = _moment(given)
        try:
            found = answers.picture(node, sector, at, view)
            times = answers.times(node, sector)
        except SectorUnknownError:
            return not_found(console, request)
        return console.render(
            request,
            "border/picture/picture.html",
            listing=_listing(query, found["tracks"]),
            found=found,
            times=times,
            names=names,
            titles=titles(node),
            wrong_time=bool(given) and at is None,
            at_text=_text(found["at"]),
            first_text=_text(found["span"][0]),
            exercise=found["exercise"],
            **WORDS,
        )


def _sharing(router: APIRouter, console: Console) -> None:
    node = console.node

    def page(
        request: Request, given: Mapping[str, str], *, fault: Exception | None = None, done: bool = False
    ) -> Response:
        from comity.border.picture import answers, sharing  # noqa: PLC0415 - needs arrays

        names = [one.slug for one in queries.sectors(node) if one.party == node.config.party]
        if not names:
            return console.render(request, "border/picture/none.html")
        sector = given.get("sector") or names[0]
        try:
            prices = sharing.prices(node, {**_figures(given), "sector": sector})
        except SectorUnknownError:
            return not_found(console, request)
        except ComityError as error:
            fault, prices = error, sharing.prices(node, {"sector": sector})
        return console.render(
            request,
            "border/picture/sharing.html",
            status=UNPROCESSABLE if fault else 200,
            prices=prices,
            names=names,
            titles=titles(node),
            sector=sector,
            given={name: given.get(name, "") for name in FORM},
            fault=fault,
            done=done,
            person=person_of(request),
            decisions=answers.decisions(node, sector),
            ways=[name for name in WAYS if name != "plots"],
            exercise=prices["exercise"],
            **WORDS,
        )

    @router.get("/border/sharing")
    def shown(request: Request) -> Response:
        given = {name: value[:FEW] for name, value in request.query_params.items()}
        return page(request, given, done=given.get("done") == "1")

    @router.post("/border/sharing")
    async def decide(request: Request) -> Response:
        sent = await request.form(max_files=0, max_fields=MOST)
        given = {name: str(sent.get(name) or "")[:FEW].strip() for name in (*FORM, "sector")}
        only = [str(one)[:20] for one in sent.getlist("only")]
        try:
            await run_in_threadpool(_decide, node, given, only, person_of(request))
        except (ComityError, ValueError) as error:
            return await run_in_threadpool(page, request, given, fault=error)
        return RedirectResponse(f"/border/sharing?sector={given['sector']}&done=1", status_code=303)


def _decide(node: Node, given: Mapping[str, str], only: list[str], person: str | None) -> None:
    """Record the decision of a form; the prices of its figures were on the page that it came from."""
    from comity.border.picture import answers, sharing  # noqa: PLC0415 - needs arrays

    figures = _figures(given)
    found = sharing.prices(node, {**figures, "sector": given["sector"]})
    expected = found["sides"][0]["their_picture"] if found["sides"] else []
    # What the person saw is named by its figures: other figures are another page, to be looked at first.
    shown = expected if given["seen"] == _seen(found) else []
    act: dict[str, Any] = {
        **figures,
        "sector": given["sector"],
        "way": given["way"],
        "office": given["office"],
        "marks": given["marks"] or "TLP:AMBER",
        "classes": only,
        "shown": shown,
        "header": {"author": person or given["author"]},
    }
    sharing.decide(node, act, answers.now())


def _seen(found: Mapping[str, Any]) -> str:
    """Return the figures of a page of prices in one line."""
    return " ".join(str(found[name]) for name in ("class", "every", "blur", "grid", "delay"))


def _figures(given: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {name: given[name] for name in ("blur", "grid", "every") if given.get(name)}
    if given.get("class"):
        found["class"] = given["class"]
    if given.get("delay"):
        try:
            found["delay"] = float(given["delay"]) * 1000
        except ValueError:
            found["delay"] = given["delay"]
    return found


def _moment(text: str) -> int | None:
    """Return a time as a field of a page has it: UTC, to the second; or milliseconds."""
    if text.isascii() and text.isdigit():
        return int(text[:15])
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _text(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC):%Y-%m-%dT%H:%M:%S}"


def _listing(query: Query, found: list[dict[str, Any]]) -> Listing[dict[str, Any]]:
    keys: dict[str, Callable[[dict[str, Any]], Any]] = {
        "id": lambda one: one["id"],
        "class": lambda one: one["class"],
        "place": lambda one: (one["lat"], one["lon"]),
        "error": lambda one: one["ellipse"]["major"],
        "speed": lambda one: one["velocity"][0] ** 2 + one["velocity"][1] ** 2,
        "existence": lambda one: one["existence"],
        "seen": lambda one: one["seen"],
        "basis": lambda one: one["basis"],
    }
    return listing(query, COLUMNS, found, keys, default="id", unfiltered=len(found))
