"""What both centres share of a sector before anything is said: its digest, its bounds, how classes move."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.border.fusion.model import MOTIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.fusion.model import Motion

AHEAD: Final = 2_000
"""How far ahead of its entry, or of the clock, something may claim to be, ms."""
LOOSE: Final = 15_000
"""Span of a tracklet, ms, beyond which the noise of the motion that both sides share within it makes a sum
too sure: it is used by intersection."""
LOST: Final = 120_000
"""Silence about a track, ms, after which it is shown no longer."""
FORGOTTEN: Final = 3_600_000
"""Silence, ms, after which a name may begin a new chain."""
EVERY: Final = 5
"""Looks between two exchanges where nobody said otherwise."""


@dataclass(frozen=True, slots=True)
class Terms:
    """A sector, as far as the joint picture depends on it.

    Attributes:
        sector: Its name.
        config: Its digest: what is said under another belongs to another picture.
        bounds: West, south, east, north, m of the plane.
        motions: How each class moves.
        look: Time between looks of the quickest sensor, ms.
    """

    sector: str
    config: str
    bounds: tuple[float, float, float, float]
    motions: Mapping[str, Motion] = field(default_factory=lambda: dict(MOTIONS))
    look: int = 1_000

    def noise(self, *classes: str) -> float:
        """Return the power of the acceleration of what is known to be one of these classes, m²/s³."""
        known = [self.motions[name].noise for name in classes if name != "unknown"]
        return max(known) if known else self.motions["unknown"].noise
