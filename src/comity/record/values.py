"""Value types that entry kinds of several systems share: localised text, slugs, dates, citations."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from .text import Edtf, check_languages

__all__ = ["Cite", "Decimal", "Digest", "Edtf", "Locator", "Sentence", "Slug", "Text", "Value"]

_SLUG = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"

Slug = Annotated[str, StringConstraints(pattern=_SLUG, max_length=96)]
"""A natural name inside a system: lower-case words joined by hyphens."""

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
"""A piece of prose in one language."""

Text = Annotated[dict[str, Sentence], AfterValidator(check_languages)]
"""The same text in several languages: `{"en": …, "vi": …, "lo": …}`, English at least."""

Decimal = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(?:\.[0-9]+)?$", max_length=40)]
"""A number as a decimal string; signed bytes hold no floats."""

Digest = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""A SHA-256 digest in standard base64."""


class Value(BaseModel):
    """A frozen value inside an entry kind; unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Locator(Value):
    """A passage of a document: code-point offsets in its NFC text, and the digest that proves the passage.

    Attributes:
        start: First code point.
        end: One past the last code point.
        digest: SHA-256 of the passage with every run of white space folded to one space, base64.
        length: Code points of that folded passage, by which a moved passage can be found again.
    """

    start: Annotated[int, Field(ge=0)]
    end: Annotated[int, Field(gt=0)]
    digest: Digest
    length: Annotated[int, Field(gt=0)] | None = None


class Cite(Value):
    """Where a fact is reported: a work, its section or page, and the passage where one can be pointed to.

    Attributes:
        work: Slug of the work.
        section: Section of the work.
        page: Page of the work.
        locator: The passage itself, in a document that a party holds.
        unverified: True where only a note or an undated page says so.
    """

    work: Slug
    section: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    page: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    locator: Locator | None = None
    unverified: bool = False
