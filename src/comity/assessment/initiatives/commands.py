"""`comity assess conflicts`, `observations` and `initiatives`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Data = Annotated[Path, typer.Option("--data", help="The folder of public files, or one above it.")]
Country = Annotated[str, typer.Option(help="ISO 3166-1 alpha-3 code, such as LAO; all if left out.")]


@app.command()
def conflicts(
    *,
    data: Data,
    country: Country = "",
    outlines: Annotated[
        Path | None, typer.Option(help="GeoJSON of areas; looked for below and beside the folder.")
    ] = None,
    tolerance_km: Annotated[
        float, typer.Option("--tolerance-km", min=0, help="Up to how far two positions are one place.")
    ] = 5.0,
    as_json: AsJson = False,
) -> None:
    """Find where public files disagree: both values with their lines and the distance, never an average.

    Also: coordinates that are exchanged, impossible, outside their country or another plant's; capacities a
    unit apart; amounts in prices of different bases; shares by place that do not sum to one.
    """
    from comity.assessment.initiatives.answers_sources import conflict_list  # noqa: PLC0415 - lazily

    found = conflict_list(data, country, outlines, tolerance_km)
    lines = [_conflict_line(one) for one in found["conflicts"]]
    lines += [_finding_line(one) for one in found["findings"]]
    lines.append(
        f"{len(found['prices'])} projects in prices of different bases, "
        f"{len(found['remainders'])} whose shares do not sum to one; --json lists them"
    )
    if found["outlines"] is None:
        lines.append("no outlines of countries: nothing was checked for lying outside")
    emit(found, "\n".join(lines), as_json=as_json)


@app.command()
def observations(
    *,
    data: Data,
    country: Country = "",
    drafts: Annotated[
        bool, typer.Option("--drafts", help="Print drafts, one a line, for `comity record append`.")
    ] = False,
    author: Annotated[str, typer.Option(help="Of the drafts.")] = "importer",
    as_json: AsJson = False,
) -> None:
    """Read public files as observations: each value with source, file, line, digest and licence."""
    from comity.assessment.initiatives.answers_sources import observation_list  # noqa: PLC0415 - lazily

    found = observation_list(data, country)
    if drafts:
        import json  # noqa: PLC0415 - lazily

        head = {"author": author, "marking": "TLP:CLEAR", "basis": "public data", "retention": "working"}
        for fields in found:
            draft = {**head, "kind": "assessment.observation", "fields": fields}
            typer.echo(json.dumps(draft, ensure_ascii=False))
        return
    lines = [
        f"{_row(one)}: {one['subject']}, {one['attribute']} {one['value']} {one['unit']}".rstrip()
        for one in found
    ]
    emit({"observations": found}, "\n".join(lines), as_json=as_json)


@app.command()
def initiatives(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="The name of one initiative; all if none is named.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what third parties propose, or show one: documents, what it asks of whom by when, its gates."""

    def local(node: Node) -> Any:
        from comity.assessment.initiatives import answers  # noqa: PLC0415 - lazily

        return answers.initiative(node, slug) if slug else answers.initiative_list(node)

    path = f"assessment/initiatives/{slug}" if slug else "assessment/initiatives"
    found = ask(ctx, directory, path, local)
    shown = [found] if slug else found
    emit({"initiatives": shown}, "\n".join(map(_initiative_line, shown)), as_json=as_json)


def _row(value: dict[str, Any]) -> str:
    return f"{value['source']} {value['row']}"


def _conflict_line(one: dict[str, Any]) -> str:
    first, second = one["values"]
    where = f"{one['what']}: {one['subject']} ({_row(first)}, {_row(second)})"
    if one["what"] == "capacity":
        jump = f", looks like {one['unit_jump']}" if one["unit_jump"] else ""
        return f"{where}: {first['capacity_mw']} MW and {second['capacity_mw']} MW, x {one['ratio']}{jump}"
    if one["km"] is None and one["km_if_swapped"] is not None:
        return f"{where}: no distance as written, {one['km_if_swapped']} km if lat and lon are exchanged"
    points = f"{first['lat']}, {first['lon']} and {second['lat']}, {second['lon']}"
    return f"{where}: {one['km']} km apart, {points}"


def _finding_line(one: dict[str, Any]) -> str:
    value, detail = one["value"], ", ".join(f"{name} {said}" for name, said in one["detail"].items())
    return (
        f"{one['code']}: {one['subject']} ({_row(value)}): {value['lat']}, {value['lon']}  {detail}".rstrip()
    )


def _initiative_line(one: dict[str, Any]) -> str:
    mark = "[exercise] " if one["exercise"] else ""
    who = f"{one['kind']} of {one['third_party']}, sponsor {one['sponsor']}"
    lines = [f"{mark}{one['slug']}: {one['title']['en']}, {who}"]
    lines += [f"  document: {paper['title']}" for paper in one["documents"]]
    for part in one["asks"]:
        lines.append(f"  asks of {part['party']}: {part['what']['en']}, by {part.get('by', 'no day named')}")
    lines += [f"  gate {gate['slug']} of {gate['sponsor']}: {gate['state']}" for gate in one["gates"]]
    return "\n".join(lines)
