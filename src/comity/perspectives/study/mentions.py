"""Who names whom in debate, year by year: namings counted in speeches, silences as they are.

A year in which a state spoke and did not name the other is a zero; a year without a speech in the file is
absent, since nothing can be said of it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.study import country_names
from comity.perspectives.study.errors import StudyError
from comity.perspectives.study.files import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_CONTEXT: Final = 60


@dataclass(frozen=True)
class Speech:
    """A speech: whose, when, where it stands, and its words."""

    speaker: str
    year: int
    place: str
    text: str

    @cached_property
    def folded(self) -> str:
        """The text in which names are looked for."""
        return country_names.fold(self.text)

    @cached_property
    def words(self) -> int:
        """Count the words, split at white space."""
        return len(self.text.split())


@dataclass(frozen=True)
class Named:
    """How often one speech names a state."""

    year: int
    count: int
    words: int
    place: str


def read(path: Path) -> list[Speech]:
    """Read speeches from JSON lines, plain or gzip: `iso3`, `year`, `text`, and `path` where it stands.

    Raises:
        StudyError: A line is damaged, or one state speaks twice in a year; the message names the line.
    """
    held: dict[tuple[str, int], Speech] = {}
    with lines_of(path) as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            speech = _speech(line, f"{path}, line {number}")
            if (speech.speaker, speech.year) in held:
                raise StudyError(f"{path}, line {number}: {speech.speaker} spoke twice in {speech.year}")
            held[speech.speaker, speech.year] = speech
    return sorted(held.values(), key=lambda speech: (speech.speaker, speech.year))


def _speech(line: str, where: str) -> Speech:
    try:
        data: Any = json.loads(line)
        speaker, year, text = data["iso3"], data["year"], data["text"]
    except (ValueError, TypeError, KeyError) as error:
        raise StudyError(f"{where}: not a speech ({type(error).__name__}: {error})") from error
    if not (isinstance(speaker, str) and type(year) is int and isinstance(text, str)):
        raise StudyError(f"{where}: iso3 and text must be strings, year a whole number")
    return Speech(speaker, year, str(data.get("path", where)), text)


def by_speaker(speeches: Iterable[Speech], speaker: str) -> list[Speech]:
    """Return a state's speeches by year.

    Raises:
        StudyError: The file holds no speech of it.
    """
    held = list(speeches)
    own = [speech for speech in held if speech.speaker == speaker]
    if not own:
        known = sorted({speech.speaker for speech in held})
        raise StudyError(f"no speech of {speaker} in this file; there are {', '.join(known)}")
    return own


def mentions(speeches: Iterable[Speech], speaker: str, of: str) -> list[Named]:
    """Count how often a state names another, for each year in which it spoke."""
    return [
        Named(speech.year, sum(1 for _ in namings(speech, of)), speech.words, speech.place)
        for speech in by_speaker(speeches, speaker)
    ]


def namings(speech: Speech, of: str) -> Iterator[str]:
    """Yield each naming with its surroundings, so that a count can be read again."""
    folded = speech.folded
    for start, end in country_names.find(of, folded):
        yield " ".join(folded[max(0, start - _CONTEXT) : end + _CONTEXT].split())


def silences(named: Iterable[Named]) -> list[tuple[int, int, int]]:
    """Return the runs of speeches that do not name the other: first year, last year, number of speeches.

    A year without a speech neither ends nor lengthens a run.
    """
    runs: list[tuple[int, int, int]] = []
    current: list[int] = []
    for item in sorted(named, key=lambda item: item.year):
        if item.count == 0:
            current.append(item.year)
        elif current:
            runs.append((current[0], current[-1], len(current)))
            current = []
    if current:
        runs.append((current[0], current[-1], len(current)))
    return runs
