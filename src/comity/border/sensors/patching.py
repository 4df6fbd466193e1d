"""JSON Patch (RFC 6902) over an entity's properties, for clients that change single parts of them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from comity.border.sensors.errors import SensorConflictError, SensorRequestError


def patched(target: Any, operations: Any) -> Any:
    """Return a copy of JSON data with operations applied in order.

    Raises:
        SensorRequestError: an operation is malformed, or its place is not there.
        SensorConflictError: a test fails.
    """
    if not isinstance(operations, list):
        raise SensorRequestError("a JSON Patch is a list of operations")
    holder = {"": deepcopy(target)}
    for one in operations:
        try:
            _apply(holder, one)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise SensorRequestError(f"JSON Patch: {str(one)[:80]} does not fit: {error!r}") from error
    return holder[""]


def _apply(holder: dict[str, Any], one: dict[str, Any]) -> None:
    path = _steps(one["path"])
    match one["op"]:
        case "test":
            if _get(holder, path) != one["value"]:
                raise SensorConflictError(f"JSON Patch: {one['path']} is another")
        case "remove":
            _take(holder, path)
        case "add":
            _put(holder, path, deepcopy(one["value"]))
        case "replace":
            _take(holder, path)
            _put(holder, path, deepcopy(one["value"]))
        case "move":
            _put(holder, path, _take(holder, _steps(one["from"])))
        case "copy":
            _put(holder, path, deepcopy(_get(holder, _steps(one["from"]))))
        case other:
            raise ValueError(f"no operation {other!r}")


def _steps(pointer: str) -> list[str]:
    """Return the steps of a JSON Pointer (RFC 6901), the empty one of the whole first."""
    if pointer and not pointer.startswith("/"):
        raise ValueError("a pointer begins with /")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]


def _get(holder: Any, path: list[str]) -> Any:
    for step in path:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    return holder


def _take(holder: Any, path: list[str]) -> Any:
    within = _get(holder, path[:-1])
    return within.pop(int(path[-1]) if isinstance(within, list) else path[-1])


def _put(holder: Any, path: list[str], value: Any) -> None:
    within = _get(holder, path[:-1])
    if isinstance(within, list):
        within.insert(len(within) if path[-1] == "-" else int(path[-1]), value)
    else:
        within[path[-1]] = value
