"""What the parties have said together: never inferred, only compared.

A status is *joint* only when every party has said the same explicitly; while one is silent it is
*awaiting*; when they said different things it is *disputed*. Reports of a fact are *agreed* when every
party recorded it and no two reports contradict each other, *awaiting* while no counterpart of a party is
visible (it may be withheld), and *recorded differently* when two reports contradict. What software works
out is advice, and never a status.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

StandingState = Literal["joint", "awaiting", "disputed"]
FactState = Literal["agreed", "awaiting", "recorded differently"]

SUBSTANCE: Final[dict[str, tuple[str, ...]]] = {
    "register.instrument": ("instrument_class", "parties", "term", "in_law"),
    "register.event": ("date",),
    "register.mechanism": ("level", "cadence", "rotation", "parties"),
    "register.meeting": ("mechanism", "ordinal", "start", "end", "state", "host"),
    "register.undertaking": ("instrument", "meeting", "obligors", "window", "modality"),
    "register.figure": ("value", "unit", "period"),
    "register.formula": ("formula", "number", "since"),
    "register.evidence": ("undertaking", "bears", "on"),
    "register.appraisal": ("about", "party", "tone", "on"),
    "register.talks": ("period", "count"),
    "register.patrol": ("period", "count"),
    "register.forum_item": ("forum", "period"),
    "register.candidature": ("party", "forum", "period", "state"),
    "register.consular_matter": ("period",),
    "register.press_exchange": ("period",),
    "register.posts_cooperation": ("period",),
    "register.training": ("given_by", "given_to", "period", "offered", "taken"),
    "register.expert_mission": ("given_by", "given_to", "period", "offered", "taken"),
    "register.material_support": ("given_by", "given_to", "period", "count", "unit", "state"),
    "register.support_check": ("support", "on", "condition"),
    "register.remains_mission": ("period",),
    "register.remains_site": ("mission", "state"),
    "register.handover": ("given_by", "given_to", "date", "count"),
    "register.health_survey": ("period", "areas"),
    "register.gap": ("reporter", "period", "reason"),
}
"""The fields by which two reports of one thing can contradict; wording, translation and citations are not."""


@dataclass(frozen=True)
class Standing:
    """Where an undertaking stands between the parties.

    `said` maps each party that spoke to its newest word; `silent` names those that did not; `status` is set
    only when the state is joint.
    """

    state: StandingState
    status: str | None
    said: dict[str, str]
    silent: tuple[str, ...]


def standing(said: Mapping[str, str], parties: Sequence[str]) -> Standing:
    """Return the standing of one undertaking from what each of `parties` said of it; others do not count."""
    words = {party: said[party] for party in parties if party in said}
    silent = tuple(party for party in parties if party not in said)
    if len(set(words.values())) > 1:
        return Standing("disputed", None, words, silent)
    if silent or not words:
        return Standing("awaiting", None, words, silent)
    return Standing("joint", next(iter(words.values())), words, ())


def contradictions(kind: str, reports: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the fields in which two reports of one thing contradict; an absent one contradicts nothing."""
    reports = list(reports)
    return tuple(
        name
        for name in SUBSTANCE[kind]
        if len({_comparable(report[name]) for report in reports if report.get(name) is not None}) > 1
    )


def fact_state(differs: Sequence[str], silent: Sequence[str]) -> FactState:
    """Return the state of a fact from what contradicts and who has not recorded it."""
    if differs:
        return "recorded differently"
    return "awaiting" if silent else "agreed"


def advice(window: str | None, stood: Standing, today: date, *, evidence: bool = False) -> str:
    """Return what the software notices about an undertaking: a hint to a person, never a status.

    `window` is EDTF, `today` the reader's clock (injected); `evidence`: whether any is on record.
    """
    if stood.state == "disputed":
        return "said differently"
    end = (window or "").rpartition("/")[2].rstrip("?~%")
    if stood.state == "joint" or not end.strip(".") or "X" in end:
        return ""
    if today.isoformat()[: len(end)] <= end:
        return "inside its window"
    if stood.said:
        return "window over, one side silent"
    return "window over, evidence seen" if evidence else "window over, no evidence seen"


def _comparable(value: Any) -> Any:
    """Return a hashable form; the order of a list and the words for an actor are not substance."""
    if isinstance(value, list):
        return frozenset(_comparable(item) for item in value)
    if isinstance(value, dict):
        return tuple(sorted((key, _comparable(item)) for key, item in value.items() if key != "actor"))
    return value
