"""What does not fit in the attestations of an instrument's life."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comity.register.attestations import BEFORE_FORCE, EFFECTS, ENDS, strictly_before

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.register.attestations import Attestation, Step


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something in the attestations that does not fit, with the records it rests on: `(origin, index)`."""

    code: Literal[
        "dates-contradict",
        "out-of-order",
        "recorded-out-of-order",
        "ended-by-one",
        "renewed-after-end",
        "correction-of-another",
    ]
    steps: tuple[str, ...]
    records: tuple[tuple[str, int], ...]


def conflicts(steps: Sequence[Step], parties: Sequence[str]) -> list[Conflict]:
    """Return the contradictions between steps, and ends that one party alone attests or took."""
    found = [_conflict("dates-contradict", step) for step in steps if step.contradicted]
    for later in steps:
        for earlier in steps:
            same = later.actor == earlier.actor or None in (later.actor, earlier.actor)
            if same and _belongs_after(later, earlier) and strictly_before(later, earlier):
                found.append(_conflict("out-of-order", later, earlier))
    ends = [step for step in steps if step.type in ENDS and step.taken != "no"]
    for step in ends:
        others = {end.actor for end in ends}
        alone = step.actor is not None and None not in others and any(p not in others for p in parties)
        if alone:
            found.append(_conflict("ended-by-one", step))
        found += [
            _conflict("renewed-after-end", step, again)
            for again in steps
            if again.type in ("renewed", "extended") and strictly_before(step, again)
        ]
    return found


def _belongs_after(later: Step, earlier: Step) -> bool:
    if earlier.type not in BEFORE_FORCE:
        return earlier.type == "in_force" and later.type in ENDS - {"completed"}
    if later.type in BEFORE_FORCE:
        return BEFORE_FORCE[later.type] > BEFORE_FORCE[earlier.type]
    return later.type in EFFECTS and earlier.type == "signed"


def _conflict(
    code: Literal["dates-contradict", "out-of-order", "ended-by-one", "renewed-after-end"], *steps: Step
) -> Conflict:
    places = tuple(_place(report) for step in steps for report in step.reports)
    return Conflict(code, tuple(step.type for step in steps), places)


def recorded_out_of_order(items: Sequence[Attestation]) -> list[Conflict]:
    """Return where a record claims an earlier time than one that stands before it in the same log."""
    latest: dict[str, Attestation] = {}
    found = []
    for item in items:
        before = latest.get(item.origin)
        if before and item.known < before.known:
            found.append(Conflict("recorded-out-of-order", (item.step,), (_place(before), _place(item))))
        else:
            latest[item.origin] = item
    return found


def corrections_of_another(pairs: Sequence[tuple[Attestation, Attestation]]) -> list[Conflict]:
    """Return where a record would replace one of another party, which it cannot."""
    return [
        Conflict("correction-of-another", (item.step,), (_place(item), _place(target)))
        for item, target in pairs
    ]


def _place(item: Attestation) -> tuple[str, int]:
    return item.origin, item.index
