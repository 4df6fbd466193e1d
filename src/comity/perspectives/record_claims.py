"""Claims against the record, method `record/1`: undertakings counted, graded claims held to evidence.

(A) *Undertakings*: of those due, how many both parties say are fulfilled. The interval is Jeffreys' (Brown,
Cai and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16(2), 2001, section
4.1.2) over those on which both parties said the same; what is not settled is in no proportion, and the
bounds say what it could change: the worst if none of it was fulfilled, the best if all was.

(B) *Graded claims*: the claim and the evidence are graded on one rubric, by people who did not see the other.
Items whose chains share an origin cluster are one; a cluster's grade is the median of its items. The claim
*exceeds* the record found where the evidence is lower by a whole grade in a majority of the clusters, in two
at least, one of them independent of whoever contests the claim. It *matches* or *falls short* where a
majority of the clusters says so, two at least, one not controlled by the claimant. Else one cannot tell.
Admiralty grades decide what is included, and nothing else.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.comparison.origins import components, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.perspectives.comparison.limits import Limits

METHOD: Final = "record/1"
COVERAGE: Final = 0.9
GRADES: Final = {"none": 0, "partial": 1, "substantial": 2, "full": 3}
UNJUDGED: Final = frozenset("F6")

Included = Literal["included", "excluded", "unknown"]
Bears = Literal["adverse", "alike", "above"]
Verdict = Literal["exceeds", "matches", "falls short", "cannot tell"]
Why = Literal[
    "few_clusters",
    "single_party",
    "not_blind",
    "critic_alone",
    "no_majority",
    "no_evidence",
]

WORDS: Final[dict[Why, str]] = {
    "no_evidence": "no evidence is included",
    "few_clusters": "fewer than two independent origins",
    "single_party": "single-party corroboration: nothing comes from outside the claimant",
    "not_blind": "claim and evidence were graded by the same coder",
    "critic_alone": "the adverse evidence depends on whoever contests the claim",
    "no_majority": "the origins do not say the same",
}
"""Every reason in English."""


@dataclass(frozen=True)
class Fulfilment:
    """Undertakings fulfilled of due; proportions are None where nothing is due, or nothing is reported.

    `worst` and `best` are of all that is due, `share` and its interval of what both parties settled.
    """

    due: int
    reported: int
    fulfilled: int
    share: float | None
    interval: tuple[float, float] | None
    worst: float | None
    best: float | None


@dataclass(frozen=True)
class Item:
    """One item of evidence: how much it shows, through which works, and the parties' Admiralty grades."""

    slug: str
    grade: str
    works: tuple[str, ...]
    coder: str
    admiralty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graded:
    """A claim: how much is claimed, and the origin clusters that claimant and critic control."""

    slug: str
    grade: str
    coder: str
    claimant_controls: frozenset[str] = frozenset()
    critic_controls: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Origin:
    """One independent origin of evidence: its clusters, its median grade, how it bears on the claim."""

    clusters: tuple[str, ...]
    grade: Fraction
    bears: Bears
    items: tuple[Item, ...]
    controlled: bool
    critics: bool


@dataclass(frozen=True)
class Found:
    """What the record found says of a claim.

    `single_party`: all that agrees with the claim comes from the claimant. `dropped` has the verdict with
    each origin left out, `unknown_too` the one with the items of which no grade can be judged.
    """

    verdict: Verdict
    reasons: tuple[Why, ...]
    origins: tuple[Origin, ...]
    excluded: tuple[str, ...]
    unknown: tuple[str, ...]
    single_party: bool
    dropped: tuple[tuple[Origin, Verdict], ...]
    unknown_too: Verdict

    @property
    def stable(self) -> bool:
        """Whether no single origin decides."""
        return all(verdict == self.verdict for _, verdict in self.dropped)


def fulfilment(fulfilled: int, reported: int, due: int, coverage: float = COVERAGE) -> Fulfilment:
    """Return undertakings fulfilled of due, with 0 <= fulfilled <= reported <= due."""
    if not 0 <= fulfilled <= reported <= due:
        raise ValueError(f"{fulfilled} fulfilled of {reported} reported of {due} due is not possible")
    return Fulfilment(
        due=due,
        reported=reported,
        fulfilled=fulfilled,
        share=fulfilled / reported if reported else None,
        interval=jeffreys(fulfilled, reported, coverage) if reported else None,
        worst=fulfilled / due if due else None,
        best=(fulfilled + due - reported) / due if due else None,
    )


def jeffreys(successes: int, trials: int, coverage: float = COVERAGE) -> tuple[float, float]:
    """Return Jeffreys' interval: quantiles of Beta(x + 1/2, n - x + 1/2), nought and one at the ends."""
    from scipy.special import betaincinv  # noqa: PLC0415 - most of perspectives does without scipy

    tail = (1 - coverage) / 2
    one, other = successes + 0.5, trials - successes + 0.5
    low = 0.0 if successes == 0 else float(betaincinv(one, other, tail))
    return low, 1.0 if successes == trials else float(betaincinv(one, other, 1 - tail))


def included(item: Item, limits: Limits) -> Included:
    """Return whether an item counts: letter and digit apart, as every party that graded it says.

    F and 6 say that it cannot be judged, which is not the same as bad; neither is an item that nobody graded,
    or that the parties would decide differently.
    """
    said = {_one(grade, limits) for grade in item.admiralty}
    return said.pop() if len(said) == 1 else "unknown"


def assess(claim: Graded, evidence: Sequence[Item], cluster_of: Mapping[str, str], limits: Limits) -> Found:
    """Return what the evidence says of a claim."""
    state = {item.slug: included(item, limits) for item in evidence}
    kept = [item for item in evidence if state[item.slug] == "included"]
    found = origins(claim, kept, cluster_of)
    verdict, reasons = judge(claim, found, limits)
    wide = origins(claim, [item for item in evidence if state[item.slug] != "excluded"], cluster_of)
    agreeing = [origin for origin in found if origin.bears != "adverse"]
    return Found(
        verdict=verdict,
        reasons=reasons,
        origins=found,
        excluded=tuple(item.slug for item in evidence if state[item.slug] == "excluded"),
        unknown=tuple(item.slug for item in evidence if state[item.slug] == "unknown"),
        single_party=bool(agreeing) and all(origin.controlled for origin in agreeing),
        dropped=tuple(
            (origin, judge(claim, tuple(other for other in found if other is not origin), limits)[0])
            for origin in found
        ),
        unknown_too=judge(claim, wide, limits)[0],
    )


def origins(claim: Graded, evidence: Sequence[Item], cluster_of: Mapping[str, str]) -> tuple[Origin, ...]:
    """Return the independent origins of evidence, by the names of their clusters."""
    found = []
    for places in components([item.works for item in evidence], cluster_of):
        items = tuple(evidence[place] for place in places)
        clusters = names([item.works for item in items], cluster_of)
        grade = Fraction(statistics.median([GRADES[item.grade] for item in items]))
        found.append(
            Origin(
                clusters=clusters,
                grade=grade,
                bears=_bears(grade - GRADES[claim.grade]),
                items=items,
                controlled=bool(claim.claimant_controls & set(clusters)),
                critics=bool(claim.critic_controls & set(clusters)),
            )
        )
    return tuple(sorted(found, key=lambda origin: origin.clusters))


def judge(claim: Graded, found: Sequence[Origin], limits: Limits) -> tuple[Verdict, tuple[Why, ...]]:
    """Return the verdict on a claim, and why one cannot tell."""
    if not found:
        return "cannot tell", ("no_evidence",)
    if any(item.coder == claim.coder for origin in found for item in origin.items):
        return "cannot tell", ("not_blind",)
    outside = [origin for origin in found if not origin.controlled]
    if not outside:
        return "cannot tell", ("single_party",)
    if len(found) < limits.clusters_so:
        return "cannot tell", ("few_clusters",)
    return _by_majority(found, limits)


# --- inside ---


def _by_majority(found: Sequence[Origin], limits: Limits) -> tuple[Verdict, tuple[Why, ...]]:
    parts = {bears: [one for one in found if one.bears == bears] for bears in ("adverse", "alike", "above")}
    bears, most = max(parts.items(), key=lambda part: len(part[1]))
    if 2 * len(most) <= len(found) or len(most) < limits.clusters_so:
        return "cannot tell", ("no_majority",)
    if bears == "adverse":
        if all(origin.critics for origin in most):
            return "cannot tell", ("critic_alone",)
        return "exceeds", ()
    if all(origin.controlled for origin in most):
        return "cannot tell", ("single_party",)
    return ("matches", ()) if bears == "alike" else ("falls short", ())


def _bears(difference: Fraction) -> Bears:
    """Return how evidence bears on a claim: a whole grade makes a difference."""
    if difference <= -1:
        return "adverse"
    return "above" if difference >= 1 else "alike"


def _one(grade: str, limits: Limits) -> Included:
    letter, digit = grade[0], grade[1]
    if letter not in limits.reliability and letter not in UNJUDGED:
        return "excluded"
    if digit not in limits.credibility and digit not in UNJUDGED:
        return "excluded"
    return "unknown" if {letter, digit} & UNJUDGED else "included"
