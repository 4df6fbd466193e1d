"""What events, their states and their words are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.events.forms import FORMS
from comity.console import KindView
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


def event_path(party: str, slug: str) -> str:
    """Return the path of an event's page."""
    return f"/border/events/{party}/{slug}"


def _marker(fields: Mapping[str, Any]) -> str:
    return f"{fields['marker']}"


KINDS: Final = {
    "border.event": KindView(N_("Event"), _marker, lambda _: "/border/events"),
    "border.event_report": KindView(
        N_("Report of an event"), lambda f: f["originator"], lambda _: "/border/events"
    ),
    "border.event_draft": KindView(N_("Draft of an event"), lambda f: f["slug"], lambda _: "/border/events"),
    "border.information_request": KindView(
        N_("Request for information"), lambda f: f["asks"], lambda _: "/border/requests"
    ),
    "border.information_answer": KindView(
        N_("Answer to a request"), lambda f: f["originator"], lambda _: "/border/requests"
    ),
}

FIELDS: Final = {
    "marker": N_("marker"),
    "offset_m": N_("metres from it"),
    "event_type": N_("kind of event"),
    "layer": N_("layer"),
    "detail": N_("what exactly"),
    "object_class": N_("what moves"),
    "learnt_at": N_("learnt of"),
    "happened_at": N_("happened"),
    "originator": N_("office that reports"),
    "credibility": N_("credibility of the information"),
    "reliability": N_("reliability of the source"),
    "validation": N_("checked"),
    "impact": N_("impact"),
    "reaction": N_("reaction"),
    "closes": N_("closes because"),
    "asker": N_("office that asks"),
    "asks": N_("what is asked"),
    "deadline": N_("deadline"),
    "outcome": N_("outcome"),
}

TYPES: Final = {**{name: form.title for name, form in FORMS.items()}, "other": N_("Something else")}

DETAILS: Final = {value: text for form in FORMS.values() for value, text in form.details}

STATES: Final = {
    "open": (N_("open"), "warn", "wait"),
    "did_not_happen": (N_("closed: did not happen"), "quiet", "check"),
    "below_threshold": (N_("closed: too small for the picture"), "quiet", "check"),
    "over": (N_("closed: over"), "quiet", "check"),
}

FIRST: Final = {
    "in_time": (N_("first report in time"), "good", "check"),
    "late": (N_("first report late"), "warn", "wait"),
    "due": (N_("first report due"), "warn", "wait"),
    "overdue": (N_("first report overdue"), "stop", "stop"),
}

ASKED: Final = {
    "open": (N_("awaiting an answer"), "warn", "wait"),
    "overdue": (N_("no answer by the deadline"), "stop", "stop"),
    "answered": (N_("answered"), "good", "check"),
    "answered_late": (N_("answered after the deadline"), "warn", "check"),
}

IMPACTS: Final = {
    "low": N_("low"),
    "medium": N_("medium"),
    "high": N_("high"),
    "very_high": N_("very high"),
}

LAYERS: Final = {
    "events": N_("events"),
    "operational": N_("operations"),
    "analysis": N_("analysis"),
}

CREDIBILITY: Final = {
    "6": N_("6: cannot be judged"),
    "1": N_("1: confirmed by others"),
    "2": N_("2: probably true"),
    "3": N_("3: possibly true"),
    "4": N_("4: doubtful"),
    "5": N_("5: improbable"),
}

RELIABILITY: Final = {
    "F": N_("F: cannot be judged"),
    "A": N_("A: reliable"),
    "B": N_("B: usually reliable"),
    "C": N_("C: fairly reliable"),
    "D": N_("D: not usually reliable"),
    "E": N_("E: unreliable"),
}

VALIDATION: Final = {
    "not_validated": N_("not checked yet"),
    "validated": N_("checked and confirmed"),
    "refuted": N_("checked and not confirmed"),
}

REACTIONS: Final = {
    "none": N_("nothing yet"),
    "planned": N_("planned"),
    "under_way": N_("under way"),
    "taken": N_("taken"),
}

CLOSES: Final = {
    "did_not_happen": N_("it did not happen"),
    "below_threshold": N_("too small for the picture"),
    "over": N_("it is over"),
}

OUTCOMES: Final = {
    "given": N_("given"),
    "in_part": N_("given in part"),
    "nothing_known": N_("nothing known"),
    "not_given": N_("not given"),
}

OBJECTS: Final = {
    "unknown": N_("unknown"),
    "air": N_("in the air"),
    "boat": N_("boat"),
    "vehicle": N_("vehicle"),
    "person-size": N_("of a person's size"),
}

VALUES: Final = {
    "event_type": TYPES,
    "detail": DETAILS,
    "impact": IMPACTS,
    "layer": LAYERS,
    "credibility": CREDIBILITY,
    "reliability": RELIABILITY,
    "validation": VALIDATION,
    "reaction": REACTIONS,
    "closes": CLOSES,
    "outcome": OUTCOMES,
    "object_class": OBJECTS,
}

WORDS: Final = {
    "event_types": TYPES,
    "details": DETAILS,
    "event_states": STATES,
    "firsts": FIRST,
    "asked_states": ASKED,
    "impacts": IMPACTS,
    "layers": LAYERS,
    "credibilities": CREDIBILITY,
    "reliabilities": RELIABILITY,
    "validations": VALIDATION,
    "reactions": REACTIONS,
    "closings": CLOSES,
    "outcomes": OUTCOMES,
    "object_classes": OBJECTS,
    "event_path": event_path,
}
"""What every page of events takes."""
