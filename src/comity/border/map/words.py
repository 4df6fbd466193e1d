"""What the page of the map and its script say (msgids); `{name}` is filled by the script."""

from __future__ import annotations

from typing import Final

from comity.border.alerts.labels import RULES
from comity.border.labels import LEVELS
from comity.border.picture.labels import WAYS, WITHHELD
from comity.console.i18n import N_

VIEWS: Final = {
    "own": N_("Own sensors"),
    "theirs": N_("Theirs, as told to us"),
    "joint": N_("Joint picture"),
    "shared": N_("What the other side sees of ours"),
}
CLASSES: Final = {
    "air": N_("in the air"),
    "boat": N_("boat"),
    "vehicle": N_("vehicle"),
    "person-size": N_("of a person's size"),
    "unknown": N_("class not known"),
}
BASES: Final = {
    "own": N_("seen by own sensors"),
    "tracklets": N_("joint, by proven tracklets"),
    "intersection": N_("joint, what overlaps is not counted twice"),
    "told": N_("as told by the other side"),
}
PACES: Final = ((1, N_("as it was")), (60, N_("a minute a second")), (600, N_("ten minutes a second")))
_SAID: Final = {
    "map": N_("Map of the sector"),
    "zoom_in": N_("Closer"),
    "zoom_out": N_("Farther"),
    "zoom_keys": N_("Hold Ctrl and turn the wheel to come closer"),
    "zoom_keys_mac": N_("Hold ⌘ and turn the wheel to come closer"),
    "two_fingers": N_("Move the map with two fingers"),
    "play": N_("Play"),
    "pause": N_("Pause"),
    "silent": N_("silent"),
    "heard": N_("heard again"),
    "warning": N_("warning"),
    "unknown": N_("not known"),
    "patrol": N_("patrol"),
    "seen": N_("Things told at this moment: {count}."),
    "seen_none": N_("Nothing is told at this moment. That is not the same as nothing there."),
    "not_known": N_("Not known what is there: nothing comes from {names}. The hatched area is not peace."),
    "nobody_watches": N_("Nobody watches this sector now."),
    "unseen": N_("Expected there, detected by no own sensor: {count}."),
    "within": N_("within {metres} m (95 %)"),
    "speed": N_("{speed} km/h"),
    "exists": N_("there with {percent} %"),
    "claims": N_("claims to be {claim}; borne out: {score}"),
    "not_checked": N_("cannot tell"),
    "more_in_table": N_("{count} more in the table"),
    "own_drawn": N_("{name} is drawn on top, in this browser alone."),
    "own_refused": N_("{name} is no GeoJSON in degrees, or larger than 20 MB."),
    "heat_shown": N_("Cells with ten tracks or more: {count}. Tracks in no such cell: {left}."),
    "under_ten": N_("fewer than ten"),
    "heat_none": N_("No cell has ten tracks or more: nothing is drawn."),
    "gauge": N_("{station}: {level} m, {state}; newest stage, read {moment}."),
}


def messages() -> dict[str, str]:
    """Return every text that the script needs, by name, untranslated."""
    return {
        **_SAID,
        **{f"class-{name}": words for name, words in CLASSES.items()},
        **{f"basis-{name}": words for name, words in BASES.items()},
        **{f"withheld-{name}": words for name, words in WITHHELD.items()},
        **{f"way-{name}": words for name, words in WAYS.items()},
        **{f"rule-{name}": words for name, words in RULES.items()},
        **{f"level-{name}": words for name, (words, _, _) in LEVELS.items()},
        **{name: words for name, words in RULES.items() if name not in _SAID},
    }
