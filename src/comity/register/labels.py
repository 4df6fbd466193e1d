"""What the register's kinds, fields and fixed values are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console import KindView
from comity.console.formats import edtf
from comity.console.i18n import N_, gettext
from comity.register import labels_channels

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PAGES: Final = ("instrument", "mechanism", "meeting", "undertaking", "figure", *labels_channels.PAGES)
"""The kinds that have a page of their own; events and statuses stand on the page of what they speak of."""


def path_of(kind: str, slug: str) -> str:
    """Return the path of the page of a thing; `kind` with or without its system."""
    return f"/register/{kind.removeprefix('register.')}/{slug}"


def _page(kind: str, name: str = "slug") -> Callable[[Mapping[str, Any]], str | None]:
    return lambda fields: path_of(kind, fields[name])


def _meeting_title(fields: Mapping[str, Any]) -> str:
    ordinal = fields.get("ordinal")
    parts = [
        f"{fields['mechanism']} {ordinal}" if ordinal else fields["mechanism"],
        edtf(fields["start"]),
        fields.get("place"),
    ]
    return " · ".join(part for part in parts if part)


def _event_title(fields: Mapping[str, Any]) -> str:
    return f"{fields['instrument']}: {gettext(VALUES['type'][fields['type']])}, {edtf(fields['date'])}"


def _status_title(fields: Mapping[str, Any]) -> str:
    return f"{fields['undertaking']}: {gettext(VALUES['status'][fields['status']])}"


KINDS: Final = {
    "register.instrument": KindView(N_("Instrument"), lambda f: f["titles"], _page("instrument")),
    "register.event": KindView(N_("Event"), _event_title, _page("instrument", "instrument")),
    "register.mechanism": KindView(N_("Mechanism"), lambda f: f["names"], _page("mechanism")),
    "register.meeting": KindView(N_("Meeting"), _meeting_title, _page("meeting")),
    "register.undertaking": KindView(N_("Undertaking"), lambda f: f["action"], _page("undertaking")),
    "register.status": KindView(
        N_("Status of an undertaking"), _status_title, _page("undertaking", "undertaking")
    ),
    "register.figure": KindView(N_("Figure"), lambda f: f["subject"], _page("figure")),
    **labels_channels.KINDS,
}

FIELDS: Final = {
    **labels_channels.FIELDS,
    "slug": N_("short name"),
    "instrument_class": N_("class"),
    "titles": N_("titles"),
    "aliases": N_("other names"),
    "parties": N_("parties"),
    "party": N_("party"),
    "level": N_("level"),
    "actor": N_("body"),
    "relations": N_("relations"),
    "target": N_("to"),
    "cites": N_("sources"),
    "note": N_("note"),
    "instrument": N_("instrument"),
    "type": N_("type"),
    "date": N_("date"),
    "place": N_("place"),
    "attested_by": N_("attested by"),
    "names": N_("names"),
    "cadence": N_("cadence"),
    "rotation": N_("rotation"),
    "mechanism": N_("mechanism"),
    "ordinal": N_("number"),
    "start": N_("start"),
    "end": N_("end"),
    "chairs": N_("chairs"),
    "state": N_("state"),
    "meeting": N_("meeting"),
    "obligors": N_("who is obliged"),
    "action": N_("what is to be done"),
    "window": N_("time window"),
    "indicator": N_("indicator"),
    "modality": N_("modality"),
    "undertaking": N_("undertaking"),
    "status": N_("status"),
    "on": N_("as of"),
    "subject": N_("subject"),
    "value": N_("value"),
    "unit": N_("unit"),
    "period": N_("period"),
    "reported_by": N_("reported by"),
    "work": N_("work"),
    "section": N_("section"),
    "page": N_("page"),
    "locator": N_("passage"),
    "unverified": N_("not read at its source"),
    "lang": N_("language"),
    "text": N_("text"),
    "title": N_("title"),
    "version": N_("version"),
    "members": N_("members"),
    "role": N_("role"),
    "charters": N_("charters"),
    "origin": N_("log"),
    "digest": N_("digest"),
    "rules": N_("rules"),
}

VALUES: Final[dict[str, dict[str, str]]] = {
    **labels_channels.VALUES,
    "instrument_class": {
        "treaty": N_("treaty"),
        "protocol": N_("protocol"),
        "agreement": N_("agreement"),
        "memorandum": N_("memorandum"),
        "minutes": N_("minutes"),
        "joint_statement": N_("joint statement"),
        "party_agreement": N_("agreement between political parties"),
        "ministry_agreement": N_("agreement between ministries"),
        "plan": N_("plan"),
        "not_a_treaty": N_("not a treaty in law"),
    },
    "level": {
        "state": N_("state"),
        "government": N_("government"),
        "party": N_("political party"),
        "ministry": N_("ministry"),
        "province": N_("province"),
        "agency": N_("agency"),
    },
    "type": {
        "negotiated": N_("negotiated"),
        "initialled": N_("initialled"),
        "signed": N_("signed"),
        "ratified": N_("ratified"),
        "provisionally_applied": N_("provisionally applied"),
        "in_force": N_("in force"),
        "registered": N_("registered"),
        "amended": N_("amended"),
        "extended": N_("extended"),
        "renewed": N_("renewed"),
        "suspended": N_("suspended"),
        "resumed": N_("resumed"),
        "withdrawn": N_("withdrawn"),
        "terminated": N_("terminated"),
        "expired": N_("expired"),
        "completed": N_("completed"),
        "implements": N_("implements"),
        "amends": N_("amends"),
        "supersedes": N_("supersedes"),
        "plan_under": N_("plan under"),
        "follows": N_("follows"),
        "framework_of": N_("framework of"),
    },
    "status": {
        "planned": N_("planned"),
        "under_way": N_("under way"),
        "fulfilled": N_("fulfilled"),
        "partial": N_("partly fulfilled"),
        "lapsed": N_("lapsed"),
    },
    "state": {**labels_channels.VALUES["state"], "held": N_("held"), "planned": N_("planned")},
    "rotation": {"alternating": N_("alternating"), "fixed": N_("fixed"), "none": N_("no rotation")},
    "modality": {"agreement": N_("agreed"), "plan": N_("planned")},
    "role": {"party": N_("party"), "observer": N_("observer")},
}

STATES: Final = {
    "agreed": (N_("agreed"), "good", "check"),
    "awaiting": (N_("awaiting"), "warn", "wait"),
    "recorded differently": (N_("recorded differently"), "stop", "differ"),
    "joint": (N_("joint"), "good", "joint"),
    "disputed": (N_("disputed"), "stop", "differ"),
}
"""How the joint state of a fact or of an undertaking is drawn: words, tone, drawing."""

ADVICE: Final = {
    "said differently": N_("The parties have said different things."),
    "inside its window": N_("Its time window is still open."),
    "window over, no evidence seen": N_("Its time window is over, and no word about it is on record here."),
    "window over, evidence seen": N_("Its time window is over; there is evidence, and no joint word."),
    "window over, one side silent": N_("Its time window is over, and one side has not spoken."),
}
"""What the software notices: a hint to a person, never a status."""
