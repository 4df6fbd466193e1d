"""What there is to do at the border now: counts, each with the page that it comes from.

A figure is None where nobody can tell: without a sensor, silence is not peace.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from comity.node.node import Node

METHOD: Final = "border-situation@1"
IN_FORCE: Final = "stands"


def situation(node: Node) -> dict[str, Any]:
    """Return what is open, in force, silent, overdue and planned for today."""
    return {
        "alerts": _alerts(node),
        "warnings": _warnings(node),
        "sensors": _sensors(node),
        "requests": _requests(node),
        "events": _events(node),
        "patrols": _patrols(node),
        "methods": [METHOD],
    }


def _alerts(node: Node) -> dict[str, Any]:
    from comity.border.alerts import answers  # noqa: PLC0415 - lazily

    found = answers.alert_list(node)
    shown = [one for one in found["alerts"] if one["state"] != "pending" and not one["inhibited_by"]]
    return {
        "open": found["open"],
        "inhibited": found["inhibited"],
        "new": sum(one["state"] == "active" for one in shown),
        "overdue": sum(one["overdue"] for one in shown),
        "first": shown[:3],
        "exercise": any(one["exercise"] for one in shown),
    }


def _warnings(node: Node) -> dict[str, Any]:
    from comity.border.warning import answers  # noqa: PLC0415 - needs XML

    found = [one for one in answers.warning_list(node) if one["state"] == IN_FORCE]
    party = node.config.party
    return {
        "in_force": len(found),
        "to_read": [
            one
            for one in found
            if one["party"] != party and all(item["party"] != party for item in one["receipts"])
        ],
        "unread": sum(one["party"] == party and not one["receipts"] for one in found),
        "first": found[:3],
        "exercise": any(one["exercise"] for one in found),
    }


def _sensors(node: Node) -> dict[str, Any]:
    from comity.border.sensors.store import FOLDER, NAME  # noqa: PLC0415 - lazily

    # A node without sensors gets no store by being looked at.
    if not (node.folder.root / FOLDER / NAME).exists():
        return {"sources": 0, "silent": None, "set_aside": None}
    from comity.border.sensors import answers  # noqa: PLC0415 - lazily

    found = answers.overview(node)
    states = [one["state"]["state"] for one in found["datastreams"]]
    return {
        "sources": len(states),
        "silent": states.count("no data") if states else None,
        "unknown": states.count("cannot tell"),
        "set_aside": sum(found["set_aside"].values()),
    }


def _requests(node: Node) -> dict[str, Any]:
    from comity.border.events import answers  # noqa: PLC0415 - lazily

    found = answers.request_list(node)
    return {
        "overdue": sum(one["state"] == "overdue" for one in found),
        "ours": sum(one["ours_to_answer"] and one["state"] in {"open", "overdue"} for one in found),
        "open": sum(one["state"] == "open" for one in found),
        "exercise": any(one["exercise"] for one in found),
    }


def _events(node: Node) -> dict[str, Any]:
    from comity.border.events import answers  # noqa: PLC0415 - lazily

    found = [one for one in answers.event_list(node) if one["state"] == "open"]
    return {
        "open": len(found),
        "late": sum(one["first"]["state"] in {"due", "overdue"} for one in found),
        "exercise": any(one["exercise"] for one in found),
    }


def _patrols(node: Node) -> dict[str, Any]:
    from comity.border.patrols import answers  # noqa: PLC0415 - lazily

    plans = answers.plan_list(node)
    today = datetime.now(UTC).astimezone().date().isoformat()
    return {
        "day": today,
        "today": [one for one in plans if one["on"] == today and one["state"] == "accepted"],
        "to_answer": sum(one["ours_to_answer"] for one in plans),
        "exercise": any(one["exercise"] for one in plans),
    }
