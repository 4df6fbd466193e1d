"""The forms of consultations: open or request one, answer, take a step, assert a commitment, reply."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.forms import CITES, UNVERIFIED, Field, Form, FormError, cites, needed, texts
from comity.assessment.gate import answers, forms_steps, writing
from comity.assessment.gate.errors import UnknownGateError
from comity.assessment.gate.forms_parts import DAY_HELP, GATES, after, fictional, initiative
from comity.assessment.gate.labels import ANSWERS, CLASSES
from comity.assessment.initiatives import answers as initiatives
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.assessment.gate.forms_parts import Act, Built, Given
    from comity.node.node import Node

PATH: Final = "/assessment/gate-acts"
HOME: Final = ("/assessment", N_("Joint assessment"))


def form(node: Node, name: str, asked: Given) -> Form:
    """Return the form of an act.

    Args:
        node: Where.
        name: Which act, as `writing.ACTS` names it.
        asked: What the address or the form says already: which gate, initiative or request.

    Raises:
        UnknownGateError: no such act, or what it is about is not on record.
    """
    if name not in _FORMS:
        raise UnknownGateError(f"no act {name[:40]!a}")
    title, lead, build = _FORMS[name]
    fields, act, then, exercise = build(node, asked)

    def shown(given: Act) -> Act:
        return writing.shown(node, name, given, answers.today())

    def do(given: Act) -> Act:
        return writing.ACTS[name](node, given, answers.today())

    here = [(then, {"en": asked["gate"]})] if asked.get("gate") else []
    return Form(title, lead, f"{PATH}/{name}", [HOME, GATES, *here], fields, act, shown, do, then, exercise)


def _open(node: Node, asked: Given) -> Built:
    own = node.origin.partition("/")[0]
    mine = [one for one in initiatives.initiative_list(node) if one["sponsor"] == own]
    rules = answers.rule_list(node)
    classes = {
        name: sorted({word for rule in rules for part in rule["procedure"] for word in part[name]})
        for name in ("water", "season", "use")
    }

    def act(given: Given) -> Act:
        rule, _, version = needed(given, "rule").partition("@")
        return {
            "initiative": needed(given, "initiative"),
            "slug": needed(given, "slug"),
            "rule": rule,
            "rule_version": int(version) if version.isdigit() else None,
            "water": given.get("water", ""),
            "seasons": [word for word in classes["season"] if given.get(f"season-{word}")],
            "use": given.get("use", ""),
            "note": texts(given, "note", required=False),
            "cites": cites(given),
        }

    fields = [
        initiative(mine, N_("Initiative that your party sponsors")),
        Field("slug", N_("Short name"), help=N_("Lower-case words joined by hyphens.")),
        Field(
            "rule",
            N_("Rule"),
            "choice",
            options=[(f"{one['id']}@{one['version']}", _rule_words(one)) for one in rules],
            help=N_("The consultation keeps this rule word for word, whatever comes later."),
        ),
        Field("water", N_("Class of water"), "choice", required=False, options=_words(classes["water"])),
        *(
            Field(f"season-{word}", CLASSES.get(word, word.replace("_", " ")), "tick", required=False)
            for word in classes["season"]
        ),
        Field("use", N_("Class of use"), "choice", required=False, options=_words(classes["use"])),
        CITES,
        UNVERIFIED,
        Field("note", N_("What a reader must know besides"), "texts", required=False),
    ]
    return fields, act, after(asked), fictional(mine, asked)


def _request(node: Node, asked: Given) -> Built:
    own = node.origin.partition("/")[0]
    theirs = [one for one in initiatives.initiative_list(node) if one["sponsor"] != own]

    def act(given: Given) -> Act:
        wanted = needed(given, "initiative")
        sponsor = next((one["sponsor"] for one in theirs if one["slug"] == wanted), "")
        if not sponsor:
            raise FormError("choose an initiative that another party sponsors", "initiative")
        return {
            "initiative": wanted,
            "sponsor": sponsor,
            "slug": needed(given, "slug"),
            "rule": given.get("rule", ""),
            "reason": texts(given, "reason", required=False),
            "answer_by": given.get("answer_by", "").strip(),
        }

    fields = [
        initiative(theirs, N_("Initiative that another party sponsors")),
        Field("slug", N_("Short name"), help=N_("Lower-case words joined by hyphens.")),
        Field(
            "rule",
            N_("The rule you have in mind"),
            "choice",
            required=False,
            options=[(one["id"], _rule_words(one)) for one in answers.rule_list(node)],
        ),
        Field("answer_by", N_("An answer is hoped for by"), required=False, help=DAY_HELP),
        Field("reason", N_("Why, if you want to say so"), "texts", required=False),
    ]
    return fields, act, GATES[0], fictional(theirs, asked)


def _answer(node: Node, asked: Given) -> Built:
    own = node.origin.partition("/")[0]
    every = [one for one in answers.request_list(node) if one["sponsor"] == own and one["answer"] is None]

    def act(given: Given) -> Act:
        return {
            "request": needed(given, "request"),
            "answer": needed(given, "answer"),
            "reason": texts(given, "reason", required=False),
        }

    fields = [
        Field(
            "request", N_("Request"), "choice", options=[(one["slug"], {"en": one["slug"]}) for one in every]
        ),
        Field("answer", N_("Answer"), "choice", options=list(_ANSWER.items())),
        Field("reason", N_("Why, if you want to say so"), "texts", required=False),
    ]
    fictional = any(one["exercise"] for one in every if one["slug"] == asked.get("request"))
    return fields, act, GATES[0], fictional


_ANSWER: Final = {"accept": ANSWERS["accept"], "refuse": ANSWERS["refuse"]}
_FORMS: Final[dict[str, tuple[str, str, Callable[[Node, Given], Built]]]] = {
    "open": (
        N_("Open a consultation"),
        N_("Only the sponsor of an initiative opens one. It keeps the rule as it is today."),
        _open,
    ),
    "request": (
        N_("Ask for a consultation"),
        N_("The sponsor opens it, or refuses; a refusal needs no reason."),
        _request,
    ),
    "answer": (N_("Answer a request"), N_("A refusal needs no reason."), _answer),
    "step": (
        N_("Say that a step was taken"),
        N_("Comity mirrors the calendar of the procedure, and never replaces it."),
        forms_steps.step,
    ),
    "commitment": (
        N_("Assert a commitment to a third party"),
        N_("From a source, by whoever says so. Each node derives the flag for itself."),
        forms_steps.commitment,
    ),
    "reply": (
        N_("Reply in a consultation"),
        N_("Accept, contest or explain. A reply never changes what is flagged."),
        forms_steps.reply,
    ),
}


def _rule_words(rule: Act) -> dict[str, str]:
    return {code: f"{words} · {rule['id']} {rule['version']}" for code, words in rule["title"].items()}


def _words(words: list[str]) -> list[tuple[str, Any]]:
    """Return the words of a rule; those that are known have a translation."""
    return [(word, CLASSES.get(word, {"en": word.replace("_", " ")})) for word in words]
