"""The form that starts a session: what it is about, its deadlines, its questions; and how one came out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries.session_values import LEAST_EXPERTS
from comity.assessment.forms import CITES, UNVERIFIED, Field, Form, FormError, cites, needed, texts
from comity.assessment.forms_lines import headed, held, moment, slugs, whole
from comity.assessment.gate import answers as gates
from comity.assessment.initiatives import queries as initiatives
from comity.assessment.sessions import forms_questions as questions
from comity.assessment.sessions.errors import SessionStepError
from comity.assessment.sessions.forms_outcome import outcome
from comity.assessment.sessions.labels import DEADLINES, PATH, PROTOCOLS, REFUSALS, STAGES
from comity.console.i18n import N_
from comity.node.compacts import parties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]

ACTS: Final = "/assessment/session-acts"
CRUMBS: Final = [("/assessment", N_("Joint assessment")), (PATH, N_("Blind sessions"))]
REVISED: Final = {"cooke": ("private",), "idea": ("private", "revised")}
"""The stages of each protocol."""


def form(node: Node, name: str, asked: Given) -> Form:
    """Return the form of an act: `start`, or `outcome`.

    Args:
        node: Where.
        name: Which act.
        asked: What the address or the form says already; how many questions it has.

    Raises:
        SessionStepError: there is no such act.
    """
    if name == "outcome":
        return outcome(node, asked)
    if name != "start":
        raise SessionStepError("unknown-question", f"no act {name[:40]!a}")
    count = questions.count(asked)
    known = parties(node)
    logs = sorted(log for log in {node.origin, *node.charters} if log.partition("/")[0] in known)

    def act(given: Given) -> Act:
        return _act(given, logs, count)

    def shown(given: Act) -> Act:
        from comity.assessment.sessions import starting  # noqa: PLC0415 - needs arrays

        return starting.shown(node, *headed(given))

    def do(given: Act) -> Act:
        from comity.assessment.sessions import starting  # noqa: PLC0415 - needs arrays

        return {"key": starting.start(node, *headed(given)).key}

    return Form(
        N_("Start a blind session"),
        N_("Its questions, who seals, and until when. What is asked is fixed by its digest from then on."),
        f"{ACTS}/start",
        CRUMBS,
        [*_fields(node, logs, asked), *questions.fields(count)],
        act,
        shown,
        do,
        PATH,
        exercise=bool(asked.get("exercise")),
        defaults=_defaults(node.origin, logs),
        keeps={"count": str(count)},
        more={"question": N_("One more question")},
        refused=REFUSALS,
    )


def _defaults(own: str, logs: list[str]) -> dict[str, str]:
    """Return what stands there first: of each party one log, of the own party this one."""
    chosen = {log.partition("/")[0]: log for log in reversed(logs)} | {own.partition("/")[0]: own}
    common = {"protocol": "idea", "least_experts": str(LEAST_EXPERTS), "keep_answers_months": "24"}
    common |= {f"log-{log}": "yes" for log in chosen.values()}
    return {**common, "joint_marking": "TLP:AMBER", **questions.DEFAULTS}


def _fields(node: Node, logs: list[str], asked: Given) -> list[Field]:
    with node.views.connect() as db:
        every = [(one.slug, one.fields["title"]) for one in initiatives.initiatives(db)]
    wanted = asked.get("initiative", "")
    open_ = [one for one in gates.gate_list(node) if not wanted or one["initiative"] == wanted]
    slug = N_("Lower-case words joined by hyphens.")
    return [
        Field("slug", N_("Short name"), help=slug),
        Field("title", N_("What it is called"), "texts"),
        Field("topic", N_("What it is about"), "texts"),
        Field("initiative", N_("Initiative"), "choice", required=False, options=every),
        Field(
            "gate",
            N_("Consultation"),
            "choice",
            required=False,
            options=[(one["slug"], {"en": one["slug"]}) for one in open_],
        ),
        Field("protocol", N_("Protocol"), "choice", options=list(PROTOCOLS.items())),
        Field(
            "logs", N_("Who seals"), "head", help=N_("Every party has the voice that the compact gives it.")
        ),
        *(Field(f"log-{log}", {"en": log}, "tick", required=False) for log in logs),
        Field("least_experts", N_("Fewest experts of a party of whom anything is opened"), "number"),
        Field("keep_answers_months", N_("Months for which single answers are kept"), "number"),
        Field("joint_marking", N_("Marking of the joint results"), "choice", options=_MARKINGS),
        Field("recipients", N_("Further nodes that get the summaries"), required=False, help=_RECIPIENTS),
        Field("auditors", N_("Parties that may be granted single answers"), required=False, help=_AUDITORS),
        *_deadlines(),
        CITES,
        UNVERIFIED,
    ]


_MARKINGS: Final = [(value, {"en": value}) for value in ("TLP:CLEAR", "TLP:AMBER", "TLP:RED")]
_RECIPIENTS: Final = N_("As paired here, such as un/hq, divided by spaces.")
_AUDITORS: Final = N_("Their codes, divided by spaces; only the custodian's own party grants them.")


def _deadlines() -> list[Field]:
    fields = []
    for stage, words in STAGES.items():
        helps = _REVISED if stage == "revised" else _UTC
        fields.append(Field(f"stage-{stage}", words, "head", help=helps))
        fields += [
            Field(f"{stage}-{name}", label, "moment", required=stage == "private")
            for name, label in DEADLINES.items()
        ]
    return fields


_UTC: Final = N_("Deadlines in UTC.")
_REVISED: Final = N_("Only for IDEA; in UTC, after the first ones are open.")


def _act(given: Given, logs: list[str], count: int) -> Act:
    protocol = needed(given, "protocol")
    stages = [
        {"stage": stage, **{name: moment(given, f"{stage}-{name}") for name in DEADLINES}}
        for stage in REVISED.get(protocol, ())
    ]
    asked = [one for at in range(count) if (one := questions.question(given, at))]
    if not asked:
        raise FormError("a session asks one question at least", "q0-slug")
    return held(
        {
            "slug": needed(given, "slug"),
            "title": texts(given, "title"),
            "topic": texts(given, "topic"),
            "protocol": protocol,
            "questions": asked,
            "logs": [log for log in logs if given.get(f"log-{log}")],
            "stages": stages,
            "least_experts": whole(given, "least_experts"),
            "keep_answers_months": whole(given, "keep_answers_months"),
            "joint_marking": given.get("joint_marking", ""),
            "initiative": given.get("initiative", ""),
            "gate": given.get("gate", ""),
            "recipients": slugs(given, "recipients"),
            "auditors": slugs(given, "auditors"),
            "cites": cites(given),
        }
    )
