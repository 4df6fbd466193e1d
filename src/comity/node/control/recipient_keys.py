"""The end of a recipient's key: a month of grace after its month, then the private key is destroyed.

Whoever kept a copy of a sealed blob, an observer of the line or the sender, cannot have it opened after that.
"""

from __future__ import annotations

import calendar
from typing import TYPE_CHECKING, Final

from comity.node.keys import destroy_recipient
from comity.record.recipient_key import months_from

if TYPE_CHECKING:
    from pathlib import Path

    from comity.record.recipient_key import RecipientKey

GRACE_DAYS: Final = 30
"""Days after the end of its month in which what was sealed to a key can still be fetched and opened."""
_DAY: Final = 24 * 3600 * 1000


def month_end(month: str) -> int:
    """Return the end of a month (UTC): milliseconds, the first of the next month."""
    year, number = map(int, months_from(month, 2)[1].split("-"))
    return calendar.timegm((year, number, 1, 0, 0, 0)) * 1000


def destroyed_after(month: str) -> int:
    """Return when the private key of a month is destroyed: milliseconds UTC."""
    return month_end(month) + GRACE_DAYS * _DAY


def retire(folder: Path, keys: dict[str, RecipientKey], now: int) -> list[str]:
    """Destroy every key whose grace is over, on disk and in memory; return their months.

    Args:
        folder: The keys folder of a node.
        keys: Its recipient keys by month; what is destroyed leaves it.
        now: Milliseconds UTC.
    """
    gone = sorted(month for month in keys if destroyed_after(month) <= now)
    for month in gone:
        destroy_recipient(folder, month)
        del keys[month]
    return gone
