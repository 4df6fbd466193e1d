"""The acts of a patrol as forms: a visit, a word on a plan, a report."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.border.events.phone import AGO, MARKER, MINUTE_MS, now
from comity.border.events.places import located
from comity.border.events.sending import Field, Form, words
from comity.border.events.writing import new_slug
from comity.border.patrols import labels, writing
from comity.border.titles import in_words, titles
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node

PATROLS: Final = (("/border", N_("Border")), ("/border/patrols", N_("Patrols")))
NOTE: Final = Field("words", N_("In words, never about a person"), required=False, area=True, more=True)


def visit(node: Node, plans: Sequence[Mapping[str, Any]], plan: str, language: str) -> Form:
    """Return the form of a visit; a plan that is under way may be chosen."""
    called = titles(node)
    known = [
        (f"{one['party']}/{one['slug']}", f"{in_words(one['sector'], called, language)}, {one['on']}")
        for one in plans
    ]
    options = (("", N_("no plan")), *known)

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        located(node, given["marker"], None)
        began, ago = given["began_at"], given["learnt"]
        at = int(began if began.isdecimal() else now()) - int(ago if ago.isdecimal() else 0) * MINUTE_MS
        plain = {name: given[name] for name in ("marker", "condition", "plan", "slug")}
        return {**plain, "visited_at": at, "note": words(given, "words", language)}

    return Form(
        title=N_("Log a visit"),
        lead=N_("At the marker, by its number; the line may be down."),
        path="/border/patrols/visit",
        crumbs=PATROLS,
        fields=(
            MARKER,
            Field("condition", N_("How the marker was found"), tuple(labels.CONDITIONS.items())),
            Field("learnt", N_("When"), AGO),
            Field("plan", N_("Plan"), options, required=False),
            NOTE,
        ),
        act=act,
        do=lambda given: writing.visit(node, given, now()),
        after=lambda done: (
            f"{labels.plan_path(*plan.split('/', 1)) if '/' in plan else '/border/patrols'}"
            f"?logged={done['slug']}#visits"
        ),
        first={"slug": new_slug("visit", now()), "began_at": str(now()), "plan": plan or _of_today(plans)},
        queued=True,
    )


def _of_today(plans: Sequence[Mapping[str, Any]]) -> str:
    """Return the patrol that is under way today, where there is one alone."""
    today = datetime.now(UTC).date().isoformat()
    found = [f"{one['party']}/{one['slug']}" for one in plans if one["on"] == today]
    return found[0] if len(found) == 1 else ""


def answer(node: Node, one: Mapping[str, Any], language: str) -> Form:
    """Return the form of this side's word on a plan."""

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        name = f"{one['party']}/{one['slug']}"
        plain = {"plan": name, "answer": given["answer"], "office": given["originator"]}
        return {**plain, "note": words(given, "words", language)}

    return Form(
        title=N_("Your side's word on the plan"),
        lead=N_("An office decides: the software proposes, and looks for hazard areas known here."),
        path=f"{labels.plan_path(one['party'], one['slug'])}/answer",
        crumbs=PATROLS,
        fields=(
            Field("answer", N_("Word"), tuple(labels.ANSWERS.items())),
            Field("originator", N_("Your office")),
            NOTE,
        ),
        act=act,
        do=lambda given: writing.accept(node, given, now()),
        after=lambda _: labels.plan_path(one["party"], one["slug"]),
        first={},
        exercise=one["exercise"],
    )


def report(node: Node, one: Mapping[str, Any], language: str) -> Form:
    """Return the form of a report: in words of one's own, or the other side's signed as it stands."""
    theirs = any(item["party"] != node.config.party for item in one["reports"])
    choice = (("", N_("no")), ("yes", N_("yes")))
    sign = Field("sign", N_("Sign the other side's report as it stands"), choice, required=False)

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        plain = {"plan": f"{one['party']}/{one['slug']}", "sign": given.get("sign") == "yes"}
        return {**plain, "words": words(given, "words", language)}

    return Form(
        title=N_("Report on the patrol"),
        lead=N_("The markers come from the visits on record. Equal reports in both logs are a joint report."),
        path=f"{labels.plan_path(one['party'], one['slug'])}/report",
        crumbs=PATROLS,
        fields=(
            *((sign,) if theirs else ()),
            Field("words", N_("In words, never about a person"), required=not theirs, area=True),
        ),
        act=act,
        do=lambda given: writing.report(node, given, now()),
        after=lambda _: labels.plan_path(one["party"], one["slug"]),
        first={"sign": "yes"} if theirs else {},
        exercise=one["exercise"],
    )
