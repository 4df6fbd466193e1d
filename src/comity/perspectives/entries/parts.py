"""Value types that several kinds of perspectives share."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from comity.record.values import Sentence, Value

Modality = Literal["asserts", "reports", "quotes", "plans", "proposes", "aspires"]
"""How a voice reached us: first-hand, or through another work (`reports`, `quotes`)."""
Stance = Annotated[int, Field(strict=True, ge=-2, le=2)] | Literal["mixed", "not_addressed"]
"""-2 (rejects) to 2 (affirms) towards a proposition, or `mixed`, or `not_addressed`."""


def _languages(value: dict[str, str]) -> dict[str, str]:
    for language, text in value.items():
        if not (language.isascii() and language.isalpha() and language.islower() and len(language) in {2, 3}):
            raise ValueError(f"{language!r} is not a language code")
        if not text.strip():
            raise ValueError(f"the text in {language!r} is empty")
    return value


Words = Annotated[dict[str, Sentence], Field(min_length=1, max_length=12), AfterValidator(_languages)]
"""What somebody wrote, in the language or languages they wrote it in; no language is demanded."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Offset = Annotated[int, Field(ge=0)]
Rubric = Literal["none", "partial", "substantial", "full"]
"""One rubric for what is claimed and for what the evidence shows."""
CodebookVersion = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*/[1-9][0-9]{0,5}$")]
"""A codebook and its version, as in `cooperation/1`."""
Admiralty = Annotated[str, StringConstraints(pattern=r"^[A-F][1-6]$")]
"""Reliability of the source (A to F) and credibility of the information (1 to 6), rated apart of each other.

F and 6 say that it cannot be judged; they are not the bottom of the scale (NATO AJP-2.1).
"""
MOST_QUOTED: Final = 2000
"""Code points of a passage that a statement may quote."""
MOST_AROUND: Final = 64


class TextQuote(Value):
    """The words of a passage and what stands around them (W3C Web Annotation, 4.2.4), white space folded.

    Attributes:
        exact: The passage.
        prefix: What stands right before it; absent at the beginning of the document.
        suffix: What stands right after it; absent at the end.
    """

    exact: Annotated[str, StringConstraints(min_length=1, max_length=MOST_QUOTED)]
    prefix: Annotated[str, StringConstraints(min_length=1, max_length=MOST_AROUND)] | None = None
    suffix: Annotated[str, StringConstraints(min_length=1, max_length=MOST_AROUND)] | None = None
