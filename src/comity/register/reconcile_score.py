"""How alike two records of two parties are, and why: a score between 0 and 1 with its reasons.

Weights are stated, not learned: nobody has labelled pairs of registers of this kind. What speaks against a
match (other numbers in the titles, dates that cannot meet, another class) lowers the score and is said.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from comity.register.calendar_bounds import Bounds
from comity.register.places_fold import fold, numbers

WEIGHTS: Final = {"title": 0.55, "date": 0.2, "class": 0.1, "parties": 0.15}
"""What each sign counts; signs that one record lacks are left out and the others weighed up to 1."""
OTHER_NUMBERS: Final = 0.4
"""Factor for titles that differ in a number: the 25th meeting is not the 26th."""
OWN_WORDS: Final = 0.79
"""At most this, which is not certain, for titles of which each has a word that the other has nothing like."""
NEAR: Final = 75
"""Per cent from which two words are spellings of one: Lao and Laos, frontier and frontiers."""
SHORTEST: Final = {"en": 4}
"""Letters from which a word counts as one of substance; three where the language is not named."""
BEYOND_TITLE: Final = 1.0
"""The same parties and class are no news between two states: a score is at most this times the title's."""
YEAR: Final = 365
_OPEN: Final = Bounds(None, None)


@dataclass(frozen=True, slots=True)
class Item:
    """What is compared of one party's record.

    Attributes:
        party: Code of the recording party.
        kind: Kind of the record.
        slug: Its natural name.
        titles: Titles and aliases, as (language, text).
        date: Between which days it lies.
        classes: Words that class it: the instrument's class, a mechanism's level, the unit of a figure.
        parties: Who is bound or takes part.
        exact: What must be equal where both say it: the ordinal of a meeting, what an undertaking rests on.
        exercise: Whether it is fictional.
    """

    party: str
    kind: str
    slug: str
    titles: tuple[tuple[str, str], ...]
    date: Bounds = _OPEN
    classes: tuple[str, ...] = ()
    parties: frozenset[str] = frozenset()
    exact: tuple[str, ...] = ()
    exercise: bool = False


@dataclass(frozen=True, slots=True)
class Score:
    """How alike two records are, and the reasons in words."""

    value: float
    reasons: tuple[str, ...]


def score(one: Item, other: Item) -> Score:
    """Return how alike two records are; 0 where they cannot be about the same thing."""
    if not comparable(one, other):
        return Score(0.0, ("another kind, or only one is an exercise",))
    if one.slug == other.slug:
        return Score(1.0, ("the same name",))
    clash = [f"{a} is not {b}" for a, b in zip(one.exact, other.exact, strict=False) if a and b and a != b]
    if clash:
        return Score(0.0, tuple(clash))
    parts: dict[str, tuple[float, str]] = {"title": _title(one, other)}
    if _OPEN not in (one.date, other.date):
        parts["date"] = _date(one.date, other.date)
    if one.classes and other.classes:
        same = one.classes == other.classes
        parts["class"] = (float(same), "the same class" if same else "another class")
    if one.parties and other.parties:
        share = len(one.parties & other.parties) / len(one.parties | other.parties)
        parts["parties"] = (share, "the same parties" if share == 1 else "not the same parties")
    weight = sum(WEIGHTS[name] for name in parts)
    value = sum(WEIGHTS[name] * part for name, (part, _) in parts.items()) / weight
    value = min(value, BEYOND_TITLE * parts["title"][0])
    return Score(round(value, 4), tuple(reason for _, reason in parts.values()))


def comparable(one: Item, other: Item) -> bool:
    """Whether two records may be about the same thing at all: fiction never meets fact."""
    return one.kind == other.kind and one.exercise == other.exercise


def _title(one: Item, other: Item) -> tuple[float, str]:
    from rapidfuzz import fuzz  # noqa: PLC0415 - the register starts without it

    best, said = 0.0, "no title in a common language"
    for lang, text in one.titles:
        for code, words in other.titles:
            if lang != code:
                continue
            mine, theirs = fold(text), fold(words)
            alike = float(fuzz.token_sort_ratio(mine, theirs)) / 100
            differ = _contradict(numbers(text), numbers(words))
            alike *= OTHER_NUMBERS if differ else 1
            own = _own_words(mine, theirs, lang) and _own_words(theirs, mine, lang)
            alike = min(alike, OWN_WORDS) if own else alike
            if alike > best:
                best = alike
                note = ", the numbers differ" if differ else ", each has words of its own" if own else ""
                said = f"titles in {lang} alike by {round(100 * alike)} %{note}"
    return best, said


def _own_words(mine: str, theirs: str, lang: str) -> bool:
    """Whether a folded title has a word of substance that the other has nothing like."""
    from rapidfuzz import fuzz  # noqa: PLC0415 - the register starts without it

    others = theirs.split()
    return any(
        all(fuzz.ratio(word, other) < NEAR for other in others)
        for word in mine.split()
        if len(word) >= SHORTEST.get(lang, 3) and not word.isdigit()
    )


def _contradict(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether each title has a number that the other has not; a title may leave a year out."""
    mine, theirs = set(one), set(other)
    return not (mine <= theirs or theirs <= mine)


def _date(one: Bounds, other: Bounds) -> tuple[float, str]:
    days = one.days_to(other)
    if not days:
        return 1.0, "the dates can meet"
    return max(0.0, 1 - days / YEAR), f"{days} days apart"
