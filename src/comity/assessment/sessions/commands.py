"""`comity assess session`: what is on record of sessions, and who stands where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from comity.assessment.report.commands import app as reports
from comity.assessment.sessions import printed
from comity.assessment.sessions.commands_experts import app as experts
from comity.assessment.sessions.commands_steps import app as steps
from comity.node.commands.access import ask
from comity.node.commands.output import FOUND, AsJson, emit

session = typer.Typer(
    no_args_is_help=True, help="Experts of both sides judge blind; parties seal, open, join."
)
app = typer.Typer(add_completion=False)
app.add_typer(session, name="session")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Key = Annotated[
    str, typer.Argument(metavar="SESSION", help="Slug of the session, or its place, as in vn/hq/12.")
]
Stage = Annotated[str, typer.Option(help="private or revised.")]
PATH = "assessment/sessions"


@session.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Annotated[str, typer.Argument(metavar="SESSION", help="One session; all of them if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show sessions: what is asked, by when, in which stage they are."""
    if not key:
        data = ask(ctx, directory, PATH, lambda node: _answers().listing(node))
        emit(
            data, "\n".join(map(printed.head, data["sessions"])) or "no session is on record", as_json=as_json
        )
        return
    data = ask(ctx, directory, f"{PATH}/session", lambda node: _answers().session(node, key), key=key)
    emit(data, "\n".join([printed.head(data), *printed.questions(data)]), as_json=as_json)


@session.command()
def board(ctx: typer.Context, directory: NodeFolder, key: Key, as_json: AsJson = False) -> None:
    """Show who has sealed, never what; whose turn it is to open; what came late or out of turn."""
    data = ask(ctx, directory, f"{PATH}/board", lambda node: _answers().board(node, key), key=key)
    emit(data, "\n".join(printed.board(data)), as_json=as_json)


@session.command()
def scores(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    person: Annotated[str, typer.Option(help="An expert, for their own; the custodian, for all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show proper scores of what was sealed before it came out; single experts' to them and the custodian."""
    data = ask(
        ctx,
        directory,
        f"{PATH}/scores",
        lambda node: _answers().scores(node, key, person),
        key=key,
        person=person,
    )
    emit(data, "\n".join(printed.scores(data)) or "no question of it has come out", as_json=as_json)


@session.command()
def audit(ctx: typer.Context, directory: NodeFolder, key: Key, as_json: AsJson = False) -> None:
    """Make both layers anew from what this node was granted; exit code 3 where something differs."""
    data = ask(ctx, directory, f"{PATH}/audit", lambda node: _answers().audit(node, key), key=key)
    emit(data, "\n".join(printed.audit(data)), as_json=as_json)
    if not data["ok"]:
        raise typer.Exit(FOUND)


def _answers() -> Any:
    from comity.assessment.sessions import answers  # noqa: PLC0415 - not needed to talk to a running node

    return answers


session.add_typer(experts)
session.add_typer(steps)
session.add_typer(reports)
