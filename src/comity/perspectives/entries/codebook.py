"""Codebooks: what is coded, by which words, and what was fixed before anybody opened anything."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from comity.perspectives.entries.parts import Rubric
from comity.record.kinds import Kind
from comity.record.values import Cite, Decimal, Edtf, Slug, Text, Value


class Frame(Value):
    """A way of speaking about a proposition; a nominal code, with no order.

    Attributes:
        slug: Natural name of the frame.
        labels: What it is called, by language.
    """

    slug: Slug
    labels: Text


class Issue(Value):
    """An issue, to which propositions belong.

    Attributes:
        slug: Natural name of the issue.
        labels: What it is called, by language.
    """

    slug: Slug
    labels: Text


class Pair(Value):
    """One member of the family: a proposition, and the two perspectives that are compared on it.

    Attributes:
        proposition: Slug of the proposition.
        one: Slug of a perspective.
        other: Slug of another.
    """

    proposition: Slug
    one: Slug
    other: Slug

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.one == self.other:
            raise ValueError(f"{self.proposition!r}: a perspective is not compared with itself")
        return self


class Thresholds(Value):
    """What decides, fixed before opening. What is absent is as the method says.

    Attributes:
        near: Steps of stance within which two sides are near each other.
        spread: Largest standard deviation of a side's clusters.
        coverage: Coverage of the interval of a difference.
        discovery_rate: False discovery rate within the family.
        clusters_to_test: Origin clusters that each side needs for a test.
        clusters_open: Origin clusters that what an open community thinks needs.
        clusters_so: Origin clusters that what is so needs.
        resamples: Resamples of a bootstrap.
        agreement: Least alpha of a coding round whose codings are relied on.
        agreement_tentative: Least alpha of one that is relied on tentatively.
        reliability: Letters of the Admiralty grade with which evidence is included.
        credibility: Digits of the Admiralty grade with which evidence is included.
    """

    near: Decimal | None = None
    spread: Decimal | None = None
    coverage: Decimal | None = None
    discovery_rate: Decimal | None = None
    clusters_to_test: Annotated[int, Field(ge=4, le=64)] | None = None
    clusters_open: Annotated[int, Field(ge=3, le=64)] | None = None
    clusters_so: Annotated[int, Field(ge=2, le=64)] | None = None
    resamples: Annotated[int, Field(ge=999, le=99_999)] | None = None
    agreement: Decimal | None = None
    agreement_tentative: Decimal | None = None
    reliability: Annotated[list[Literal["A", "B", "C", "D", "E"]], Field(min_length=1)] | None = None
    credibility: Annotated[list[Literal["1", "2", "3", "4", "5"]], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _in_range(self) -> Self:
        shares = ("coverage", "discovery_rate", "agreement", "agreement_tentative")
        for name in shares:
            value = getattr(self, name)
            if value is not None and not 0 < float(value) < 1:
                raise ValueError(f"{name} lies between 0 and 1")
        for name in ("near", "spread"):
            value = getattr(self, name)
            if value is not None and not 0 < float(value) <= 4:  # noqa: PLR2004 - the width of the scale
                raise ValueError(f"{name} lies between 0 and 4 steps")
        return self


class Corpus(Value):
    """The works of a holder in a period, declared complete: only there can silence be spoken of.

    Attributes:
        holder: Slug of the holder.
        period: When the works were published.
        works: Slugs of all works of the holder in that period.
        cite: What the declaration rests on.
    """

    holder: Slug
    period: Edtf
    works: Annotated[list[Slug], Field(min_length=1, max_length=1000)]
    cite: Cite | None = None


class Organs(Value):
    """Origin clusters that are organs of one party-state: independent of each other or not is a question.

    Attributes:
        state: Code of the party.
        clusters: Slugs of the origin clusters.
        holders: Slugs of the holders that are offices of it, too.
    """

    state: Slug
    clusters: Annotated[list[Slug], Field(min_length=1, max_length=200)]
    holders: Annotated[list[Slug], Field(max_length=400)] = Field(default_factory=list)


class RubricText(Value):
    """What a grade of the rubric means here.

    Attributes:
        grade: The grade.
        text: When it is given, by language.
    """

    grade: Rubric
    text: Text


class Codebook(Kind):
    """A codebook: versioned, and recorded before what is coded by it is opened.

    Attributes:
        slug: Natural name of the codebook.
        number: Version of the codebook, from 1.
        rule: Version of the perspective rule it goes with.
        propositions: Slugs of the propositions that are coded.
        frames: The frames that may be given.
        family: The proposition and pair of every test that will be made; no other test is.
        thresholds: What decides.
        corpora: Corpora declared complete.
        organs: Which origin clusters are organs of one party-state.
        rubric: What the grades of claims and evidence mean.
        issues: What the issues of the propositions are called.
    """

    kind: ClassVar[str] = "perspectives.codebook"
    version: ClassVar[int] = 1

    slug: Slug
    number: Annotated[int, Field(ge=1, lt=10**6, alias="version")]
    rule: Annotated[int, Field(ge=1)]
    propositions: Annotated[list[Slug], Field(min_length=1, max_length=400)]
    frames: Annotated[list[Frame], Field(max_length=100)] = Field(default_factory=list)
    family: Annotated[list[Pair], Field(max_length=2000)] = Field(default_factory=list)
    thresholds: Thresholds = Field(default_factory=Thresholds)
    corpora: Annotated[list[Corpus], Field(max_length=200)] = Field(default_factory=list)
    organs: Annotated[list[Organs], Field(max_length=64)] = Field(default_factory=list)
    rubric: Annotated[list[RubricText], Field(max_length=4)] = Field(default_factory=list)
    issues: Annotated[list[Issue], Field(max_length=200)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        for pair in self.family:
            if pair.proposition not in self.propositions:
                raise ValueError(f"the family names {pair.proposition!r}, which is not coded")
        members = [(pair.proposition, frozenset((pair.one, pair.other))) for pair in self.family]
        if len(set(members)) != len(members):
            raise ValueError("the family names a proposition and pair twice")
        clusters = [cluster for organs in self.organs for cluster in organs.clusters]
        if len(set(clusters)) != len(clusters):
            raise ValueError("an origin cluster is an organ of two party-states, or named twice")
        return self
