"""Messages in their order, each once: by run, sensor and sequence, and up to when everything is there.

A message that came before is dropped; one that came too early is held until those before it are there, or
until patience ends: then they count as missing, and are taken as late ones if they still come. All of this
depends on the order of the stream and on nothing else, so that reading it again decides the same.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.border.fusion.state import START

if TYPE_CHECKING:
    from comity.border.scaleout.wire import Message

PATIENCE: Final = 5_000
"""Milliseconds of the sensors' time for which a missing message, or a silent publisher, is waited for."""
HELD: Final = 64
"""Messages of one numbering that are held at most."""
REMEMBERED: Final = 4_096
"""Missing messages of one numbering that are remembered, to be taken if they still come."""
RUNS: Final = 8
"""Numberings of one sensor that are remembered."""


@dataclass(slots=True)
class Numbering:
    """One run of one sensor: the next number, what is held after a gap, and which numbers were given up."""

    next: int = 0
    held: dict[int, Message] = field(default_factory=dict)
    missing: set[int] = field(default_factory=set)


class Order:
    """Puts the messages of one tile in order.

    Args:
        sensors: Those that look at the tile.
        patience: See PATIENCE.

    Attributes:
        through: Time up to which everything is there that is waited for, ms.
        counts: `repeated`, `missing` and `found-late` messages.
    """

    def __init__(self, sensors: tuple[int, ...], patience: int = PATIENCE) -> None:
        self.patience = patience
        self.through = START
        self.counts: Counter[str] = Counter()
        self.told: dict[int, int] = dict.fromkeys(sensors, START)
        self.runs: dict[int, OrderedDict[int, Numbering]] = {}

    def take(self, message: Message) -> list[Message]:
        """Return the messages that may go on, in their order."""
        numbering = self._numbering(message)
        number = message.sequence
        if number in numbering.missing:
            numbering.missing.discard(number)
            self.counts["found-late"] += 1
            return [message]
        if number < numbering.next or number in numbering.held:
            self.counts["repeated"] += 1
            return []
        numbering.held[number] = message
        if number != numbering.next and self._waits(numbering, message):
            return []
        self._give_up(numbering)
        ready = []
        while numbering.next in numbering.held:
            one = numbering.held.pop(numbering.next)
            numbering.next += 1
            self.told[one.sensor] = max(self.told.get(one.sensor, START), one.through)
            ready.append(one)
        self._advance()
        return ready

    def save(self) -> tuple[dict[str, Any], list[Message]]:
        """Return what JSON can say, and the messages held, in the order in which `load` wants them."""
        runs = [
            [sensor, run, one.next, sorted(one.missing), list(one.held)]
            for sensor, runs in self.runs.items()
            for run, one in runs.items()
        ]
        held = [
            message for runs in self.runs.values() for one in runs.values() for message in one.held.values()
        ]
        told = [[sensor, through] for sensor, through in self.told.items()]
        return {"through": self.through, "counts": dict(self.counts), "told": told, "runs": runs}, held

    def load(self, said: dict[str, Any], held: list[Message]) -> None:
        """Continue from what was saved."""
        self.through, self.counts = said["through"], Counter(said["counts"])
        self.told = {sensor: through for sensor, through in said["told"]}  # noqa: C416 - lists are no pairs
        waiting = iter(held)
        for sensor, run, number, missing, numbers in said["runs"]:
            one = Numbering(number, {n: next(waiting) for n in numbers}, set(missing))
            self.runs.setdefault(sensor, OrderedDict())[run] = one

    def _numbering(self, message: Message) -> Numbering:
        runs = self.runs.setdefault(message.sensor, OrderedDict())
        found = runs.setdefault(message.run, Numbering())
        runs.move_to_end(message.run)
        while len(runs) > RUNS:
            runs.popitem(last=False)
        return found

    def _waits(self, numbering: Numbering, message: Message) -> bool:
        """Return whether what is missing before the message is still waited for."""
        if len(numbering.held) > HELD:
            return False
        known = self.told.get(message.sensor, START)
        oldest = min(one.through for one in numbering.held.values())
        return message.through - max(known, oldest) <= self.patience

    def _give_up(self, numbering: Numbering) -> None:
        lowest = min(numbering.held)
        if lowest > numbering.next:
            self.counts["missing"] += lowest - numbering.next
            numbering.missing.update(range(max(numbering.next, lowest - REMEMBERED), lowest))
            if len(numbering.missing) > REMEMBERED:
                numbering.missing = set(sorted(numbering.missing)[-REMEMBERED:])
            numbering.next = lowest

    def _advance(self) -> None:
        """Go on to the earliest time that a sensor told, but for those that lag beyond patience."""
        newest = max(self.told.values())
        fine = [told for told in self.told.values() if newest - told <= self.patience]
        self.through = max(self.through, min(fine))
