"""What states, flags and reasons of sensors are called on a page (msgids)."""

from __future__ import annotations

from typing import Any, Final

from comity.console.i18n import N_

STATES: Final = {
    "heard": (N_("heard"), "good", "check"),
    "no data": (N_("no data"), "stop", "stop"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
}

FLAGS: Final = {
    "spike": N_("spike"),
    "step": N_("after a step"),
    "flat": N_("flat line"),
    "unconfirmed": N_("not yet confirmed"),
    "speed": N_("impossible speed"),
    "swapped": N_("coordinates swapped"),
    "null-island": N_("at 0, 0: no fix"),
    "outside": N_("outside of the sector"),
}

REASONS: Final = {
    "stamp": N_("time cannot be read"),
    "future": N_("of the future"),
    "type": N_("of another type"),
    "not-a-number": N_("not a number"),
    "range": N_("out of range"),
    "unit": N_("in another unit"),
    "duplicate": N_("sent twice"),
    "datastream": N_("of no datastream"),
    "feature": N_("of no place"),
    "malformed": N_("malformed"),
    "checksum": N_("checksum is another"),
    "no-fix": N_("without a place"),
    "rights": N_("names what nobody may keep"),
}

UNTRACKED: Final = {
    "malformed": N_("malformed"),
    "time-out-of-range": N_("time cannot be read"),
    "unknown-sensor": N_("of no sensor of the sector"),
    "not-finite": N_("not a number"),
    "noise-not-positive": N_("with an error that is none"),
    "unknown-class": N_("of no known class"),
    "swapped": N_("coordinates swapped"),
    "null-island": N_("at 0, 0: no fix"),
    "outside-area": N_("outside of the sector"),
    "outside-reach": N_("beyond the reach of its sensor"),
    "from-the-future": N_("of the future"),
    "impossible-speed": N_("impossible speed"),
    "duplicate": N_("sent twice"),
    "flood": N_("more at once than a source may send"),
    "late": N_("too late for the picture: kept and sealed"),
}
"""Why the centre of a sector did not track what the store has taken."""

WORDS: Final[dict[str, Any]] = {
    "stream_states": STATES,
    "doubts": FLAGS,
    "reasons": REASONS,
    "untracked_words": UNTRACKED,
}
