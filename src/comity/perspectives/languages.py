"""The language of a segment: by script first, then by Vietnamese letters, then by a model.

Lao, Thai, Khmer and Chinese are told by their letters alone. Latin text goes to the `py3langid` model (Lui
and Baldwin 2012, multinomial naive Bayes over byte n-grams), restricted to the languages of `LATIN`; so does
Vietnamese without its diacritics, the one case it may miss.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.entries.documents import LanguageShare

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.perspectives.segments import Segment

LANGUAGES: Final = ("en", "vi", "lo", "th", "km", "fr", "zh")
LATIN: Final = ("en", "vi", "fr")
UNKNOWN: Final = "und"
_SCRIPTS: Final = (
    ("lo", re.compile(r"[\u0e80-\u0eff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("zh", re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")),
)
_LETTER: Final = re.compile(r"[^\W\d_]")
_VIETNAMESE: Final = re.compile(r"[ăâđêôơư]|[ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_ONLY_VIETNAMESE: Final = re.compile(r"[đơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"<?https?://\S+|\S+@\S+")
_SHORT: Final = 12
_SHARE: Final = 0.3
_MARKED: Final = 0.08
"""Share of letters with Vietnamese marks from which a text is Vietnamese: English with names has less."""
_SAMPLE: Final = 2000


def language_of(text: str) -> str:
    """Return the language of a text: one of `LANGUAGES`, or `und` where it is too short to tell."""
    sample = unicodedata.normalize("NFC", _ADDRESS.sub(" ", text[:_SAMPLE]))
    letters = len(_LETTER.findall(sample)) or 1
    for language, script in _SCRIPTS:
        if len(script.findall(sample)) / max(letters, 1) > _SHARE:
            return language
    if len(_VIETNAMESE.findall(sample)) / letters > _MARKED and _ONLY_VIETNAMESE.search(sample):
        return "vi"
    if letters < _SHORT:
        return UNKNOWN
    return str(_model().classify(sample)[0])


def languages_of(segments: Sequence[Segment]) -> list[str]:
    """Return the language of every segment; one too short to tell is taken to be in that of the text."""
    found = [language_of(segment.text) for segment in segments]
    known = Counter[str]()
    for language, segment in zip(found, segments, strict=True):
        known[language] += len(segment.text) if language != UNKNOWN else 0
    main = known.most_common(1)[0][0] if known and known.total() else UNKNOWN
    return [main if language == UNKNOWN else language for language in found]


def shares_of(segments: Sequence[Segment]) -> tuple[LanguageShare, ...]:
    """Return how much of a document is written in each language, the most written first."""
    return shares(zip(languages_of(segments), (len(segment.text) for segment in segments), strict=True))


def shares(pairs: Iterable[tuple[str, int]]) -> tuple[LanguageShare, ...]:
    """Return the shares of (language, code points) pairs."""
    count, size = Counter[str](), Counter[str]()
    for language, length in pairs:
        count[language] += 1
        size[language] += length
    return tuple(
        LanguageShare(language=language, segments=count[language], characters=length)
        for language, length in sorted(size.items(), key=lambda item: (-item[1], item[0]))
    )


@lru_cache(maxsize=1)
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 - loads a model of 1 s

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
    model.set_languages(list(LATIN))
    return model
