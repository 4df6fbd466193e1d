"""Words of a text as they are searched: three scripts, with and without diacritics, with and without spaces.

- Text is NFKC and lower case; zero-width characters go. (NFKC also makes the two spellings of Lao digraphs
  and of the vowel am one.)
- Scripts that write no spaces between words (Lao, Thai, Khmer, Myanmar, Han) become overlapping pairs of
  code points, across the spaces that divide phrases: a phrase of pairs finds any stretch of such text.
- Everything else becomes words. A word has a folded form without diacritics (đ is d) and, where it carries
  any, an exact form, in which the two customs of placing a Vietnamese tone mark (hoà, hòa) are one.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from operator import add
from typing import Final

CONTINUOUS: Final = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
"""Thai and Lao, Myanmar, Khmer, kana, Han: code points of scripts written without spaces."""
_RUN: Final = re.compile(rf"(?P<pairs>[{CONTINUOUS}](?:\s?[{CONTINUOUS}])*)|(?P<word>[^\W_{CONTINUOUS}]+)")
_ZERO_WIDTH: Final = re.compile("[\u200b-\u200d\u2060\ufeff\u00ad]")
_PLAIN: Final = re.compile(r"[0-9a-z]+")
_TONES: Final = "\u0300\u0301\u0303\u0309\u0323"
_OLD_TONE: Final = re.compile(f"(?P<glide>(?<![qg])[ou])(?P<main>[aeoy])(?P<tone>[{_TONES}])$")
"""A tone on the second of two vowels at the end of a word, where the newer custom has it, decomposed."""
_SPECIAL: Final = str.maketrans({"đ": "d", "ð": "d", "ł": "l", "ø": "o"})


@dataclass(frozen=True, slots=True)
class Token:
    """One unit of search: its folded form, its exact form where that differs, and its place in the text."""

    folded: str
    exact: str
    start: int
    end: int
    pair: bool = False


def clean(text: str) -> str:
    """Return a text as it is shown with its finds marked: NFKC, without zero-width characters."""
    return _ZERO_WIDTH.sub("", unicodedata.normalize("NFKC", text))


def normal(text: str) -> str:
    """Return the text in which tokens are found: `clean` in lower case, code point for code point."""
    shown = clean(text)
    lower = shown.lower()
    if len(lower) == len(shown):
        return lower
    return "".join(char.lower() if len(char.lower()) == 1 else char for char in shown)


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return a word without diacritics."""
    if _PLAIN.fullmatch(word):
        return word
    bare = "".join(char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char))
    return bare.translate(_SPECIAL)


@lru_cache(maxsize=65_536)
def exact(word: str) -> str:
    """Return a word with its diacritics in one spelling; empty where it has none."""
    if fold(word) == word:
        return ""
    moved = _OLD_TONE.sub(r"\g<glide>\g<tone>\g<main>", unicodedata.normalize("NFD", word))
    return unicodedata.normalize("NFC", moved)


def tokens(text: str) -> list[Token]:
    """Return the tokens of a text that `normal` made."""
    found: list[Token] = []
    for run in _RUN.finditer(text):
        if run["word"]:
            word = run["word"]
            found.append(Token(fold(word), exact(word), run.start(), run.end()))
        else:
            found += _pairs(run["pairs"], run.start())
    return found


def _pairs(run: str, start: int) -> list[Token]:
    places = [i for i, char in enumerate(run) if not char.isspace()]
    if len(places) == 1:
        return [Token(run, "", start, start + 1, pair=True)]
    return [Token(run[i] + run[j], "", start + i, start + j + 1, pair=True) for i, j in pairwise(places)]


def columns(text: str) -> tuple[str, str]:
    """Return what the index stores of a text: folded tokens, exact tokens, each joined by spaces.

    The same tokens as `tokens` gives, without their places: every line that is indexed runs through here.
    """
    folded: list[str] = []
    marked: list[str] = []
    for pairs, word in _RUN.findall(normal(text)):
        if word:
            folded.append(fold(word))
            if spelt := exact(word):
                marked.append(spelt)
        else:
            run = "".join(pairs.split())
            folded += map(add, run, run[1:]) if len(run) > 1 else (run,)
    return " ".join(folded), " ".join(marked)
