"""`comity border series`: keep a file of readings or counts on the record, and see what is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="series", no_args_is_help=True, add_completion=False, help="Readings and counts on the record."
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Slug = Annotated[str, typer.Argument(help="A natural name for the series.")]
SourceFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV.")]
Author = Annotated[str, typer.Option(help="The person who answers for it.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]


@app.command()
def gauge(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    file: SourceFile,
    *,
    author: Author,
    station: Annotated[str, typer.Option(help="Which station; as the file or its name says without.")] = "",
    unit: Annotated[str, typer.Option(help="m, cm or mm; as the file says without.")] = "",
    place: Annotated[
        str, typer.Option(metavar="LAT,LON", help="Where it stands, degrees: the map shows it there.")
    ] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Keep the readings of a gauge; rows that cannot be read are counted and stay outside."""
    from comity.border.river.readings import read  # noqa: PLC0415 - lazily
    from comity.border.series.writing import gauge_draft  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    data = load(file)
    found = read(data, station=station, unit=unit, name=file.name)
    header = _header(author, marking, releasable_to, exercise=exercise)
    _append(
        ctx, directory, gauge_draft(slug, found, data, header, place=place), len(found.bad), as_json=as_json
    )


@app.command()
def health(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    file: SourceFile,
    *,
    author: Author,
    disease: Annotated[str, typer.Option(help="What is counted.")],
    country: Annotated[str, typer.Option(metavar="CODE", help="As in the file, such as LAO.")] = "",
    area: Annotated[str, typer.Option(help="A first-level area of it; the whole without.")] = "",
    small: Annotated[int, typer.Option(min=1, max=1000, help="Counts below this are not kept.")] = 5,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Keep weekly counts; small ones are suppressed before they reach the record."""
    from comity.border.health.counts import read  # noqa: PLC0415 - lazily
    from comity.border.series.writing import health_draft  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    data = load(file)
    found = read(data, country, area=area)
    header = _header(author, marking, releasable_to, exercise=exercise)
    draft = health_draft(slug, disease, found, data, header, small=small)
    _append(ctx, directory, draft, len(found.bad), as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """List the series on record, the newest of each party and name."""

    def local(node: Node) -> Any:
        from comity.border.series import answers  # noqa: PLC0415 - needs arrays

        return answers.series_list(node)

    with reach(ctx, directory) as node:
        found = node.ask("border/series", local)
    lines = [
        f"{_mark(one)}{one['party']}/{one['slug']}: {one['station']}, "
        f"{one['readings']} readings to {one['to']}"
        for one in found["gauges"]
    ]
    lines += [
        f"{_mark(one)}{one['party']}/{one['slug']}: {one['disease']} in {one['place']}, "
        f"{one['weeks']} weeks to {one['to']}"
        for one in found["counts"]
    ]
    emit(found, "\n".join(lines) or "no series is on record", as_json=as_json)


def _mark(one: dict[str, Any]) -> str:
    return "[exercise] " if one["exercise"] else ""


def _header(author: str, marking: str, releasable_to: list[str] | None, *, exercise: bool) -> dict[str, Any]:
    plain = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    return {**plain, "class": "exercise" if exercise else "record"}


def _append(ctx: typer.Context, directory: Path, draft: dict[str, Any], bad: int, *, as_json: bool) -> None:
    with reach(ctx, directory) as node:
        data = node.run("append", [draft])
    place = data["receipts"][0] if data["receipts"] else None
    text = "it waits" if place is None else f"{draft['kind']} in {data['origin']} {place['index']}"
    emit({**data, "set_aside": bad}, f"{text}; {bad} rows set aside", as_json=as_json)
