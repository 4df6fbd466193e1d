"""Scales of likelihood: which word stands for which numbers.

- ICD 203 (Office of the Director of National Intelligence, Analytic Standards, 2 January 2015), section
  D.6.e(2)(a): seven bands from 1 to 99 %; below and above there is no word, only the number.
- The United Kingdom's National Risk Register (2023 and 2025 editions): five bands of the likelihood that a
  reasonable worst case comes about; over five years for non-malicious risks and two for malicious ones. It
  has numbers, no words.

A probability on an edge belongs to the upper band. The Vietnamese and Lao words are working translations
without official standing; the number decides.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping


class LikelihoodError(ComityError):
    """A number is no probability, or a word is on no scale."""

    code = "likelihood"
    advice = "Give a probability from 0 to 1, or a word of the scale named."


@dataclass(frozen=True)
class Band:
    """One band.

    Attributes:
        slug: Its name in the scale.
        low: Lower edge, in thousandths.
        high: Upper edge, in thousandths.
        words: By language; empty where the scale has numbers only.
    """

    slug: str
    low: int
    high: int
    words: Mapping[str, str]

    @property
    def numbers(self) -> str:
        """The band in per cent."""
        if self.low == 0:
            return f"< {_percent(self.high)} %"
        if self.high == _WHOLE:
            return f"> {_percent(self.low)} %"
        return f"{_percent(self.low)}–{_percent(self.high)} %"  # noqa: RUF001 - a range is written with a dash

    def phrase(self, language: str) -> str:
        """Return the word with its numbers beside it; the numbers alone where there is no word."""
        word = self.words.get(language) or self.words.get("en")
        return f"{word} ({self.numbers})" if word else self.numbers


@dataclass(frozen=True)
class Scale:
    """A scale: bands, rising, and the horizon that it presumes, by sort of risk, in months."""

    slug: str
    bands: tuple[Band, ...]
    horizons: Mapping[str, int]

    def band(self, probability: float) -> Band | None:
        """Return the band of a probability, None where the scale has none.

        Raises:
            LikelihoodError: it is no probability.
        """
        if not (math.isfinite(probability) and 0 <= probability <= 1):
            raise LikelihoodError(f"{probability} is no probability")
        # What is 0.2 but for the last bit of a sum is on the edge.
        place = round(probability * _WHOLE, 9)
        inside = [band for band in self.bands if band.low <= place <= band.high]
        return inside[-1] if inside else None

    def phrase(self, probability: float, language: str) -> str:
        """Return the word and the numbers of its band; where there is no band, the number itself."""
        band = self.band(probability)
        return band.phrase(language) if band else f"{100 * probability:.3g} %"

    def numbers(self, word: str) -> tuple[float, float]:
        """Return the edges of the band that a word of any language names.

        Raises:
            LikelihoodError: no band is called so.
        """
        wanted = word.strip().casefold()
        for band in self.bands:
            if wanted in (band.slug, *(name.casefold() for name in band.words.values())):
                return band.low / _WHOLE, band.high / _WHOLE
        raise LikelihoodError(f"{word!r} is no word of {self.slug}")


_WHOLE: Final = 1000


def _percent(thousandths: int) -> str:
    return f"{thousandths / 10:g}"


def _band(slug: str, low: int, high: int, *words: str) -> Band:
    return Band(slug, low, high, dict(zip(("en", "vi", "lo"), words, strict=False)))


ICD203: Final = Scale(
    "icd-203",
    (
        _band("almost-no-chance", 10, 50, "almost no chance", "hầu như không thể", "ເກືອບເປັນໄປບໍ່ໄດ້"),
        _band("very-unlikely", 50, 200, "very unlikely", "rất khó xảy ra", "ຍາກທີ່ຈະເກີດຂຶ້ນຫຼາຍ"),
        _band("unlikely", 200, 450, "unlikely", "khó xảy ra", "ຍາກທີ່ຈະເກີດຂຶ້ນ"),
        _band("roughly-even-chance", 450, 550, "roughly even chance", "khả năng ngang nhau", "ໂອກາດເທົ່າໆກັນ"),
        _band("likely", 550, 800, "likely", "có khả năng xảy ra", "ມີທ່າທີຈະເກີດຂຶ້ນ"),
        _band("very-likely", 800, 950, "very likely", "rất có khả năng xảy ra", "ມີທ່າທີຈະເກີດຂຶ້ນຫຼາຍ"),
        _band("almost-certain", 950, 990, "almost certain", "gần như chắc chắn", "ເກືອບແນ່ນອນ"),
    ),
    {},
)
UK_NRR: Final = Scale(
    "uk-nrr",
    (_band("1", 0, 2), _band("2", 2, 10), _band("3", 10, 50), _band("4", 50, 250), _band("5", 250, 1000)),
    {"non-malicious": 60, "malicious": 24},
)
SCALES: Final[Mapping[str, Scale]] = {scale.slug: scale for scale in (ICD203, UK_NRR)}
