"""What alerts cost the people who look at them, and what they were worth.

Precision is the part of resolved alerts that were true, with the interval of Wilson (1927), "Probable
inference, the law of succession, and statistical inference", JASA 22(158), at 95 %. What nobody could tell,
and what the parties say differently, counts in neither: it is shown beside.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from math import sqrt
from typing import TYPE_CHECKING, Any, Final

from comity.border.alerts.queue import groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.alerts.queue import Alert

METHOD: Final = "alert-budget@1"
HOUR: Final = 3_600_000
Z: Final = 1.959964
"""Two-sided 95 % of the normal distribution."""


def wilson(true: int, judged: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion; 0 to 1 where nothing was judged."""
    if not judged:
        return 0.0, 1.0
    p, square = true / judged, Z * Z
    middle = (p + square / (2 * judged)) / (1 + square / judged)
    half = Z / (1 + square / judged) * sqrt(p * (1 - p) / judged + square / (4 * judged * judged))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def budget(
    alerts: Sequence[Alert], now: int, *, hours: int = 24, operators: int = 1, limit: float = 6.0
) -> dict[str, Any]:
    """Return what was shown in the last hours, for each operator and hour, and how much of it was true.

    Args:
        alerts: The queue.
        now: Milliseconds UTC.
        hours: How far back.
        operators: How many people looked.
        limit: Alerts an operator and hour that can be looked at.
    """
    start = now - hours * HOUR
    recent = [one for one in alerts if start < _shown_at(one) <= now]
    shown = [one for one in recent if not one.inhibited]
    looks = groups(shown)
    rate = len(looks) / (hours * operators)
    rules: dict[str, list[Alert]] = defaultdict(list)
    for one in recent:
        rules[one.rule].append(one)
    by_cost = sorted(rules.items(), key=lambda item: (-len(groups(item[1])), item[0]))
    return {
        "from": start,
        "to": now,
        "hours": hours,
        "operators": operators,
        "alerts": len(recent),
        "inhibited": len(recent) - len(shown),
        "grouped": len(shown) - len(looks),
        "counted_besides": sum(one.count for one in recent),
        "per_operator_hour": round(rate, 4),
        "limit": limit,
        "within": rate <= limit,
        "exercise": any(one.exercise for one in recent),
        "precision": precision(recent),
        "rules": [{"rule": name, **_rule(found)} for name, found in by_cost],
        "methods": [METHOD],
    }


def precision(alerts: Sequence[Alert]) -> dict[str, Any]:
    """Return how much of what was resolved was true; None where nothing was judged."""
    told = Counter(one.outcome or "not_judged" for one in alerts)
    judged = told["true"] + told["false"]
    low, high = wilson(told["true"], judged)
    return {
        "value": round(told["true"] / judged, 4) if judged else None,
        "low": round(low, 4),
        "high": round(high, 4),
        "judged": judged,
        **{name: told[name] for name in ("true", "false", "cannot_tell", "differ", "not_judged")},
    }


def _rule(found: Sequence[Alert]) -> dict[str, Any]:
    waits = [_wait(one) for one in found]
    known = sorted(one for one in waits if one is not None)
    return {
        "alerts": len(found),
        "looks": len(groups([one for one in found if not one.inhibited])),
        "escalated": sum(one.level > 0 for one in found),
        "missed": sum(
            one.state == "resolved" and wait is None for one, wait in zip(found, waits, strict=True)
        ),
        "median_wait_seconds": known[len(known) // 2] // 1000 if known else None,
        "precision": precision(found),
    }


def _shown_at(one: Alert) -> int:
    """Return when it came before somebody; 0 where it never did."""
    active = one.first_step("active")
    return 0 if active is None else int(active.fields["at"])


def _wait(one: Alert) -> int | None:
    active, seen = one.first_step("active"), one.first_step("acknowledged", "resolved")
    return None if active is None or seen is None else int(max(seen.fields["at"] - active.fields["at"], 0))
