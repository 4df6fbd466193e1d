"""What views, ways, bases and states of the picture are called on a page (msgids)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts.labels import RULES
from comity.console import KindView
from comity.console.i18n import N_, gettext

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


def picture_path(sector: str, view: str = "joint") -> str:
    """Return the path of a picture's page."""
    return f"/border/picture?sector={sector}&view={view}"


def withheld_words(found: Iterable[Mapping[str, Any]]) -> str:
    """Return what a view cannot show, by the codes of a picture's `unshown`, in the language in force."""
    return " ".join(_filled(one) for one in found)


def _filled(one: Mapping[str, Any]) -> str:
    words, way = WITHHELD[one["code"]], WAYS.get(one.get("way", ""), "")
    return gettext(words).format(**{**one, "way": gettext(way) if way else ""})


KINDS: Final = {
    "border.sharing": KindView(
        N_("Decision on sharing"), lambda f: f["sector"], lambda f: f"/border/sharing?sector={f['sector']}"
    ),
    "border.tracklets": KindView(
        N_("Tracklets"), lambda f: f["sector"], lambda f: picture_path(f["sector"], "theirs")
    ),
    "border.told": KindView(
        N_("Whole estimates of tracks"), lambda f: f["sector"], lambda f: picture_path(f["sector"], "theirs")
    ),
    "border.tracking": KindView(
        N_("Entries that a sector is tracked by"),
        lambda f: f["sector"],
        lambda f: picture_path(f["sector"], "own"),
    ),
}
FIELDS: Final = {
    "way": N_("how it is shared"),
    "tracks": N_("tracks"),
    "ended": N_("followed no longer"),
    "blur": N_("error added, m"),
    "grid": N_("side of a cell, m"),
    "delay": N_("later by, ms"),
    "every": N_("looks between exchanges"),
    "prices": N_("price of each way"),
    "classes": N_("classes that leave"),
    "valid_from": N_("holds from"),
    "valid_until": N_("holds until"),
    "after": N_("after observation"),
    "clock": N_("time of the sector then"),
}
VIEWS: Final = {
    "joint": N_("Together"),
    "own": N_("Own sensors"),
    "theirs": N_("What the other side says"),
    "shared": N_("What the other side sees of ours"),
}
WAYS: Final = {
    "plots": N_("every detection (to compare with)"),
    "tracklets": N_("tracklets"),
    "gridded": N_("gridded: the cell alone"),
    "blurred": N_("blurred: an error added"),
    "delayed": N_("delayed"),
    "nothing": N_("nothing leaves"),
}
WITHHELD: Final = {
    "nothing-shared": N_("Nothing of the own tracks is shared: no decision, or one that withholds all."),
    "shared-as": N_("Shared in this way: {way}."),
    "other-classes": N_("Own tracks of other classes, withheld: {count}."),
    "own-view": N_("What the other side sees is not in this view."),
    "party-silent": N_("{party} has said nothing of its tracks."),
    "not-shared": N_("Own tracks in this view are not shared with anybody."),
}
"""What a view cannot show; `{name}` is filled by whoever says it."""
UNSEEN: Final = {
    "own-sensors": N_(
        "Expected to be there, detected by no own sensor: {count}. Where nobody looks it is {usual}: "
        "lost coverage raises it, silence is no peace."
    ),
    "at-most": N_(
        "Expected to be there, detected by nobody: {count} at most, by the own sensors alone. "
        "Where nobody looks it is {usual}: lost coverage raises it, silence is no peace."
    ),
    "never-looked": N_("No own sensor has looked yet: {count} are expected to be there, unseen."),
    "not-told": N_("How many are there unseen is not told: no side says it of its own sensors."),
    "no-own-sensor": N_("How many are there unseen cannot be told: no own sensor detects here."),
}
"""What is expected and was detected by nobody, by the code of `unseen_by`."""
BASES: Final = {
    "own": (N_("own sensors"), "quiet", "unknown"),
    "tracklets": (N_("tracklets, each once"), "good", "check"),
    "intersection": (N_("intersection: a chain was broken"), "warn", "wait"),
    "told": (N_("as it was told: blurred, gridded or delayed"), "warn", "wait"),
}
SENSORS: Final = {
    "heard": (N_("heard"), "good", "check"),
    "silent": (N_("silent: nothing seen there means nothing known"), "stop", "stop"),
    "unknown": (N_("unknown"), "quiet", "unknown"),
}
CLASSES: Final = {
    "unknown": N_("unknown"),
    "air": N_("air"),
    "boat": N_("boat"),
    "vehicle": N_("vehicle"),
    "person-size": N_("person-size"),
}
DECISIONS: Final = {
    "in force": (N_("in force"), "good", "check"),
    "over": (N_("over"), "quiet", "unknown"),
}
SENSOR_KINDS: Final = {
    "radar": N_("radar"),
    "camera": N_("camera"),
    "acoustic": N_("acoustic sensor"),
    "drone": N_("drone"),
    "remote-id": N_("receiver of Remote ID"),
    "adsb": N_("receiver of ADS-B"),
    "ais": N_("receiver of AIS"),
    "gps": N_("receiver of an own patrol"),
}
HAPPENINGS: Final = {
    **RULES,
    "silent": N_("silent"),
    "heard": N_("heard again"),
    "warning": N_("warning"),
}
WORDS: Final = {
    "sensor_kinds": SENSOR_KINDS,
    "happenings": HAPPENINGS,
    "view_words": VIEWS,
    "way_words": WAYS,
    "bases": BASES,
    "sensor_states": SENSORS,
    "track_classes": CLASSES,
    "decision_states": DECISIONS,
    "withheld_words": WITHHELD,
    "unseen_words": UNSEEN,
    "picture_path": picture_path,
}
"""What every page of the picture takes."""
