"""`comity retention`: which months are over, proposing that they lapse, letting them lapse."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit
from comity.node.control.command_options import Author, NodeFolder  # noqa: TC001 - typer reads them

app = typer.Typer(no_args_is_help=True, help="Let months lapse whose retention class is over.")


@app.command()
def due(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show the months that are over and still have a key."""
    with reach(ctx, directory) as node:
        data = node.ask("retention/due", lambda open_: _answers().due(open_))
    lines = [_due(item) for item in data["due"]]
    emit(data, "\n".join(lines) or "no month is due", as_json=as_json)


@app.command()
def propose(
    ctx: typer.Context,
    directory: NodeFolder,
    class_: Annotated[str, typer.Argument(metavar="CLASS", help="The retention class.")],
    month: Annotated[str, typer.Argument(help="The month that is over, as in 2026-10.")],
    *,
    author: Author,
    reason: Annotated[str, typer.Option(help="Why; it stays readable for ever.")],
    as_json: AsJson = False,
) -> None:
    """Ask people to approve that a month lapses; records on hold stay."""
    values: dict[str, Any] = {"author": author, "reason": reason}
    body = {**values, "class": class_, "month": month}
    with reach(ctx, directory) as node:
        data = node.post(
            "retention/propose", lambda open_: _answers().propose(open_, class_, month, **values), body
        )
    emit(data, f"{data['index']} asks that {class_} {month} lapses", as_json=as_json)


@app.command()
def lapse(
    ctx: typer.Context,
    directory: NodeFolder,
    index: Annotated[int, typer.Argument(min=0, help="The approved request.")],
    author: Author,
    as_json: AsJson = False,
) -> None:
    """Destroy the month key that an approved request names; nothing under it can be read again."""
    body = {"index": index, "author": author}
    with reach(ctx, directory) as node:
        data = node.post("retention/lapse", lambda open_: _answers().lapse(open_, **body), body)
    emit(data, f"{data['class']} {data['month']} lapsed: {data['index']}", as_json=as_json)


def _answers() -> Any:
    from comity.node.control import answers_erasure  # noqa: PLC0415 - not needed to talk to a running node

    return answers_erasure


def _due(item: dict[str, Any]) -> str:
    text = f"{item['class']} {item['month']}: {item['records']} records"
    text += f", {len(item['held'])} on hold stay" if item["held"] else ""
    return text + ("" if item["request"] is None else f"; request {item['request']} {item['stage']}")
