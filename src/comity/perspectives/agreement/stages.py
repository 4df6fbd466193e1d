"""Agreement in two stages: whether there is a stance at all, and which, where both coded one.

A stance, `mixed` and `not addressed` are three kinds of answer without an order: nominal alpha. -2 to 2 have
an order: ordinal alpha, over the units in which at least two coders gave a stance. One number for both would
have to say how far "not addressed" is from 0, and nobody can.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.agreement.alpha import Alpha, alpha
from comity.perspectives.agreement.bootstrap import Interval, by_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from comity.perspectives.agreement.alpha import Level
    from comity.perspectives.agreement.units import Stance, Unit

KINDS: Final = {"mixed": 1.0, "not_addressed": 2.0}
STANCE: Final = 0.0


@dataclass(frozen=True)
class Measured:
    """An alpha with its interval, which is None where it cannot be estimated (one document, or no alpha)."""

    alpha: Alpha
    interval: Interval | None
    documents: int


@dataclass(frozen=True)
class Stages:
    """Both stages of agreement on stances, and agreement on frames beside them."""

    addressed: Measured
    stance: Measured
    frame: Measured


def stages(units: Sequence[Unit], seed: str) -> Stages:
    """Return both stages over the units of a round; `seed` names the round."""
    coders = sorted({coder for unit in units for coder in unit.codings})
    documents = [unit.span.document for unit in units]
    frames = {name: float(place) for place, name in enumerate(_frames(units))}
    addressed = np.full((len(coders), len(units)), np.nan)
    stance, frame = addressed.copy(), addressed.copy()
    for column, unit in enumerate(units):
        for coder, coding in unit.codings.items():
            row = coders.index(coder)
            addressed[row, column] = kind_of(coding.stance)
            if isinstance(coding.stance, int):
                stance[row, column] = coding.stance
            if coding.frame:
                frame[row, column] = frames[coding.frame]
    return Stages(
        addressed=measure(addressed, "nominal", documents, f"{seed} addressed"),
        stance=measure(stance, "ordinal", documents, f"{seed} stance"),
        frame=measure(frame, "nominal", documents, f"{seed} frame"),
    )


def measure(codings: NDArray[np.float64], level: Level, documents: Sequence[int], seed: str) -> Measured:
    """Return alpha over coders x units with its interval by document."""
    whole = alpha(codings, level)
    interval = None
    if whole.value is not None:
        interval = by_document(documents, lambda at: alpha(codings[:, at], level).value, seed=(seed,))
    pairable = (~np.isnan(codings)).sum(axis=0) > 1
    return Measured(whole, interval, len({documents[at] for at in np.flatnonzero(pairable).tolist()}))


def kind_of(stance: Stance) -> float:
    """Return the code of the first stage."""
    return STANCE if isinstance(stance, int) else KINDS[stance]


def _frames(units: Sequence[Unit]) -> list[str]:
    return sorted({coding.frame for unit in units for coding in unit.codings.values() if coding.frame})
