"""The conformance table of the SensorThings service, made from the tests: `python -m tests.border.sensors.conformance`."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.border.sensors.requirement import SPEC

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
PAGE = ROOT / "docs" / "reference" / "sensorthings.md"

ENTITIES = (
    "thing",
    "location",
    "historical-location",
    "datastream",
    "sensor",
    "observed-property",
    "observation",
    "feature-of-interest",
)
REQUIREMENTS = (
    "datamodel/entity-control-information/common-control-information",
    *(f"datamodel/{one}/{part}" for one in ENTITIES for part in ("properties", "relations")),
    "resource-path/resource-path-to-entities",
    *(
        f"request-data/{one}"
        for one in (
            "status-code",
            "query-status-code",
            "order",
            "expand",
            "select",
            "orderby",
            "top",
            "skip",
            "count",
            "filter",
            "built-in-filter-operations",
            "built-in-query-functions",
            "pagination",
        )
    ),
    *(
        f"create-update-delete/{one}"
        for one in (
            "create-entity",
            "link-to-existing-entities",
            "deep-insert",
            "deep-insert-status-code",
            "update-entity",
            "update-entity-put",
            "update-entity-jsonpatch",
            "delete-entity",
            "historical-location-auto-creation",
            "historical-location-manual-creation",
        )
    ),
    "batch-request/batch-request",
    "multi-datastream/properties",
    "multi-datastream/relations",
    "multi-datastream/constraints",
    "data-array/data-array",
    "create-observations-via-mqtt/observations-creation",
    "receive-updates-via-mqtt/receive-updates",
)
SHORT = {
    "request-data/built-in-query-functions": "`st_touches`, `st_overlaps`, `st_crosses` and `st_relate` answer 501; "
    "shapes are compared in the plane, in degrees",
    "request-data/built-in-filter-operations": "`div` is exact, never cut to whole numbers",
    "create-update-delete/delete-entity": "a sealed observation leaves the hash of its leaf",
    "create-update-delete/update-entity": "a sealed observation is not changed (409)",
    "create-update-delete/create-entity": "future, duplicate and malformed observations are set aside (400, 409)",
    "create-observations-via-mqtt/observations-creation": "by a bridge to a broker; arrays besides, by "
    "`v1.1/CreateObservations`",
    "receive-updates-via-mqtt/receive-updates": "new observations; changes of other entities are not sent",
    "batch-request/batch-request": "in JSON; not as `multipart/mixed`",
}
ABSENT = "not there"


def proofs():
    """Return the tests that prove each requirement."""
    found = {}
    for path in sorted(HERE.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.FunctionDef):
                continue
            for mark in node.decorator_list:
                if isinstance(mark, ast.Call) and getattr(mark.func, "id", "") == "requirement":
                    for one in mark.args:
                        found.setdefault(ast.literal_eval(one), []).append(f"{path.name}::{node.name}")
    return found


def page():
    """Return the text of the page."""
    known = proofs()
    unknown = sorted(set(known) - set(REQUIREMENTS))
    assert not unknown, f"no such requirement: {unknown}"
    lines = [
        "# SensorThings: what this service does",
        "",
        "OGC SensorThings API Part 1: Sensing 1.1 (OGC 18-088), at `/sta/v1.1` of a node. This page is made from the tests in",
        "`tests/border/sensors/`, each of which names what it proves. Requirements begin with",
        f"`{SPEC}`.",
        "",
        f"{len(known)} of {len(REQUIREMENTS)} are proved. This is the project's own word; no certificate was asked for.",
        "",
        "| requirement | proved by | what differs |",
        "|---|---|---|",
    ]
    for name in REQUIREMENTS:
        tests = "<br>".join(f"`{one}`" for one in known.get(name, [])) or ABSENT
        lines.append(f"| `{name}` | {tests} | {SHORT.get(name, '')} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page())
