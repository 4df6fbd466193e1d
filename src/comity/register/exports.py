"""The register as CSV and JSON: each row with its standing and its sources, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING, Any, Final

from comity.record.marking import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

COLUMNS: Final = (
    "kind",
    "name",
    "title_vi",
    "title_lo",
    "title_en",
    "date",
    "obligors",
    "state",
    "standing",
    "said",
    "recorded_by",
    "sources",
    "class",
    "marking",
    "records",
)
EXPORTED: Final = (
    *("instrument", "event", "mechanism", "meeting", "undertaking", "figure"),
    *("talks", "patrol", "forum_item", "candidature", "consular_matter", "press_exchange"),
    *("posts_cooperation", "training", "expert_mission", "material_support", "remains_mission"),
    *("handover", "health_survey", "gap"),
)
"""The kinds of facts that are exported, every channel's among them."""
_FORMULA: Final = tuple("=+-@|\t\r\n\uff1d\uff0b\uff0d\uff20")
"""First characters that make a cell a formula, full-width forms included."""
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)*")


def safe_cell(value: object) -> str:
    """Return the text of a cell that no spreadsheet takes for a formula (OWASP, CSV injection).

    A text that begins like one gets an apostrophe before it; plain numbers stay what they are.
    """
    text = str(value)
    if text.lstrip(" \u00a0").startswith(_FORMULA) and not _NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def csv_text(rows: Iterable[Mapping[str, Any]], columns: Sequence[str] = COLUMNS) -> str:
    """Return rows as CSV (RFC 4180), with a byte-order mark, by which spreadsheets know UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([safe_cell(_flat(row.get(column, ""))) for column in columns])
    return "\ufeff" + out.getvalue()


def fact_row(fact: Mapping[str, Any], view: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return one fact (as the API gives it) as a row; `view` is the undertaking's, with its standing.

    `state` is that of the reports (agreed, awaiting, recorded differently); `standing` that of the words on
    an undertaking (joint, awaiting, disputed).
    """
    reports = fact["reports"]
    fields = reports[0]["fields"]
    titles = _titles(fields)
    said = view["standing"]["said"] if view else {}
    markings = sorted({report["marking"] for report in reports})
    return {
        "kind": fact["kind"],
        "name": fact["key"],
        "title_vi": titles.get("vi", ""),
        "title_lo": titles.get("lo", ""),
        "title_en": titles.get("en", ""),
        "date": next(
            (fields[name] for name in ("date", "start", "window", "period") if fields.get(name)), ""
        ),
        "obligors": fields.get("obligors", []),
        "state": fact["state"],
        "standing": view["standing"]["state"] if view else "",
        "said": [f"{party}: {word}" for party, word in said.items()],
        "recorded_by": sorted({report["party"] for report in reports}),
        "sources": source_list(reports),
        "class": "exercise" if (view or fact)["exercise"] else "record",
        "marking": markings,
        "records": [f"{report['origin']}/{report['index']}" for report in reports],
    }


def rows_of(
    facts: Mapping[str, Iterable[Mapping[str, Any]]], views: Mapping[str, Mapping[str, Any]], limit: str
) -> list[dict[str, Any]]:
    """Return a row for each fact of which every report may be seen at a marking.

    Args:
        facts: By kind, as the API gives them.
        views: The undertakings by slug, with their standing.
        limit: The most restrictive marking that is let in.
    """
    allowed = set(LABELS[: LABELS.index(limit) + 1])
    rows = []
    for kind, found in facts.items():
        for fact in found:
            view = views.get(fact["key"]) if kind == "undertaking" else None
            reports = [*fact["reports"], *(view["statuses"] if view else [])]
            if all(report["marking"] in allowed for report in reports):
                rows.append(fact_row(fact, view))
    return rows


def source_list(reports: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the sources of several reports, each once, as `work, section, page`."""
    found: dict[str, None] = {}
    for report in reports:
        for cite in report["fields"].get("cites", []):
            parts = [cite["work"]]
            parts += [f"section {cite['section']}"] if cite.get("section") else []
            parts += [f"page {cite['page']}"] if cite.get("page") else []
            parts += ["not read at its source"] if cite.get("unverified") else []
            found[", ".join(parts)] = None
    return list(found)


def _titles(fields: Mapping[str, Any]) -> dict[str, str]:
    for name in ("titles", "names", "action", "subject", "title"):
        value = fields.get(name)
        if isinstance(value, dict):
            return {str(code): str(text) for code, text in value.items()}
    return {}


def _flat(value: object) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
