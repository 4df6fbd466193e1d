"""`comity border feed`: files of ADS-B, AIS and satellite receivers, into observations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, bar, emit

if TYPE_CHECKING:
    from comity.border.feeds.messages import Heard
    from comity.node.node import Node

app = typer.Typer(
    name="feed",
    no_args_is_help=True,
    add_completion=False,
    help="What aircraft, ships and receivers say of themselves, as claims.",
)

MessageFile = Annotated[Path, typer.Argument(metavar="FILE", help="A message a line, with its time.")]
LogFile = Annotated[Path, typer.Argument(metavar="FILE", help="GPX, or sentences of NMEA 0183.")]
NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Sensor = Annotated[str, typer.Option(help="Name of the receiver, as the sector has it.")]
Purpose = Annotated[
    str, typer.Option(help="Why the numbers of ships and aircraft are kept; without one they are not.")
]


@app.command()
def adsb(
    ctx: typer.Context,
    file: MessageFile,
    directory: NodeFolder,
    *,
    sensor: Sensor,
    purpose: Purpose = "",
    as_json: AsJson = False,
) -> None:
    """Take messages of aircraft: TIME,HEX a line. Needs the optional part `feeds`."""
    from comity.border.feeds import adsb as reader  # noqa: PLC0415 - lazily
    from comity.border.feeds.messages import load  # noqa: PLC0415 - lazily

    _deliver(ctx, reader.read(load(file)), directory, sensor, purpose, as_json=as_json)


@app.command()
def ais(
    ctx: typer.Context,
    file: MessageFile,
    directory: NodeFolder,
    *,
    sensor: Sensor,
    purpose: Purpose = "",
    as_json: AsJson = False,
) -> None:
    """Take messages of ships: TIME,!AIVDM… a line, or with a tag block. Needs the optional part `feeds`."""
    from comity.border.feeds import ais as reader  # noqa: PLC0415 - lazily
    from comity.border.feeds.messages import load  # noqa: PLC0415 - lazily

    _deliver(ctx, reader.read(load(file)), directory, sensor, purpose, as_json=as_json)


@app.command()
def gps(
    ctx: typer.Context,
    file: LogFile,
    directory: NodeFolder,
    *,
    sensor: Sensor,
    kind: Annotated[
        str, typer.Option("--class", help="What carried it: air, boat, vehicle, person-size, unknown.")
    ] = "unknown",
    as_json: AsJson = False,
) -> None:
    """Take the log of a satellite receiver: GPX, or NMEA (which needs the optional part `feeds`)."""
    from comity.border.feeds import gps as reader  # noqa: PLC0415 - lazily
    from comity.border.feeds.messages import load  # noqa: PLC0415 - lazily

    _deliver(ctx, reader.read(load(file), kind), directory, sensor, "", as_json=as_json)


def _deliver(
    ctx: typer.Context, heard: Heard, directory: Path, sensor: str, purpose: str, *, as_json: bool
) -> None:
    from comity.border.feeds import answers  # noqa: PLC0415 - lazily

    bodies, replies = answers.bodies(heard, sensor, purpose), list[dict[str, Any]]()
    with bar(as_json=as_json) as progress, reach(ctx, directory) as node:
        for number, body in enumerate(bodies, 1):

            def local(found: Node, body: dict[str, Any] = body) -> Any:
                return answers.take(found, body)

            replies.append(node.post("border/feeds", local, body))
            progress("deliver", number, len(bodies))
    data = answers.summary(heard, replies)
    lines = [f"{data['messages']} messages, {data['places']} places, {data['kept']} kept as claims"]
    for words, counts in (("set aside", data["set_aside"]), ("left out", data["left_out"])):
        if counts:
            lines.append(f"{words}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    emit(data, "\n".join(lines), as_json=as_json)
