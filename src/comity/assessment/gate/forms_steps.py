"""The forms of a consultation that runs: a step, a commitment to a third party, a reply."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.assessment.forms import CITES, UNVERIFIED, Field, FormError, cites, lines, needed, texts
from comity.assessment.gate import answers
from comity.assessment.gate.deadline import parse_extension
from comity.assessment.gate.forms_parts import DAY_HELP, after, fictional, initiative
from comity.assessment.gate.labels import COMMITMENTS, REPLIES, STEPS, gate_path
from comity.assessment.initiatives import answers as initiatives
from comity.console.i18n import N_

if TYPE_CHECKING:
    from comity.assessment.gate.forms_parts import Act, Built, Given
    from comity.node.node import Node


def step(node: Node, asked: Given) -> Built:
    """Return the form of a step of one consultation."""
    found = _gate(node, asked)
    extends = asked.get("step") == "extended"

    def act(given: Given) -> Act:
        name = needed(given, "step")
        made = {
            "gate": found["slug"],
            "sponsor": found["sponsor"],
            "step": name,
            "on": needed(given, "on"),
            "past": bool(given.get("past")),
            "documents": lines(given, "documents"),
            "cites": cites(given),
            "note": texts(given, "note", required=False),
        }
        if name == "extended":
            by = parse_extension(needed(given, "length"))
            until = None if by.until is None else by.until.isoformat()
            made |= {"months": by.months, "days": by.days, "until": until}
        return made

    length = Field(
        "length",
        N_("Extended by"),
        required=extends,
        help=N_("As 6m, 30d, or until a day such as 2026-09-01."),
    )
    fields = [
        *_named(found),
        Field("step", N_("Step"), "choice", options=[(name, STEPS[name]) for name in STEPS if name != "end"]),
        Field("on", N_("Day on which it was taken"), help=DAY_HELP),
        *([length] if extends or not asked.get("step") else []),
        Field("documents", N_("Works submitted or issued with it, one on a line"), "area", required=False),
        CITES,
        UNVERIFIED,
        Field("past", N_("A period that is over is meant: history"), "tick", required=False),
        Field("note", N_("What a reader must know besides"), "texts", required=False),
    ]
    return fields, act, gate_path(found["slug"], found["sponsor"]), found["exercise"]


def commitment(node: Node, asked: Given) -> Built:
    """Return the form of a commitment to a third party."""
    every = initiatives.initiative_list(node)

    def act(given: Given) -> Act:
        named = ("initiative", "slug", "commitment", "on", "by", "toward", "asserted_by")
        found: Act = {name: needed(given, name) for name in named}
        if not cites(given):
            raise FormError("name the source: nothing is asserted without one", "cites")
        return {**found, "cites": cites(given), "note": texts(given, "note", required=False)}

    fields = [
        initiative(every, N_("Initiative")),
        Field("slug", N_("Short name"), help=N_("Several reports of one commitment share it.")),
        Field(
            "commitment", N_("What was entered into or begun"), "choice", options=list(COMMITMENTS.items())
        ),
        Field("on", N_("Date"), help=DAY_HELP),
        Field("by", N_("Who committed himself"), help=N_("Code of a party, or short name of its body.")),
        Field("toward", N_("Toward whom"), help=N_("Short name of the third party.")),
        Field("asserted_by", N_("The office or work that says so")),
        Field(CITES.name, CITES.label, help=CITES.help),
        UNVERIFIED,
        Field("note", N_("What a reader must know besides"), "texts", required=False),
    ]
    return fields, act, after(asked), fictional(every, asked)


def reply(node: Node, asked: Given) -> Built:
    """Return the form of a reply."""
    found = _gate(node, asked)
    about = {
        f"{flag['place'][0]}|{flag['id']}": f"{flag['commitment']} ({flag['on']})" for flag in found["flags"]
    }

    def act(given: Given) -> Act:
        origin, _, entry = given.get("about", "").partition("|")
        return {
            "gate": found["slug"],
            "sponsor": found["sponsor"],
            "about": {"origin": origin, "id": entry} if origin and entry else None,
            "reply": needed(given, "reply"),
            "text": texts(given, "text"),
            "cites": cites(given),
        }

    fields = [
        *_named(found),
        Field(
            "about",
            N_("What you reply to; the consultation as a whole if you choose nothing"),
            "choice",
            required=False,
            options=[(place, {"en": words}) for place, words in about.items()],
        ),
        Field("reply", N_("Reply"), "choice", options=list(REPLIES.items())),
        Field("text", N_("In your own words"), "texts"),
        CITES,
    ]
    return fields, act, gate_path(found["slug"], found["sponsor"]), found["exercise"]


def _gate(node: Node, asked: Given) -> Act:
    found: Act = answers.gate(node, asked.get("gate", ""), asked.get("sponsor", ""))["gates"][0]
    return found


def _named(found: Act) -> list[Field]:
    return [Field(name, name, hidden=True) for name in ("gate", "sponsor") if found]
