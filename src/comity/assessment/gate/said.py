"""What parties have said of a consultation, and which of their words count.

Only the sponsor opens; of several openings under one name the sponsor's first counts. Whose word makes a
step, the rule says. Of one party's words on one step the first counts, unless a later one says that it
corrects it: a replayed entry changes nothing. What does not count is set aside with a code and stays visible.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.assessment.gate.dates import Days
    from comity.assessment.gate.deadline import Extension
    from comity.assessment.gate.rules import Rule


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry stands, by whom, and when its author claims to have written it (ms UTC)."""

    party: str
    origin: str
    index: int
    id: str
    claimed: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """A sponsor's opening."""

    place: Place
    sponsor: str
    slug: str
    initiative: str
    water: str | None = None
    seasons: tuple[str, ...] = ()
    use: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """One party's word on one step."""

    place: Place
    step: str
    when: Days
    number: int | None = None
    extension: Extension | None = None
    corrects: str | None = None
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """An entry that does not count, and why: a code."""

    place: Place
    code: str


def first_opening(openings: Iterable[Opening]) -> tuple[Opening | None, tuple[Aside, ...]]:
    """Return the opening that counts under one sponsor and name, and those that do not."""
    rightful, aside = list[Opening](), list[Aside]()
    for one in sorted({(o.place.origin, o.place.id): o for o in openings}.values(), key=_order_opening):
        if one.place.party != one.sponsor:
            aside.append(Aside(one.place, "only-the-sponsor-opens"))
        elif rightful:
            aside.append(Aside(one.place, "opened-before"))
        else:
            rightful.append(one)
    return (rightful[0] if rightful else None), tuple(aside)


def counted(
    opening: Opening, said: Iterable[Said], rule: Rule, parties: Sequence[str]
) -> tuple[list[Said], tuple[Aside, ...]]:
    """Return the words that count and those set aside; the order in which they come does not matter."""
    aside: list[Aside] = []
    kept: dict[tuple[str, str, int | None], Said] = {}
    # The same entry twice is one; canonical order makes the rest a matter of each party's own logs.
    unique: dict[tuple[str, str], Said] = {}
    for word in sorted(said, key=order_of):
        unique.setdefault((word.place.origin, word.place.id), word)
    for word in unique.values():
        key = (word.place.party, word.step, word.number)
        if code := _refused(opening, word, rule, parties):
            aside.append(Aside(word.place, code))
        elif key not in kept:
            kept[key] = word
        elif word.corrects == kept[key].place.id:
            aside.append(Aside(kept[key].place, "corrected"))
            kept[key] = word
        else:
            aside.append(Aside(word.place, "said-before"))
    return list(kept.values()), tuple(sorted(aside, key=lambda one: (one.place.origin, one.place.index)))


def _refused(opening: Opening, word: Said, rule: Rule, parties: Sequence[str]) -> str:
    voice = rule.voice(word.step)
    if word.place.party not in parties:
        return "no-voice"
    if voice is None:
        return "no-such-step"
    if voice == "sponsor" and word.place.party != opening.sponsor:
        return "only-the-sponsor"
    if word.step == "extended" and not rule.period.extendable:
        return "not-extendable"
    return ""


def order_of(word: Said) -> tuple[str, int, str, int]:
    """Return where a word comes among those of its party, whatever the order in which it was read."""
    return word.place.party, word.place.claimed, word.place.origin, word.place.index


def _order_opening(one: Opening) -> tuple[str, int, str, int]:
    return one.place.party, one.place.claimed, one.place.origin, one.place.index
