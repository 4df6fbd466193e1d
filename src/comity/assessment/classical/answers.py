"""What is told of a judged panel: plain data, and the table of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from comity.assessment.classical.panel import DecisionMaker, Judged
    from comity.assessment.classical.robustness import Robustness


def told(judged: Judged) -> dict[str, Any]:
    """Return scores, decision makers and the recommendation."""
    return {
        "experts": [
            {
                "id": expert.id,
                "calibration": expert.calibration,
                "information": expert.information,
                "information_seeds": expert.information_seeds,
            }
            for expert in judged.experts
        ],
        "decision_makers": {name: _maker(maker) for name, maker in judged.decision_makers.items()},
        "recommended": judged.recommended,
        "why": judged.why,
    }


def _maker(maker: DecisionMaker | None) -> dict[str, float | None] | None:
    if maker is None:
        return None
    return {
        "calibration": maker.calibration,
        "information_seeds": maker.information_seeds,
        "alpha": maker.alpha,
    }


def table(judged: Judged) -> str:
    """Return the same for people, with how many seeds each answered."""
    lines = [f"{'expert':<18} {'seeds':>5} {'calibration':>12} {'information':>12} {'on seeds':>9}"]
    for expert in judged.experts:
        short = "" if expert.weighted else "  answered too few seeds to be weighted"
        lines.append(
            f"{expert.id:<18} {expert.answered:>5} {_figure(expert.calibration):>12} "
            f"{_figure(expert.information):>12} {_figure(expert.information_seeds):>9}{short}"
        )
    lines.append(f"\n{'decision maker':<24} {'calibration':>12} {'on seeds':>12} {'cut-off':>9}")
    for name, maker in judged.decision_makers.items():
        cells = (maker.calibration, maker.information_seeds, maker.alpha) if maker else (None,) * 3
        mark = "  recommended" if name == judged.recommended else ""
        lines.append(
            f"{name:<24} {_figure(cells[0]):>12} {_figure(cells[1]):>12} {_figure(cells[2]):>9}{mark}"
        )
    lines += ["", judged.why, f"method {judged.method}, inputs {judged.inputs}"]
    return "\n".join(lines)


def robustness(found: Robustness) -> dict[str, Any]:
    """Return a leave-out as plain data, one row a choice."""
    columns = (found.alpha, found.calibration, found.information_seeds)
    rows = zip(found.left, *(map(_or_none, column) for column in columns), strict=True)
    return {
        "method": found.method,
        "inputs": found.inputs,
        "rows": [
            {"left_out": list(left), "alpha": alpha, "calibration": reached, "information_seeds": informed}
            for left, alpha, reached, informed in rows
        ],
    }


def robustness_table(found: Robustness, of: str) -> str:
    """Return the spread of a leave-out in one line, and the choice that costs most."""
    combined = found.calibration * found.information_seeds
    known = ~np.isnan(combined)
    if not known.any():
        return f"without some {of}: no cut-off gives a decision maker"
    worst = int(np.nanargmin(combined))
    low, middle, high = np.quantile(combined[known], (0, 0.5, 1))
    named = ", ".join(found.left[worst]) or "none"
    none = f"; {int((~known).sum())} give no decision maker" if not known.all() else ""
    return (
        f"without some {of}, {len(combined)} choices: calibration times information from {low:.4g} "
        f"(without {named}) by {middle:.4g} to {high:.4g}{none}"
    )


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _or_none(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
