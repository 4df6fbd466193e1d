"""What each side of a blind zone sends, what it learns, and what an audit finds: pure functions.

Private set intersection by Diffie-Hellman (C. Meadows, "A more efficient cryptographic matchmaking protocol",
IEEE S&P 1986; B. A. Huberman, M. Franklin, T. Hogg, "Enhancing privacy and trust in electronic communities",
ACM EC 1999, section 4). With secret scalars a and b, sets A and B, and H an item's point:

1. one side sends { a H(x) : x in A } and the other { b H(y) : y in B }, each filled up to the cap with points
   of items that are on no list, and sorted, which shuffles them;
2. each multiplies what it received by its own scalar, and sends that back in the order in which it came;
3. a b H(x) = b a H(y) exactly where x = y: each side finds which of its own items are the other's, too.

Everything follows from a seed of 32 bytes and the set, and both are sealed before anything is sent: whoever
opens them can be held against each message (`audit`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.assessment.position.zone.errors import ZoneMessageError
from comity.assessment.position.zone.group import is_point, multiply, to_point, to_scalar

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    Points = Sequence[bytes]


@dataclass(frozen=True)
class Side:
    """One side's secret part.

    Attributes:
        seed: 32 random bytes, of one run alone.
        terms: Digest of the terms, 32 bytes.
        frozen: Digest of the frozen list, 32 bytes.
        accepted: Slugs of the packages that it accepts.
        cap: How many points it sends, whatever it accepts.
    """

    seed: bytes
    terms: bytes
    frozen: bytes
    accepted: frozenset[str]
    cap: int

    @property
    def scalar(self) -> bytes:
        """The secret scalar."""
        return to_scalar(self.terms, self.seed)

    def items(self) -> dict[bytes, str]:
        """Return its points to the packages that they stand for; nothing for those that fill up.

        Raises:
            ZoneMessageError: it accepts more than the cap.
        """
        if len(self.accepted) > self.cap:
            raise ZoneMessageError(f"{len(self.accepted)} packages are accepted, and the cap is {self.cap}")
        scalar = self.scalar
        found = {multiply(scalar, to_point(self.frozen, slug.encode())): slug for slug in self.accepted}
        for number in range(self.cap - len(self.accepted)):
            # A filler is made of the secret seed: nobody else can tell it from an item, or aim at it.
            found[multiply(scalar, to_point(self.frozen, b"filler", self.seed, bytes([number])))] = ""
        return found

    def first(self) -> list[bytes]:
        """Return the points that are sent first, sorted.

        Raises:
            ZoneMessageError: it accepts more than the cap.
        """
        return sorted(self.items())

    def second(self, received: Points) -> list[bytes]:
        """Return what was received, multiplied, in the order in which it came.

        Raises:
            ZoneMessageError: it is not as many points of the group as the cap says, each once.
        """
        check(received, self.cap)
        scalar = self.scalar
        return [multiply(scalar, point) for point in received]

    def common(self, returned: Points, received: Points) -> frozenset[str]:
        """Return the packages that both accept.

        Args:
            returned: The own first points, multiplied by the other side, in the order of `first`.
            received: The other side's first points.

        Raises:
            ZoneMessageError: one of both is not as many points of the group as the cap says, each once.
        """
        check(returned, self.cap)
        theirs = set(self.second(received))
        names = self.items()
        return frozenset(
            names[mine]
            for mine, twice in zip(sorted(names), returned, strict=True)
            if twice in theirs and names[mine]
        )


def check(points: Points, cap: int) -> None:
    """Check what the other side sent.

    Raises:
        ZoneMessageError: it is not as many points of the group as the cap says, each once.
    """
    if len(points) != cap:
        raise ZoneMessageError(f"{len(points)} points were sent, and the cap is {cap}")
    if len(set(points)) != cap:
        raise ZoneMessageError("a point was sent twice")
    if not all(map(is_point, points)):
        raise ZoneMessageError("a point that was sent is not one of the group")


def audit(side: Side, sent: Points, returned: Points | None, received: Points | None) -> tuple[str, ...]:
    """Return what does not follow from an opened set and seed: codes, none where all is as it should be.

    Args:
        side: What was opened.
        sent: The points that it sent first.
        returned: What it sent second; None where it did not.
        received: What it had received before that.
    """
    if len(side.accepted) > side.cap:
        return "over-cap", "points-differ"
    found = []
    if list(sent) != side.first():
        found.append("points-differ")
    if returned is not None and received is not None and list(returned) != _second(side, received):
        found.append("reply-differs")
    return tuple(found)


def _second(side: Side, received: Collection[bytes]) -> list[bytes]:
    scalar = side.scalar
    return [multiply(scalar, point) if is_point(point) else b"" for point in received]
