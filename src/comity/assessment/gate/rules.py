"""Rules of consultation as data: TOML files, each named by id, version and the digest of its bytes.

A file is never edited. A gate carries the rule it was opened under: a later version changes nothing for it.

Which procedure a use falls under is looked up, never judged: a use over several seasons falls under the
strictest of what each season asks for; where the class is not said, all that it may be are candidates.
"""

from __future__ import annotations

import hashlib
import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from comity.assessment.gate.deadline import Period
from comity.assessment.gate.errors import RuleError, UnknownRuleError
from comity.record.canonical import b64
from comity.record.values import Cite, Slug, Text, Value

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MAX_BYTES: Final = 20_000
Word = Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:_[a-z]+)*$", max_length=40)]
Voice = Literal["sponsor", "each", "all"]
"""Whose word makes a step: the sponsor's alone; any party's; that of every party together."""
STEPS: Final = ("notified", "complete", "started", "extended", "concluded", "lapsed")


class RulePeriod(Value):
    """How long a consultation lasts.

    Attributes:
        months: Calendar months from the start.
        days: Days after these months.
        minus_days: 1 where the first day counts, so that the end is a day earlier.
        extendable: Whether the period may be extended.
        of: The procedures that have this period.
    """

    months: Annotated[int, Field(ge=0, le=1200)] = 0
    days: Annotated[int, Field(ge=0, le=36_500)] = 0
    minus_days: Annotated[int, Field(ge=0, le=1)] = 1
    extendable: bool
    of: list[Word]

    @property
    def length(self) -> Period:
        """The period as the reckoning takes it."""
        return Period(self.months, self.days, self.minus_days)


class RuleSteps(Value):
    """Whose word makes each step.

    Attributes:
        notified: That the documents were submitted.
        complete: That they are complete; absent where the rule knows no such step.
        started: That the period began.
        extended: That it was extended.
        concluded: That the consultation ended.
        lapsed: That it was given up.
    """

    notified: Voice
    complete: Voice | None = None
    started: Voice
    extended: Voice
    concluded: Voice
    lapsed: Voice


class RuleCommitments(Value):
    """The doings toward the third party that count.

    Attributes:
        counts: Their names, such as a memorandum or a concession.
    """

    counts: Annotated[list[Word], Field(min_length=1)]


class RuleProcedure(Value):
    """A procedure and the class of uses that falls under it.

    Attributes:
        name: The procedure.
        water: Classes of water; all where empty.
        season: Seasons; all where empty.
        use: Classes of use; all where empty.
    """

    name: Word
    water: list[Word] = Field(default_factory=list)
    season: list[Word] = Field(default_factory=list)
    use: list[Word] = Field(default_factory=list)


class Rule(Value):
    """A rule of consultation.

    Attributes:
        id: Its name.
        version: From 1.
        title: What people call it.
        members: Party codes that it binds; the compact's parties where empty.
        binding: By a treaty outside the compact, or by the compact that carries its digest.
        order: The procedures, from the least to the strictest.
        period: How long the consultation lasts.
        steps: Whose word makes each step.
        commitments: What counts toward the third party.
        procedure: Which uses fall under which procedure.
        source: Where the rule stands.
    """

    id: Slug
    version: Annotated[int, Field(ge=1, le=9999)]
    title: Text
    members: list[Slug] = Field(default_factory=list)
    binding: Literal["treaty", "compact"]
    order: Annotated[list[Word], Field(min_length=1)]
    period: RulePeriod
    steps: RuleSteps
    commitments: RuleCommitments
    procedure: Annotated[list[RuleProcedure], Field(min_length=1)]
    source: Annotated[list[Cite], Field(min_length=1)]

    def voice(self, step: str) -> Voice | None:
        """Return whose word makes a step, or None where the rule has no such step."""
        found: Voice | None = getattr(self.steps, step)
        return found

    def procedures(self, water: str | None, seasons: Sequence[str], use: str | None) -> tuple[str, ...]:
        """Return the procedure of a use, or every one that it may be where its class is not fully said."""
        if not seasons:
            found = {part.name for part in self._matching(water, None, use)}
            return tuple(sorted(found, key=self.order.index))
        by_season = [{part.name for part in self._matching(water, season, use)} for season in seasons]
        if not all(by_season):
            return ()
        # One of each season's candidates holds; the strictest of them decides.
        low = max(min(self.order.index(name) for name in names) for names in by_season)
        every = {self.order.index(name) for names in by_season for name in names}
        return tuple(self.order[at] for at in sorted(every) if at >= low)

    def _matching(self, water: str | None, season: str | None, use: str | None) -> list[RuleProcedure]:
        def fits(allowed: list[str], given: str | None) -> bool:
            return not allowed or given is None or given in allowed

        return [
            part
            for part in self.procedure
            if fits(part.water, water) and fits(part.season, season) and fits(part.use, use)
        ]


def digest(text: str) -> str:
    """Return the SHA-256 of a rule file, base64."""
    return b64(hashlib.sha256(text.encode()).digest())


def parse(text: str, place: str = "rule") -> Rule:
    """Read a rule file.

    Raises:
        RuleError: it is no rule; the message says where.
    """
    if len(text.encode()) > MAX_BYTES:
        raise RuleError(f"{place}: more than {MAX_BYTES} bytes")
    try:
        rule = Rule.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise RuleError(f"{place}: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise RuleError(f"{place}: {where or 'rule'}: {first['msg']}") from error
    named = {part.name for part in rule.procedure} | set(rule.period.of)
    if unknown := sorted(named - set(rule.order)):
        raise RuleError(f"{place}: {unknown[0]!r} is not in `order`")
    if not rule.period.months and not rule.period.days:
        raise RuleError(f"{place}: the period has no length")
    return rule


def texts(folder: Path | None = None) -> dict[tuple[str, int], str]:
    """Return every rule file by id and version: those shipped, and those in a node's folder `rules`.

    Raises:
        RuleError: a file is no rule, or two files with different text say they are one version.
    """
    found: dict[tuple[str, int], str] = {}
    for name, text in [*_shipped(), *_kept(folder)]:
        rule = parse(text, name)
        before = found.setdefault((rule.id, rule.version), text)
        if before != text:
            raise RuleError(f"{name}: {rule.id} version {rule.version} is here with another text")
    return found


def find(rule_id: str, version: int | None = None, folder: Path | None = None) -> tuple[Rule, str]:
    """Return a rule and its text; the newest version where none is named.

    Raises:
        UnknownRuleError: none of that id and version is here.
    """
    here = texts(folder)
    versions = [number for name, number in here if name == rule_id and version in (None, number)]
    if not versions:
        wanted = rule_id[:60] if version is None else f"{rule_id[:60]} version {version}"
        known = ", ".join(f"{name} {number}" for name, number in sorted(here))
        raise UnknownRuleError(f"no rule {wanted}; known: {known}")
    text = here[rule_id, max(versions)]
    return parse(text), text


def _shipped() -> Iterable[tuple[str, str]]:
    for item in sorted(files("comity.assessment.gate").joinpath("rules").iterdir(), key=lambda one: one.name):
        if item.name.endswith(".toml"):
            yield item.name, item.read_text("utf-8")


def _kept(folder: Path | None) -> Iterable[tuple[str, str]]:
    for path in sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else ():
        try:
            yield path.name, path.read_bytes()[: MAX_BYTES + 1].decode("utf-8")
        except UnicodeDecodeError as error:
            raise RuleError(f"{path.name}: not UTF-8") from error
