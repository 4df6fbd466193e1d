"""What to do about a question: discuss, investigate, re-brief; with the reason.

- Between the parties lies a third or more of the uncertainty, and more than drawing the parties would give:
  *discuss*, the parties see it differently.
- Between the experts of a party lies a third or more: *re-brief*, the question or the material was understood
  differently.
- Else the answers themselves are wide: *investigate*, nobody knows enough.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from comity.assessment.pools.chance import Chance
    from comity.assessment.pools.decompose import Parts

METHOD: Final = "advice@1"
LARGE: Final = 1 / 3
"""Share of the uncertainty from which a part is what the question is about."""
RARE: Final = 0.05
"""Share of draws below which parties are not there by chance."""
TIMES: Final = 4.0
"""Times the mean over draws from which parties are called divisive, where only summaries are known.

At most one draw in four then gives as much (Markov's inequality); with three experts a side none of twenty
can be rarer than one in ten.
"""

Word = Literal["discuss", "investigate", "re-brief", "none"]


@dataclass(frozen=True)
class Advice:
    """What to do, and why.

    Attributes:
        word: `none` where nothing is uncertain.
        divisive: Whether the parties differ, and much more than drawing them by lot gives.
        reason: In words, with the figures.
        method: Name and version of this rule.
    """

    word: Word
    divisive: bool
    reason: str
    method: str = METHOD


def advise(parts: Parts, chance: Chance | float) -> Advice:
    """Return the advice.

    Args:
        parts: The decomposition.
        chance: The comparison with draws; or, where only summaries are known, how many times the mean over
            draws the distance between the parties is.
    """
    between, inside = parts.share("parties"), parts.share("experts")
    if not parts.share("within") + between + inside:
        return Advice("none", divisive=False, reason="all answers are the same, and certain")
    beyond, told = _beyond(chance)
    figure = f"{between:.0%} of the uncertainty lies between the parties"
    if between >= LARGE and beyond:
        return Advice("discuss", divisive=True, reason=f"{figure}, {told}")
    aside = f"; {figure}, {told}" if between >= LARGE or beyond else ""
    if inside >= LARGE or (between >= LARGE and inside + between > parts.share("within")):
        reason = f"{inside:.0%} of the uncertainty lies between experts of the same party{aside}"
        return Advice("re-brief", divisive=False, reason=reason)
    reason = f"{parts.share('within'):.0%} of the uncertainty is stated within the answers{aside}"
    return Advice("investigate", divisive=False, reason=reason)


def _beyond(chance: Chance | float) -> tuple[bool, str]:
    """Return whether parties differ by much more than drawing them gives, and the words."""
    if isinstance(chance, float | int):
        most = f"{min(1.0, 1 / chance):.0%} of the draws at most" if chance else "any draw"
        times = f"{chance:.1f} times what drawing the parties by lot gives in the mean ({most} give as much)"
        return (True, times) if chance >= TIMES else (False, f"only {times}")
    share = f"{chance.p:.1%} of {chance.draws} {'possible' if chance.exact else 'seeded'} draws give as much"
    return (True, f"and {share}") if chance.p <= RARE else (False, f"but {share}")
