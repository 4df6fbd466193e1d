"""`comity people`: who may approve. People enrol a passkey by a link; approving is done in the console."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(no_args_is_help=True, help="Enrol, list and revoke the people who approve.")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Person = Annotated[str, typer.Argument(help="A pseudonym: a-z, 0-9, hyphens; never a name.")]


class NotServedError(ComityError):
    """A link was asked of a node that does not run."""

    code = "node-not-served"
    advice = "Start it with `comity node run NODE`: the link leads to its console, and works while it runs."


@app.command()
def enrol(
    ctx: typer.Context,
    directory: NodeFolder,
    person: Person,
    *,
    role: Annotated[list[str], typer.Option(help="What they may approve: release, erase, …; repeatable.")],
    exercise: Annotated[bool, typer.Option("--exercise", help="The person is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Mint a one-time link by which one person enrols one passkey. Hand it to them, and to nobody else."""
    body = {"person": person, "roles": role, "exercise": exercise}
    with reach(ctx, directory) as node:
        data = node.post("people/links", _not_served, body)
    until = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(data["expires"] // 1000))
    text = (
        f"{person} may enrol one passkey for {', '.join(role)} until {until}, while this node runs:\n"
        f"{data['url']}\n"
        "Make sure that it is another person than those already enrolled: nothing else does."
    )
    emit(data, text, as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """List who is enrolled, and whether each passkey counts."""
    with reach(ctx, directory) as node:
        data = node.ask("people", lambda open_: _answers().people(open_))
    lines = [_line(one) for one in data["people"]]
    emit(data, "\n".join([*(lines or ["nobody is enrolled"]), data["note"]]), as_json=as_json)


@app.command()
def revoke(
    ctx: typer.Context,
    directory: NodeFolder,
    person: Person,
    reason: Annotated[str, typer.Option(help="Why; every party reads it.")],
    as_json: AsJson = False,
) -> None:
    """End every enrolment of a person. What they approved before stays approved."""
    body = {"person": person, "reason": reason}
    with reach(ctx, directory) as node:
        data = node.post("people/revoke", lambda open_: _answers().revoke(open_, person, reason), body)
    text = f"{person} approves nothing from here on: {len(data['revocations'])} passkeys revoked"
    emit(data, text, as_json=as_json)


def _not_served(node: Node) -> dict[str, Any]:
    raise NotServedError(f"{node.origin} is not being served")


def _answers() -> Any:
    from comity.node.control import answers_people  # noqa: PLC0415 - not needed to talk to a running node

    return answers_people


def _line(one: dict[str, Any]) -> str:
    standing = "counts" if one["counts"] else one["reason"]
    return f"{one['index']:>7}  {one['person']:<20} {', '.join(one['roles']):<24} {standing}"
