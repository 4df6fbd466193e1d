"""What rules, states, outcomes and figures of alerts are called on a page (msgids)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

from comity.console import KindView
from comity.console.i18n import N_


def act_path(what: str, key: str) -> str:
    """Return the path of the form of an act on an alert."""
    return f"/border/alert-acts/{what}/{quote(key, safe='')}"


def alert_path(key: str) -> str:
    """Return the path of an alert's page."""
    return f"/border/alerts/{quote(key, safe='')}"


KINDS: Final = {
    "border.alert": KindView(N_("Alert"), lambda f: f["subject"], lambda f: alert_path(f["occurrence"])),
    "border.alert_step": KindView(
        N_("Step of an alert"), lambda f: f["step"], lambda f: alert_path(f["occurrence"])
    ),
}
FIELDS: Final = {
    "subject": N_("subject"),
    "rule": N_("rule"),
    "reasons": N_("reasons"),
    "severity": N_("severity"),
    "step": N_("step"),
    "outcome": N_("outcome"),
}
RULES: Final = {
    "geofence-approach": N_("comes near a zone"),
    "geofence-dwell": N_("stays in a zone"),
    "coverage-lost": N_("coverage lost: cannot tell what is there"),
    "identity-mismatch": N_("what it says of itself does not fit what is seen"),
    "river-alarm": N_("alarm level reached"),
    "river-flood": N_("flood level reached"),
    "river-rise": N_("fast rise"),
    "river-record": N_("record of the day of year"),
    "river-low": N_("low level"),
    "health-excess": N_("more cases than expected"),
    "source-flood": N_("one source sends too much"),
}
STATES: Final = {
    "pending": (N_("pending"), "quiet", "wait"),
    "active": (N_("active"), "stop", "stop"),
    "acknowledged": (N_("acknowledged"), "warn", "wait"),
    "resolved": (N_("resolved"), "good", "check"),
}
SEVERITIES: Final = {
    "Minor": (N_("minor"), "quiet", "unknown"),
    "Moderate": (N_("moderate"), "warn", "wait"),
    "Severe": (N_("severe"), "stop", "stop"),
    "Extreme": (N_("extreme"), "stop", "stop"),
}
OUTCOMES: Final = {
    "true": N_("it was so"),
    "false": N_("it was not so"),
    "cannot_tell": N_("cannot tell"),
    "differ": N_("the parties say differently"),
    "not_judged": N_("not judged"),
}
STEPS: Final = {
    "active": N_("active after the delay"),
    "lapsed": N_("over before it was active"),
    "acknowledged": N_("acknowledged"),
    "escalated": N_("escalated, as nobody acknowledged it"),
    "counted": N_("more of the same source, counted"),
    "cleared": N_("the rule holds no longer"),
    "resolved": N_("resolved"),
    "noted": N_("note"),
}
ACTS: Final = {
    "acknowledge": N_("Take it up"),
    "resolve": N_("Say what became of it"),
    "note": N_("Leave a note"),
}
CLASSES: Final = {
    "air": N_("aircraft"),
    "boat": N_("boat"),
    "vehicle": N_("vehicle"),
    "person-size": N_("person-size"),
    "unknown": N_("unknown object"),
}
FIGURES: Final = {
    "observations": N_("observations"),
    "distance": N_("distance"),
    "sigma": N_("one standard deviation"),
    "confidence": N_("confidence"),
    "level": N_("stage"),
    "limit": N_("limit"),
    "cases": N_("cases"),
    "silent-for": N_("silent for"),
    "interval": N_("usual interval"),
    "impossible": N_("impossible steps"),
    "limit-historical-limits": N_("historical limit"),
    "limit-c1": N_("EARS C1, in weeks"),
    "limit-c2": N_("EARS C2, in weeks"),
    "limit-c3": N_("EARS C3, in weeks"),
}
WORDS: Final = {
    "rule_words": RULES,
    "alert_states": STATES,
    "severities": SEVERITIES,
    "outcome_words": OUTCOMES,
    "step_words": STEPS,
    "class_words": CLASSES,
    "figure_words": FIGURES,
    "alert_path": alert_path,
    "act_path": act_path,
    "act_words": ACTS,
}
"""What the pages of alerts take."""
