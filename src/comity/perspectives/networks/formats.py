"""Networks as JSON, CSV and GraphML, each window with its ties, its days and what was left out."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.perspectives.networks.asked import Asked
    from comity.perspectives.networks.network import Network, Window

GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"
"""Namespace of GraphML 1.0 (Brandes et al. 2002, "GraphML Progress Report")."""


def ties(network: Network, window: Window) -> Iterator[tuple[str, str, float]]:
    """Yield the ties of a window that are not 0: each pair of holders once, or holder and proposition."""
    one_mode = network.choice.mode == "one"
    matrix = np.triu(window.matrix, 1) if one_mode else window.matrix
    others = network.actors if one_mode else network.concepts
    for row, column in zip(*np.nonzero(matrix), strict=True):
        yield network.actors[row], others[column], float(matrix[row, column])


def to_json(asked: Asked) -> dict[str, Any]:
    """Return a network as plain JSON data."""
    network = asked.network
    choice = network.choice
    return {
        "computed_by": network.method,
        "mode": choice.mode,
        "method": choice.method,
        "norm": choice.norm,
        "duplicates": choice.duplicates,
        "scale": asked.scale,
        "rule": asked.rule,
        "exercise": network.exercise,
        "statements": network.statements,
        "left_out": network.left_out,
        "actors": [
            {"slug": slug, "names": asked.holders[slug], "group": asked.group_of.get(slug)}
            for slug in network.actors
        ],
        "concepts": [{"slug": slug, "text": asked.propositions[slug]} for slug in network.concepts],
        "windows": [_window(network, window) for window in network.windows],
    }


def to_csv(data: dict[str, Any]) -> str:
    """Return the ties of every window as CSV (RFC 4180), from the JSON data."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["first", "last", "from", "to", "value"])
    for window in data["windows"]:
        for tie in window["ties"]:
            writer.writerow([window["first"], window["last"], tie["from"], tie["to"], repr(tie["value"])])
    return out.getvalue()


def to_graphml(data: dict[str, Any]) -> str:
    """Return every window as a graph of one GraphML document, from the JSON data."""
    root = etree.Element(f"{{{GRAPHML}}}graphml", nsmap={None: GRAPHML})
    for name, of, kind in (
        ("slug", "node", "string"),
        ("kind", "node", "string"),
        ("group", "node", "string"),
        ("weight", "edge", "double"),
        ("first", "graph", "string"),
        ("last", "graph", "string"),
    ):
        key = {"id": name, "for": of, "attr.name": name, "attr.type": kind}
        etree.SubElement(root, f"{{{GRAPHML}}}key", key)
    for number, window in enumerate(data["windows"]):
        _graph(root, data, window, f"w{number}")
    text = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return str(text.decode("utf-8"))


def _graph(root: Any, data: dict[str, Any], window: dict[str, Any], name: str) -> None:
    graph = etree.SubElement(root, f"{{{GRAPHML}}}graph", {"id": name, "edgedefault": "undirected"})
    for end in ("first", "last"):
        if window[end]:
            _datum(graph, end, window[end])
    ids: dict[tuple[str, str], str] = {}
    kinds = [("holder", data["actors"])]
    if data["mode"] == "two":
        kinds.append(("proposition", data["concepts"]))
    for kind, items in kinds:
        for item in items:
            ids[kind, item["slug"]] = f"{name}-{kind[0]}{len(ids)}"
            node = etree.SubElement(graph, f"{{{GRAPHML}}}node", {"id": ids[kind, item["slug"]]})
            _datum(node, "slug", item["slug"])
            _datum(node, "kind", kind)
            if item.get("group"):
                _datum(node, "group", item["group"])
    for tie in window["ties"]:
        ends = {"source": ids["holder", tie["from"]], "target": ids[kinds[-1][0], tie["to"]]}
        _datum(etree.SubElement(graph, f"{{{GRAPHML}}}edge", ends), "weight", repr(tie["value"]))


def _datum(parent: Any, key: str, value: str) -> None:
    etree.SubElement(parent, f"{{{GRAPHML}}}data", {"key": key}).text = value


def _window(network: Network, window: Window) -> dict[str, Any]:
    first, last = window.span.dates if window.span else ("", "")
    said = window.tensor.activity
    return {
        "first": first,
        "last": last,
        "statements": window.statements,
        "activity": {slug: float(n) for slug, n in zip(network.actors, said, strict=True) if n},
        "prominence": {
            slug: float(n) for slug, n in zip(network.concepts, window.tensor.prominence, strict=True) if n
        },
        "ties": [{"from": one, "to": other, "value": value} for one, other, value in ties(network, window)],
    }
