"""What kinds, states, methods and steps of the border are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.warning.forms_labels import CAP
from comity.console import KindView
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping


def warning_path(slug: str, party: str) -> str:
    """Return the path of a warning's page."""
    return f"/border/warnings/{party}/{slug}"


def _headline(fields: Mapping[str, Any]) -> str:
    said = fields.get("headlines") or [{"text": fields["slug"]}]
    return str(said[0]["text"])


KINDS: Final = {
    "border.warning": KindView(N_("Warning"), _headline, lambda _: "/border/warnings"),
    "border.warning_receipt": KindView(
        N_("Receipt of a warning"), lambda f: f["office"], lambda _: "/border/warnings"
    ),
    "border.gauge_series": KindView(
        N_("Stages of a gauge"), lambda f: f["station"], lambda _: "/border/series"
    ),
    "border.health_series": KindView(N_("Weekly counts"), lambda f: f["disease"], lambda _: "/border/series"),
}

FIELDS: Final = {
    "office": N_("office"),
    "headlines": N_("headlines"),
    "station": N_("station"),
    "disease": N_("disease"),
    "status": N_("status"),
    "sender": N_("sender"),
}

STATES: Final = {
    "stands": (N_("stands"), "warn", "wait"),
    "updated": (N_("updated"), "quiet", "unknown"),
    "cancelled": (N_("cancelled"), "quiet", "unknown"),
    "expired": (N_("expired"), "quiet", "unknown"),
    "not a warning": (N_("follows another"), "quiet", "unknown"),
    "put aside": (N_("put aside"), "stop", "stop"),
}

LEVELS: Final = {
    "normal": (N_("normal"), "good", "check"),
    "alarm": (N_("alarm level"), "warn", "wait"),
    "flood": (N_("flood level"), "stop", "stop"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
}

STEPS: Final = {
    "written": N_("wrote the record"),
    "sent": N_("sent it, as the message says"),
    "witnessed": N_("signed that the entry is there"),
    "held": N_("signed that it holds every entry"),
    "content_received": N_("received the content"),
    "read": N_("read it"),
    "read_seen": N_("signed that it has the receipt"),
}

ANSWERS: Final = {
    "received": N_("received"),
    "understood": N_("understood"),
    "acting": N_("acts on it"),
    "cannot_read": N_("cannot read it"),
}

TYPES: Final = {
    "Alert": N_("first warning"),
    "Update": N_("update"),
    "Cancel": N_("cancellation"),
    "Ack": N_("acknowledgement"),
    "Error": N_("refusal"),
}

METHODS: Final = {
    "rate-of-rise": N_("fast rise"),
    "record-high": N_("record high of the day of year"),
    "record-low": N_("record low of the day of year"),
    "threshold-alarm": N_("alarm level reached"),
    "threshold-flood": N_("flood level reached"),
    "threshold": N_("threshold"),
    "record": N_("records"),
    "forecast": N_("forecast"),
    "historical-limits": N_("historical limit"),
    "C1": N_("EARS C1, in weeks"),
    "C2": N_("EARS C2, in weeks"),
    "C3": N_("EARS C3, in weeks"),
}

FLAGS: Final = {
    "": "",
    "gap": N_("no reading: cannot tell"),
    "step": N_("after a step"),
    "flat": N_("flat line"),
    "unconfirmed": N_("not yet confirmed"),
    "spike": N_("spike"),
    "suppressed": N_("too small to show"),
}

LIMITS: Final = {"alarm": N_("alarm level"), "flood": N_("flood level"), "low": N_("low level")}

PROBLEMS: Final = {
    "digest-differs": N_("the bytes are not those that the entry names"),
    "fields-differ": N_("the fields say something else than the message"),
    "class-differs": N_("the message and the record do not both say whether it is an exercise"),
    "own-receipt": N_("a receipt of one's own warning"),
    "another-message": N_("a receipt of other bytes"),
}

WORDS: Final = {
    "states": STATES,
    "river_levels": LEVELS,
    "steps": STEPS,
    "answer_words": ANSWERS,
    "types": TYPES,
    "methods": METHODS,
    "flag_words": FLAGS,
    "limit_words": LIMITS,
    "problem_words": PROBLEMS,
    "cap_words": CAP,
    "warning_path": warning_path,
}
"""What every page of the border takes."""
