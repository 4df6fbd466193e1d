"""A person accepts a correction of a sensor, or withdraws it: what was shown is what goes on record.

The estimate is made again from the same stretch of observations, and what it gives must be what the person
saw. The correction begins after everything that the centre has taken, so that what was tracked stays as it
was, and whoever makes the picture again from the record gives the same bits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.registrations import Registration
from comity.border.errors import RegistrationRefusedError
from comity.border.live import registration
from comity.border.live.keeping import keeper_of
from comity.border.sector import queries, registrations
from comity.border.sector.config import detecting
from comity.node import operations

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.node.node import Node

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "border sensor", "retention": "working"}
SECOND: Final = 1_000
TAKEN: Final = (
    "shift_east", "shift_north", "turn", "late", "sigma_east", "sigma_north", "sigma_turn",
    "sigma_late", "pairs", "outliers", "unsealed",
)  # fmt: skip
"""Fields of the entry that are the estimate's own."""
MOST_ROOTS: Final = 100


def accept(node: Node, act: Act) -> dict[str, Any]:
    """Put on record that a sensor is corrected from now on by what was estimated.

    Args:
        node: Whose log it goes into.
        act: `sector`, `sensor`, `first`, `until`, and the `digest` of the pairs as they were shown;
            `office`; `header` with the author; perhaps `since` (ms UTC), `note`.

    Raises:
        RegistrationRefusedError: there is too little to tell, it is another estimate than was shown, or it
            would begin before what is tracked already.
        SectorUnknownError: there is no such sector of this party.
    """
    slug, sensor = str(act["sector"]), _own(node, act)
    found = registration.biases(node, slug, sensor, int(act["first"]), int(act["until"]))
    (one,) = found["sensors"]
    if one["verdict"] == registration.TOO_LITTLE:
        raise RegistrationRefusedError(f"{sensor}: {one['why']}")
    if one["digest"] != act["digest"]:
        raise RegistrationRefusedError(f"{sensor}: it is another estimate than the one that was shown")
    fields = {
        **{name: one[name] for name in TAKEN},
        "estimated": one["parts"],
        "target_count": one["targets"],
        "references": found["references"],
        "earliest": found["first"],
        "latest": found["until"],
        "pairs_digest": one["digest"],
        "config": found["config"],
        "batches": one["batches"][-MOST_ROOTS:],
    }
    return _done(node, act, fields, exercise=found["exercise"])


def withdraw(node: Node, act: Act) -> dict[str, Any]:
    """Put on record that a sensor is corrected no more.

    Args:
        node: Whose log it goes into.
        act: `sector`, `sensor`, `office`, `header` with the author; perhaps `since`, `note`.

    Raises:
        RegistrationRefusedError: nothing is corrected, or it would begin before what is tracked already.
        SectorUnknownError: there is no such sector of this party.
    """
    slug, sensor = str(act["sector"]), _own(node, act)
    view = queries.find(node, slug, own=True)
    accepted = registrations.corrections(node, slug)
    if not [one for one in registrations.in_force(accepted, 1 << 53) if one.sensor == sensor]:
        raise RegistrationRefusedError(f"{sensor}: no correction is on record")
    return _done(node, act, {"config": view.digest, "withdrawn": True}, exercise=view.exercise)


ACTS: Final[dict[str, Callable[[Node, Act], dict[str, Any]]]] = {"accept": accept, "withdraw": withdraw}
"""Every act by its name in the address."""


def _own(node: Node, act: Act) -> str:
    view = queries.find(node, str(act["sector"]), own=True)
    names = [one.slug for one in detecting(view.model, node.config.party)]
    if act["sensor"] not in names:
        raise RegistrationRefusedError(f"{str(act['sensor'])[:96]!a} is none of {', '.join(names) or 'none'}")
    return str(act["sensor"])


def _done(node: Node, act: Act, found: Mapping[str, Any], *, exercise: bool) -> dict[str, Any]:
    slug, sensor = str(act["sector"]), str(act["sensor"])
    given = {name: value for name, value in act.get("header", {}).items() if value}
    if not given.get("author"):
        raise RegistrationRefusedError("a person decides: name the author")
    if exercise and given.get("class") != "exercise":
        given["class"] = "exercise"  # what is found from fictional observations is fictional
    note = {"note": act["note"]} if act.get("note") else {}
    with keeper_of(node).held() as keeper:
        since = _since(registration.clock_of(node, slug), act.get("since"))
        said = {"sector": slug, "sensor": sensor, "since": since, "method": registration.METHOD}
        fields = {**said, "office": act["office"], **found, **note}
        try:
            Registration.model_validate(fields)
        except ValueError as error:
            raise RegistrationRefusedError(f"{Registration.kind}: {error}"[:1000]) from error
        done = operations.append(node, [{**DEFAULTS, **given, "kind": Registration.kind, "fields": fields}])
        keeper.learn(slug)
    return {**done, "kind": Registration.kind, "sector": slug, "sensor": sensor, "since": since}


def _since(clock: int, asked: Any) -> int:
    """Return from when on a correction holds: after all that was taken."""
    earliest = clock // SECOND * SECOND + SECOND
    since = earliest if asked in {None, ""} else int(asked)
    if since < earliest:
        raise RegistrationRefusedError(
            f"what was seen until {clock} is tracked already: it can begin at {earliest} at the earliest"
        )
    return since
