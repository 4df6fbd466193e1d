"""The acts on events as forms: a new event, a follow-up, a request, an answer."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.events import EventReport
from comity.border.events import labels, writing
from comity.border.events.places import located
from comity.border.events.sending import Field, Form, words
from comity.border.tables import PROJECTOR
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.events.forms import EventForm
    from comity.node.node import Node

MINUTE_MS: Final = 60_000
AGO: Final = (
    ("0", N_("now")),
    ("15", N_("a quarter of an hour ago")),
    ("60", N_("an hour ago")),
    ("180", N_("three hours ago")),
    ("720", N_("half a day ago")),
    ("1440", N_("a day ago")),
    ("4320", N_("three days ago")),
)
AHEAD: Final = (
    ("24", N_("in a day")),
    ("72", N_("in three days")),
    ("168", N_("in a week")),
    ("6", N_("in six hours")),
)
EVENTS: Final = (("/border", N_("Border")), ("/border/events", N_("Events")))
REQUESTS: Final = (("/border", N_("Border")), ("/border/requests", N_("Requests for information")))
MARKER: Final = Field(
    "marker", N_("Marker, and metres from it"), help=N_("As 578, 578 + 150 m, or 578 ± 40 m.")
)
LEARNT: Final = Field("learnt", N_("Your office learnt of it"), AGO)
OFFICE: Final = Field("originator", N_("Your office"))
SAID: Final = Field("words", N_("In words, never about a person"), required=False, area=True, more=True)
JUDGED: Final = (
    Field("reaction", N_("What is done about it"), tuple(labels.REACTIONS.items())),
    Field("impact", N_("How much it weighs"), tuple(labels.IMPACTS.items())),
    Field("credibility", N_("Credibility of the information"), tuple(labels.CREDIBILITY.items()), more=True),
    Field("reliability", N_("Reliability of the source"), tuple(labels.RELIABILITY.items()), more=True),
)


def now() -> int:
    """Return the moment, milliseconds UTC."""
    return int(time.time() * 1000)


def new_event(node: Node, form: EventForm, kept: Mapping[str, str], language: str) -> Form:
    """Return the form of a new event, empty or as it was kept."""
    details = (Field("detail", N_("What exactly"), form.details),) if form.details else ()
    objects = (
        (Field("object_class", N_("What moves"), tuple(labels.OBJECTS.items())),) if form.objects else ()
    )
    first = {
        "slug": writing.new_slug(form.name, now()),
        "began_at": str(now()),
        "originator": _last_office(node),
        "impact": form.impact,
        **kept,
    }

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        learnt = _whole(given["began_at"]) - _whole(given["learnt"]) * MINUTE_MS
        located(node, given["marker"], None)
        plain = ("slug", "marker", "detail", "object_class")
        said = {name: given.get(name) or None for name in plain}
        return {"event_type": form.name, "learnt_at": learnt, **said, **_judged(given, language)}

    def keep(given: Mapping[str, str], head: dict[str, Any]) -> Any:
        held = {name: value for name, value in given.items() if name != "slug"}
        draft = {"event_type": form.name, "given": held, "slug": given["slug"], "header": head}
        return writing.keep(node, draft, now())

    return Form(
        title=labels.TYPES[form.name],
        lead=N_("The event and its first report go on record together; nothing of it is entered twice."),
        path=f"/border/events/new/{form.name}",
        crumbs=EVENTS,
        fields=(MARKER, *details, *objects, LEARNT, *JUDGED[:2], OFFICE, *JUDGED[2:], SAID),
        act=act,
        do=lambda given: writing.report(node, given, now()),
        after=lambda done: labels.event_path(node.config.party, done["slug"]),
        first=first,
        keep=keep,
        queued=True,
    )


def follow_up(node: Node, one: Mapping[str, Any], language: str) -> Form:
    """Return the form of a further report; the owner may close with it."""
    name = f"{one['party']}/{one['slug']}"
    validation = Field(
        "validation", N_("Whether it was checked"), tuple(labels.VALIDATION.items()), more=True
    )
    stays = ("", N_("it stays open"))
    closes = Field("closes", N_("Close it"), (stays, *labels.CLOSES.items()), required=False)

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        more = {field: given.get(field) or None for field in ("validation", "closes")}
        return {"event": name, **more, **_judged(given, language)}

    return Form(
        title=N_("Add a report"),
        lead=N_("It is linked to the event; what was said before stays."),
        path=f"{labels.event_path(one['party'], one['slug'])}/report",
        crumbs=EVENTS,
        fields=(*JUDGED[:2], *((closes,) if one["own"] else ()), OFFICE, *JUDGED[2:], validation, SAID),
        act=act,
        do=lambda given: writing.follow_up(node, given, now()),
        after=lambda _: labels.event_path(one["party"], one["slug"]),
        first={"originator": _last_office(node), "impact": one["impact"] or "medium"},
        exercise=one["exercise"],
    )


def ask(node: Node, one: Mapping[str, Any], others: tuple[str, ...], language: str) -> Form:
    """Return the form of a request about an event."""

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        deadline = now() + _whole(given["within"]) * 60 * MINUTE_MS
        plain = {"to": given["to"], "asker": given["originator"], "slug": given["slug"]}
        name = f"{one['party']}/{one['slug']}"
        return {**plain, "event": name, "deadline": deadline, "asks": words(given, "words", language) or {}}

    return Form(
        title=N_("Ask for information"),
        lead=N_("The answer is linked to the request; its originator decides who reads it."),
        path=f"{labels.event_path(one['party'], one['slug'])}/ask",
        crumbs=EVENTS,
        fields=(
            Field("to", N_("Whom"), tuple((party, party) for party in others)),
            Field("words", N_("What is asked"), area=True),
            Field("within", N_("Until when"), AHEAD),
            OFFICE,
        ),
        act=act,
        do=lambda given: writing.ask(node, given, now()),
        after=lambda _: labels.event_path(one["party"], one["slug"]),
        first={"originator": _last_office(node), "slug": writing.new_slug("request", now())},
        exercise=one["exercise"],
    )


def answer(node: Node, one: Mapping[str, Any], language: str) -> Form:
    """Return the form of an answer."""

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        plain = {"request": f"{one['party']}/{one['slug']}", "originator": given["originator"]}
        return {**plain, "outcome": given["outcome"], "words": words(given, "words", language)}

    return Form(
        title=N_("Answer a request"),
        lead=N_("Not to give what one has is an answer, too."),
        path=f"/border/requests/{one['party']}/{one['slug']}",
        crumbs=REQUESTS,
        fields=(
            Field("outcome", N_("Outcome"), tuple(labels.OUTCOMES.items())),
            Field("words", N_("The answer"), required=False, area=True),
            OFFICE,
        ),
        act=act,
        do=lambda given: writing.answer(node, given, now()),
        after=lambda _: "/border/requests",
        first={"originator": _last_office(node)},
        exercise=one["exercise"],
    )


def _judged(given: Mapping[str, str], language: str) -> dict[str, Any]:
    names = ("originator", "reaction", "impact", "credibility", "reliability")
    plain = {name: given.get(name) or None for name in names}
    return {**plain, "words": words(given, "words", language)}


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _last_office(node: Node) -> str:
    """Return the office that reported here last: it stands in the form already."""
    with node.views.connect() as db:
        own = [one for one in PROJECTOR.reports(db, EventReport) if one.origin == node.origin]
    return str(own[-1].fields["originator"]) if own else ""
