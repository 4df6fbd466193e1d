"""What is answered about risks: the register and a run of it, as plain data for pages and programs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import risk as kinds
from comity.assessment.likelihood.scales import ICD203
from comity.assessment.risk import METHOD, measures
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.inputs import register_of, root_of
from comity.assessment.risk.matrix import cells
from comity.assessment.risk.simulate import Setting, run, shares_of
from comity.assessment.risk.tables import SCALE
from comity.assessment.tables import PROJECTOR
from comity.node.rows import newest_of
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from comity.assessment.risk.measures import Measures
    from comity.assessment.risk.register import Register
    from comity.assessment.risk.simulate import Result, Told
    from comity.node.rows import Report
    from comity.record.kinds import Kind

DRAWS: Final = 100_000
SEED: Final = "1"
TAIL: Final = 950
"""Level of the tail, in thousandths, that contributions and treatments are compared at."""


@dataclass(frozen=True)
class Held:
    """One party's risks and groups on record here, each in its newest version."""

    party: str
    risks: tuple[Report, ...]
    groups: tuple[Report, ...]

    @property
    def fields(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The risks and the groups as plain data."""
        return [one.fields for one in self.risks], [one.fields for one in self.groups]

    @property
    def exercise(self) -> bool:
        """Whether any of it is fictional."""
        return any(one.exercise for one in (*self.risks, *self.groups))


def held(db: Connection, party: str) -> Held:
    """Return what a party has on record."""
    return Held(party, _newest(db, kinds.Risk, party), _newest(db, kinds.RiskGroup, party))


def parties(db: Connection) -> list[str]:
    """Return the parties that have a risk on record."""
    return sorted({report.party for report in PROJECTOR.reports(db, kinds.Risk)})


def matrix(register: Register) -> list[dict[str, Any]]:
    """Return the cells of the matrix, each with its numbers and the words of likelihood beside them."""
    return [
        {
            "risk": cell.risk,
            "party": cell.key[0],
            "dimension": cell.key[1],
            "unit": register.units.get(cell.key[1], ""),
            "probability": cell.probability,
            "likelihood": cell.likelihood,
            "words": {language: ICD203.phrase(cell.probability, language) for language in ("en", "vi", "lo")},
            "impact": list(cell.impact),
            "severity": cell.severity,
        }
        for cell in cells(register)
    ]


def answer(
    risks: Sequence[dict[str, Any]],
    groups: Sequence[dict[str, Any]],
    setting: Setting,
    *,
    horizon: int | None = None,
    treat: bool = False,
    told: Told | None = None,
) -> dict[str, Any]:
    """Run risks and return what came out.

    Args:
        risks: Fields of their records.
        groups: Fields of the correlation groups.
        setting: Seed and draws.
        horizon: Months to run over, under the assumption of a constant hazard; as recorded if None.
        treat: Whether each treatment is compared.
        told: Told how far it is.

    Raises:
        RegisterError: they cannot be run together.
    """
    if not risks:
        raise RegisterError("no risk is on record")
    register = register_of(risks, groups)
    register = register if horizon is None else register.over(horizon)
    result = run(register, setting, told)
    return {
        "method": METHOD,
        "inputs": root_of(risks, groups),
        "seed": setting.seed,
        "draws": setting.draws,
        "horizon_months": register.horizon,
        "assumption": None if horizon is None else "constant hazard over the horizon",
        "draws_digest": b64(result.digest),
        "outcomes": _outcomes(register, setting, result),
        "treatments": _treatments(register, setting, result) if treat else [],
        "matrix": matrix(register),
    }


def record_of(data: dict[str, Any]) -> dict[str, Any]:
    """Return a run as the fields of its record, from what `answer` gave."""
    names = ("seed", "draws", "method", "inputs", "horizon_months", "draws_digest")
    outcomes = [
        {
            "party": one["party"],
            "dimension": one["dimension"],
            "unit": one["unit"] or "-",
            "total": str(one["total_thousandths"]),
            "var": [str(tail["var_thousandths"]) for tail in one["tails"]],
        }
        for one in data["outcomes"]
    ]
    return {**{name: data[name] for name in names}, "outcomes": outcomes}


def _outcomes(register: Register, setting: Setting, result: Result) -> list[dict[str, Any]]:
    worst = {key: measures.worst(total, TAIL) for key, total in result.totals.items()}
    tails = shares_of(register, setting, worst)
    return [
        {
            "party": key[0],
            "dimension": key[1],
            "unit": register.units.get(key[1], ""),
            **_measured(measures.measure(total), int(total.sum())),
            "contributions": _contributions(result.shares[key], tails[key]),
        }
        for key, total in result.totals.items()
    ]


def _measured(found: Measures, total: int) -> dict[str, Any]:
    return {
        "mean": float(found.mean / SCALE),
        "total_thousandths": total,
        "any": found.any / found.draws,
        "tails": [
            {
                "level": tail.level / 1000,
                "var": tail.var / SCALE,
                "var_thousandths": tail.var,
                "cvar": float(tail.cvar / SCALE),
            }
            for tail in found.tails
        ],
        "curve": [{"loss": loss / SCALE, "exceeding": count / found.draws} for loss, count in found.curve],
    }


def _contributions(means: Any, tails: Any) -> list[dict[str, Any]]:
    whole, far = sum(means.values()), sum(tails.values())
    rows = [
        {
            "risk": risk,
            "mean_share": mean / whole if whole else 0.0,
            "tail_share": tails.get(risk, 0) / far if far else 0.0,
        }
        for risk, mean in means.items()
    ]
    return sorted(rows, key=lambda row: (-row["tail_share"], row["risk"]))


def _treatments(register: Register, setting: Setting, before: Result) -> list[dict[str, Any]]:
    """Compare each treatment with none, on the same streams: only the treated risk changes."""
    rows = []
    for place, risk in enumerate(register.risks):
        for treatment in risk.treatments:
            changed = (*register.risks[:place], risk.treated(treatment), *register.risks[place + 1 :])
            after = run(replace(register, risks=changed), setting)
            for key in risk.impacts:
                was, now = (measures.measure(found.totals[key]) for found in (before, after))
                rows.append(
                    {
                        "risk": risk.slug,
                        "treatment": treatment.slug,
                        "party": key[0],
                        "dimension": key[1],
                        "mean_less": float((was.mean - now.mean) / SCALE),
                        "var_less": (_at(was).var - _at(now).var) / SCALE,
                        "cvar_less": float((_at(was).cvar - _at(now).cvar) / SCALE),
                    }
                )
    return rows


def _at(found: Measures) -> measures.Tail:
    return next(tail for tail in found.tails if tail.level == TAIL)


def _newest(db: Connection, kind: type[Kind], party: str) -> tuple[Report, ...]:
    by_slug: dict[str, list[Report]] = {}
    for report in PROJECTOR.reports(db, kind):
        if report.party == party:
            by_slug.setdefault(report.fields["slug"], []).append(report)
    found = [newest_of(by_slug[slug], party) for slug in sorted(by_slug)]
    return tuple(report for report in found if report is not None)
