"""What kinds, phases, states, advice and refusals of sessions are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console import Column, KindView
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

PATH: Final = "/assessment/sessions"


def session_path(key: str) -> str:
    """Return the path of a session's board; `key` is its slug, or its place as in `vn/hq/12`."""
    return f"{PATH}/{key}"


def _of(fields: Mapping[str, Any]) -> str:
    return session_path(fields["session"])


def _asked(fields: Mapping[str, Any]) -> str:
    return f"{fields['session']}: {fields['question']}"


KINDS: Final = {
    "assessment.session": KindView(
        N_("Blind session"), lambda f: f["title"], lambda f: session_path(f["slug"])
    ),
    "assessment.question": KindView(N_("Question to experts"), lambda f: f["text"]),
    "assessment.panel": KindView(N_("Panel of experts"), lambda f: f["session"], _of),
    "assessment.answer": KindView(N_("Answer of an expert"), _asked, _of),
    "assessment.party_summary": KindView(
        N_("Summary of a party's experts"), lambda f: f"{f.get('session', '')}: {f.get('party', '')}"
    ),
    "assessment.joint_result": KindView(N_("Joint result"), _asked, _of),
    "assessment.mismatch": KindView(N_("Two results that differ"), _asked, _of),
    "assessment.argument": KindView(N_("Argument"), lambda f: f["text"], _of),
    "assessment.report": KindView(N_("Report"), lambda f: f["session"], _of),
    "assessment.resolution": KindView(N_("How a question came out"), lambda f: f["question"]),
}
FORMS: Final = {
    "quantile": N_("quantities"),
    "probability": N_("probability of an event"),
    "categorical": N_("probabilities of categories"),
}
STAGES: Final = {"private": N_("alone"), "revised": N_("revised after the discussion")}
PROTOCOLS: Final = {
    "idea": N_("IDEA: alone, discuss, revise"),
    "cooke": N_("Cooke's protocol: one stage, with seed questions"),
}
ROLES: Final = {"seed": N_("seed question: its outcome is known to those who ask"), "target": N_("target")}
PHASES: Final = {
    "not-started": (N_("its round has not come yet"), "quiet", "unknown"),
    "waiting": (N_("waits for the first summaries"), "quiet", "wait"),
    "answering": (N_("experts answer"), "warn", "wait"),
    "sealing": (N_("being sealed"), "warn", "sealed"),
    "opening": (N_("being opened, question by question"), "warn", "wait"),
    "open": (N_("open"), "good", "check"),
}
"""Words, tone and drawing of each phase."""
LINES: Final = {
    "sealed": (N_("sealed"), "quiet", "sealed"),
    "open": (N_("open"), "good", "check"),
    "nothing": (N_("opened as nothing: too few experts answered"), "quiet", "unknown"),
    "unreadable": (N_("opened, and no summary of this question"), "warn", "differ"),
    "not-received": (N_("opened, and not received here"), "quiet", "wait"),
}
JOINT: Final = {
    "sealed": (N_("not all have opened it"), "quiet", "sealed"),
    "too-few": (N_("too few experts on one side"), "quiet", "unknown"),
    "contradiction": (N_("a summary contradicts itself"), "warn", "differ"),
    "computed": (N_("computed here from what was opened"), "good", "check"),
}
DEADLINES: Final = {
    "answer_by": N_("experts answer until"),
    "seal_by": N_("parties seal until"),
    "open_by": N_("all is to be open by"),
}
PARTS: Final = {
    "within": N_("stated within the answers"),
    "experts": N_("between the experts of a party"),
    "parties": N_("between the parties"),
}
ADVICE: Final = {
    "discuss": (
        N_("discuss"),
        "warn",
        "differ",
        N_(
            "A third or more of the uncertainty lies between the parties, and much more than drawing them "
            "by lot gives in the mean."
        ),
    ),
    "investigate": (
        N_("investigate"),
        "quiet",
        "unknown",
        N_("The answers themselves are wide: nobody knows enough yet."),
    ),
    "re-brief": (
        N_("re-brief"),
        "quiet",
        "unknown",
        N_("Experts of one party read the question or the material differently."),
    ),
    "none": (N_("nothing to do"), "good", "check", N_("All answers are the same, and certain.")),
}
"""Words, tone and drawing of each advice, and why it is given."""
WEIGHTS: Final = {
    "no-seeds": N_("equal weights: no seed question was answered"),
    "few-seeds": N_("equal weights: fewer than ten seed questions"),
    "not-better": N_("equal weights: performance weights do not help on questions they have not seen"),
    "few-weighted": N_("equal weights: fewer experts would have a weight than the session asks for"),
    "better-unseen": N_("performance weights: better on questions they have not seen"),
}
TAILS: Final = {"low": N_("for a low value"), "high": N_("for a high value")}
EVENTS: Final = {"low": N_("that it does not come"), "high": N_("that it comes")}
"""The ends of the probability of an event."""
REFUSALS: Final = {
    "expert-looks": N_("An expert of the panel does not see the summary before it is sealed."),
    "unknown-question": N_("The session asks no such question."),
    "question-changed": N_("The question was changed after the session began."),
    "question-resolved": N_("Its outcome is on record: it is not asked any more."),
    "stage-unknown": N_("The protocol of the session has no such stage."),
    "stage-closed": N_("The stage takes no answers now."),
    "no-panel": N_("This party has named no panel for the session."),
    "not-on-panel": N_("This person is not on the panel."),
    "wrong-count": N_("A value is missing."),
    "not-a-number": N_("This is no number; write decimals with a full stop."),
    "outside-domain": N_("This lies outside of what can be answered."),
    "crossed": N_("The values cross: this one must not be below the one before."),
    "zero-width": N_("Two values are the same: the interval between them has no width."),
    "certain": N_("0 and 1 leave no room for being wrong: say how sure you are."),
    "not-one": N_("The probabilities do not sum to 1."),
    "question-twice": N_("A question of this name is on record with other words."),
    "levels-differ": N_("Quantities of one session are asked at the same levels."),
    "too-large": N_("The summary would not fit into one record: ask fewer questions, or on coarser grids."),
    "voices-differ": N_("The voices are not those that the compact gives."),
    "not-in-compact": N_("A party is no party of the compact."),
    "unknown-initiative": N_("No such initiative is on record."),
    "unknown-gate": N_("No such consultation is on record."),
    "unknown-recipient": N_("A node is not paired with this one."),
    "out-of-range": N_("This is none of what the question can come to."),
    "resolved-before": N_("This party has said before how the question came out."),
    "resolved-too-early": N_("The outcome would be of a time that has not come."),
    "name-taken": N_("A session of this name was started before."),
    "deadline-over": N_("A deadline lies in the past."),
    "not-a-party": N_("This node's log is not one that seals in the session."),
    "private-not-open": N_("First the first summaries have to be open."),
    "not-blind": N_("The compact lets summaries travel before they are opened."),
    "no-answers": N_("No expert of this party has answered."),
    "already-sealed": N_("This party has sealed the stage."),
    "not-sealed": N_("This party has not sealed the stage."),
    "not-your-turn": N_("Another opening comes first."),
    "all-open": N_("Every question of the stage is open on this side."),
    "mixed-words": N_("A sentence speaks of confidence and of likelihood at once: make two of it."),
    "one-end": N_("An argument is for one tail, or for one category."),
    "round-not-sealed": N_("Not everybody has sealed as far as this node knows. Exchange, and try again."),
    "approvals-too-few": N_("Fewer people have approved it than the charter asks for."),
}
"""Why an answer or a step is refused, by its code."""
FIELDS: Final = {
    "session": N_("session"),
    "asked": N_("digest of the session"),
    "question": N_("question"),
    "questions": N_("questions"),
    "question_digest": N_("digest of the question"),
    "stage": N_("stage"),
    "form": N_("form"),
    "role": N_("role"),
    "scale": N_("scale"),
    "low": N_("lower end of the domain"),
    "high": N_("upper end of the domain"),
    "levels": N_("levels"),
    "tail_rule": N_("tail rule"),
    "cells": N_("cells of the grid"),
    "categories": N_("categories"),
    "category": N_("category"),
    "horizon": N_("horizon"),
    "impact": N_("impact"),
    "resolves_by": N_("resolves by"),
    "background": N_("background"),
    "protocol": N_("protocol"),
    "voices": N_("voices"),
    "stages": N_("stages"),
    "tail": N_("tail"),
    "outcome": N_("outcome"),
    "advice": N_("advice"),
    "parts": N_("parts of the uncertainty"),
    "topic": N_("topic"),
    "compact": N_("compact"),
    "methods": N_("methods"),
    "least_experts": N_("fewest experts"),
    "keep_answers_months": N_("months for which answers are kept"),
    "joint_marking": N_("marking of the joint results"),
    "recipients": N_("recipients"),
    "auditors": N_("auditors"),
    "weight": N_("weight"),
    "weighting": N_("weighting"),
    "resolution_source": N_("told by"),
    "resolved_at": N_("came out on"),
    "void": N_("no longer answerable"),
    "custodian": N_("custodian"),
    "expert": N_("expert"),
    "why": N_("why"),
    "why_low": N_("what could make it low"),
    "why_high": N_("what could make it high"),
    "masses": N_("probabilities on the grid"),
    "effective": N_("equal voices as which they count"),
    "seeds": N_("seed questions"),
    "median": N_("median"),
    "log_odds": N_("pool of the log-odds"),
    "stream": N_("pool as whole numbers"),
    "out_of": N_("out of"),
    "other_pools": N_("other pools"),
    "divisive": N_("the parties differ"),
    "own_inputs": N_("root of the own inputs"),
    "other_inputs": N_("root of the other inputs"),
    "leaf": N_("leaf"),
    "content": N_("content"),
    "files": N_("files"),
    "languages": N_("languages"),
    "octets": N_("octets"),
}
VALUES: Final = {
    "form": FORMS,
    "stage": STAGES,
    "protocol": PROTOCOLS,
    "role": ROLES,
    "tail": TAILS,
    "tail_rule": {"to-domain": N_("spread evenly to the ends of the domain")},
    "scale": {"uni": N_("even"), "log": N_("logarithmic")},
}
COLUMNS: Final = (
    Column("title", N_("Session")),
    Column("protocol", N_("Protocol")),
    Column("questions", N_("Questions"), numeric=True),
    Column("phase", N_("State")),
    Column("deadline", N_("Next deadline")),
)
OPENED: Final = (
    Column("party", N_("Party")),
    Column("experts", N_("Experts"), numeric=True),
    Column("q5", N_("5 %%"), numeric=True),
    Column("q25", N_("25 %%"), numeric=True),
    Column("q50", N_("50 %%"), numeric=True),
    Column("q75", N_("75 %%"), numeric=True),
    Column("q95", N_("95 %%"), numeric=True),
)
CHANCES: Final = (
    Column("party", N_("Party")),
    Column("experts", N_("Experts"), numeric=True),
    Column("category", N_("Category")),
    Column("value", N_("Probability"), numeric=True),
)
"""The columns of the tables beside the pictures."""
WORDS: Final = {
    "phases": PHASES,
    "line_states": LINES,
    "joint_states": JOINT,
    "stage_names": STAGES,
    "protocols": PROTOCOLS,
    "roles": ROLES,
    "form_names": FORMS,
    "deadline_words": DEADLINES,
    "part_words": PARTS,
    "advice_words": ADVICE,
    "weight_words": WEIGHTS,
    "tail_words": TAILS,
    "event_words": EVENTS,
    "refusals": REFUSALS,
    "session_path": session_path,
}
"""What every page of sessions takes."""
