"""How many things are expected to be there that nobody detected: lost coverage raises it, and is no peace.

The centre's tracker keeps the intensity of what was never detected (Williams 2015, "Marginal
multi-Bernoulli filters", IEEE TAES 51(3), section IV); its sum after the last look of each second is kept.
From then on nobody looked: it comes back to what it is where nobody ever looks (`fusion.motion.regrow`):

    N(t) = usual + (N(last look) - usual) exp(-(t - last look) / turnover),  usual = density x area
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import FusionSettingError
from comity.border.sector.config import config_of

if TYPE_CHECKING:
    from comity.border.live.tracks import TrackStore
    from comity.border.sector.history import Era

METHOD: Final = "undetected-intensity@1"
SECOND: Final = 1_000


def expected(
    era: Era, store: TrackStore, party: str, view: str, at: int
) -> tuple[float | None, dict[str, Any]]:
    """Return the expected number of things unseen in a view, and by what it is known or why it is not.

    `own-sensors`: of what the own sensors have not detected. `at-most`: in the joint picture, where the other
    side may have detected some of it. `never-looked`: no own sensor has looked yet. Without a number:
    `not-told`, as no party says it of its own; `no-own-sensor`, as there is no tracker here.

    Args:
        era: What is in force at that time.
        store: Of own tracks.
        party: Whose view.
        view: One of `views.VIEWS`.
        at: ms UTC.
    """
    if view not in {"own", "joint"}:
        return None, {"code": "not-told"}
    try:
        config = config_of(era.sector, party)
    except FusionSettingError:
        return None, {"code": "no-own-sensor"}
    area, rules = config.area, config.rules
    usual = rules.density * area.cell**2 * area.rows * area.columns
    told = {"method": METHOD, "usual": round(usual, 4)}
    last = store.expected(era.sector.slug, at)
    if last is None or (era.anew and last[0] <= era.anew):
        return round(usual, 4), {"code": "never-looked", **told}
    since = (at - last[0]) / SECOND
    left = usual + (last[1] - usual) * math.exp(-since / rules.turnover)
    code = "own-sensors" if view == "own" else "at-most"
    return round(left, 4), {"code": code, "looked": last[0], **told}
