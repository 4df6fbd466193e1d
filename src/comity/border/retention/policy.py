"""How long each class of data is kept: the party's own rule, in [retention] of its node's settings.

    [retention]
    border-moving = 7      what moves, without a name: days since it came in
    border-claims = 7      what names itself: Remote ID, numbers of ships and aircraft
    border-open = 60       either of them, while an event is open
    border-levels = 10950  stages, weather
    border-counts = 3650   counts

The periods of what moves are modelled on Regulation (EU) No 1052/2013 Art. 13(2), which binds neither party
here: seven days, two months while it is followed. Shorter is a party's choice; longer is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.border.retention.errors import RetentionPolicyError

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD: Final = "border-retention@1"
DEFAULTS: Final = {"moving": 7, "claims": 7, "levels": 10_950, "counts": 3_650}
OPEN: Final = 60
MOST: Final = {"moving": 7, "claims": 7, "open": OPEN}
CLASSES: Final = tuple(DEFAULTS)
FOLLOWED: Final = frozenset({"moving", "claims"})
"""Classes that an open event keeps."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Days that each class is kept, and that an open event keeps what moves."""

    days: Mapping[str, int]
    open_days: int


def policy_of(retention: Mapping[str, int]) -> Policy:
    """Return the rule of a node.

    Args:
        retention: The table [retention] of its settings.

    Raises:
        RetentionPolicyError: a period is longer than its class allows.
    """
    given = {name: retention.get(f"border-{name}", days) for name, days in {**DEFAULTS, "open": OPEN}.items()}
    for name, most in MOST.items():
        if given[name] > most:
            raise RetentionPolicyError(f"border-{name} = {given[name]} days; {most} at most")
    open_days = given.pop("open")
    return Policy(given, max(open_days, given["moving"], given["claims"]))
