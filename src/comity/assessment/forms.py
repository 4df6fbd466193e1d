"""Acts in the browser: a form, what the other side will see of it, and only then the record.

A form is a list of fields; an act is what the fields say, as the same plain data that the command line and
the interface send. Everything works without scripts: the first button shows, the second records. Who used a
passkey in this session is the author, whatever was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.assessment.forms_words import MARKINGS, REFUSED
from comity.console.i18n import LANGUAGES, N_
from comity.node.compacts import parties
from comity.node.control.signed_in import person_of
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from fastapi import Request, Response

    from comity.console import Console

    Given = Mapping[str, str]
    Act = dict[str, Any]
    Label = str | Mapping[str, str] | tuple[str, int]

LONGEST: Final = 20_000
"""Characters that a field may have."""
MOST_FIELDS: Final = 1500
UNPROCESSABLE: Final = 422


class FormError(ComityError):
    """A form does not say what an act needs."""

    code = "form-incomplete"
    advice = "Fill in what is named; what is not asked for may stay empty."

    def __init__(self, message: str, name: str = "") -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form.

    Attributes:
        name: In the form.
        label: What it is called: a msgid, content in several languages, or a msgid and its number.
        kind: line, area, date, number, choice, tick, moment (UTC), texts (a field for each language, English
            first), or head: words above the fields that follow.
        required: Whether it must be filled in.
        help: What to know before (a msgid).
        options: Of a choice: value and words (a msgid, or content in several languages).
        hidden: A fixed value that is not shown as a field.
    """

    name: str
    label: Label
    kind: str = "line"
    required: bool = True
    help: str = ""
    options: Sequence[tuple[str, Any]] = ()
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Form:
    """One act as a page.

    Attributes:
        title: A msgid.
        lead: What it does (a msgid).
        path: Where it is sent.
        crumbs: Path and words (msgids, or content) of the pages above.
        fields: In order.
        act: From what was sent to the act, without its header; raises FormError.
        shown: Says what the other side will see of an act; appends nothing.
        do: Takes it.
        after: Where the reader goes then.
        exercise: Whether what it belongs to is fictional: the tick is set then.
        quote: A text on record that it speaks of.
        defaults: What stands in fields before anything is typed.
        keeps: Hidden fields that the form itself sets, whatever was sent: how many parts it has.
        more: Words of the button that adds a part, by what the button sends (msgids).
        headed: Whether marking and class are chosen; where not, the act itself decides them.
        warnings: What to know before (msgids).
        refused: Why an act is refused, by code or reason (msgids), besides what all forms know.
    """

    title: str
    lead: str
    path: str
    crumbs: Sequence[tuple[str, Any]]
    fields: Sequence[Field]
    act: Callable[[Given], Act]
    shown: Callable[[Act], dict[str, Any]]
    do: Callable[[Act], dict[str, Any]]
    after: str
    exercise: bool = False
    quote: Mapping[str, str] | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    keeps: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
    headed: bool = True
    warnings: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Faulty:
    """Why nothing was done: its code, the words, what to do, and the field where it is one."""

    code: str
    words: str
    advice: str
    name: str = ""
    items: Sequence[str] = field(default_factory=tuple)


async def sent_of(request: Request) -> dict[str, str]:
    """Return what a form sent: text alone, each cut to its longest; of a repeated name, all by lines."""
    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    found: dict[str, str] = {}
    for name, value in sent.multi_items():
        if isinstance(value, str):
            held = value[:LONGEST].replace("\r\n", "\n")
            found[name] = f"{found[name]}\n{held}" if name in found else held
    return found


def show(console: Console, request: Request, form: Form, given: Given | None = None) -> Response:
    """Return the page of an empty form, with what the address already says."""
    asked = {**form.defaults, **request.query_params} if given is None else dict(given)
    return _page(console, request, form, asked)


async def take(console: Console, request: Request, form: Form, sent: Given) -> Response:
    """Take what was sent: show it, record it, or go back to the form."""
    given = dict(sent)
    person = person_of(request)
    step = given.pop("do", "show")
    if step == "change" or step in form.more:
        return _page(console, request, form, given)
    try:
        act = {**form.act(given), "header": header(console, given, person)}
        if step == "record":
            await run_in_threadpool(form.do, act)
            return RedirectResponse(form.after, status_code=303)
        seen = await run_in_threadpool(form.shown, act)
    except ComityError as error:
        return _page(console, request, form, given, fault=fault_of(error))
    return _page(console, request, form, given, seen=seen)


def header(console: Console, given: Given, person: str) -> dict[str, Any]:
    """Return author, marking, audience and class as a form says them.

    Raises:
        FormError: nobody is named as the author, or the marking is none.
    """
    author = person or given.get("author", "").strip()
    if not author:
        raise FormError("the author is missing", "author")
    marking = given.get("marking", "TLP:AMBER")
    if marking not in MARKINGS:
        raise FormError(f"no marking {marking[:20]!a}", "marking")
    # Whoever may be asked about a release later is every party; what leaves is approved again by people.
    return {
        "author": author[:64],
        "marking": marking,
        "releasable_to": [] if marking == "TLP:CLEAR" else list(parties(console.node)),
        "class": "exercise" if given.get("exercise") else "record",
    }


def fault_of(error: ComityError) -> Faulty:
    """Return why nothing was done."""
    told: dict[str, Any] = dict(error.problem())
    items = tuple(str(item.get("detail", "")) for item in told.get("items", ()))
    reason = getattr(error, "reason", "")
    code = reason if isinstance(reason, str) and reason else error.code
    return Faulty(code, str(error), error.advice, getattr(error, "name", ""), items)


def _page(
    console: Console,
    request: Request,
    form: Form,
    given: Given,
    *,
    seen: dict[str, Any] | None = None,
    fault: Faulty | None = None,
) -> Response:
    return console.render(
        request,
        "assessment/forms/act.html",
        status=UNPROCESSABLE if fault else 200,
        form=form,
        given={**given, **form.keeps},
        seen=seen,
        fault=fault,
        refused={**REFUSED, **form.refused},
        markings=MARKINGS,
        person=person_of(request),
        tongues=("en", *(code for code in LANGUAGES if code != "en")),
        exercise=form.exercise or bool(given.get("exercise")),
    )


def texts(given: Given, name: str, *, required: bool = True) -> dict[str, str] | None:
    """Return a text by language.

    Raises:
        FormError: the English text is missing, which every record has.
    """
    found = {code: given.get(f"{name}.{code}", "").strip() for code in LANGUAGES}
    held = {code: words for code, words in found.items() if words}
    if not held and not required:
        return None
    if "en" not in held:
        raise FormError("the English text is missing: every record has it", f"{name}.en")
    return held


def needed(given: Given, name: str) -> str:
    """Return a line that must be there.

    Raises:
        FormError: it is empty.
    """
    found = given.get(name, "").strip()
    if not found:
        raise FormError(f"{name} is empty", name)
    return found


def lines(given: Given, name: str) -> list[str]:
    """Return the lines of an area that are not empty."""
    return [line.strip() for line in given.get(name, "").split("\n") if line.strip()]


def cites(given: Given, name: str = "cites") -> list[dict[str, Any]]:
    """Return the works named, each as a citation; `unverified` says that nobody read them at their source."""
    unverified = bool(given.get("unverified"))
    return [
        {"work": work, "unverified": unverified} for work in given.get(name, "").replace(",", " ").split()
    ]


CITES: Final = Field(
    "cites",
    N_("Sources"),
    required=False,
    help=N_("Short names of works on record, divided by spaces."),
)
UNVERIFIED: Final = Field("unverified", N_("The source itself was not read"), "tick", required=False)
