"""Forms of a phone: filled in, shown as they will be recorded, recorded; or kept as they are for later.

Everything works without scripts and without a line: the page comes from the own node. Who used a passkey in
this session is the author, whatever was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.border.events import offline
from comity.border.events.errors import EventRefusedError
from comity.console.i18n import N_
from comity.node.control.signed_in import person_of
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi import Request, Response

    from comity.console import Console

    Given = Mapping[str, str]
    Act = dict[str, Any]

LONGEST: Final = 2000
MOST_FIELDS: Final = 60
UNPROCESSABLE: Final = 422
MARKINGS: Final = {
    "TLP:AMBER": N_("our own side, until people approve its release"),
    "TLP:CLEAR": N_("for everybody: the other side receives it with the next exchange"),
    "TLP:RED": N_("nobody but us"),
}
COMMON: Final = ("author", "marking", "exercise", "began_at", "slug", "writer", "queued")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Attributes:
        name: In the form.
        label: What it is called (a msgid).
        options: Value and msgid; a line of text where there are none.
        required: Whether it must be filled in.
        help: What to know before (a msgid).
        area: Whether the text has several lines.
        more: Whether it stands folded away: most reports do without.
        lang: The language of what is written, where it is not that of the page.
        tick: Whether it is a box to tick.
        group: A heading above it (a msgid), where one begins here.
        rows: Lines of an area.
    """

    name: str
    label: str
    options: Sequence[tuple[str, str]] = ()
    required: bool = True
    help: str = ""
    area: bool = False
    more: bool = False
    lang: str = ""
    tick: bool = False
    group: str = ""
    rows: int = 3


@dataclass(frozen=True, slots=True)
class Form:
    """One act as a page.

    Attributes:
        title: A msgid.
        lead: What it does (a msgid).
        path: Where it is sent.
        crumbs: Path and msgid of the pages above.
        fields: In order.
        act: From what was sent to the act; raises where something does not do, and appends nothing.
        do: Takes it.
        after: Where the reader goes then.
        first: What stands in the fields at first.
        keep: Keeps the form for later, where it can be kept.
        exercise: Whether what it belongs to is fictional.
        fixed: Names that the form carries besides its fields, unseen.
        seen: What more is shown of an act before it is recorded; may fix names.
        template: The page.
        inherits: Whether marking and class are those of what it belongs to.
        extra: What the page takes besides.
        queued: Whether a phone may keep the empty form, and what was written until the line is back; the act
            must then do nothing when it is taken twice.
    """

    title: str
    lead: str
    path: str
    crumbs: Sequence[tuple[str, str]]
    fields: Sequence[Field]
    act: Callable[[Given], Act]
    do: Callable[[Act], dict[str, Any]]
    after: Callable[[dict[str, Any]], str]
    first: Mapping[str, str]
    keep: Callable[[Given, Act], Any] | None = None
    exercise: bool = False
    fixed: Sequence[str] = ()
    seen: Callable[[Act], dict[str, Any]] | None = None
    template: str = "border/events/form.html"
    inherits: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict)
    queued: bool = False


def show(console: Console, request: Request, form: Form) -> Response:
    """Return the form as it stands at first; to a phone that keeps it, without what is of one opening."""
    if form.queued and offline.asked(request):
        empty = {**form.first, **dict.fromkeys(offline.OF_ONE_OPENING, "")}
        return offline.may_be_kept(_page(console, request, form, empty, kept=True))
    return _page(console, request, form, form.first)


async def take(console: Console, request: Request, form: Form) -> Response:
    """Take what was sent: show it, record it, keep it, or go back to the form."""
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    names = _names(form)
    given = {name: str(sent.get(name) or "")[:LONGEST].replace("\r\n", "\n").strip() for name in names}
    step = sent.get("step")
    if step == "edit":
        return _page(console, request, form, given)
    try:
        if step == "keep" and form.keep:
            head = header(given, person_of(request) or "draft")
            await run_in_threadpool(form.keep, given, head)
            return RedirectResponse("/border/events#drafts", status_code=303)
        head = header(given, person_of(request))
        act = {**await run_in_threadpool(form.act, given), "header": head}
        seen = await run_in_threadpool(form.seen, act) if form.seen else {}
        if step == "record" and not seen.get("again"):
            done = await run_in_threadpool(form.do, act)
            return RedirectResponse(form.after(done), status_code=303)
    except (ComityError, ValueError) as error:
        return _page(console, request, form, given, fault=error)
    return _page(
        console,
        request,
        form,
        {**given, **seen.get("fixed", {})},
        shown=True,
        seen={**seen, "renewed": step == "record"},
    )


def header(given: Given, person: str) -> dict[str, Any]:
    """Return author, marking and class as a form says them.

    Raises:
        EventRefusedError: nobody is named as the author, somebody else wrote it, or the marking is none.
    """
    author, marking = person or given.get("author", ""), given.get("marking") or "TLP:AMBER"
    # What a phone kept is the word of whoever wrote it, not of whoever is signed in when the line is back.
    wrote = given.get("writer") or (given.get("author") if given.get("queued") else "")
    if wrote and wrote != author:
        raise EventRefusedError(
            f"{wrote[:64]} wrote it, and {author[:64] or 'nobody'} is signed in", "author"
        )
    if not author:
        raise EventRefusedError("the author is missing", "author")
    if marking not in MARKINGS:
        raise EventRefusedError(f"no marking {marking[:20]!a}", "marking")
    class_ = "exercise" if given.get("exercise") else "record"
    return {"author": author[:64], "marking": marking, "class": class_}


def words(given: Given, name: str, language: str) -> dict[str, str] | None:
    """Return a text in the language of the page it was written on; None where it is empty."""
    return {language: given[name]} if given.get(name) else None


def _page(
    console: Console,
    request: Request,
    form: Form,
    given: Given,
    *,
    shown: bool = False,
    seen: Mapping[str, Any] | None = None,
    fault: Exception | None = None,
    kept: bool = False,
) -> Response:
    return console.render(
        request,
        form.template,
        status=UNPROCESSABLE if fault else 200,
        form=form,
        given={name: given.get(name, "") for name in _names(form)},
        shown=shown,
        fault=fault,
        wrong=getattr(fault, "name", ""),
        markings=MARKINGS,
        person=person_of(request),
        common=(*COMMON, *form.fixed),
        seen=seen or {},
        kept=kept,
        exercise=form.exercise or bool(given.get("exercise")),
        **form.extra,
    )


def _names(form: Form) -> tuple[str, ...]:
    return (*(one.name for one in form.fields), *COMMON, *form.fixed)
