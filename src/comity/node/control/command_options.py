"""What the commands of control take alike, and how they show requests."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import emit

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from comity.node.node import Node

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="Pseudonym of who does it.")]
Index = Annotated[int, typer.Argument(min=0, help="The request.")]
Key = Annotated[str, typer.Argument(metavar="ROUND", help="Name of the round, or its place, as in vn/hq/12.")]
AnyKey = Annotated[str, typer.Argument(metavar="ROUND", help="One round; all of them if left out.")]
AnyIndex = Annotated[int | None, typer.Argument(min=0, help="One request; all of them if left out.")]


def ask_rounds(
    ctx: typer.Context,
    directory: Path,
    key: str,
    *,
    one: tuple[str, Callable[[Node, str], dict[str, Any]]],
    every: tuple[str, Callable[[Node], dict[str, Any]]],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Ask for one round, or for every one; return the answer, and the rounds in it.

    Args:
        ctx: of the command.
        directory: the node's folder.
        key: name or place of the round; empty for all.
        one: path below /api/v1 that answers for one, and what answers for a node opened here.
        every: the same for all.
    """
    with reach(ctx, directory) as node:
        if key:
            data = node.ask(one[0], lambda own: one[1](own, key), key=key)
            return data, [data]
        data = node.ask(every[0], every[1])
        return data, list(data["rounds"])


def show_requests(
    ctx: typer.Context,
    directory: Path,
    path: str,
    index: int | None,
    *,
    answers: Callable[[], ModuleType],
    line: Callable[[dict[str, Any]], str],
    as_json: bool,
) -> None:
    """Show where one request stands, or every one.

    Args:
        ctx: of the command.
        directory: the node's folder.
        path: below /api/v1, without the last step: `release`, `erasure`.
        index: of the request; None for all.
        answers: gives the module that answers for a node opened here.
        line: words one request.
        as_json: print JSON.
    """
    with reach(ctx, directory) as node:
        if index is None:
            data = node.ask(f"{path}/requests", lambda open_: answers().requests(open_))
            lines = [line(item) for item in data["requests"]]
        else:
            data = node.ask(f"{path}/status", lambda open_: answers().status(open_, index), index=index)
            lines = [line(data)]
    emit(data, "\n".join(lines) or "nothing was requested", as_json=as_json)


def reasons_text(item: dict[str, Any]) -> str:
    """Return how many approved, and on a line each why it is no further."""
    text = f", {len(item['approvals'])} approvals"
    return text + "".join(f"\n  {reason['code']}: {reason['text']}" for reason in item["reasons"])
