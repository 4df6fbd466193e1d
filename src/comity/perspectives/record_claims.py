"""Claims against the record, method `record/2`: undertakings counted, graded claims held to evidence.

(A) *Undertakings*: of those due, how many both parties say are fulfilled. The interval is Jeffreys' (Brown,
Cai and DasGupta, "Interval Estimation for a Binomial Proportion", Statistical Science 16(2), 2001, section
4.1.2) over those on which both parties said the same; what is not settled is in no proportion, and the
bounds say what it could change: the worst if none of it was fulfilled, the best if all was.

(B) *Graded claims*: the claim and the evidence are graded on one rubric in one sealed round of two parties,
and only those grades are here (`coding_grades_standing`): what was not graded blind is in no verdict. Items
whose chains share an origin cluster are one; a cluster's grade is the median of its items. The claim
*exceeds* the record found where the evidence is lower by a whole grade in a majority of the clusters, in two
at least, one of them independent of whoever contests the claim. It *matches* or *falls short* where a
majority of the clusters says so, two at least, one not controlled by the claimant; and each side's graders
alone say the same. Else one cannot tell. Admiralty grades decide what is included, and nothing else.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.comparison.origins import components, names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.perspectives.agreement.grades import Middle
    from comity.perspectives.comparison.limits import Limits

METHOD: Final = "record/2"
COVERAGE: Final = 0.9
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
    "graders_differ",
]

WORDS: Final[dict[Why, str]] = {
    "no_evidence": "no evidence is included",
    "few_clusters": "fewer than two independent origins",
    "single_party": "single-party corroboration: nothing comes from outside the claimant",
    "not_blind": "claim and evidence were not graded blind, in one round that all have opened",
    "critic_alone": "the adverse evidence depends on whoever contests the claim",
    "no_majority": "the origins do not say the same",
    "graders_differ": "by the grades of each side's graders alone the verdict is not the same",
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
    """One item of evidence: how much it shows (None: not graded blind), through which works.

    `admiralty` has the parties' grades of the source.
    """

    slug: str
    grade: Middle | None
    works: tuple[str, ...]
    admiralty: tuple[str, ...] = ()


@dataclass(frozen=True)
class Graded:
    """A claim: how much is claimed (None: not graded blind), and the clusters of claimant and critic."""

    slug: str
    grade: Middle | None
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

    `not_blind`: evidence that is left out because it was not graded blind. `by_party` has the verdict by the
    grades of each party's graders alone. `single_party`: all that agrees with the claim comes from the
    claimant. `dropped` has the verdict with each origin left out, `unknown_too` the one with the items of
    which no grade can be judged.
    """

    verdict: Verdict
    reasons: tuple[Why, ...]
    origins: tuple[Origin, ...]
    excluded: tuple[str, ...]
    unknown: tuple[str, ...]
    not_blind: tuple[str, ...]
    single_party: bool
    dropped: tuple[tuple[Origin, Verdict], ...]
    unknown_too: Verdict
    by_party: Mapping[str, Verdict]

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
    blind = [item for item in evidence if item.grade is not None]
    kept = [item for item in blind if state[item.slug] == "included"]
    weigh = partial(_concluded, claim, cluster_of=cluster_of, limits=limits)
    found, verdict, reasons, by_party = weigh(kept)
    if not found and any(state[item.slug] == "included" for item in evidence):
        reasons = ("not_blind",)
    agreeing = [origin for origin in found if origin.bears != "adverse"]
    return Found(
        verdict=verdict,
        reasons=reasons,
        origins=found,
        excluded=tuple(item.slug for item in evidence if state[item.slug] == "excluded"),
        unknown=tuple(item.slug for item in evidence if state[item.slug] == "unknown"),
        not_blind=tuple(item.slug for item in evidence if item.grade is None),
        single_party=bool(agreeing) and all(origin.controlled for origin in agreeing),
        dropped=tuple(
            (origin, weigh([item for item in kept if item not in origin.items])[1]) for origin in found
        ),
        unknown_too=weigh([item for item in blind if state[item.slug] != "excluded"])[1],
        by_party=by_party,
    )


def origins(
    claim: Graded, evidence: Sequence[Item], cluster_of: Mapping[str, str], party: str = ""
) -> tuple[Origin, ...]:
    """Return the independent origins of blind evidence, by the names of their clusters.

    Args:
        claim: the claim; it is graded blind.
        evidence: items graded blind.
        cluster_of: the origin cluster of each work.
        party: whose graders' grades are taken; all parties' where none is named.
    """
    claimed = _grade(claim.grade, party)
    found = []
    for places in components([item.works for item in evidence], cluster_of):
        items = tuple(evidence[place] for place in places)
        clusters = names([item.works for item in items], cluster_of)
        grade = Fraction(statistics.median([_grade(item.grade, party) for item in items]))
        found.append(
            Origin(
                clusters=clusters,
                grade=grade,
                bears=_bears(grade - claimed),
                items=items,
                controlled=bool(claim.claimant_controls & set(clusters)),
                critics=bool(claim.critic_controls & set(clusters)),
            )
        )
    return tuple(sorted(found, key=lambda origin: origin.clusters))


def judge(found: Sequence[Origin], limits: Limits) -> tuple[Verdict, tuple[Why, ...]]:
    """Return the verdict of origins, and why one cannot tell."""
    if not found:
        return "cannot tell", ("no_evidence",)
    if all(origin.controlled for origin in found):
        return "cannot tell", ("single_party",)
    if len(found) < limits.clusters_so:
        return "cannot tell", ("few_clusters",)
    return _by_majority(found, limits)


# --- inside ---


def _concluded(
    claim: Graded, evidence: Sequence[Item], *, cluster_of: Mapping[str, str], limits: Limits
) -> tuple[tuple[Origin, ...], Verdict, tuple[Why, ...], dict[str, Verdict]]:
    """Return origins and verdict of blind evidence, and the verdict by each side's graders alone."""
    if claim.grade is None:
        return (), "cannot tell", ("not_blind",), {}
    found = origins(claim, evidence, cluster_of)
    verdict, reasons = judge(found, limits)
    by_party: dict[str, Verdict] = {}
    for party in sorted(claim.grade.by_party):
        graded = [item for item in evidence if item.grade and party in item.grade.by_party]
        by_party[party] = judge(origins(claim, graded, cluster_of, party), limits)[0]
    if any(other != verdict for other in by_party.values()) and verdict != "cannot tell":
        return found, "cannot tell", ("graders_differ",), by_party
    return found, verdict, reasons, by_party


def _grade(given: Middle | None, party: str) -> Fraction:
    if given is None:
        raise ValueError("what was not graded blind is in no verdict")
    return given.by_party[party] if party else given.value


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
