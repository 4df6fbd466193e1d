"""Undertakings proposed from a text, for a person to confirm: by rules and cue words, and never by itself.

    for candidate in extract(text, parties).candidates:
        candidate.modality, candidate.obligors, text[candidate.start : candidate.end]

The modality is what keeps an author's wish from becoming a state's obligation. The most modest reading wins:
a sentence with any word of proposal is a proposal, with any of hope an aspiration, and only what is left can
be an agreement or a plan. Where words contradict, where nobody is named who would be obliged, or where a
word stands against the agreement, the rules abstain and say why.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.register.extraction_dates import window
from comity.register.extraction_sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.register.extraction_sentences import Lang, Sentence

Modality = Literal["agreement", "plan", "proposal", "aspiration"]
MODEST: Final[tuple[Modality, ...]] = ("proposal", "aspiration", "agreement", "plan")
"""The order of precedence: the most modest word wins, and what was agreed outweighs how it is to be done."""
METHOD: Final = "register-extraction/1: cue words, the most modest wins"
BINDING: Final = ("agreement", "plan")
"""Modalities that a person may confirm as an undertaking."""
_FOLDER: Final = Path(__file__).parent / "extraction_cues"
_SHORTEST: Final = 3
"""Words that must follow a cue: less says nothing to be done."""
_PAST: Final = re.compile(r"\b(?:was|were|has been|have been) (?:signed|held|completed|established)\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may say an undertaking.

    `start` and `end` are code points of the text; `cues` are the words that the modality rests on.
    """

    start: int
    end: int
    text: str
    lang: Lang
    modality: Modality
    obligors: tuple[str, ...]
    window: str
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Abstained:
    """A sentence with a cue that the rules make nothing of, and why."""

    start: int
    end: int
    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """What was found, and what was left."""

    candidates: tuple[Candidate, ...]
    abstained: tuple[Abstained, ...]
    sentences: int
    method: str = METHOD


def extract(text: str, parties: Mapping[str, Sequence[str]]) -> Extraction:
    """Return what a text may say of undertakings.

    Args:
        text: A document's text.
        parties: By party's code the names it goes by, in every language.
    """
    found: list[Candidate] = []
    left: list[Abstained] = []
    count = 0
    for sentence in sentences(text):
        if _is_reference_heading(text, sentence):
            break
        count += 1
        judged = _judge(sentence, parties)
        if isinstance(judged, Candidate):
            found.append(judged)
        elif judged is not None:
            left.append(judged)
    return Extraction(tuple(found), tuple(left), count)


def _judge(sentence: Sentence, parties: Mapping[str, Sequence[str]]) -> Candidate | Abstained | None:
    words, cues = sentence.text.casefold(), vocabulary(sentence.lang)
    hits = {modality: _hits(words, cues[modality], sentence.lang) for modality in MODEST}
    modality = next((modality for modality in MODEST if hits[modality]), None)
    if modality is None:
        return None
    first, cue = hits[modality][0]
    reason = _idle(words, first + len(cue), sentence.lang)
    if not reason and modality in BINDING:
        reason = _against(words, first, cue, sentence.lang)
    obligors = () if reason else _obligors(words, first, parties, cues["both"], sentence.lang)
    if not reason and not obligors:
        reason = "no party is named as obliged"
    if reason:
        return Abstained(sentence.start, sentence.end, reason)
    return Candidate(
        start=sentence.start,
        end=sentence.end,
        text=sentence.text,
        lang=sentence.lang,
        modality=modality,
        obligors=obligors,
        window=window(words, cues),
        cues=tuple(dict.fromkeys(word for _, word in hits[modality])),
    )


def _idle(words: str, end: int, lang: Lang) -> str:
    """Return why a sentence asks nothing of anybody, whatever its words; empty where it may."""
    if words.rstrip().endswith("?"):
        return "it is a question"
    return "nothing to be done follows the word" if _said(words[end:], lang) < _SHORTEST else ""


def _against(words: str, at: int, cue: str, lang: Lang) -> str:
    """Return why a word of agreement or plan is not one here; empty where nothing speaks against it."""
    against = vocabulary(lang)["against"]
    near = [word for place, word in _hits(words[:at], against, lang) if at - place <= _reach(lang)]
    if near or _negated(words[at + len(cue) :], against, lang):
        return f"a word against it stands beside {cue!r}"
    if lang == "en" and _PAST.search(words) and cue not in ("agreed to", "agreed that", "shall"):
        return "it tells what was done"
    opened = words[:at].count("\N{LEFT DOUBLE QUOTATION MARK}")
    if opened > words[:at].count("\N{RIGHT DOUBLE QUOTATION MARK}") or words[:at].count('"') % 2:
        return "the word stands in a quotation"
    return ""


def _said(rest: str, lang: Lang) -> int:
    """Return how many words follow; Lao writes none apart, so its letters are counted by fours."""
    return len(re.findall(r"[\u0e80-\u0eff]", rest)) // 4 if lang == "lo" else len(re.findall(r"\w+", rest))


def _negated(rest: str, against: Sequence[str], lang: Lang) -> bool:
    """Whether the next word or two deny it: `shall not`, `agreed not to`."""
    head = rest[:12] if lang == "lo" else " ".join(rest.split()[:2])
    return bool(
        _hits(head, [word for word in against if word in ("not", "never", "không", "chưa", "ບໍ່")], lang)
    )


def _reach(lang: Lang) -> int:
    return 25 if lang == "lo" else 45


def _obligors(
    words: str, at: int, parties: Mapping[str, Sequence[str]], both: Sequence[str], lang: Lang
) -> tuple[str, ...]:
    """Return who is obliged: those named before the cue, or by a word for all; else those named behind it."""
    if _hits(words[:at], both, lang):
        return tuple(parties)
    for part in (words[:at], words[at:]):
        named = tuple(
            party
            for party, names in parties.items()
            if any(_hits(part, [name.casefold()], "lo" if _lao(name) else "en") for name in names)
        )
        if named:
            return named
        if _hits(part, both, lang):
            return tuple(parties)
    return ()


@cache
def vocabulary(lang: str) -> dict[str, Any]:
    """Return the cue words of a language, from its data file."""
    found = tomllib.loads((_FOLDER / f"{lang}.toml").read_text(encoding="utf-8"))
    return {
        name: [item.casefold() if name != "windows" else item for item in value]
        if isinstance(value, list)
        else value
        for name, value in found.items()
    }


def _hits(words: str, cues: Sequence[str], lang: str) -> list[tuple[int, str]]:
    """Return the cues in a text by place; as whole words where the script writes words apart."""
    found = []
    for cue in cues:
        pattern = re.escape(cue) if lang == "lo" else rf"(?<!\w){re.escape(cue)}(?!\w)"
        found += [(match.start(), cue) for match in re.finditer(pattern, words)]
    return sorted(found, key=lambda hit: (hit[0], -len(hit[1])))


def _is_reference_heading(text: str, sentence: Sentence) -> bool:
    """Whether the list of references begins before this sentence: what stands there is nobody's word."""
    start = text.rfind("\n", 0, sentence.start)
    before = text[max(0, start - 200) : sentence.start].casefold()
    headings = [line.strip(" #*\t:") for line in before.splitlines()]
    known = [word for lang in ("en", "vi", "lo") for word in vocabulary(lang)["references"]]
    return any(line in known for line in headings[-4:])


def _lao(name: str) -> bool:
    return any("\u0e80" <= char <= "\u0eff" for char in name)
