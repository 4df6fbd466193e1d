"""State machines that have heard everything held here, kept until something more comes.

A page asks how a round stands dozens of times, and hearing it again means to read and verify every step of
it. What a machine hears is a function of the logs, the mirrors and the views; each counts its changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Generic, TypeVar

from comity.record.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node
    from comity.record.entry_form import Ref

MOST: Final = 64
MINUTE: Final = 60_000
"""Milliseconds for which one is kept at most, whatever a machine may ask of the clock."""

Machine = TypeVar("Machine")


class Heard(Generic[Machine]):
    """The machines asked for last, by what each is about.

    Args:
        node: The node.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._kept: Recent[Ref, tuple[tuple[object, ...], Machine]] = Recent(MOST)

    def about(self, place: Ref, now: int, hear: Callable[[], Machine]) -> Machine:
        """Return the machine about a place; `hear` makes it where something has changed. `now` is UTC."""
        stamp = (now // MINUTE, *self._node.stamp())  # before hearing: what comes meanwhile counts
        known = self._kept.get(place)
        if known is not None and known[0] == stamp:
            return known[1]
        machine = hear()
        self._kept.put(place, (stamp, machine))
        return machine
