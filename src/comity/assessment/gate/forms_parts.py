"""What the forms of consultations share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from comity.assessment.forms import Field
from comity.assessment.initiatives.labels import initiative_path
from comity.console.i18n import N_

Given = Mapping[str, str]
Act = dict[str, Any]
Built = tuple[list[Field], Callable[[Given], Act], str, bool]
"""Fields, what makes the act of them, where the reader goes then, and whether it is fictional."""

GATES: Final = ("/assessment/gates", N_("Consultations"))
DAY_HELP: Final = N_("As 2026-03-01; 2026-03 or 2026 where the day is not known.")


def initiative(every: list[Act], label: str) -> Field:
    """Return the field that names an initiative."""
    return Field("initiative", label, "choice", options=[(one["slug"], one["title"]) for one in every])


def fictional(every: list[Act], asked: Given) -> bool:
    """Whether the initiative asked about is fictional."""
    return any(one["exercise"] for one in every if one["slug"] == asked.get("initiative"))


def after(asked: Given) -> str:
    """Return the page to go to: that of the initiative asked about, else the list of consultations."""
    return initiative_path(asked["initiative"]) if asked.get("initiative") else GATES[0]
