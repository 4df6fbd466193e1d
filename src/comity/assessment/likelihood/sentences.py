"""No sentence speaks of confidence and of likelihood at once (ICD 203, section D.6.e(2)(b)).

How sure an analyst is of the grounds, and how probable an event is, are two things; a sentence with both is
read as one. The check looks for words of confidence beside words of a scale or a percentage, in three
languages; it errs towards speaking up.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from comity.assessment.likelihood.scales import ICD203

_CONFIDENCE: Final = (
    *("confidence", "confident", "confidently"),
    *("độ tin cậy", "mức tin cậy", "tự tin", "tin chắc"),
    *("ຄວາມເຊື່ອໝັ້ນ", "ຄວາມໝັ້ນໃຈ"),
)
_LIKELIHOOD: Final = (
    *(
        "likely",
        "unlikely",
        "likelihood",
        "probable",
        "probably",
        "improbable",
        "probability",
        "almost certain",
    ),
    *("almost certainly", "remote chance", "even chance", "chances"),
    *("khả năng", "xác suất", "khó xảy ra", "gần như chắc chắn"),
    *("ຄວາມເປັນໄປໄດ້", "ຄວາມໜ້າຈະເປັນ"),
    *(word for band in ICD203.bands for word in band.words.values()),
)
_END: Final = re.compile(r"(?<=[.!?…])\s+|\n+")
_PERCENT: Final = re.compile(r"\d\s*%")
_INTERVAL: Final = re.compile(r"\bconfidence (?:intervals?|limits?|bounds?)\b")
"""A term of statistics, not a degree of confidence."""


@dataclass(frozen=True)
class Mixed:
    """A sentence with both, and the words that were found."""

    sentence: str
    confidence: str
    likelihood: str


def mixed(text: str) -> list[Mixed]:
    """Return the sentences of a text that speak of both."""
    found = []
    for sentence in _END.split(unicodedata.normalize("NFC", text)):
        folded = _INTERVAL.sub(" ", sentence.casefold())
        confidence = _first(folded, _CONFIDENCE)
        share = _PERCENT.search(folded)
        likelihood = _first(folded, _LIKELIHOOD) or (share[0] if share else "")
        if confidence and likelihood:
            found.append(Mixed(sentence.strip(), confidence, likelihood))
    return found


def _first(text: str, words: tuple[str, ...]) -> str:
    for word in words:
        # Lao is written without spaces between words: a boundary is asked of the others only.
        pattern = re.escape(word) if "ກ" <= word[0] <= "ໟ" else rf"(?<!\w){re.escape(word)}(?!\w)"
        if re.search(pattern, text):
            return word
    return ""
