"""`comity border retention`: how long observations are kept, and the clock that deletes them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="retention",
    no_args_is_help=True,
    add_completion=False,
    help="How long observations are kept, and proof of what was deleted.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


@app.command()
def run(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    author: Annotated[str, typer.Option(help="The person who answers for it.")],
    marking: Annotated[str, typer.Option(help="The TLP 2.0 label.")] = "TLP:AMBER",
    exercise: Annotated[bool, typer.Option("--exercise", help="It is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete the observations whose time is over, now; a running node does so by itself, once an hour."""
    header = {"author": author, "marking": marking, "class": "exercise" if exercise else "record"}

    def local(node: Node) -> Any:
        from comity.border.retention import answers  # noqa: PLC0415 - lazily

        return answers.run(node, header)

    with reach(ctx, directory) as node:
        found = node.post("border/retention/run", local, header)
    lines = [f"{name}: {count} deleted" for name, count in found["deleted"].items()]
    lines += [f"{name}: {count} stay, for an open event or a hold" for name, count in found["spared"].items()]
    if found["set_aside"]:
        lines.append(f"set aside: {found['set_aside']} rows deleted")
    if found["frames"]:
        lines.append(f"tracks: {found['frames']} rows deleted")
    if not found["settled"]:
        lines.append("the file is in use: what was deleted is overwritten at the next run")
    emit(found, "\n".join(lines) or "nothing is over its time", as_json=as_json)


@app.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="Hold each deletion against the hashes that are kept.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show how long each class is kept, and what was deleted; with --check, exit 3 where it does not hold."""

    def local(node: Node) -> Any:
        from comity.border.retention import answers  # noqa: PLC0415 - lazily

        return answers.show(node, check=check)

    with reach(ctx, directory) as node:
        found = node.ask("border/retention", local, check=str(check).lower())
    lines = [f"{name}: {days} days" for name, days in found["days"].items()]
    lines.append(
        f"kept past their time: {found['holds']['events']} open events, {found['holds']['legal']} holds"
    )
    for one in found["deletions"]:
        proof = f": {one['wrong'] or 'holds'}" if check else ""
        lines.append(
            f"{one['at']} {one['class']}: {one['count']} observations of {len(one['batches'])} batches{proof}"
        )
    emit(found, "\n".join(lines), as_json=as_json)
    if any(one.get("wrong") for one in found["deletions"]):
        raise typer.Exit(FOUND)
