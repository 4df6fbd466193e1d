"""How what is said of a track is written, read, and named by its digest (docs/spec/tracklet.md)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.fusion.tracklets import Estimate, Tracklet
from comity.record import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.border.fusion.observations import Floats

TRIANGLE: Final = np.triu_indices(4)
LEAST: Final = 1e-14
"""Below which a number is written as zero."""
INCREMENT, WHOLE = b"comity/tracklet/v1\n", b"comity/told/v1\n"


def written(value: float) -> str:
    """Return a number to ten significant digits as a decimal string without an exponent."""
    if abs(value) < LEAST:
        return "0"
    text = f"{Decimal(f'{value:.9e}'):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def ten(matrix: Floats) -> list[str]:
    """Return the upper triangle of a symmetric matrix (4, 4), row by row."""
    return [written(value) for value in matrix[TRIANGLE].tolist()]


def four(vector: Floats) -> list[str]:
    """Return a vector (4,)."""
    return [written(value) for value in vector.tolist()]


def matrix_of(numbers: Sequence[str]) -> Floats:
    """Return the symmetric matrix (4, 4) of an upper triangle."""
    found = np.zeros((4, 4))
    found[TRIANGLE] = [float(text) for text in numbers]
    return found + np.triu(found, 1).T


def vector_of(numbers: Sequence[str]) -> Floats:
    """Return the vector (4,)."""
    return np.array([float(text) for text in numbers])


def digest(prefix: bytes, item: Mapping[str, Any], sector: str, config: str) -> str:
    """Return SHA-256 of what is said of one track, in base64: what the next names as `previous`.

    digest = SHA-256(prefix ‖ JCS({config, item, sector})), the item as it stands in the entry.
    """
    said: Any = {"config": config, "item": dict(item), "sector": sector}
    return canonical.b64(hashlib.sha256(prefix + canonical.encode(said)).digest())


@dataclass(frozen=True, slots=True)
class Said(Tracklet):
    """A tracklet as it stands on the record, named by its digest there."""

    name: str = ""

    def digest(self) -> str:
        """Return the digest by which the record names it."""
        return self.name


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that was said of a track, or a look of own sensors that was not said.

    Attributes:
        party: Who says it.
        origin: The log; empty where nothing was said.
        index: Entry in that log.
        item: Place in the entry.
        digest: Its name.
        kind: `first` or `increment` of a chain, `anchor` for a whole estimate in one, `whole` for one
            outside, `look` for an own estimate that was not said.
        track: Name of the track at that party.
        object_class: Class.
        since: Begin of an increment, ms.
        time: ms.
        matrix: (4, 4) of an increment.
        vector: (4,) of an increment.
        estimate: Of an anchor, a whole or a look.
        previous: Digest of what was said before, empty without.
        reason: Of an anchor.
        existence: Probability.
        seen: Last detection, ms.
    """

    party: str
    origin: str
    index: int
    item: int
    digest: str
    kind: str
    track: str
    object_class: str
    since: int
    time: int
    matrix: Floats | None
    vector: Floats | None
    estimate: Estimate | None
    previous: str
    reason: str
    existence: float
    seen: int

    def tracklet(self) -> Said:
        """Return an increment as the chain of its track takes it."""
        assert self.matrix is not None
        assert self.vector is not None
        return Said(self.track, self.since, self.time, self.matrix, self.vector, self.previous, self.digest)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What one entry says: at a time, by a party, of several tracks.

    Attributes:
        time: Of the exchange, ms.
        party: Who says it.
        origin: The log; empty for looks that were not said.
        index: Entry.
        claimed: When the entry claims to be written, ms.
        config: Digest of the sector that it is of.
        way: How tracks were shared.
        moves: One a track.
        ended: Tracks that are followed no longer.
        silent: Sensors of which nothing is heard.
        exercise: Whether it is fictional.
    """

    time: int
    party: str
    origin: str
    index: int
    claimed: int
    config: str
    way: str
    moves: tuple[Move, ...]
    ended: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    exercise: bool = False

    @property
    def order(self) -> tuple[int, str, str, int]:
        """What exchanges are taken in the order of, on every node alike."""
        return self.time, self.party, self.origin, self.index


def exchange_of(place: tuple[str, int], fields: Mapping[str, Any], claimed: int, **more: bool) -> Exchange:
    """Return an entry of tracklets or of whole estimates as an exchange.

    Args:
        place: Origin and index of the entry.
        fields: As they were recorded and checked against the kind.
        claimed: When it claims to be written, ms.
        more: `exercise`.
    """
    origin, index = place
    party, way = origin.partition("/")[0], str(fields.get("way", "tracklets"))
    chained = "way" not in fields
    moves = []
    for item, one in enumerate(fields.get("tracks", [])):
        name = digest(INCREMENT if chained else WHOLE, one, fields["sector"], fields["config"])
        where = (party, origin, index, item, name)
        moves.append(_increment(where, one) if chained else _whole(where, one, way))
    return Exchange(
        fields["time"],
        party,
        origin,
        index,
        claimed,
        fields["config"],
        way,
        tuple(moves),
        tuple(fields.get("ended", ())),
        tuple(fields.get("silent", ())),
        more.get("exercise", False),
    )


def _increment(where: tuple[str, str, int, int, str], one: Mapping[str, Any]) -> Move:
    previous = one.get("previous", "")
    return Move(
        *where,
        "increment" if previous else "first",
        one["track"],
        one["object_class"],
        one["since"],
        one["time"],
        matrix_of(one["matrix"]),
        vector_of(one["vector"]),
        None,
        previous,
        "",
        float(one["existence"]),
        one["seen"],
    )


def _whole(where: tuple[str, str, int, int, str], one: Mapping[str, Any], way: str) -> Move:
    estimate = Estimate(one["time"], vector_of(one["mean"]), matrix_of(one["covariance"]))
    return Move(
        *where,
        "anchor" if way == "tracklets" else "whole",
        one["track"],
        one["object_class"],
        one["time"],
        one["time"],
        None,
        None,
        estimate,
        one.get("previous", ""),
        one.get("reason", ""),
        float(one["existence"]),
        one["seen"],
    )
