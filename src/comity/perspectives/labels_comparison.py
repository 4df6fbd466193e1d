"""What rungs, grades, verdicts on claims, silences and states of coding are called on a page (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

RUNGS: Final = {
    1: N_("treaty or joint statement"),
    2: N_("leader"),
    3: N_("ministry"),
    4: N_("party press"),
    5: N_("own word, rank not declared"),
    6: N_("reported by others"),
}

RUBRIC: Final = {
    "none": N_("none"),
    "partial": N_("partial"),
    "substantial": N_("substantial"),
    "full": N_("full"),
}

CLAIMS: Final = {
    "exceeds": (N_("claims exceed the record found"), "warn", "differ"),
    "matches": (N_("claims match the record found"), "good", "check"),
    "falls short": (N_("claims fall short of the record found"), "quiet", "differ"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
}
"""How a verdict on a claim is drawn: words, tone, drawing."""

CLAIM_REASONS: Final = {
    "no_evidence": N_("no evidence is included"),
    "few_clusters": N_("fewer than two independent origins"),
    "single_party": N_("single-party corroboration: nothing comes from outside the claimant"),
    "not_blind": N_("claim and evidence were not graded blind, in one round that all have opened"),
    "graders_differ": N_("by the grades of each side's graders alone the verdict is not the same"),
    "critic_alone": N_("the adverse evidence depends on whoever contests the claim"),
    "no_majority": N_("the origins do not say the same"),
}

SILENCES: Final = {
    "silent": N_("silent"),
    "not found in this corpus": N_("not found in this corpus"),
    "not covered": N_("not covered"),
    "not heard": N_("not heard"),
}

LIES: Final = {
    "near": N_("near each other"),
    "apart": N_("more than a step apart"),
    "neither": N_("on two sides of nought"),
}

RELIANCE: Final = {
    "reliable": (N_("reliable"), "good", "check"),
    "tentative": (N_("tentative"), "warn", "wait"),
    "not reliable": (N_("not reliable"), "stop", "stop"),
    "not estimable": (N_("not estimable"), "quiet", "unknown"),
}

WHY_NO_ALPHA: Final = {
    "no_variance": N_("every coding is the same"),
    "no_pairs": N_("nothing was coded twice"),
}

STAGES: Final = {
    "addressed": N_("stance, mixed or not addressed (nominal)"),
    "stance": N_("which stance, where both gave one (ordinal)"),
    "frame": N_("frame (nominal)"),
}

GRADE_SIDES: Final = {"claims": N_("claims (ordinal)"), "evidence": N_("evidence (ordinal)")}
"""What graders grade, each with its own agreement."""

SETTLED: Final = {
    "settled": (N_("settled by both"), "good", "check"),
    "awaiting": (N_("awaiting"), "warn", "wait"),
    "recorded differently": (N_("recorded differently"), "stop", "differ"),
}

RESULTS: Final = {
    "agree": N_("agree"),
    "differ": N_("differ"),
    "cannot tell": N_("cannot tell"),
    "cannot tell (near)": N_("cannot tell; described as near each other"),
    "cannot tell (apart)": N_("cannot tell; described as more than a step apart"),
    "cannot tell (neither)": N_("cannot tell; described as on two sides of nought"),
}
"""What a pair comes to, as moves compare it."""
