"""`comity assess`: judge blind, see where you differ."""

from __future__ import annotations

import typer

from comity.assessment.classical import commands as classical
from comity.assessment.initiatives import commands as initiatives
from comity.assessment.sessions import commands as sessions

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Judge together: score a panel, pool answers, see where the parties differ.",
)


@app.callback()
def assess() -> None:
    """Judge together: score a panel, pool answers, see where the parties differ."""


app.add_typer(classical.app)
app.add_typer(initiatives.app)
app.add_typer(sessions.app)
