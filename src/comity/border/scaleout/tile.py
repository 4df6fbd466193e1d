"""One tile: messages in the order of the stream in, outputs out; a function of the messages and nothing else.

The same messages in the same order give the same outputs, bit for bit, wherever it was stopped in between and
gone on from a snapshot. In another order, what it tells on the way differs, and what it tells in the end does
not, as long as nothing comes later than the horizon of the tracker.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.observations import Batch, in_order, join
from comity.border.fusion.tracker import Tracker
from comity.border.scaleout.errors import ScaleMessageError
from comity.border.scaleout.order import PATIENCE, Order
from comity.border.scaleout.outputs import Output
from comity.border.scaleout.wire import Message, decode

if TYPE_CHECKING:
    from comity.border.fusion.picture import TrackBatch, Tracks
    from comity.border.scaleout.sector import Sector


MOST_COUNTED: Final = (1 << 63) - 1
"""What a count says of a sender that lies about its numbers."""


class TileTracker:
    """Tracks one tile.

    Args:
        sector: Whose tile it is.
        number: Of the tile.
        patience: Milliseconds of the sensors' time for which what is missing is waited for.

    Attributes:
        position: Of the last message taken, in the stream of observations; 0 before the first.
        aside: How many messages were none.
    """

    def __init__(self, sector: Sector, number: int, patience: int = PATIENCE) -> None:
        self.sector, self.tile = sector, sector.tiles[number]
        self.tracker = Tracker(self.tile.config)
        self.order = Order(self.tile.sensors, patience)
        self.waiting: list[Message] = []
        self.position = 0
        self.aside = 0
        self.told = self.order.through

    def take(self, position: int, payload: bytes) -> Output | None:
        """Take the message at a position of the stream; return what there is to tell, if anything.

        Raises:
            ScaleMessageError: it is no message of this sector: counted, else as if it had never come.
        """
        self.position = position
        try:
            message = decode(payload, self.sector)
        except ScaleMessageError:
            self.aside += 1
            raise
        self.waiting += self.order.take(message)
        told = self._push(self.order.through)
        if told is None and self.order.through == self.told:
            return None
        self.told = self.order.through
        return Output(
            self.tile.number,
            position,
            self.told,
            _newest(told) if told else [],
            float(self.tracker.engine.unseen[self.tile.inner].sum()),
            self.counts(),
        )

    def counts(self) -> dict[str, int]:
        """Return counts since the beginning: late and set aside observations, messages of three kinds."""
        order = self.order.counts
        return {
            "late": self.tracker.late,
            "set_aside": sum(self.tracker.intake.counts.values()),
            "aside": self.aside,
            "repeated": order["repeated"],
            "missing": min(order["missing"] - order["found-late"], MOST_COUNTED),
        }

    def reasons(self) -> Counter[str]:
        """Return how many observations were set aside here, by reason."""
        return Counter(self.tracker.intake.counts)

    def _push(self, through: int) -> TrackBatch | None:
        """Push what waits up to a time; what of a message is later goes on waiting."""
        ready, later = [], []
        for message in self.waiting:
            fine = message.looks <= through
            if fine.all():
                ready.append(message)
            elif fine.any():
                ready.append(_part(message, fine, message.detections.time <= through))
                later.append(_part(message, ~fine, message.detections.time > through))
            else:
                later.append(message)
        self.waiting = later
        looks = [
            np.stack([one.looks, np.full(len(one.looks), one.sensor)], axis=1)
            for one in ready
            if len(one.looks)
        ]
        if not looks:
            return None
        every = join([one.detections for one in ready])
        return self.tracker.push(Batch(every, in_order(np.concatenate(looks))), frames=True)


def _part(message: Message, looks: np.ndarray, rows: np.ndarray) -> Message:
    taken = message.detections.take(rows)
    return Message(
        message.run, message.sequence, message.sensor, message.through, message.looks[looks], taken
    )


def _newest(told: TrackBatch) -> list[tuple[int, Tracks]]:
    """Return one frame a time: after the last look of that time."""
    return list({frame.time: frame.tracks for frame in told.frames}.items())
