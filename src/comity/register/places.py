"""Places found by what people call them, as of a date; what is ambiguous is listed, never guessed.

    gazetteer = Gazetteer([Known(id="vn-gate-cha-lo", kind="gate", party="vn", names=(...), within=(...))])
    found = gazetteer.resolve("Cha Lo, Quảng Bình", on=date(2024, 5, 1))
    found.state, found.place.id

A name matches when its folded form is the folded form of a recorded name, whole. What is only similar is
offered as a candidate with its reason. The part behind a comma must be a place in which the named one lies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from comity.register.calendar_bounds import Bounds
from comity.register.places_fold import fold, roman_key
from comity.register.places_markers import MarkerLocation, parse_marker
from comity.register.places_words import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

State = Literal["one", "several", "other time", "similar", "unknown"]

_ALMOST: Final = 88
"""Similarity in per cent from which a name is worth showing to a person."""
MOST_CANDIDATES: Final = 12
MOST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class Name:
    """One name with its language, script, and who writes it so."""

    lang: str
    script: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class Position:
    """A position in degrees (decimal strings, WGS 84), and how far off it may be in metres."""

    lat: str
    lon: str
    accuracy_m: int
    source: str


_ALWAYS: Final = Bounds(None, None)


@dataclass(frozen=True, slots=True)
class Known:
    """A place as the gazetteer has it."""

    id: str
    kind: str
    party: str
    names: tuple[Name, ...]
    validity: Bounds = _ALWAYS
    supersedes: tuple[str, ...] = ()
    same_as: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    marker_number: str | None = None
    point: Position | None = None
    exercise: bool = False
    records: tuple[tuple[str, int], ...] = ()

    @property
    def title(self) -> str:
        """The first name: for a heading; the id is what counts."""
        return self.names[0].text


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that may be meant, and why it is offered."""

    place: Known
    why: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a text leads to; `place` is set only in the state `one`."""

    text: str
    on: date | None
    state: State
    place: Known | None = None
    within: tuple[Known, ...] = ()
    location: MarkerLocation | None = None
    candidates: tuple[Candidate, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(slots=True)
class _Index:
    names: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    roman: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    markers: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    heirs: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))


class Gazetteer:
    """The places that one node knows.

    Args:
        places: one for each id; the first of an id is kept.
    """

    def __init__(self, places: Iterable[Known]) -> None:
        self.places: dict[str, Known] = {}
        for place in places:
            self.places.setdefault(place.id, place)
        self._index = _Index()
        for place in self.places.values():
            for name in place.names:
                _put(self._index.names, fold(name.text), place)
                _put(self._index.roman, roman_key(name.text), place)
            if place.marker_number:
                _put(self._index.markers, place.marker_number, place)
            for earlier in place.supersedes:
                _put(self._index.heirs, earlier, place)

    def heirs(self, place_id: str) -> list[Known]:
        """Return the places that took over from one."""
        return list(self._index.heirs.get(place_id, []))

    def containers(self, place: Known, on: date | None) -> list[Known]:
        """Return the places in which one lies, inner ones first; with a date, those that were places then."""
        seen: dict[str, Known] = {}
        queue = list(place.within)
        while queue:
            found = self.places.get(queue.pop(0))
            if found is None or found.id in seen:
                continue
            if on is None or found.validity.holds(on):
                seen[found.id] = found
                queue += found.within
        return list(seen.values())

    def resolve(self, text: str, on: date | None = None) -> Found:
        """Return what a text names, as of a day; without one, at any time."""
        parts = [part.strip() for part in re.split(r"[,،;]", text[:MOST_TEXT]) if part.strip()]
        if not parts:
            return Found(text, on, "unknown", notes=("there is no name in the text",))
        location = parse_marker(parts[0])
        if location is not None:
            return self._marker(text, on, location, parts[1:])
        by_id = self.places.get(text.strip())
        if by_id is not None:
            return self._settled(text, on, [by_id], [])
        named, hint = self._named(parts[0])
        if not named:
            return self._similar(text, on, parts[0])
        if hint:
            named = [place for place in named if place.kind == hint] or named
        return self._settled(text, on, named, parts[1:])

    def _named(self, part: str) -> tuple[list[Known], str]:
        """Return the places of exactly this name, and the kind that the words around it say."""
        key = fold(part)
        found = list(self._index.names.get(key, []))
        for kind, words in KIND_WORDS.items():
            for word in words:
                bare = _without(key, word)
                if bare and bare in self._index.names:
                    inside = [place for place in self._index.names[bare] if place.kind == kind]
                    return [*found, *(place for place in inside if place not in found)], "" if found else kind
        return found, ""

    def _settled(self, text: str, on: date | None, named: Sequence[Known], behind: Sequence[str]) -> Found:
        """Narrow by what stands behind the comma, then by the day; one is left, or all are shown."""
        notes: list[str] = []
        for part in behind:
            inside = [place for place in named if self._lies_in(place, part)]
            if not inside:
                shown = tuple(Candidate(place, f"no place called {part!r} holds it") for place in named)
                return Found(text, on, "several", candidates=shown[:MOST_CANDIDATES], notes=tuple(notes))
            named = inside
        then = [place for place in named if on is None or place.validity.holds(on)]
        if not then:
            return self._other_time(text, on, named)
        if len(_apart(then)) > 1:
            shown = tuple(Candidate(place, _why(place)) for place in then)
            return Found(text, on, "several", candidates=shown[:MOST_CANDIDATES], notes=tuple(notes))
        place = then[0]
        inside_of = self.containers(place, on)
        notes += self._moved(inside_of, behind, on)
        return Found(text, on, "one", place, tuple(inside_of), notes=tuple(notes))

    def _lies_in(self, place: Known, part: str) -> bool:
        """Whether a place lies, at whatever time, in one of this name."""
        named, _ = self._named(part)
        holders = {holder.id for holder in self.containers(place, None)}
        return any(one.id in holders or holders & set(one.same_as) for one in named)

    def _moved(self, inside_of: Sequence[Known], behind: Sequence[str], on: date | None) -> list[str]:
        """Say where the place lies on the day, when the text names where it lay at another time."""
        said = []
        for part in behind if on else ():
            if any(place in inside_of for place in self._named(part)[0]):
                continue
            names = ", ".join(f"{place.title} ({place.id})" for place in inside_of) or "nothing recorded"
            said.append(f"on {on} it did not lie in {part}; it lay in {names}")
        return said

    def _other_time(self, text: str, on: date | None, named: Sequence[Known]) -> Found:
        shown = [Candidate(place, f"not a place on {on}: {_why(place)}") for place in named]
        for place in named:
            shown += [
                Candidate(heir, f"took over from {place.id}")
                for heir in self.heirs(place.id)
                if on is None or heir.validity.holds(on)
            ]
        return Found(text, on, "other time", candidates=tuple(shown[:MOST_CANDIDATES]))

    def _marker(self, text: str, on: date | None, at: MarkerLocation, behind: Sequence[str]) -> Found:
        known = [
            place
            for place in self._index.markers.get(at.marker, [])
            if (on is None or place.validity.holds(on)) and all(self._lies_in(place, part) for part in behind)
        ]
        if len(_apart(known)) == 1:
            return Found(text, on, "one", known[0], tuple(self.containers(known[0], on)), location=at)
        if known:
            shown = tuple(Candidate(place, _why(place)) for place in known[:MOST_CANDIDATES])
            return Found(text, on, "several", location=at, candidates=shown)
        note = f"marker {at.marker} is not in this gazetteer: the location stands by its number"
        return Found(text, on, "one", location=at, notes=(note,))

    def _similar(self, text: str, on: date | None, part: str) -> Found:
        shown: dict[str, Candidate] = {}
        for place in self._index.roman.get(roman_key(part), []):
            shown[place.id] = Candidate(place, f"{place.title!r} may be another romanisation")
        for key, score in _near(fold(part), list(self._index.names)):
            for place in self._index.names[key]:
                shown.setdefault(place.id, Candidate(place, f"{place.title!r} is written alike ({score} %)"))
        found = tuple(shown.values())[:MOST_CANDIDATES]
        return Found(text, on, "similar" if found else "unknown", candidates=found)


def _near(key: str, keys: Sequence[str]) -> list[tuple[str, int]]:
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only a name that nobody recorded needs it

    found = process.extract(key, keys, scorer=fuzz.ratio, score_cutoff=_ALMOST, limit=MOST_CANDIDATES)
    return [(name, round(score)) for name, score, _ in found]


def _without(key: str, word: str) -> str:
    """Return a folded name without a word that says its kind, before it or behind it; empty without one."""
    if key.startswith(f"{word} "):
        return key[len(word) + 1 :]
    if key.endswith(f" {word}"):
        return key[: -len(word) - 1]
    # Lao writes no space between the word and the name.
    lao = "\u0e80" <= word[0] <= "\u0eff"
    return key[len(word) :].strip() if lao and key.startswith(word) and key != word else ""


def _apart(places: Sequence[Known]) -> list[set[str]]:
    """Return the groups of ids that are recorded as the same place."""
    groups: list[set[str]] = []
    for place in places:
        ids = {place.id, *place.same_as}
        touching = [group for group in groups if group & ids]
        groups = [group for group in groups if not group & ids]
        groups.append(ids.union(*touching))
    return groups


def _put(index: dict[str, list[Known]], key: str, place: Known) -> None:
    if key and place not in index[key]:
        index[key].append(place)


def _why(place: Known) -> str:
    start, end = place.validity.first, place.validity.last
    time = f"from {start or 'an unrecorded day'} to {end or 'now'}" if start or end else "no dates recorded"
    return f"{place.kind}, {time}"
