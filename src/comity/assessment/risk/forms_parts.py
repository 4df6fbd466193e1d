"""The parts of a risk's form that repeat: impacts and treatments; and how a distribution is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.forms import Field, FormError, needed, texts
from comity.assessment.forms_lines import held
from comity.assessment.forms_parties import named
from comity.assessment.risk.labels import DIMENSIONS, MEASURES, SHAPES
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]

HORIZON: Final = N_("A frequency says nothing without its horizon.")
VALUES: Final = N_("Rising, divided by spaces, decimals with a full stop.")
MOST: Final = {"impacts": 16, "treatments": 8}
MOST_NUMBERS: Final = 5
_FIRST: Final = {"impacts": 1, "treatments": 0}


def counts(asked: Given) -> dict[str, int]:
    """Return how many impacts and treatments the form has; one more of what its button asked for."""
    found = {}
    for name, most in MOST.items():
        typed = asked.get(name, "")
        held_ = int(typed) if typed.isascii() and typed.isdecimal() else _FIRST[name]
        found[name] = max(_FIRST[name], min(held_ + (asked.get("do") == name), most))
    return found


def often() -> list[Field]:
    """Return the fields of a frequency."""
    return [Field("measure", N_("Measure"), "choice", options=list(MEASURES.items())), *_spread("frequency")]


def blocks(node: Node, many: Mapping[str, int]) -> list[Field]:
    """Return the fields of the impacts and of the treatments."""
    codes = named(node)
    fields = [Field(name, name, hidden=True) for name in many]
    for at in range(many["impacts"]):
        fields += [
            Field(f"impact-{at}", (N_("Impact"), at + 1), "head", help=_IMPACT),
            Field(f"impact-{at}-party", N_("Party"), "choice", required=at == 0, options=codes),
            Field(
                f"impact-{at}-dimension",
                N_("Dimension"),
                "choice",
                required=at == 0,
                options=list(DIMENSIONS.items()),
            ),
            Field(f"impact-{at}-unit", N_("What is counted"), required=at == 0),
            *_spread(f"impact-{at}", required=at == 0),
        ]
    for at in range(many["treatments"]):
        fields += _treatment(at, many["impacts"])
    return fields


def impact(given: Given, at: int) -> Act:
    """Return one impact; nothing where its block was left empty.

    Raises:
        FormError: half of it is missing.
    """
    names = ("party", "dimension", "unit")
    if not any(given.get(f"impact-{at}-{name}", "").strip() for name in (*names, "values")):
        return {}
    told = {name: needed(given, f"impact-{at}-{name}") for name in names}
    return {**told, "spread": spread(given, f"impact-{at}")}


def treatment(given: Given, at: int, impacts: Sequence[Act]) -> Act:
    """Return one treatment; nothing where its block was left empty."""
    place = f"treatment-{at}"
    if not given.get(f"{place}-slug", "").strip():
        return {}
    changed = [
        {**one, "spread": spread(given, f"{place}-impact-{number}", one["spread"]["shape"])}
        for number, one in enumerate(impacts)
        if one and given.get(f"{place}-impact-{number}-values", "").strip()
    ]
    often_ = None
    if given.get(f"{place}-frequency-values", "").strip():
        shape = needed(given, "frequency-shape")
        often_ = {
            "measure": needed(given, "measure"),
            "spread": spread(given, f"{place}-frequency", shape),
        }
    return held(
        {
            "slug": needed(given, f"{place}-slug"),
            "label": texts(given, f"{place}-label"),
            "frequency": often_,
            "impacts": changed,
            "cost": texts(given, f"{place}-cost", required=False),
        }
    )


def spread(given: Given, name: str, shape: str = "") -> Act:
    """Return a distribution as it was typed; the kind checks it.

    Raises:
        FormError: its shape or its numbers are missing.
    """
    values = needed(given, f"{name}-values").replace(",", " ").replace(";", " ").split()
    if len(values) > MOST_NUMBERS:
        raise FormError(f"{len(values)} numbers are too many for a distribution", f"{name}-values")
    return {"shape": shape or needed(given, f"{name}-shape"), "values": values}


_IMPACT: Final = N_("What one event costs one party in one dimension.")


def _treatment(at: int, impacts: int) -> list[Field]:
    place, same = f"treatment-{at}", N_("Of the same shape; empty where it stays as it is.")
    return [
        Field(place, (N_("Treatment"), at + 1), "head"),
        Field(f"{place}-slug", N_("Short name"), required=False),
        Field(f"{place}-label", N_("What could be done"), "texts", required=False),
        Field(f"{place}-frequency-values", N_("How often then"), required=False, help=same),
        *(
            Field(
                f"{place}-impact-{number}-values",
                (N_("Impact then"), number + 1),
                required=False,
                help=same,
            )
            for number in range(impacts)
        ),
        Field(f"{place}-cost", N_("What it costs"), "texts", required=False),
    ]


def _spread(name: str, *, required: bool = True) -> list[Field]:
    return [
        Field(f"{name}-shape", N_("Shape"), "choice", required=required, options=list(SHAPES.items())),
        Field(f"{name}-values", N_("Numbers"), required=required, help=VALUES),
    ]
