"""`comity sync`: exchange now, over the line or by folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, bar, emit

if TYPE_CHECKING:
    from typer._click.core import Context

NodeFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The node's folder.")]
PULL = "pull"


class PullByDefault(TyperGroup):
    """`comity sync DIR` is `comity sync pull DIR`."""

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Put the verb in where there is none."""
        if args and args[0] not in self.commands and args[0] != "--help":
            args = [PULL, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=PullByDefault,
    no_args_is_help=True,
    add_completion=False,
    help="Exchange with peers: over the line, or by folder.",
)


@app.command(PULL)
def pull(
    ctx: typer.Context,
    directory: NodeFolder,
    peer: Annotated[list[str] | None, typer.Option(help="Only this peer's origin; repeatable.")] = None,
    folder: Annotated[Path | None, typer.Option("--from", help="A folder that the peer exported.")] = None,
    as_json: AsJson = False,
) -> None:
    """Pull, verify and cosign every peer's log now; exit code 3 if an exchange was incomplete."""
    with reach(ctx, directory) as node, bar(as_json=as_json) as progress:
        if folder is not None:
            data = node.run("sync_from", str(folder.resolve()), progress=progress)
        else:
            data = node.run("sync", peer or None, progress=progress)
    emit(
        data, "\n".join(_line(report) for report in data["peers"]) or "no peers: pair first", as_json=as_json
    )
    if not data["ok"]:
        raise typer.Exit(FOUND)


@app.command()
def export(
    ctx: typer.Context,
    directory: NodeFolder,
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="The folder to write, on a USB stick for example.")
    ],
    *,
    with_mirrors: Annotated[
        bool,
        typer.Option(
            "--with-mirrors", help="Write mirrored logs whole: for a peer that has to take its own back."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write a folder from which a peer synchronises with --from; what is for a peer alone is sealed to it."""
    with reach(ctx, directory) as node, bar(as_json=as_json) as progress:
        data = node.run("export", str(out.resolve()), with_mirrors, progress=progress)
    lines = [f"{data['origin']}: {data['size']} entries in {data['folder']}"]
    emit(data, "\n".join([*lines, *map(_carried, data["carried"])]), as_json=as_json)


@app.command()
def unpair(
    ctx: typer.Context,
    directory: NodeFolder,
    origin: Annotated[str, typer.Argument(help="The peer's log.")],
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """End the pairing with a peer: nothing is exchanged any more, its mirror is kept and only read."""
    if not (yes or as_json):
        typer.echo(f"{origin} will be a stranger to this node: no exchange, no cosignature, no release.")
        typer.confirm("End the pairing?", default=False, abort=True)
    with reach(ctx, directory) as node:
        data = node.run("unpair", origin)
    emit(
        data,
        f"the pairing with {origin} ended on {data['ended']}; its {data['size']} entries stay, to be read\n"
        "to exchange again, pair again: comity node pair",
        as_json=as_json,
    )


def _carried(item: dict[str, Any]) -> str:
    if item["problem"]:
        return f"  for {item['origin']}: nothing sealed: {item['problem']}"
    return f"  for {item['origin']}: {item['steps']} contents and {item['blobs']} blobs, sealed"


def _line(report: dict[str, Any]) -> str:
    text = f"{report['origin']}: {report['state']}, {report['size']} entries, {report['added']} new"
    text += f", {report['openings']} opened, {report['cosignatures']} new cosignatures of ours"
    if report["refused"]:
        text += f", {report['refused']} openings refused"
    if report["adopted"]:
        text += f", {report['adopted']} own entries taken back"
    if report["error"]:
        text += f"\n  incomplete: {report['error']['detail']}\n  what to do: {report['error']['title']}"
    return text
