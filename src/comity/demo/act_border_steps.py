"""What was done about the border sector, told from the entries that say so: the same after every run."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.demo.act_border_answer import DWELL
from comity.demo.reading import Records
from comity.demo.stage import BORDER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.demo.act_border_file import Border
    from comity.demo.stage import Stage

    Found = Sequence[dict[str, Any]]
    """Records of one party's log, in its order."""
    Words = Callable[[Border, Found], str]


def tell(stage: Stage, plan: Border) -> None:
    """Note every step in the order of the story, each with its entries."""
    logs = {
        party: Records.read(stage.node(party), [stage.node(party).origin]) for party in (plan.by, plan.gives)
    }
    for roles, kinds, words in STORY:
        for role in roles:
            node = stage.node(getattr(plan, role))
            found = _of(logs[node.member.party], kinds)
            if found:
                stage.did(BORDER, node, words(plan, found), *_places(found))


# --- inside ---


def _of(log: Records, kinds: Sequence[str]) -> list[dict[str, Any]]:
    return [
        one
        for one in log.contents(*kinds)
        if one["content"]["header"]["class"] == "exercise"
        and all(_fields(one)[name] == value for name, value in ALONE.get(_kind(one), {}).items())
    ]


def _kind(one: dict[str, Any]) -> str:
    return str(one["content"]["kind"].partition("@")[0])


def _places(found: Found) -> Iterable[int]:
    """Return where they stand; of many the first and the last."""
    indexes = [int(one["index"]) for one in found]
    return indexes if len(indexes) <= MOST else (indexes[0], indexes[-1])


MOST: Final = 12
"""Entries that are named one by one."""
ALONE: Final[dict[str, dict[str, str]]] = {
    "border.alert": {"rule": DWELL},
    "border.alert_step": {"step": "acknowledged"},
}
"""Entries of these kinds that are told: those with these fields."""


def _fields(one: dict[str, Any]) -> dict[str, Any]:
    return dict(one["content"]["fields"])


def _warning(plan: Border, _: Found) -> str:
    levels = plan.gauge["levels"]
    rise = (levels[-1] - levels[0]) / 1000
    return f"sees a simulated gauge rise by {rise:.1f} m and warns, in three languages, as CAP"


def _sharing(_: Border, found: Found) -> str:
    price = {one["way"]: float(one["error"]) for one in _fields(found[-1])["prices"]}
    return (
        f"sees the price first ({price['tracklets']:.0f} m with tracklets, {price['nothing']:.0f} m without)"
        " and decides to share tracklets"
    )


def _batches(_: Border, found: Found) -> str:
    count = sum(_fields(one)["count"] for one in found)
    names = sorted({name for one in found for name in _fields(one)["sensors"]})
    return f"tracks what moves by {count} simulated observations of {', '.join(names)}, sealed in batches"


def _tracklets(_: Border, found: Found) -> str:
    count = sum(len(_fields(one)["tracks"]) for one in found)
    return f"hands its tracks across as {count} tracklets, each chained to the one before"


def _plan(_: Border, found: Found) -> str:
    marker = _fields(found[0])["meets_at"]
    return f"proposes a joint patrol that meets at marker {marker}, clear of the hazard area"


def _visits(_: Border, found: Found) -> str:
    return f"its patrol logs {len(found)} markers by number"


def _say(words: str) -> Words:
    return lambda _plan, _found: words


BY, GIVES, BOTH = ("by",), ("gives",), ("by", "gives")
AREA: Final = ("border.sector", "border.zone")
STORY: Final[tuple[tuple[tuple[str, ...], tuple[str, ...], Words], ...]] = (
    (BY, AREA, _say("puts a simulated sector and a zone on record")),
    (GIVES, ("border.warning",), _warning),
    (GIVES, AREA, _say("adopts both word for word")),
    (BOTH, ("border.sharing",), _sharing),
    (BOTH, ("border.batch",), _batches),
    (BOTH, ("border.tracklets",), _tracklets),
    (BOTH, ("border.alert",), _say("raises an alert: something stays in the zone; on both it is one")),
    (BY, ("border.alert_step",), _say("takes the alert up, for both to see")),
    (BY, ("border.warning_receipt",), _say("says that it has read the warning")),
    (BY, ("border.patrol_plan",), _plan),
    (GIVES, ("border.patrol_answer",), _say("looks for hazards it knows, and accepts this very plan")),
    (BOTH, ("border.patrol_visit",), _visits),
    (BY, ("border.patrol_report",), _say("reports on the patrol")),
    (GIVES, ("border.patrol_report",), _say("signs the same report")),
)
"""Whose entries, of which kinds, and what they say; in the order of the story."""
