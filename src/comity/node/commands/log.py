"""`comity log`: what somebody who trusts neither party needs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Export the log, and its verifier key.")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


@app.command()
def export(
    ctx: typer.Context,
    directory: NodeFolder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write or bring up to date.")],
    as_json: AsJson = False,
) -> None:
    """Write the log as a static folder that any tlog-tiles client verifies."""
    with reach(ctx, directory) as node:
        data = node.run("log_export", str(out.resolve()))
    emit(data, f"{data['origin']}: {data['size']} entries in {data['folder']}", as_json=as_json)


@app.command()
def vkey(directory: NodeFolder, as_json: AsJson = False) -> None:
    """Print the verifier key of the node's log: one line."""
    from comity.node.folder import Folder  # noqa: PLC0415 - lazily
    from comity.record.charter import Charter  # noqa: PLC0415 - lazily

    charter = Charter.parse(Folder.existing(directory).charter.read_bytes())
    emit({"origin": charter.origin, "vkey": charter.vkey("log")}, charter.vkey("log"), as_json=as_json)
