"""What commands print: text for people, JSON for programs, a bar for long work, errors with what to do next.

Exit codes: 0 done; 1 refused or failed, the message says why; 2 wrong usage; 3 done, and something was
found wrong (fsck, verify) or left incomplete (sync); 130 interrupted.
"""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comity.record.errors import ComityError

    Progress = Callable[[str, int, int], None]

DONE: Final = 0
REFUSED: Final = 1
FOUND: Final = 3

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def emit(data: dict[str, Any], text: str, *, as_json: bool) -> None:
    """Print a result."""
    typer.echo(json.dumps(data, ensure_ascii=False, indent=2) if as_json else text)


def report(error: ComityError, *, as_json: bool) -> None:
    """Print an error on the other stream: what happened, each bad item, what to do next, the code."""
    problem: dict[str, Any] = dict(error.problem())
    if as_json:
        typer.echo(json.dumps(problem, ensure_ascii=False, indent=2), err=True)
        return
    typer.echo(f"error: {problem['detail']}", err=True)
    for item in problem.get("items", []):
        place = item.get("item", item.get("place", ""))
        typer.echo(f"  {place}: {item.get('detail', item.get('message', ''))}", err=True)
    typer.echo(f"  what to do: {problem.get('title', '')}", err=True)
    typer.echo(f"  code: {str(problem.get('type', '')).rpartition(':')[2]}", err=True)


@contextmanager
def bar(*, as_json: bool) -> Iterator[Progress]:
    """Show a progress bar while people watch; nothing where the output goes to a program."""
    if as_json or not sys.stderr.isatty():
        yield lambda _what, _done, _all: None
        return
    from rich.console import Console  # noqa: PLC0415 - only where somebody watches
    from rich.progress import Progress as Bars  # noqa: PLC0415 - the same

    with Bars(console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, Any] = {}

        def told(what: str, done: int, size: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=size)
            bars.update(tasks[what], completed=done, total=max(size, done))

        yield told
