"""`comity border scale`: tracking spread over processes, by a NATS server with JetStream."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.output import AsJson, bar, emit

if TYPE_CHECKING:
    from comity.border.fusion.picture import TrackBatch

app = typer.Typer(
    name="scale",
    no_args_is_help=True,
    add_completion=False,
    help="Tracking spread over processes: observations in, a tracker a tile, one picture out.",
)

SectorFile = Annotated[Path, typer.Argument(metavar="SECTOR", help="TOML: area, sensors, tiles, halo.")]
Url = Annotated[str, typer.Option(help="The NATS server: nats://host:port, or tls://host:port.")]
User = Annotated[str, typer.Option(help="For the server; the password is read from COMITY_NATS_PASSWORD.")]
Authority = Annotated[
    Path | None,
    typer.Option(
        "--ca", metavar="FILE", help="PEM of the authority of a tls:// server; the system's without."
    ),
]
Idle = Annotated[
    float | None, typer.Option(min=0.1, help="End after so many seconds without a message; never without.")
]
HERE = "nats://127.0.0.1:4222"


@app.command()
def publish(
    sector: SectorFile,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV: time, x, y, sigma, sensor.")],
    *,
    server: Url = HERE,
    user: User = "",
    ca: Authority = None,
    span: Annotated[
        int, typer.Option(min=1, help="Milliseconds for which detections wait for others of their message.")
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """Send detections to the workers, at most 500 a message; the same file sent again changes nothing.

    Bad rows are set aside before anything is sent, counted and printed. Sensors are those of SECTOR.
    """
    from comity.border.scaleout import running  # noqa: PLC0415 - needs arrays, and NATS
    from comity.border.scaleout import sector as sectors  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    found = sectors.read(sector)
    with bar(as_json=as_json) as told:
        data = running.publish_file(
            found,
            load(file),
            running.Server(server, user, ca),
            span,
            lambda done, size: told("detections", done, size),
        )
    aside = ", ".join(f"{name} {count}" for name, count in sorted(data["set_aside"].items()))
    lines = [
        f"{data['observations']} detections in {data['messages']} messages, {data['bytes']} bytes",
        f"known to the server already: {data['known_already']}",
        f"set aside: {aside or 'nothing'}",
    ]
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def work(
    sector: SectorFile,
    *,
    tile: Annotated[
        list[int] | None, typer.Option(help="Work on this tile; repeatable. All without.")
    ] = None,
    state: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Keep states here; without, on the server.")
    ] = None,
    every: Annotated[int, typer.Option(min=1, help="Messages after which a state is kept.")] = 256,
    patience: Annotated[
        int, typer.Option(min=0, help="Milliseconds, by the sensors' times, to wait for what is missing.")
    ] = 5_000,
    idle: Idle = None,
    server: Url = HERE,
    user: User = "",
    ca: Authority = None,
    as_json: AsJson = False,
) -> None:
    """Track tiles until ended (Ctrl-C); killed at any point, it goes on where it stood, with the same result.

    Whoever begins last on a tile works on it; an earlier worker of that tile ends with an error.
    """
    from comity.border.scaleout import running  # noqa: PLC0415 - needs arrays, and NATS
    from comity.border.scaleout import sector as sectors  # noqa: PLC0415 - lazily
    from comity.border.scaleout.working import Manner  # noqa: PLC0415 - lazily

    found = sectors.read(sector)
    numbers = list(range(len(found.tiles))) if not tile else sorted(set(tile))
    if numbers[-1] >= len(found.tiles) or numbers[0] < 0:
        raise typer.BadParameter(f"tiles are 0 to {len(found.tiles) - 1}", param_hint="--tile")
    manner = Manner(every, patience, idle)
    data = running.work_on(found, numbers, running.Server(server, user, ca), state, manner)
    lines = [
        f"tile {one['tile']}: {one['messages']} messages, {one['outputs']} outputs, {one['tracks']} tracks; "
        f"set aside {one['counts']['aside']} messages and {one['counts']['set_aside']} detections"
        for one in data["tiles"]
    ]
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def collect(
    sector: SectorFile,
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Print each moment as a line of JSON.")] = False,
    patience: Annotated[
        int | None,
        typer.Option(min=0, help="Milliseconds, by the sensors' times, to wait for a silent tile."),
    ] = None,
    idle: Idle = None,
    server: Url = HERE,
    user: User = "",
    ca: Authority = None,
    as_json: AsJson = False,
) -> None:
    """Put what the tiles tell together, until ended (Ctrl-C): one picture, the same in every run.

    Without --patience, every tile is waited for. What is printed at the end can be scored:
    `comity border score TRUTH FILE`.
    """
    from comity.border.scaleout import running  # noqa: PLC0415 - needs arrays, and NATS
    from comity.border.scaleout import sector as sectors  # noqa: PLC0415 - lazily
    from comity.border.scaleout.told import line  # noqa: PLC0415 - lazily

    def told(batch: TrackBatch) -> None:
        typer.echo(json.dumps(line(batch)))

    given = running.Server(server, user, ca)
    data = running.collect_from(sectors.read(sector), given, (patience, idle), told if follow else None)
    if not follow:
        emit(data, "\n".join(_lines(data)), as_json=as_json)


def _lines(data: dict[str, Any]) -> list[str]:
    counts = data["counts"]
    now = sum(one["now"] for one in data["tracks"])
    return [
        f"{data['sector']}: {data['moments']} moments, {len(data['tracks'])} tracks, {now} now",
        f"{counts['handed_over']} handed over between tiles; {data['expected_unseen']:.1f} expected unseen",
        f"messages: {counts['missing']} missing, {counts['repeated']} repeated, {counts['aside']} set aside",
        f"detections: {counts['late']} too late, {counts['set_aside']} set aside by workers",
        f"digest {data['digest']}",
    ]
