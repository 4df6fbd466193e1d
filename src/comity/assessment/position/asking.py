"""What the other side will see, said before a step is taken; at a terminal it waits for a yes."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask: what the other side will see is known.")]


def agreed(shown: str, *, yes: bool, as_json: bool) -> None:
    """Print what the other side will see, and ask whether to go on where somebody sits at a terminal.

    Raises:
        typer.Abort: the answer is no.
    """
    if yes or as_json:
        return
    typer.echo(f"The other side will see:\n{shown}")
    if sys.stdin.isatty():
        typer.confirm("Go on?", abort=True)
