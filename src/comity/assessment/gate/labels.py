"""What states, steps, verdicts and codes of consultations are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console import KindView
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


def gate_path(slug: str, sponsor: str = "") -> str:
    """Return the path of a gate's page; with its sponsor, of its place there."""
    return f"/assessment/gates/{slug}" + (f"#of-{sponsor}" if sponsor else "")


def _gate(name: str) -> Callable[[Mapping[str, Any]], str | None]:
    return lambda fields: gate_path(fields[name], fields["sponsor"])


def _step_title(fields: Mapping[str, Any]) -> str:
    return f"{fields['gate']}: {fields['step']}"


KINDS: Final = {
    "assessment.gate": KindView(N_("Consultation"), lambda f: f["slug"], _gate("slug")),
    "assessment.gate_step": KindView(N_("Step of a consultation"), _step_title, _gate("gate")),
    "assessment.gate_reply": KindView(N_("Reply in a consultation"), lambda f: f["text"], _gate("gate")),
    "assessment.gate_request": KindView(
        N_("Request to consult"), lambda f: f["slug"], lambda _: "/assessment/gates"
    ),
    "assessment.gate_answer": KindView(
        N_("Answer to a request"), lambda f: f["request"], lambda _: "/assessment/gates"
    ),
    "assessment.external_commitment": KindView(
        N_("Commitment to a third party"),
        lambda f: f["slug"],
        lambda f: f"/assessment/initiatives/{f['initiative']}",
    ),
}

STATES: Final = {
    "draft": (N_("draft"), "quiet", "unknown"),
    "notified": (N_("notified"), "quiet", "wait"),
    "complete": (N_("papers complete"), "quiet", "wait"),
    "open": (N_("consultation runs"), "warn", "wait"),
    "extended": (N_("extended"), "warn", "wait"),
    "concluded": (N_("concluded"), "good", "check"),
    "lapsed": (N_("lapsed"), "quiet", "stop"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
}
"""How a state is drawn: words, tone, drawing."""

STEPS: Final = {
    "notified": N_("submitted"),
    "complete": N_("papers found complete"),
    "started": N_("consultation starts"),
    "extended": N_("extended"),
    "concluded": N_("concluded"),
    "lapsed": N_("withdrawn"),
    "end": N_("last day of the period"),
}

COMMITMENTS: Final = {
    "memorandum": N_("memorandum"),
    "concession": N_("concession"),
    "purchase_agreement": N_("purchase agreement"),
    "financing": N_("financing"),
    "construction_start": N_("start of construction"),
    "other": N_("other"),
}

PROCEDURES: Final = {
    "notification": N_("notification"),
    "prior_consultation": N_("prior consultation"),
    "specific_agreement": N_("specific agreement"),
}

CLASSES: Final = {
    "mainstream": N_("mainstream"),
    "tributary": N_("tributary"),
    "wet": N_("wet season"),
    "dry": N_("dry season"),
    "intra_basin": N_("within the basin"),
    "inter_basin": N_("out of the basin"),
    "inter_basin_surplus": N_("out of the basin, of a surplus"),
}
"""Classes of water, season and use that have words; a rule may know others."""

VERDICTS: Final = {
    "before": (N_("dated before consultation concluded"), "warn", "differ"),
    "not before": (N_("not dated before it"), "good", "check"),
    "not concluded": (N_("dated after the period; nothing was concluded"), "quiet", "unknown"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
    "not counted": (N_("the rule does not count it"), "quiet", "unknown"),
}

BASES: Final = {
    "conclusion": N_("counted to the conclusion"),
    "end of the period": N_("counted to the last day of the period"),
    "submission": N_("counted to the submission"),
    "nothing yet": N_("the consultation has not started"),
}

REPLIES: Final = {"accept": N_("accepts"), "contest": N_("contests"), "explain": N_("explains")}
ANSWERS: Final = {"accept": N_("accepted"), "refuse": N_("refused")}
RETROACTIVE: Final = {
    "yes": N_("retroactive: decided after the end"),
    "maybe": N_("cannot tell whether it was decided after the end"),
}

CODES: Final = {
    "only-the-sponsor-opens": N_("only the sponsor opens"),
    "opened-before": N_("opened before"),
    "no-voice": N_("not a party of this consultation"),
    "no-such-step": N_("the rule has no such step"),
    "only-the-sponsor": N_("for the sponsor alone to say"),
    "not-extendable": N_("the rule allows no extension"),
    "said-before": N_("said before; the first stands"),
    "corrected": N_("corrected by a later entry"),
    "dates-contradict": N_("the parties give dates that contradict"),
    "extension-missing": N_("an extension is missing in the count"),
    "extensions-differ": N_("the parties give an extension two lengths"),
    "complete-without-notified": N_("papers complete, and no submission on record"),
    "started-without-complete": N_("started, and no word that the papers are complete"),
    "started-without-notified": N_("started, and no submission on record"),
    "concluded-without-started": N_("concluded, and no start on record"),
    "complete-before-notified": N_("papers complete before the submission"),
    "started-before-notified": N_("started before the submission"),
    "started-before-complete": N_("started before the papers were complete"),
    "concluded-before-notified": N_("concluded before the submission"),
    "concluded-before-complete": N_("concluded before the papers were complete"),
    "concluded-before-started": N_("concluded before the start"),
    "rule-digest": N_("the rule text is not the one that the entry names"),
    "rule-unreadable": N_("the rule text is no rule"),
    "rule-name": N_("the rule text is of another rule or version"),
}

USES: Final = {
    "opened": N_("opened"),
    "requested": N_("requested"),
    "accepted": N_("accepted"),
    "refused": N_("refused"),
    "unanswered": N_("not answered"),
    "extended": N_("extended"),
    "concluded": N_("concluded"),
    "replied": N_("replied"),
    "asserted": N_("commitments asserted"),
}

FIELDS: Final = {
    "gate": N_("consultation"),
    "sponsor": N_("sponsor"),
    "initiative": N_("initiative"),
    "rule": N_("rule"),
    "step": N_("step"),
    "reply": N_("reply"),
    "commitment": N_("commitment to a third party"),
    "toward": N_("toward"),
    "asserted_by": N_("as said by"),
    "rule_version": N_("version of the rule"),
    "rule_digest": N_("digest of the rule"),
    "rule_text": N_("the rule, word for word"),
    "water": N_("class of water"),
    "seasons": N_("seasons"),
    "use": N_("class of use"),
    "months": N_("months"),
    "days": N_("days"),
    "until": N_("until"),
    "request": N_("request"),
    "requested_by": N_("asked by"),
    "answer": N_("answer"),
    "answer_by": N_("an answer is hoped for by"),
    "reason": N_("reason"),
}
VALUES: Final = {
    "step": STEPS,
    "commitment": COMMITMENTS,
    "reply": REPLIES,
    "answer": ANSWERS,
    "water": CLASSES,
    "seasons": CLASSES,
    "use": CLASSES,
}

WORDS: Final = {
    "states": STATES,
    "steps": STEPS,
    "commitments": COMMITMENTS,
    "procedures": PROCEDURES,
    "verdicts": VERDICTS,
    "bases": BASES,
    "replies": REPLIES,
    "answers": ANSWERS,
    "retroactive": RETROACTIVE,
    "codes": CODES,
    "uses": USES,
    "gate_path": gate_path,
}
"""What every page of gates takes."""
