"""How long content is kept: comity.toml turns a retention class into the month whose key wraps it.

A header may name the month itself (`working:2031-12`); then it stands. Where it names the class alone and
`[retention]` gives the class a number of days, the month is the one in which they end, counted from now.
A class without days stays open. Destroying a month's key makes everything unreadable that it wraps.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from comity.record.keyring import Retention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.record.commitment import FullOpening
    from comity.record.content import ContentStore

PATH: Final = "header.retention"
OPEN: Final = "open"
LONGEST_DAYS: Final = 366 * 1000


def ends(stated: str, days: Mapping[str, int], now: datetime) -> Retention:
    """Return class and month of a header's retention.

    Args:
        stated: `class` or `class:YYYY-MM`.
        days: how long each class is kept, as comity.toml has it.
        now: the present time.

    Raises:
        KeyringError: the retention is malformed.
    """
    found = Retention.parse(stated)
    if found.month != OPEN or found.name not in days:
        return found
    last = now + timedelta(days=min(days[found.name], LONGEST_DAYS))
    return replace(found, month=f"{last:%Y-%m}")


class Keeper:
    """Stores contents, each for as long as its class says.

    Args:
        contents: where they go.
        days: how long each class is kept.
    """

    def __init__(self, contents: ContentStore, days: Mapping[str, int]) -> None:
        self._contents = contents
        self._days = days

    @staticmethod
    def check(opening: FullOpening) -> None:
        """Check that content says how long it is to be kept.

        Raises:
            KeyringError: its retention is missing or malformed.
        """
        Retention.parse(_stated(opening))

    def keep(self, origin: str, openings: Sequence[FullOpening]) -> None:
        """Store verified full openings of one log durably.

        Raises:
            KeyringError: a retention is malformed; contents of other classes may be stored by then.
        """
        now = datetime.now(UTC)
        groups: dict[Retention, list[FullOpening]] = {}
        for opening in openings:
            groups.setdefault(ends(_stated(opening), self._days, now), []).append(opening)
        for retention, group in groups.items():
            self._contents.put_all(origin, group, retention=retention)


def _stated(opening: FullOpening) -> str:
    value = next((item.value for item in opening.fields if item.path == PATH), "")
    return value if isinstance(value, str) else ""
