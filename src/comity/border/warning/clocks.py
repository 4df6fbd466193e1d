"""Clocks that differ, as far as the record shows it: what came later by proof is dated earlier.

Order between two logs is proven without clocks: nobody cosigns a head over an entry that is not there, and
an anchor before an entry names what its log had seen. Where the dates of two such steps say the contrary, the
clocks that they were taken from differ by the gap at least. Software does not say which one is right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comity.border.warning.knowing import Known

METHOD: Final = "clock-order@1"
WHOLE: Final = 1_000
"""A cosignature tells whole seconds, cut off: so much later it may have been, ms."""


@dataclass(frozen=True, slots=True)
class Apart:
    """Two clocks that differ: `before` came first by proof, and is dated later; by so many ms at least."""

    before: Known
    after: Known
    gap: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {
            "clocks": [self.before.clock, self.after.clock],
            "before": {"step": self.before.step, "party": self.before.party, "at": self.before.at},
            "after": {"step": self.after.step, "party": self.after.party, "at": self.after.at},
            "at_least_seconds": -(-self.gap // 1000),
        }


def apart(known: Iterable[Known]) -> list[Apart]:
    """Return each two clocks that are shown to differ, by their greatest gap, the widest first."""
    widest: dict[tuple[str, str], Apart] = {}
    for before, after in _proven(list(known)):
        gap = before.at - after.at - (WHOLE if after.basis == "cosigned" else 0)
        names = (before.clock, after.clock)
        if gap > 0 and names[0] != names[1] and (names not in widest or widest[names].gap < gap):
            widest[names] = Apart(before, after, gap)
    return sorted(widest.values(), key=lambda one: (-one.gap, one.before.clock, one.after.clock))


def _proven(known: list[Known]) -> Iterator[tuple[Known, Known]]:
    """Yield two steps of which the first came first, whatever the clocks say."""
    words = [one for one in known if one.step in {"written", "sent"}]
    for word in words:
        for one in known:
            if one.step in {"witnessed", "held"} or (
                one.step in {"read", "content_received"} and one.ordered
            ):
                yield word, one
    for read in known:
        if read.step == "read":
            yield from ((read, one) for one in known if one.step == "read_seen" and one.place == read.place)
