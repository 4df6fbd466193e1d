"""The words in which the parties name their relationship, as they change."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text, Value
from comity.register.entries.instruments import Alias
from comity.register.entries.values import Cites


class FormulaTerm(Value):
    """One term of a formula; the same id in two versions is the same term, however it is worded.

    Attributes:
        id: Natural name of the term.
        text: The term by language.
        renderings: Other words for it, as sources write them.
    """

    id: Slug
    text: Text
    renderings: list[Alias] = Field(default_factory=list, max_length=20)


class Formula(Kind):
    """One version of a formula: its terms in their order, from when on.

    Attributes:
        slug: Natural name of this version.
        formula: Natural name of the formula of which it is a version.
        number: Which version, from 1.
        terms: The terms, in the order in which they are said.
        since: From when on, as an EDTF date; absent where no source says.
        instrument: Slug of the instrument that holds it, where one is on record.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.formula"
    version: ClassVar[int] = 1

    slug: Slug
    formula: Slug
    number: Annotated[int, Field(ge=1, le=100)]
    terms: Annotated[list[FormulaTerm], Field(min_length=1, max_length=12)]
    since: Edtf | None = None
    instrument: Slug | None = None
    cites: Cites
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (Formula,)
"""The kinds of this module."""
