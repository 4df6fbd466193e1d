"""A run as somebody asks a node for it: whose risks, which seed, how many draws."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.risk import answers
from comity.assessment.risk.simulate import Setting

if TYPE_CHECKING:
    from comity.assessment.risk.simulate import Told
    from comity.node.node import Node


def run(
    node: Node,
    party: str,
    seed: str,
    draws: int,
    *,
    horizon: int | None = None,
    treat: bool = False,
    told: Told | None = None,
) -> dict[str, Any]:
    """Run a party's risks as this node holds them; one's own if none is named.

    Raises:
        RegisterError: it has none, or they cannot be run together.
    """
    with node.views.connect() as db:
        held = answers.held(db, party or node.origin.partition("/")[0])
    risks, groups = held.fields
    data = answers.answer(risks, groups, Setting(seed, draws), horizon=horizon, treat=treat, told=told)
    return {**data, "by": held.party, "exercise": held.exercise}
