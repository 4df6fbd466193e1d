"""The form that says how a question came out: from a source, once; it is never asked again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import sessions as kinds
from comity.assessment.forms import CITES, UNVERIFIED, Field, Form, FormError, cites, needed, texts
from comity.assessment.forms_lines import headed, held, moment
from comity.assessment.sessions.labels import PATH, REFUSALS
from comity.assessment.tables import PROJECTOR
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]

CRUMBS: Final = [("/assessment", N_("Joint assessment")), (PATH, N_("Blind sessions"))]
HELP: Final = N_("The value of a quantity; 1 where an event came, 0 where it did not.")


def outcome(node: Node, asked: Given) -> Form:
    """Return the form of an outcome, for a question that the address may name already."""
    with node.views.connect() as db:
        every = {one.fields["slug"]: one for one in PROJECTOR.reports(db, kinds.Question)}
    chosen = every.get(asked.get("question", ""))

    def shown(given: Act) -> Act:
        from comity.assessment.sessions import writing  # noqa: PLC0415 - needs arrays

        return writing.shown_outcome(node, *headed(given))

    def do(given: Act) -> Act:
        from comity.assessment.sessions import writing  # noqa: PLC0415 - needs arrays

        return {"index": writing.resolve(node, *headed(given))}

    return Form(
        N_("Say how a question came out"),
        N_("From a source. What was sealed before is scored by it; the question is never asked again."),
        "/assessment/session-acts/outcome",
        CRUMBS,
        _fields([(slug, one.fields["text"]) for slug, one in sorted(every.items())]),
        _act,
        shown,
        do,
        PATH,
        exercise=chosen is not None and chosen.exercise,
        quote=None if chosen is None else chosen.fields["text"],
        refused=REFUSALS,
    )


def _fields(every: list[tuple[str, Mapping[str, str]]]) -> list[Field]:
    return [
        Field("question", N_("Question"), "choice", options=every),
        Field("outcome", N_("Outcome"), required=False, help=HELP),
        Field("category", N_("Category that came true, by its short name"), required=False),
        Field("void", N_("It can no longer be answered as it was asked"), "tick", required=False),
        Field("resolved_at", N_("When it came out"), "moment", help=N_("In UTC.")),
        Field(CITES.name, CITES.label, help=CITES.help),
        UNVERIFIED,
        Field("note", N_("What a reader must know besides"), "texts", required=False),
    ]


def _act(given: Given) -> Act:
    if not cites(given):
        raise FormError("name the source: nothing is asserted without one", "cites")
    void = {"void": True} if given.get("void") else {}
    return held(
        {
            "question": needed(given, "question"),
            "outcome": given.get("outcome", "").strip(),
            "category": given.get("category", "").strip(),
            **void,
            "resolved_at": moment(given, "resolved_at"),
            "cites": cites(given),
            "note": texts(given, "note", required=False),
        }
    )
