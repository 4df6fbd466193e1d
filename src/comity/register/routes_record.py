"""The pages on which an officer records a thing of the register: any of its kinds, from one form.

A form may be opened with what is known already: a field (`?instrument=…`), or another record to say the
same as (`?like=<log>&index=…`), the other side's or an earlier one of one's own.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console.i18n import N_, gettext, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.perspectives import queries as perspectives
from comity.register import entries, queries
from comity.register.labels import KINDS, PAGES, path_of
from comity.register.labels_channels import KINDS as CHANNEL_KINDS
from comity.register.pages import mechanism_names, title
from comity.register.routes_writing import Form, shown, taken
from comity.register.writing_asked import asked
from comity.register.writing_given import given_of, names, rows_shown
from comity.register.writing_records import record_draft, record_slug

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.console import Console
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.kinds import Kind

GROUPS: Final = (
    (N_("What was agreed"), ("instrument", "event", "undertaking", "evidence", "appraisal", "formula")),
    (N_("Who meets"), ("mechanism", "meeting")),
    (N_("Along the border"), ("talks", "patrol")),
    (N_("In forums with others"), ("forum_item", "voting_intention", "candidature", "backing")),
    (N_("Offices and posts"), ("consular_matter", "press_exchange", "posts_cooperation")),
    (N_("Training, experts, support"), ("training", "expert_mission", "material_support", "support_check")),
    (N_("The fallen, and health"), ("remains_mission", "remains_site", "handover", "health_survey")),
    (N_("Numbers, and what nobody reported"), ("figure", "gap")),
    (N_("Places and translations"), ("place", "translation")),
)
"""What may be recorded by hand, in the order of the page; words and tickets have forms of their own."""
MODELS: Final[dict[str, type[Kind]]] = {
    kind.kind.partition(".")[2]: kind
    for kind in entries.KINDS
    if any(kind.kind.partition(".")[2] in names for _, names in GROUPS)
}
LONG: Final = ("rows", "texts", "lines")
"""Ways of asking that take room."""
CADENCES: Final = ("P1M", "P3M", "P6M", "P1Y", "P2Y", "P5Y")


def record_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes; they stand before that of single things."""
    router = APIRouter()

    @router.get("/register/record")
    def kinds(request: Request) -> Response:
        return console.render(request, "register/record.html", groups=GROUPS)

    def form(request: Request, name: str) -> Form | None:
        if name not in MODELS:
            return None
        with speaking(console.language_of(request)):
            return _form(console, node, name, request)

    @router.get("/register/record/{name}")
    def new(request: Request, name: str) -> Response:
        made = form(request, name)
        return not_found(console, request) if made is None else shown(console, request, made)

    @router.post("/register/record/{name}")
    async def record(request: Request, name: str) -> Response:
        made = form(request, name)
        return not_found(console, request) if made is None else await taken(console, request, made)

    return router


def _form(console: Console, node: Node, name: str, request: Request) -> Form:
    model, query = MODELS[name], request.query_params
    like = _like(node, model, query.get("like", ""), query.get("index", ""))
    own = node.origin.partition("/")[0]
    corrects = like.id if like and name == "event" and like.party == own else ""
    choices = _choices(node)
    kind_of = {slug: kind for kind, found in choices.items() for slug, _ in found}
    given = given_of(asked(model), like.fields) if like else _opened(model, query, parties(node))
    given |= {"exercise": "yes"} if like and like.exercise else {}
    query_words = f"?{request.url.query}" if request.url.query else ""
    return Form(
        template="register/record_form.html",
        action=f"/register/record/{name}{query_words}",
        fields=tuple(names(asked(model))),
        drafts=lambda said: [record_draft(model, said, kind_of, corrects)],
        done=partial(_done, model, choices),
        given=given,
        context={
            "heading": gettext(console.kinds.label(model.kind)),
            "lead": _lead(like, own),
            "form_heading": gettext("What is recorded"),
            "crumbs": [("/register", gettext("Register")), ("/register/record", gettext("Record something"))],
            "exercise": bool(like and like.exercise),
            "choose_exercise": True,
            **_arranged(model),
            "choices": {
                **choices,
                "thing": sorted(
                    (pair for kind in _things(name) for pair in choices.get(kind, [])),
                    key=lambda pair: pair[1].casefold(),
                ),
            },
            "rows_shown": rows_shown,
            "cadences": CADENCES,
            "works": _works(console, node),
            "like": like,
        },
    )


def _opened(model: type[Kind], query: Mapping[str, str], voices: tuple[str, ...]) -> dict[str, str]:
    """Return what a new form holds: what the address says, and every party where each has a row."""
    given = {one: query[one] for one in names(asked(model)) if one in query}
    if any(one.name == "parties" and one.how == "rows" for one in asked(model)):
        given = {f"parties.{row}.party": voice for row, voice in enumerate(voices)} | given
    return given


def _arranged(model: type[Kind]) -> dict[str, Any]:
    """Return the fields in the order of the page: what is needed and short first, the rest behind a fold."""
    fields = asked(model)
    first = [one for one in fields if (one.required or one.how not in LONG) and one.name != "slug"]
    more = [one for one in fields if one not in first]
    return {
        "first": first,
        "more": more,
        "more_given": lambda given: any(given.get(name) for name in names(more)),
    }


def _lead(like: Report | None, own: str) -> str:
    if like is None:
        return gettext("One record of your own log. Say where it is reported: a fact has a source.")
    if like.party == own:
        return gettext(
            "Your side's newer word: what stands before stays on record, and this takes its place."
        )
    return gettext("The other side's record fills the form. Change what you know otherwise; both stay.")


def _things(name: str) -> tuple[str, ...]:
    """Return the kinds that a record of this kind may speak of."""
    return ("instrument", "mechanism", "undertaking") if name == "appraisal" else PAGES


def _like(node: Node, model: type[Kind], origin: str, index: str) -> Report | None:
    if not origin or not index.isdecimal():
        return None
    with node.views.connect() as db:
        found = queries.reports(db, model)
    return next((one for one in found if (one.origin, one.index) == (origin, int(index))), None)


def _choices(node: Node) -> dict[str, list[tuple[str, str]]]:
    """Return by kind the things on record by slug and title, and the parties by code and name."""
    voices = parties(node)
    with node.views.connect() as db:
        mechanisms = mechanism_names(db, voices)
        found = {
            name: sorted(
                (
                    (fact.key, plain(title(fact, mechanisms)))
                    for fact in queries.facts(db, f"register.{name}", voices)
                ),
                key=lambda one: one[1].casefold(),
            )
            for name in PAGES
        }
    called = {charter.party: plain(charter.names) for charter in node.charters.values() if charter.names}
    found["party"] = [(code, called.get(code, code)) for code in voices]
    return found


def _works(console: Console, node: Node) -> list[tuple[str, str]]:
    """Return the works that may be cited: those on record, and those of which a document is held."""
    found = {slug: source.title for slug, source in console.sources().items()}
    with node.views.connect() as db:
        for report in perspectives.documents(db):
            found.setdefault(report.fields["work"], report.fields["work"])
    return sorted(found.items(), key=lambda one: one[1].casefold())


def _done(model: type[Kind], choices: Mapping[str, list[tuple[str, str]]], given: Mapping[str, str]) -> str:
    """Return the page of what was recorded, or of what it speaks of."""
    name = model.kind.partition(".")[2]
    if name in PAGES:
        return path_of(name, record_slug(model, given))
    view: Any = KINDS.get(model.kind) or CHANNEL_KINDS.get(model.kind)
    if view is None:
        return "/register/places" if name == "place" else "/register/record"
    fields = {one: given.get(one, "") for one in names(asked(model))}
    about = next((kind for kind, found in choices.items() if fields.get("about") in dict(found)), "")
    return str(view.page({**fields, "about_kind": about}) or "/register")
