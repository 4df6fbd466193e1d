"""Value types that entry kinds of several systems share: localised text, slugs, dates, citations."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

LANGUAGES: Final = ("vi", "lo", "en")
_SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
_EDTF_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?[?~%]?$")


def _has_english(text: dict[str, str]) -> dict[str, str]:
    if "en" not in text:
        raise ValueError("a text needs at least English (en)")
    unknown = sorted(set(text) - set(LANGUAGES))
    if unknown:
        raise ValueError(f"unknown language {unknown[0]!r}: use vi, lo or en")
    return text


def _edtf_date(value: str) -> str:
    match = _EDTF_DATE.match(value)
    if match is None:
        raise ValueError(f"{value!r} is not an EDTF date: write YYYY, YYYY-MM or YYYY-MM-DD, then ?, ~ or %")
    year, month, day = match.groups()
    date(max(int(year), 1), int(month or 1), int(day or 1))
    return value


def _edtf(value: str) -> str:
    parts = value.split("/")
    if len(parts) > 2 or parts in ([""], ["..", ".."], ["", ""]):  # noqa: PLR2004  an interval has two ends
        raise ValueError(f"{value!r} is not an EDTF date or interval")
    for part in parts:
        if len(parts) == 1 or part not in ("", ".."):
            _edtf_date(part)
    return value


Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=96)]
"""A natural name inside a system: lower-case words joined by hyphens."""

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
"""A piece of prose in one language."""

Text = Annotated[dict[str, Sentence], AfterValidator(_has_english)]
"""The same text in several languages: `{"en": …, "vi": …, "lo": …}`, English at least."""

Edtf = Annotated[str, StringConstraints(max_length=32), AfterValidator(_edtf)]
"""A date or interval by EDTF (ISO 8601-2:2019 annex A): level 0, the qualifiers `?~%`, and open ends."""

Decimal = Annotated[str, StringConstraints(pattern=r"^-?\d+(?:\.\d+)?$", max_length=40)]
"""A number as a decimal string; signed bytes hold no floats."""

Digest = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""A SHA-256 digest in standard base64."""


class Value(BaseModel):
    """A frozen value inside an entry kind; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Locator(Value):
    """A passage of a document: code-point offsets in its NFC text, and the digest that proves the passage.

    `digest` is the SHA-256 of the passage with every run of white space folded to one space; `length` is the
    number of code points of that folded passage, by which a moved passage can be found again.
    """

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    digest: Digest
    length: Annotated[int, Field(gt=0)] | None = None


class Cite(Value):
    """Where a fact is reported: a work, its section or page, and the passage where one can be pointed to."""

    work: Slug
    section: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    page: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    locator: Locator | None = None
    unverified: bool = False
