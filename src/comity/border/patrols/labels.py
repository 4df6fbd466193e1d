"""What patrols, their states and their words are called on a page (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console import KindView
from comity.console.i18n import N_


def plan_path(party: str, slug: str) -> str:
    """Return the path of a plan's page."""
    return f"/border/patrols/{party}/{slug}"


KINDS: Final = {
    "border.patrol_plan": KindView(N_("Patrol plan"), lambda f: f["slug"], lambda _: "/border/patrols"),
    "border.patrol_answer": KindView(
        N_("Word on a patrol plan"), lambda f: f["office"], lambda _: "/border/patrols"
    ),
    "border.patrol_visit": KindView(
        N_("Visit of a marker"), lambda f: f["marker"], lambda _: "/border/patrols"
    ),
    "border.patrol_report": KindView(N_("Patrol report"), lambda f: f["words"], lambda _: "/border/patrols"),
    "border.patrol_seed": KindView(N_("Share of a seed"), lambda f: f["name"], lambda _: "/border/patrols"),
    "border.track_network": KindView(N_("Tracks"), lambda f: f["slug"], lambda _: "/border/patrols"),
    "border.hazard_area": KindView(N_("Hazard area"), lambda f: f["slug"], lambda _: "/border/patrols"),
}

CONDITIONS: Final = {
    "sound": N_("sound"),
    "damaged": N_("damaged"),
    "displaced": N_("displaced"),
    "missing": N_("missing"),
    "not_reached": N_("not reached"),
}

FIELDS: Final = {"condition": N_("condition"), "sector": N_("sector"), "meets_at": N_("both meet at marker")}
VALUES: Final = {"condition": CONDITIONS}

STATES: Final = {
    "proposed": (N_("proposed"), "warn", "wait"),
    "accepted": (N_("accepted by every side"), "good", "check"),
    "declined": (N_("declined"), "quiet", "stop"),
}

REPORTS: Final = {
    "none": (N_("not reported"), "quiet", "unknown"),
    "awaiting": (N_("reported by one side"), "warn", "wait"),
    "joint": (N_("joint report"), "good", "check"),
    "different": (N_("the sides report differently"), "warn", "unknown"),
}

ANSWERS: Final = {"accepted": N_("accept it"), "declined": N_("decline it")}

WORDS: Final = {
    "plan_states": STATES,
    "report_states": REPORTS,
    "conditions": CONDITIONS,
    "plan_answers": ANSWERS,
    "plan_path": plan_path,
}
"""What every page of patrols takes."""
