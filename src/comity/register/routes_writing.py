"""How every writing page goes: a form, the record as it will stand, and only then the record.

The door lets no other site send a form (`comity.node.web.door`), and nobody without a session. What is sent
is kept in the preview as it was; the record is made from the same words that were shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.node.sealing import draft_from_json
from comity.register.writing import MARKINGS, WritingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import Request, Response

    from comity.console import Console
    from comity.record.errors import ComityError

LONGEST: Final = 2000
MOST_FIELDS: Final = 600
COMMON: Final = ("author", "marking", "exercise")
UNPROCESSABLE: Final = 422


@dataclass(frozen=True, slots=True)
class Form:
    """One writing page.

    Attributes:
        template: The page, which extends `register/write.html`.
        action: Its address.
        fields: Names of what its own part asks for.
        drafts: From what was given to the drafts of the records.
        done: Where to go when they are recorded; it may depend on what was given.
        context: What the page shows besides.
        given: What stands in the fields at first.
    """

    template: str
    action: str
    fields: tuple[str, ...]
    drafts: Callable[[Mapping[str, str]], list[dict[str, Any]]]
    done: str | Callable[[Mapping[str, str]], str]
    context: dict[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)


def shown(
    console: Console,
    request: Request,
    form: Form,
    given: Mapping[str, str] | None = None,
    *,
    drafts: list[dict[str, Any]] | None = None,
    fault: ComityError | None = None,
) -> Response:
    """Return the page: the form, or, with drafts, the records as they will stand."""
    said = form.given if given is None else given
    return console.render(
        request,
        form.template,
        status=UNPROCESSABLE if fault else 200,
        action=form.action,
        given={name: said.get(name, "") for name in (*form.fields, *COMMON)},
        drafts=drafts or [],
        fault=fault,
        fault_words=fault.words if isinstance(fault, WritingError) else "",
        fault_field=fault.field if isinstance(fault, WritingError) else "",
        markings=MARKINGS,
        **form.context,
    )


async def taken(console: Console, request: Request, form: Form) -> Response:
    """Return the answer to a form that was sent: preview, the form again, or the way to what was recorded."""
    from comity.record.errors import ComityError  # noqa: PLC0415 - named in the annotations as well

    sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
    given = {
        name: value.replace("\r\n", "\n")[:LONGEST]
        for name in (*form.fields, *COMMON)
        if isinstance(value := ",".join(str(one) for one in sent.getlist(name)), str)
    }
    step = sent.get("step")
    if step == "edit":
        return shown(console, request, form, given)
    try:
        drafts = form.drafts(given)
        read = [draft_from_json(draft, console.node.registry) for draft in drafts]
        if step == "record":
            await run_in_threadpool(console.node.append, read)
    except ComityError as error:
        return shown(console, request, form, given, fault=error)
    if step == "record":
        done = form.done if isinstance(form.done, str) else form.done(given)
        return RedirectResponse(done, status_code=303)
    return shown(console, request, form, given, drafts=drafts)
