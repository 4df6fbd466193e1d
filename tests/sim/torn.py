"""What may lie on a disk after the power went: every state that a list of operations allows.

Model: what was synced is there. Of the writes to a file after its last sync any subset may be there, whole or
torn at a sector of 512 bytes, as if they came in any order; a truncation or deletion may have happened or not. A
replacement (written beside, synced, renamed, folder synced) is there whole. A process that is killed without the
power going leaves all of its writes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

    from tests.sim.disk import Operation

SECTOR = 512
Image = dict[str, bytes]
Choice = dict[int, int | None]
"""For the number of an unsynced operation: None when it is lost, else how many of its bytes arrived."""


def unsynced(operations: list[Operation], cut: int) -> list[int]:
    """The operations before `cut` that no sync of their file covers yet."""
    pending: dict[str, list[int]] = {}
    for number, operation in enumerate(operations[:cut]):
        if operation.kind in {"sync", "replace"}:
            pending[operation.file] = []
        elif operation.kind == "sync-folder":
            pending["folder"] = []
        elif operation.kind == "delete":
            pending.setdefault("folder", []).append(number)
        else:
            pending.setdefault(operation.file, []).append(number)
    return sorted(number for numbers in pending.values() for number in numbers)


def image(base: Image, operations: list[Operation], cut: int, choice: Choice) -> Image:
    """The files after the first `cut` operations, with `choice` applied to the unsynced ones."""
    files = {name: bytearray(data) for name, data in base.items()}
    for number, operation in enumerate(operations[:cut]):
        kept = choice.get(number, len(operation.data))
        if kept is None or operation.kind.startswith("sync"):
            continue
        if operation.kind == "delete":
            files.pop(operation.file, None)
            continue
        if operation.kind == "replace":
            files[operation.file] = bytearray(operation.data)
            continue
        data = files.setdefault(operation.file, bytearray())
        if operation.kind == "truncate":
            del data[operation.size :]
        else:
            data.extend(bytes(max(0, operation.offset - len(data))))
            data[operation.offset : operation.offset + kept] = operation.data[:kept]
    return {name: bytes(data) for name, data in files.items()}


def choices(operations: list[Operation], cut: int, rng: random.Random, samples: int) -> Iterator[Choice]:
    """Nothing lost; everything lost; each one lost; some torn; and random subsets and tears."""
    open_numbers = unsynced(operations, cut)
    yield {}
    yield dict.fromkeys(open_numbers)
    for number in open_numbers:
        yield {number: None}
        if len(operations[number].data) > SECTOR and rng.random() < 0.25:
            yield {number: _tear(operations[number], rng)}
            yield {**dict.fromkeys(open_numbers), number: _tear(operations[number], rng)}
    for _ in range(samples if open_numbers else 0):
        yield random_choice(operations, cut, rng)


def random_choice(operations: list[Operation], cut: int, rng: random.Random) -> Choice:
    """Each unsynced operation whole, torn or lost."""
    found: Choice = {}
    for number in unsynced(operations, cut):
        fate = rng.random()
        if fate < 0.4:
            found[number] = None
        elif fate < 0.6:
            found[number] = _tear(operations[number], rng)
    return found


def _tear(operation: Operation, rng: random.Random) -> int:
    return rng.randrange(len(operation.data) // SECTOR + 1) * SECTOR
