"""What the solutions mean, in words that a page translates."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

MEANING: Final = {
    "pareto": N_("Packages that nobody can improve for one side without making the other worse off."),
    "nash": N_(
        "Nash: the greatest product of what both gain over no agreement; neither side's scale matters."
    ),
    "kalai_smorodinsky": N_(
        "Kalai-Smorodinsky: both come as near as possible to an equal share of the most that each could gain."
    ),
    "egalitarian": N_("Egalitarian: the side that gains least gains as much as possible."),
    "none": N_("No package is worth to both sides what no agreement is worth to them."),
    "ties": N_("Several packages are exactly as good; all are listed."),
}
"""By name of a solution."""

NAMES: Final = {
    "nash": N_("Nash"),
    "kalai_smorodinsky": N_("Kalai-Smorodinsky"),
    "egalitarian": N_("Egalitarian"),
}
