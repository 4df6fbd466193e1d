"""An alpha as JSON data, with how far it may be relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.perspectives.coding_standing import reliance

if TYPE_CHECKING:
    from comity.perspectives.agreement.stages import Measured


def measured_json(measured: Measured, codebook: dict[str, Any]) -> dict[str, Any]:
    """Return an alpha; `alpha` null means not estimable, and `why` says why."""
    span = measured.interval
    return {
        "alpha": measured.alpha.value,
        "why": measured.alpha.why,
        "interval": None if span is None else [span.low, span.high],
        "units": measured.alpha.units,
        "values": measured.alpha.values,
        "documents": measured.documents,
        "reliance": reliance(measured.alpha.value, codebook),
    }
