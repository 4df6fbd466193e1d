"""From records of risks to the register that is run, and the root that says which records they were."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from comity.assessment.entries import risk as kinds
from comity.assessment.risk.distributions import Distribution
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.frequency import Frequency
from comity.assessment.risk.register import Register, Risk, Treatment
from comity.record.canonical import b64, encode

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.risk.register import Key

    Fields = Mapping[str, Any]


def register_of(risks: Sequence[Fields], groups: Sequence[Fields]) -> Register:
    """Return the register of some risks and groups, given as the fields of their records.

    Raises:
        RegisterError: two impacts in one dimension are counted in different units.
        ComityError: a distribution is none.
    """
    units: dict[str, str] = {}
    for one in risks:
        for impact in _impacts(one):
            if units.setdefault(impact["dimension"], impact["unit"]) != impact["unit"]:
                found = sorted({units[impact["dimension"]], impact["unit"]})
                raise RegisterError(f"{impact['dimension']} is counted in {' and in '.join(found)}")
    return Register(
        tuple(_risk(one) for one in sorted(risks, key=lambda one: str(one["slug"]))),
        {group["slug"]: float(group["rho"]) for group in groups},
        units,
    )


def root_of(risks: Sequence[Fields], groups: Sequence[Fields]) -> str:
    """Return SHA-256 over the fields of risks and groups, each list by slug: what a result rests on."""
    state = hashlib.sha256(b"comity/risk-inputs/v1\n")
    for items in (risks, groups):
        for item in sorted(items, key=lambda item: str(item["slug"])):
            data = encode(dict(item))
            state.update(len(data).to_bytes(4, "big") + data)
        state.update(b"\n")
    return b64(state.digest())


def from_file(data: bytes) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Read risks and groups from a JSON file `{"risks": […], "groups": […]}`, each as its record has it.

    Raises:
        RegisterError: it is no such file; the message names the risk and the field.
    """
    try:
        given = json.loads(data)
        found = [
            [_plain(kind, item) for item in given.get(name, [])]
            for name, kind in (("risks", kinds.Risk), ("groups", kinds.RiskGroup))
        ]
    except (ValueError, AttributeError, TypeError) as error:
        raise RegisterError(f"the file is no register: {error}") from error
    if not found[0]:
        raise RegisterError("the file names no risk")
    return found[0], found[1]


def _plain(kind: type[kinds.Risk | kinds.RiskGroup], item: Any) -> dict[str, Any]:
    try:
        model = kind.model_validate(item)
    except ValidationError as error:
        first = error.errors()[0]
        name = item.get("slug") if isinstance(item, dict) else None
        where = ".".join(str(part) for part in first["loc"])
        raise RegisterError(f"{kind.kind} {name!r}, {where or 'as a whole'}: {first['msg']}") from error
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def _impacts(one: Fields) -> list[Fields]:
    return [
        *one["impacts"],
        *(impact for part in one.get("treatments", ()) for impact in part.get("impacts", ())),
    ]


def _risk(one: Fields) -> Risk:
    return Risk(
        one["slug"],
        one["horizon_months"],
        _frequency(one["frequency"]),
        _spreads(one["impacts"]),
        one.get("group"),
        tuple(
            Treatment(
                part["slug"],
                _frequency(part["frequency"]) if part.get("frequency") else None,
                _spreads(part.get("impacts", ())),
            )
            for part in one.get("treatments", ())
        ),
    )


def _frequency(given: Fields) -> Frequency:
    return Frequency(given["measure"], _spread(given["spread"]))


def _spreads(given: Sequence[Fields]) -> dict[Key, Distribution]:
    return {(impact["party"], impact["dimension"]): _spread(impact["spread"]) for impact in given}


def _spread(given: Fields) -> Distribution:
    return Distribution(given["shape"], tuple(float(value) for value in given["values"]))
