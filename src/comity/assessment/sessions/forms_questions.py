"""The questions of a session's form: a block each, one more by a button; an empty block is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries.session_values import MOST_QUESTIONS
from comity.assessment.forms import Field, FormError, needed, texts
from comity.assessment.forms_lines import held, rows, whole
from comity.assessment.sessions.labels import FORMS, ROLES, VALUES
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    Given = Mapping[str, str]
    Act = dict[str, Any]

LEVELS: Final = "0.05 0.5 0.95"
CELLS: Final = "64"
MOST: Final = min(MOST_QUESTIONS, 40)
"""Questions that a page asks for; more are started from the command line."""
DEFAULTS: Final = {"q0-levels": LEVELS, "q0-cells": CELLS, "q0-role": "target"}
_DAY: Final = N_("As 2026-03-01; 2026-03 or 2026 where the day is not known.")


def count(asked: Given) -> int:
    """Return how many blocks the form has; one more where its button was pressed."""
    typed = asked.get("count", "")
    have = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < MOST else 1
    return max(1, min(have + (asked.get("do") == "question"), MOST))


def fields(number: int) -> list[Field]:
    """Return the fields of all blocks."""
    found = [Field("count", "count", hidden=True)]
    for at in range(number):
        found += _block(f"q{at}", at)
    return found


def question(given: Given, at: int) -> Act:
    """Return one question, as a session's start takes it; nothing where its block was left empty.

    Raises:
        FormError: half of it is missing.
    """
    place = f"q{at}"
    words = texts(given, f"{place}-text", required=False)
    if words is None and not given.get(f"{place}-slug", "").strip():
        return {}
    shape = needed(given, f"{place}-form")
    told = {
        "slug": needed(given, f"{place}-slug"),
        "form": shape,
        "role": given.get(f"{place}-role") or "target",
        "text": texts(given, f"{place}-text"),
        "horizon": given.get(f"{place}-horizon", "").strip(),
        "resolves_by": given.get(f"{place}-resolves_by", "").strip(),
        "resolution_source": texts(given, f"{place}-resolution_source", required=False),
        "background": texts(given, f"{place}-background", required=False),
        "impact": _impact(given, place),
        "cites": [{"work": work} for work in given.get(f"{place}-cites", "").replace(",", " ").split()],
    }
    if shape == "quantile":
        told |= _quantity(given, place)
    if shape == "categorical":
        told["categories"] = [_category(place, *row) for row in rows(given, f"{place}-categories")]
    return held(told)


def _quantity(given: Given, place: str) -> Act:
    return {
        **{name: needed(given, f"{place}-{name}") for name in ("unit", "scale", "low", "high")},
        "levels": (given.get(f"{place}-levels") or LEVELS).replace(",", " ").split(),
        "cells": whole(given, f"{place}-cells") or int(CELLS),
        "tail_rule": "to-domain",
    }


def _category(place: str, label: dict[str, str], rest: list[str]) -> Act:
    if not rest or not rest[0]:
        raise FormError("a category is its words, a bar, and its short name", f"{place}-categories.en")
    return {"slug": rest[0], "label": label}


def _impact(given: Given, place: str) -> Act | None:
    party, dimension = (given.get(f"{place}-impact_{name}", "").strip() for name in ("party", "dimension"))
    if not party and not dimension:
        return None
    return {
        "party": needed(given, f"{place}-impact_party"),
        "dimension": needed(given, f"{place}-impact_dimension"),
    }


def _block(place: str, at: int) -> list[Field]:
    first = at == 0
    return [
        Field(place, (N_("Question"), at + 1), "head"),
        Field(f"{place}-slug", N_("Short name"), required=first),
        Field(f"{place}-text", N_("What is asked"), "texts", required=first),
        Field(
            f"{place}-form", N_("Form of the answer"), "choice", required=first, options=list(FORMS.items())
        ),
        Field(f"{place}-role", N_("Role"), "choice", required=False, options=list(ROLES.items())),
        Field(
            f"{place}-horizon",
            N_("Horizon"),
            required=False,
            help=N_("Until when it looks: a probability needs it."),
        ),
        Field(f"{place}-unit", N_("Unit of a quantity"), required=False),
        Field(
            f"{place}-scale",
            N_("Scale of a quantity"),
            "choice",
            required=False,
            options=list(VALUES["scale"].items()),
        ),
        Field(f"{place}-low", N_("Lower end of the domain"), required=False, help=_DOMAIN),
        Field(f"{place}-high", N_("Upper end of the domain"), required=False, help=_DOMAIN),
        Field(f"{place}-levels", N_("Levels of a quantity"), required=False, help=_LEVELS),
        Field(f"{place}-cells", N_("Cells of the grid of a quantity"), "number", required=False, help=_GRID),
        Field(
            f"{place}-categories",
            N_("Categories, one on a line"),
            "texts",
            required=False,
            help=N_("In English with the short name after a bar: Built on time | on-time"),
        ),
        Field(f"{place}-impact_party", N_("Impact: on which party"), required=False, help=_IMPACT),
        Field(f"{place}-impact_dimension", N_("Impact: in what"), required=False),
        Field(f"{place}-resolves_by", N_("Its outcome is known by"), required=False, help=_DAY),
        Field(f"{place}-resolution_source", N_("By what the outcome is told"), "texts", required=False),
        Field(f"{place}-background", N_("What everybody is given to read"), "texts", required=False),
        Field(f"{place}-cites", N_("Sources of it"), required=False),
    ]


_DOMAIN: Final = N_("No answer of a quantity reaches it.")
_LEVELS: Final = N_("Rising between 0 and 1; the same for all quantities of a session.")
_GRID: Final = N_("From 16 to 256.")
_IMPACT: Final = N_("Code of the party; impacts on two parties are never summed.")
