"""Voices: one statement as the method sees it, and the rung of evidence it stands on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from fractions import Fraction
from typing import Literal

Stance = Fraction | Literal["mixed", "not_addressed"]


class Rung(IntEnum):
    """Rungs of evidence for what an official side says: the lower the number, the more it counts."""

    TREATY = 1
    LEADER = 2
    MINISTRY = 3
    PARTY_PRESS = 4
    UNRANKED = 5
    REPORTED = 6


LEVELS = {"leader": Rung.LEADER, "ministry": Rung.MINISTRY, "party_press": Rung.PARTY_PRESS}
JOINT = frozenset({"treaty", "joint_statement"})


@dataclass(frozen=True)
class Voice:
    """One statement as the method sees it.

    `stance` is a number, `mixed` or `not_addressed`; `chain` the works through which it reached us, nearest
    to the holder first.
    """

    slug: str
    group: str
    stance: Stance
    chain: tuple[str, ...]
    first_hand: bool
    holder: str = ""
    rung: Rung = Rung.REPORTED


def rung_of(*, first_hand: bool, work_kind: str, level: str | None) -> Rung:
    """Return the rung of a statement: a text that both signed, else the rank of the office that spoke.

    What others report stands on the lowest rung whoever is reported; one whose rank is not declared stands
    above it only because it spoke itself.
    """
    if not first_hand:
        return Rung.REPORTED
    if work_kind in JOINT:
        return Rung.TREATY
    return LEVELS.get(level or "", Rung.UNRANKED)
