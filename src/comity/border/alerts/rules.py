"""What may alert, as data. That something crossed a line is context: there is no rule of it.

A rule's window is the stretch of time in which one subject at one place is one occurrence; the tolerance is
how far apart two nodes may see the same beginning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

METHOD: Final = "alert-rules@1"
SECOND, MINUTE, HOUR, DAY = 1_000, 60_000, 3_600_000, 86_400_000


@dataclass(frozen=True, slots=True)
class Rule:
    """When a rule alerts; times in milliseconds.

    Attributes:
        name: Of the rule.
        on_delay: How long it must hold before its alert is active.
        off_delay: How long it must hold no longer before its alert is cleared.
        window: See above.
        tolerance: See above.
        escalate: After how long without an acknowledgement each level is reached.
        inhibits: Rules whose alerts on the same subject say nothing more while this one is open.
    """

    name: str
    on_delay: int = 0
    off_delay: int = MINUTE
    window: int = HOUR
    tolerance: int = 2 * MINUTE
    escalate: tuple[int, ...] = (15 * MINUTE, HOUR)
    inhibits: tuple[str, ...] = ()


RULES: Final = {
    rule.name: rule
    for rule in (
        Rule("geofence-approach", on_delay=10 * SECOND, window=10 * MINUTE, tolerance=30 * SECOND),
        Rule("geofence-dwell", inhibits=("geofence-approach",)),
        Rule("coverage-lost", on_delay=MINUTE, off_delay=2 * MINUTE),
        Rule("identity-mismatch", on_delay=10 * SECOND, off_delay=10 * MINUTE),
        Rule("river-alarm", window=DAY, tolerance=12 * HOUR, off_delay=HOUR),
        Rule("river-flood", window=DAY, tolerance=12 * HOUR, off_delay=HOUR,
             escalate=(5 * MINUTE, 15 * MINUTE, HOUR),
             inhibits=("river-alarm", "river-rise", "river-record")),
        Rule("river-rise", window=DAY, tolerance=12 * HOUR, off_delay=HOUR),
        Rule("river-record", window=DAY, tolerance=12 * HOUR, off_delay=HOUR, escalate=()),
        Rule("river-low", window=DAY, tolerance=12 * HOUR, off_delay=HOUR, escalate=()),
        Rule("health-excess", window=7 * DAY, tolerance=DAY, off_delay=DAY, escalate=(DAY,)),
        Rule("source-flood", window=10 * MINUTE, tolerance=MINUTE, escalate=()),
    )
}  # fmt: skip
FLOOD: Final = "source-flood"
"""The rule of a source that raises more than is looked at; its subject is the source."""
CONTEXT: Final = frozenset({"crossing", "geofence-crossing"})
"""What is never an alert: residents cross lawfully."""
