"""`comity border sector` and `zone`: what is watched, with which sensors, by rules both sides may share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="sector",
    no_args_is_help=True,
    add_completion=False,
    help="Sectors: a stretch that is watched, its sensors, and the rules of its tracker.",
)
zones = typer.Typer(
    name="zone",
    no_args_is_help=True,
    add_completion=False,
    help="Zones of a sector: what a track may come near to, or stay in.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
SectorName = Annotated[str, typer.Argument(metavar="SECTOR", help="Slug of the sector.")]
Author = Annotated[str, typer.Option(help="The person who answers for it.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]


@app.command()
def add(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="JSON: the fields of the sector.")
    ] = None,
    *,
    author: Author,
    adopt: Annotated[
        str, typer.Option(metavar="SECTOR", help="Take the other party's, word for word, instead of a file.")
    ] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Put a sector on record; a later one of the same name takes its place."""
    from comity.border.sector.errors import SectorRefusedError  # noqa: PLC0415 - lazily

    if (file is None) == (not adopt):
        raise SectorRefusedError("give a FILE, or --adopt the name of the other party's sector")
    act: dict[str, Any] = {"adopt": adopt} if file is None else {"sector": _read(file)}
    act["header"] = _header(author, marking, releasable_to, exercise=exercise)
    _do(ctx, directory, "sector", act, as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """List the sectors on record, and with whom each is agreed."""
    found = _ask(ctx, directory, "sectors", "sector_list")
    lines = [_line(one) for one in found]
    emit({"sectors": found}, "\n".join(lines) or "no sector is on record", as_json=as_json)


@app.command()
def show(ctx: typer.Context, directory: NodeFolder, name: SectorName, *, as_json: AsJson = False) -> None:
    """Show a sector with its sensors and zones."""
    one = _ask(ctx, directory, f"sectors/{name}", "sector", name)
    lines = [_line(one), f"  {one['config']}"]
    lines += [
        f"  sensor {item['slug']} ({item['party']}, {item['kind']}): "
        f"{item['lat'] / 1e6:.5f} {item['lon'] / 1e6:.5f}"
        for item in one.get("sensors", ())
    ]
    lines += [_zone(item) for item in one["zones"]]
    emit(one, "\n".join(lines), as_json=as_json)


@zones.command("add")
def add_zone(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON: the fields of the zone.")],
    *,
    author: Author,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Put a zone on record; the same zone on both logs gives the same alerts on both."""
    act = {"zone": _read(file), "header": _header(author, marking, releasable_to, exercise=exercise)}
    _do(ctx, directory, "zone", act, as_json=as_json)


@zones.command("list")
def list_zones(
    ctx: typer.Context, directory: NodeFolder, name: SectorName, *, as_json: AsJson = False
) -> None:
    """List the zones of a sector."""
    found = _ask(ctx, directory, f"sectors/{name}/zones", "zone_list", name)
    emit({"zones": found}, "\n".join(map(_zone, found)) or f"no zone of {name} is on record", as_json=as_json)


def _line(one: dict[str, Any]) -> str:
    mark = "[exercise] " if one["exercise"] else ""
    with_whom = f"agreed with {', '.join(one['agreed'])}" if one["agreed"] else "agreed with nobody"
    differs = f"; {', '.join(one['differs'])} has it otherwise" if one["differs"] else ""
    return f"{mark}{one['slug']} ({one['party']}): {one['title']['en']}; {with_whom}{differs}"


def _zone(one: dict[str, Any]) -> str:
    asks = [f"approach {one['approach']} m"] if one.get("approach") else []
    asks += [f"dwell {one['dwell']} s"] if one.get("dwell") else []
    return f"  zone {one['slug']} ({one['party']}): {one['shape']}, {', '.join(asks) or 'nothing asked'}"


def _read(file: Path) -> Any:
    import json  # noqa: PLC0415 - lazily

    from comity.border.sector.errors import SectorRefusedError  # noqa: PLC0415 - lazily

    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise SectorRefusedError(f"{file}: {error}") from error


def _header(author: str, marking: str, releasable_to: list[str] | None, *, exercise: bool) -> dict[str, Any]:
    plain = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    return {**plain, "class": "exercise" if exercise else "record"}


def _ask(ctx: typer.Context, directory: Path, path: str, name: str, *given: str) -> Any:
    def local(node: Node) -> Any:
        from comity.border.sector import answers  # noqa: PLC0415 - lazily

        return getattr(answers, name)(node, *given)

    with reach(ctx, directory) as node:
        return node.ask(f"border/{path}", local)


def _do(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], *, as_json: bool) -> None:
    def local(node: Node) -> Any:
        from comity.border.sector import writing  # noqa: PLC0415 - lazily

        return writing.ACTS[name](node, act)

    with reach(ctx, directory) as node:
        data = node.post(f"border/sector-acts/{name}", local, act)
    where = ", ".join(f"{data['kind']} in {data['origin']} {one['index']}" for one in data["receipts"])
    emit(data, where or "it waits", as_json=as_json)
