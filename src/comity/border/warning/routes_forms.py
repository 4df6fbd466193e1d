"""The forms of warnings, and the very bytes of a message."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from comity.border.errors import WarningUnknownError
from comity.border.events import sending
from comity.border.labels import warning_path
from comity.border.warning.forms_labels import PREPARED
from comity.console import Console
from comity.console.i18n import gettext, speaking
from comity.console.pages.record import not_found
from comity.record.canonical import unb64

if TYPE_CHECKING:
    from comity.border.events.sending import Form
    from comity.border.warning.queries import WarningView
    from comity.node.node import Node
    from comity.node.system import NodeApp

FOLLOWS: Final = ("Update", "Cancel")


def routes(app: NodeApp) -> APIRouter:
    """Return the routes; they stand before those of the pages, which take any name."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    _issuing(router, console)
    _receiving(router, console)
    return router


def _issuing(router: APIRouter, console: Console) -> None:
    node = console.node

    def form_of(request: Request) -> Form | None:
        from comity.border.warning import answers, forms, forms_start, texts  # noqa: PLC0415 - needs XML

        now, asked = answers.now().astimezone(), dict(request.query_params)
        with speaking(console.language_of(request)):
            prepared = [(name, gettext(words)) for name, words in PREPARED.items()]
        extra = {"asked": asked, "prepared": prepared, "gauges": forms_start.gauges(node)}
        first = {**forms.started(now), **forms_start.start(node, asked)}
        kind = asked.get("as", "Alert")
        if kind not in FOLLOWS:
            form = forms.issue(node, first, now)
            return _with(form, extra, console.language_of(request).code)
        view = _own(node, asked.get("follows", ""))
        if view is None or view.read.message is None:
            return None
        message = view.read.message
        first |= {**texts.of_message(message, forms_start.LANGUAGES), "follows": view.slug}
        if message.exercise:
            first["exercise"] = "yes"
        words = texts.prepared()["all-clear"].words("") if kind == "Cancel" else {}
        first |= {name: words[name] for name in ("urgency", "severity", "certainty", "response") if words}
        told = {"path": warning_path(view.slug, view.party), "words": message.identifier}
        form = forms.issue(node, first, now, follows=message.reference, kind=kind)
        return _with(form, {"follows": told}, console.language_of(request).code)

    @router.get("/border/warnings/new")
    def new(request: Request) -> Response:
        form = form_of(request)
        return sending.show(console, request, form) if form else not_found(console, request)

    @router.post("/border/warnings/new")
    async def make(request: Request) -> Response:
        form = await run_in_threadpool(form_of, request)
        return await sending.take(console, request, form) if form else not_found(console, request)


def _receiving(router: APIRouter, console: Console) -> None:
    node = console.node

    def form_of(request: Request, party: str, slug: str) -> Form | None:
        from comity.border.warning import answers, forms  # noqa: PLC0415 - needs XML

        try:
            one = answers.warning(node, f"{party}/{slug}")
        except WarningUnknownError:
            return None
        code = console.language_of(request).code
        return None if party == node.config.party else forms.receive(node, one, answers.now(), code)

    @router.get("/border/warnings/{party}/{slug}/receive")
    def read(request: Request, party: str, slug: str) -> Response:
        form = form_of(request, party, slug)
        return sending.show(console, request, form) if form else not_found(console, request)

    @router.post("/border/warnings/{party}/{slug}/receive")
    async def received(request: Request, party: str, slug: str) -> Response:
        form = await run_in_threadpool(form_of, request, party, slug)
        return await sending.take(console, request, form) if form else not_found(console, request)

    @router.get("/border/warnings/{party}/{slug}/cap.xml")
    def message(request: Request, party: str, slug: str) -> Response:
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        try:
            data = unb64(answers.warning(node, f"{party}/{slug}")["cap"])
        except WarningUnknownError:
            return not_found(console, request)
        # Never shown as a page of this console: it is what somebody else wrote.
        name = f'attachment; filename="{slug}.cap.xml"'
        return Response(data, media_type="application/cap+xml", headers={"Content-Disposition": name})


def _own(node: Node, slug: str) -> WarningView | None:
    from comity.border.warning import answers, writing  # noqa: PLC0415 - needs XML

    try:
        return writing.find(node, f"{node.config.party}/{slug}", answers.now())
    except WarningUnknownError:
        return None


def _with(form: Form, extra: dict[str, Any], code: str) -> Form:
    """Return a form with what its page takes besides, the words in the reader's language before others."""
    runs = [list(run) for _, run in groupby(form.fields, key=lambda one: bool(one.lang))]
    fields = [one for run in runs for one in sorted(run, key=lambda one: one.lang not in {"", code})]
    return replace(form, fields=fields, extra={**form.extra, **extra})
