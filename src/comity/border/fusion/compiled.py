"""How kernels are compiled, and how a track lies in memory.

Kernels use no `fastmath`, and no function whose last bit depends on the machine (no exp, log, sin of the
system's library), so that a picture can be replayed bit for bit. A kernel calls only what stands in its own
file: the cache of compiled code is keyed by that file, and would not notice a change of another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    Made = TypeVar("Made", bound=Callable[..., Any])

X: Final = 0
"""Columns 0 to 3: x, y (m), vx, vy (m/s)."""
P: Final = 4
"""Columns 4 to 13: covariances xx, xy, yy; x-vx, x-vy, y-vx, y-vy; vx-vx, vx-vy, vy-vy."""
R: Final = 14
"""Column 14: probability of existence."""
EVIDENCE: Final = 15
"""Columns 15 to 19: how often each class was named, weighted by association."""
WIDTH: Final = 20

UID, BORN, SEEN, TOLD, KIND, HITS = range(6)
"""Whole numbers of a track: name, ms of first and last detection, whether it is told, class, detections."""
WHOLE: Final = 6


def machine(function: Made) -> Made:
    """Compile a function; the code is kept beside the source or in the user's cache, if one is writable."""
    try:
        return cast("Made", njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # neither is
        return cast("Made", njit(nogil=True, error_model="numpy")(function))
