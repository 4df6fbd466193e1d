"""`comity release`: preview, request, grant; the inbox of the other side. People approve by passkey."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit
from comity.node.control.command_options import (
    AnyIndex,
    Author,
    Index,
    NodeFolder,
    reasons_text,
    show_requests,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

app = typer.Typer(no_args_is_help=True, help="Release records to another party: preview, request, grant.")

Keys = Annotated[list[str], typer.Argument(metavar="KEY…", help="Index or id of each record of the own log.")]
To = Annotated[str, typer.Option("--to", help="The node to release to, as in la/hq.")]
Paths = Annotated[
    list[str] | None,
    typer.Option("--field", help="Only this field, of every record; repeatable. The whole record otherwise."),
]
SHORT: Final = 60
OUTCOMES: Final = ("corrected", "withdrawn", "left")


def _records(keys: Sequence[str], paths: Sequence[str] | None) -> list[dict[str, Any]]:
    return [{"key": key, "paths": list(paths or ())} for key in keys]


@app.command()
def preview(
    ctx: typer.Context,
    directory: NodeFolder,
    keys: Keys,
    *,
    to: To,
    field: Paths = None,
    as_json: AsJson = False,
) -> None:
    """Show field by field exactly what the other side would see; exit code 3 if it may not be released."""
    body = {"records": _records(keys, field), "to": to}
    with reach(ctx, directory) as node:
        data = node.post("release/preview", lambda open_: _answers().preview(open_, **body), body)
    emit(data, _shown(data), as_json=as_json)
    if not data["allowed"]:
        raise typer.Exit(FOUND)


@app.command()
def request(
    ctx: typer.Context,
    directory: NodeFolder,
    keys: Keys,
    *,
    to: To,
    author: Author,
    reason: Annotated[str, typer.Option(help="Why; the other side reads it.")],
    field: Paths = None,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days until it ends.")] = 7,
    digest: Annotated[
        str | None, typer.Option(help="Digest that `preview` showed; refused if it changed.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Ask people to approve the release of exactly what `preview` shows."""
    expires = time.time_ns() // 1_000_000 + days * 86_400_000
    body: dict[str, Any] = {"records": _records(keys, field), "to": to, "author": author, "reason": reason}
    body |= {"expires": expires, "digest": digest}
    with reach(ctx, directory) as node:
        data = node.post("release/request", lambda open_: _answers().request(open_, **body), body)
    emit(data, _line(data), as_json=as_json)


@app.command()
def status(
    ctx: typer.Context,
    directory: NodeFolder,
    index: AnyIndex = None,
    as_json: AsJson = False,
) -> None:
    """Show where requests stand: approvals, grants, receipts, and what is missing."""
    show_requests(ctx, directory, "release", index, answers=_answers, line=_line, as_json=as_json)


@app.command()
def grant(
    ctx: typer.Context,
    directory: NodeFolder,
    index: Index,
    author: Author,
    as_json: AsJson = False,
) -> None:
    """Seal what was approved to the recipient, and record the grant; the recipient fetches it."""
    body = {"index": index, "author": author}
    with reach(ctx, directory) as node:
        data = node.post("release/grant", lambda open_: _answers().grant(open_, index, author), body)
    emit(data, _line(data), as_json=as_json)


@app.command()
def inbox(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show what was granted to this node; exit code 3 if something of it is disputed."""
    with reach(ctx, directory) as node:
        data = node.ask("release/inbox", lambda open_: _answers().inbox(open_))
    lines = [_granted(item) for item in data["grants"]]
    lines += [
        f"  {item['origin']} {item['index']}: {item['code']}: {item['detail']}" for item in data["disputes"]
    ]
    emit(data, "\n".join(lines) or "nothing was granted to this node", as_json=as_json)
    if data["disputes"]:
        raise typer.Exit(FOUND)


@app.command()
def settle(
    ctx: typer.Context,
    directory: NodeFolder,
    index: Annotated[int, typer.Argument(help="The receipt with disputes, by its index in the own log.")],
    *,
    outcome: Annotated[
        str, typer.Option(help="corrected (granted anew), withdrawn (our claim was wrong), or left.")
    ],
    author: Author,
    reason: Annotated[str, typer.Option(help="What was settled, and how.")],
    as_json: AsJson = False,
) -> None:
    """Close the disputes of a receipt, in the own log: whose claim it is closes it."""
    body = {"index": index, "outcome": outcome, "author": author, "reason": reason}
    if outcome not in OUTCOMES:
        raise typer.BadParameter(f"one of {', '.join(OUTCOMES)}", param_hint="--outcome")
    with reach(ctx, directory) as node:
        data = node.post("release/settle", lambda open_: _answers().settle(open_, **body), body)
    emit(data, f"the disputes of {data['origin']} {index} are settled: {outcome}", as_json=as_json)


@app.command()
def fetch(
    ctx: typer.Context,
    directory: NodeFolder,
    peer: Annotated[list[str] | None, typer.Option(help="Only from this origin; repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Exchange with peers now and fetch what they granted; exit code 3 if an exchange was incomplete."""
    with reach(ctx, directory) as node:
        data = node.run("sync", peer or None)
    lines = [f"{item['origin']}: {item['granted']} grants fetched" for item in data["peers"]]
    lines += [f"  incomplete: {item['error']['detail']}" for item in data["peers"] if item["error"]]
    emit(data, "\n".join(lines) or "no peers: pair first", as_json=as_json)
    if not data["ok"]:
        raise typer.Exit(FOUND)


def _answers() -> ModuleType:
    from comity.node.control import answers_release  # noqa: PLC0415 - not needed to talk to a running node

    return answers_release


def _shown(data: dict[str, Any]) -> str:
    lines = [f"to {data['recipient']['origin']}, {data['bytes']} bytes, digest {data['digest']}"]
    for record in data["records"]:
        lines.append(f"{record['index']} {record['kind']} {record['marking']}")
        lines += [f"  DENIED {item['code']}: {item['text']}" for item in record["denied"]]
        for field in record["fields"]:
            seen = json.dumps(field["value"], ensure_ascii=False) if field["opened"] else "(not shown)"
            lines.append(f"  {field['path']}: {seen if len(seen) <= SHORT else seen[:SHORT] + '…'}")
    return "\n".join(lines)


def _line(item: dict[str, Any]) -> str:
    text = f"{item['index']} to {item['to']}: {item['stage']}, {item['records']} records"
    return text + reasons_text(item)


def _granted(item: dict[str, Any]) -> str:
    text = f"{item['origin']} {item['index']}: {item['state']}"
    if item["opened"] is not None:
        text += f", {item['opened']} records opened, {item['disputes']} disputed (receipt {item['received']})"
    problem = item["problem"]
    return text if problem is None else f"{text}\n  {problem['detail']}\n  what to do: {problem['advice']}"
