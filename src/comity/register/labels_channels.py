"""What the kinds of the channels, and the words of their fixed values, are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console import KindView
from comity.console.formats import edtf
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

CHANNELS: Final = {
    "leaders": N_("leaders and Parties"),
    "consultation": N_("political consultations"),
    "committee": N_("joint committees"),
    "defence": N_("defence"),
    "security": N_("public security"),
    "border": N_("border talks"),
    "anti_drug": N_("anti-drug talks"),
    "patrol": N_("joint patrols"),
    "forum": N_("forums with others"),
    "consular": N_("consular affairs"),
    "press": N_("press and information"),
    "posts": N_("posts abroad"),
    "economic": N_("economy and trade"),
    "training": N_("training"),
    "experts": N_("experts"),
    "material_support": N_("material support"),
    "remains": N_("search for the fallen"),
    "health": N_("health surveys"),
    "water": N_("shared waters"),
}
"""The channels, in the order in which they are shown."""


def _page(kind: str, name: str = "slug") -> Callable[[Mapping[str, Any]], str | None]:
    return lambda fields: f"/register/{kind}/{fields[name]}"


def _own(label: str, kind: str, title: str = "subject") -> tuple[str, KindView]:
    return f"register.{kind}", KindView(label, lambda fields: fields[title], _page(kind))


def _formula_title(fields: Mapping[str, Any]) -> dict[str, str]:
    codes = set.intersection(*(set(term["text"]) for term in fields["terms"]))
    return {code: ", ".join(term["text"][code] for term in fields["terms"]) for code in sorted(codes)}


def _word(field: str, of: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda fields: f"{fields[of]}: {gettext(VALUES[field][fields[field]])}, {edtf(fields['on'])}"


def _handover_title(fields: Mapping[str, Any]) -> str:
    return " · ".join(filter(None, (gettext("Handover"), edtf(fields["date"]), fields.get("place"))))


KINDS: Final[dict[str, KindView]] = {
    "register.formula": KindView(N_("Formula"), _formula_title, _page("formulas", "formula")),
    "register.evidence": KindView(
        N_("Evidence on an undertaking"), lambda f: f["shows"], _page("undertaking", "undertaking")
    ),
    "register.annotation": KindView(
        N_("Annotation of a dispute"), lambda f: f["words"], _page("undertaking", "undertaking")
    ),
    "register.appraisal": KindView(
        N_("Appraisal"), lambda f: f["words"], lambda f: f"/register/{f['about_kind']}/{f['about']}"
    ),
    **dict(
        (
            _own(N_("Talks"), "talks"),
            _own(N_("Joint patrols"), "patrol"),
            _own(N_("Item of a forum"), "forum_item"),
            _own(N_("Candidature"), "candidature"),
            _own(N_("Consular matter"), "consular_matter"),
            _own(N_("Press exchange"), "press_exchange"),
            _own(N_("Cooperation of posts"), "posts_cooperation"),
            _own(N_("Training"), "training"),
            _own(N_("Expert mission"), "expert_mission"),
            _own(N_("Material support"), "material_support"),
            _own(N_("Search mission"), "remains_mission"),
            _own(N_("Joint health survey"), "health_survey"),
            _own(N_("Declared gap"), "gap"),
        )
    ),
    "register.voting_intention": KindView(
        N_("Voting intention"), _word("intends", "item"), _page("forum_item", "item")
    ),
    "register.backing": KindView(
        N_("Word on a candidature"), _word("support", "candidature"), _page("candidature", "candidature")
    ),
    "register.support_check": KindView(
        N_("Check of support"), _word("condition", "support"), _page("material_support", "support")
    ),
    "register.remains_site": KindView(
        N_("Search site"), lambda f: f["place"], _page("remains_mission", "mission")
    ),
    "register.handover": KindView(N_("Handover"), _handover_title, _page("handover")),
}

FIELDS: Final = {
    "about": N_("about"),
    "about_kind": N_("about which kind"),
    "answers": N_("answers"),
    "areas": N_("areas"),
    "area": N_("area"),
    "bears": N_("bears"),
    "bodies": N_("bodies"),
    "candidature": N_("candidature"),
    "channel": N_("channel"),
    "condition": N_("condition"),
    "corrects": N_("corrects record"),
    "count": N_("how many"),
    "formula": N_("formula"),
    "forum": N_("forum"),
    "given_by": N_("given by"),
    "given_to": N_("given to"),
    "holder": N_("who spoke"),
    "host": N_("host"),
    "id": N_("short name"),
    "in_law": N_("in law (VCLT article 2)"),
    "intends": N_("intends to vote"),
    "item": N_("item"),
    "mission": N_("mission"),
    "name": N_("name"),
    "offered": N_("places offered"),
    "reason": N_("reason"),
    "renderings": N_("other words for it"),
    "reporter": N_("who has not reported"),
    "shows": N_("shows"),
    "since": N_("since"),
    "sites": N_("villages or posts"),
    "support": N_("support"),
    "taken": N_("places taken"),
    "term": N_("term"),
    "terms": N_("terms"),
    "tone": N_("tone"),
    "words": N_("words"),
}

VALUES: Final = {
    "channel": CHANNELS,
    "about_kind": {
        "instrument": N_("Instrument"),
        "mechanism": N_("Mechanism"),
        "undertaking": N_("Undertaking"),
    },
    "bears": {
        "for": N_("speaks for it"),
        "part": N_("speaks for a part of it"),
        "against": N_("speaks against it"),
        "about": N_("speaks of it only"),
    },
    "condition": {
        "works": N_("works"),
        "works_in_part": N_("works in part"),
        "does_not_work": N_("does not work"),
    },
    "in_law": {"treaty": N_("treaty"), "not_a_treaty": N_("not a treaty in law")},
    "intends": {
        "yes": N_("yes"),
        "no": N_("no"),
        "abstain": N_("abstain"),
        "undecided": N_("undecided"),
    },
    "support": {
        "supports": N_("supports it"),
        "does_not_support": N_("does not support it"),
        "undecided": N_("undecided"),
    },
    "reason": {
        "not_published": N_("not published"),
        "not_reported": N_("not reported"),
        "not_found": N_("looked for, not found"),
        "not_comparable": N_("reported, not comparable"),
    },
    "tone": {"praised": N_("praised"), "criticised": N_("criticised")},
    "state": {
        "announced": N_("announced"),
        "elected": N_("elected"),
        "not_elected": N_("not elected"),
        "withdrawn": N_("withdrawn"),
        "partly_delivered": N_("delivered in part"),
        "delivered": N_("delivered"),
        "named": N_("named"),
        "under_search": N_("under search"),
        "searched_found": N_("searched, something found"),
        "searched_nothing_found": N_("searched, nothing found"),
        "closed": N_("closed"),
    },
}

PAGES: Final = (
    "talks",
    "patrol",
    "forum_item",
    "candidature",
    "consular_matter",
    "press_exchange",
    "posts_cooperation",
    "training",
    "expert_mission",
    "material_support",
    "remains_mission",
    "handover",
    "health_survey",
    "gap",
)
"""The kinds of the channels that have a page of their own."""

LIFE_STATES: Final = {
    "nothing attested": (N_("nothing attested"), "quiet", "unknown"),
    "negotiated": (N_("negotiated"), "quiet", "wait"),
    "initialled": (N_("initialled"), "quiet", "wait"),
    "signed": (N_("signed"), "quiet", "wait"),
    "ratified": (N_("ratified"), "quiet", "check"),
    "provisionally applied": (N_("provisionally applied"), "warn", "check"),
    "in force": (N_("in force"), "good", "check"),
    "suspended": (N_("suspended"), "warn", "stop"),
    "completed": (N_("completed"), "good", "check"),
    "withdrawn": (N_("withdrawn"), "stop", "stop"),
    "expired": (N_("expired"), "quiet", "stop"),
    "terminated": (N_("terminated"), "stop", "stop"),
    "differs between the parties": (N_("differs between the parties"), "stop", "differ"),
    "cannot tell": (N_("cannot tell"), "warn", "unknown"),
}
"""How the state of an instrument is drawn: words, tone, drawing."""

CONFLICTS: Final = {
    "dates-contradict": N_("Reports of one step name days that cannot both be right."),
    "out-of-order": N_("A later step of its life is dated before an earlier one."),
    "recorded-out-of-order": N_("A record claims an earlier time than one that stands before it in the log."),
    "ended-by-one": N_(
        "One party is reported to have ended it; no word of the end by the others is on record."
    ),
    "renewed-after-end": N_("It is reported as renewed after its end; no new entry into force is attested."),
    "correction-of-another": N_("A record would correct one of the other party; it does not."),
}
"""What does not fit in the life of an instrument."""

FINDINGS: Final = {
    "number-missing": N_("No record of number %(number)s."),
    "number-repeated": N_("Two sessions carry number %(number)s."),
    "number-against-date": N_("The higher number has the earlier date."),
    "late": N_("At least %(days)s days apart, where %(expected_days)s are usual."),
    "early": N_("At most %(days)s days apart, where %(expected_days)s are usual."),
    "host-repeated": N_("The same host twice running, though the place is to alternate."),
    "planned-no-record": N_("Planned, and no record says that it was held."),
    "recorded-differently": N_("Recorded differently: %(fields)s."),
    "next-overdue": N_("%(days)s days since the last one on record, where %(expected_days)s are usual."),
    "term-gap": N_("%(days)s days lie between the end of one and the start of the next."),
    "term-overlap": N_("The two overlap by %(days)s days."),
}
"""What does not fit in a series."""
