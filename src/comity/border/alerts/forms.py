"""What a person does with an alert, as forms: take it up, say what became of it, leave a note."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts import answers, labels, writing
from comity.border.entries.alerts import AlertStep
from comity.border.events.sending import MARKINGS, Field, Form, words
from comity.border.tables import PROJECTOR
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node

CRUMBS: Final = (("/border", N_("Border")), ("/border/alerts", N_("Alerts")))
OFFICE: Final = Field("office", N_("Your office"))
NOTE: Final = Field("words", N_("In words, never about a person"), required=False, area=True)
SAID: Final = Field("words", N_("In words, never about a person"), area=True)
OUTCOME: Final = Field(
    "outcome",
    N_("Was there what the alert says"),
    tuple((name, labels.OUTCOMES[name]) for name in writing.OUTCOMES),
)
TITLES: Final = {
    "acknowledge": N_("Take the alert up"),
    "resolve": N_("Say what became of the alert"),
    "note": N_("Leave a note"),
}
LEADS: Final = {
    "acknowledge": N_("It escalates no further; it stays open until whoever raised it is done with it."),
    "resolve": N_(
        "For your own side: the other side's alert stays theirs. The answer makes the precision of the rule."
    ),
    "note": N_("It changes nothing of the alert, and stays beside it."),
}
FIELDS: Final = {
    "acknowledge": (OFFICE, NOTE),
    "resolve": (OUTCOME, OFFICE, NOTE),
    "note": (SAID, OFFICE),
}


def acts(node: Node, one: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the acts on an alert that are open to the own side, the next first."""
    party = node.config.party
    own = one["parties"].get(party, "pending")
    found = [] if own in {"acknowledged", "resolved"} or one["state"] == "resolved" else ["acknowledge"]
    if party in one["raised_by"]:
        found.append("resolve")
    return (*found, "note")


def form(node: Node, what: str, one: Mapping[str, Any], language: str) -> Form:
    """Return the form of an act on an alert."""

    def act(given: Mapping[str, str]) -> dict[str, Any]:
        said = words(given, "words", language)
        outcome = {"outcome": given.get("outcome", "")} if what == "resolve" else {}
        return {"alert": one["key"], "office": given["office"], **outcome, **({"note": said} if said else {})}

    marking = one["marking"] if one["marking"] in MARKINGS else "TLP:AMBER"
    return Form(
        title=TITLES[what],
        lead=LEADS[what],
        path=labels.act_path(what, one["key"]),
        crumbs=CRUMBS,
        fields=FIELDS[what],
        act=act,
        do=lambda given: writing.ACTS[what](node, given, answers.now()),
        after=lambda _: labels.alert_path(one["key"]),
        first={"office": last_office(node), "marking": marking},
        exercise=one["exercise"],
    )


def last_office(node: Node) -> str:
    """Return the office that took a step here last: it stands in the form already."""
    with node.views.connect() as db:
        own = [one for one in PROJECTOR.reports(db, AlertStep) if one.origin == node.origin]
    return next((str(one.fields["office"]) for one in reversed(own) if one.fields.get("office")), "")
