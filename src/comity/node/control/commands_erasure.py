"""`comity erase`: request, carry out, ledger; legal holds. People approve by passkey."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

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

app = typer.Typer(no_args_is_help=True, help="Erase records here and at whoever was granted them; holds.")

Keys = Annotated[list[str], typer.Argument(metavar="KEY…", help="Index or id of each record.")]
Reason = Annotated[str, typer.Option(help="Case or legal basis; it stays readable for ever.")]


@app.command()
def request(
    ctx: typer.Context,
    directory: NodeFolder,
    keys: Keys,
    *,
    author: Author,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Ask people to approve that records of the own log are erased."""
    body = {"keys": keys, "author": author, "reason": reason}
    with reach(ctx, directory) as node:
        data = node.post("erasure/request", lambda open_: _answers().request(open_, **body), body)
    emit(data, _line(data), as_json=as_json)


@app.command("carry-out")
def carry_out(
    ctx: typer.Context, directory: NodeFolder, index: Index, author: Author, as_json: AsJson = False
) -> None:
    """Order an approved erasure and destroy what is held here; peers do the same when they exchange."""
    body = {"index": index, "author": author}
    with reach(ctx, directory) as node:
        data = node.post("erasure/carry-out", lambda open_: _answers().carry_out(open_, **body), body)
    emit(data, "\n".join(_order(data)), as_json=as_json)


@app.command()
def status(
    ctx: typer.Context,
    directory: NodeFolder,
    index: AnyIndex = None,
    as_json: AsJson = False,
) -> None:
    """Show where requests to erase, or to lift a hold, stand."""
    show_requests(ctx, directory, "erasure", index, answers=_answers, line=_line, as_json=as_json)


@app.command()
def ledger(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show what was erased, who says so, and what nothing can enforce; exit code 3 if a party is overdue."""
    with reach(ctx, directory) as node:
        data = node.ask("erasure/ledger", lambda open_: _answers().ledger(open_))
    lines = [line for item in data["orders"] for line in _order(item)]
    lines += [_hold(item) for item in data["holds"]]
    emit(data, "\n".join(lines) or "nothing was erased, and nothing is held", as_json=as_json)
    if any(party["state"] == "overdue" for item in data["orders"] for party in item["parties"]):
        raise typer.Exit(FOUND)


@app.command()
def hold(
    ctx: typer.Context,
    directory: NodeFolder,
    keys: Keys,
    *,
    author: Author,
    reason: Reason,
    log: Annotated[str, typer.Option(help="The log that the records are in; the own one if left out.")] = "",
    days: Annotated[int | None, typer.Option(min=1, help="Days until it ends by itself.")] = None,
    as_json: AsJson = False,
) -> None:
    """Place a legal hold: these records are not erased here, and do not lapse, until it is lifted."""
    until = None if days is None else time.time_ns() // 1_000_000 + days * 86_400_000
    body: dict[str, Any] = {"origin": log, "keys": keys, "author": author, "reason": reason, "until": until}
    with reach(ctx, directory) as node:
        data = node.post("erasure/hold", lambda open_: _answers().hold(open_, **body), body)
    emit(data, _hold(data), as_json=as_json)


@app.command("lift-request")
def lift_request(
    ctx: typer.Context,
    directory: NodeFolder,
    index: Annotated[int, typer.Argument(min=0, help="The hold.")],
    *,
    author: Author,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Ask people to approve that a hold is lifted."""
    body = {"index": index, "author": author, "reason": reason}
    with reach(ctx, directory) as node:
        data = node.post("erasure/lift-request", lambda open_: _answers().lift_request(open_, **body), body)
    emit(data, _line(data), as_json=as_json)


@app.command()
def lift(
    ctx: typer.Context, directory: NodeFolder, index: Index, author: Author, as_json: AsJson = False
) -> None:
    """Lift the hold that an approved request names."""
    body = {"index": index, "author": author}
    with reach(ctx, directory) as node:
        data = node.post("erasure/lift", lambda open_: _answers().lift(open_, **body), body)
    emit(data, _line(data), as_json=as_json)


def _answers() -> ModuleType:
    from comity.node.control import answers_erasure  # noqa: PLC0415 - not needed to talk to a running node

    return answers_erasure


def _places(items: Sequence[dict[str, Any]]) -> str:
    return ", ".join(f"{item['origin']} {item['index']}" for item in items)


def _line(item: dict[str, Any]) -> str:
    what = "erase" if item["action"] == "erase" else "lift hold"
    text = f"{item['index']} {what} {_places(item['targets'])}: {item['stage']}"
    return text + reasons_text(item)


def _order(item: dict[str, Any]) -> list[str]:
    lines = [f"{item['origin']} {item['index']} erases {_places(item['targets'])}: {item['basis']}"]
    lines += [f"  does not hold: {code}" for code in item["reasons"]]
    lines.append(f"  here: {item['here']['state']}")
    if item["here"]["problem"]:
        lines.append(f"    {item['here']['problem']['detail']}")
    for party in item["parties"]:
        late = ", late" if party["late"] else ""
        fetched = "" if party["received"] else ", no word that it received it"
        lines.append(f"  {party['origin']}: {party['state']}{late}{fetched}; by {_day(item['deadline'])}")
        lines += [f"    may remain: {_remainder(part)}" for part in party["remains"]]
    lines += [f"  may remain here: {_remainder(part)}" for part in item["copies"]]
    return lines + [f"  not enforceable: {limit['text']}" for limit in item["limits"]]


def _remainder(part: dict[str, Any]) -> str:
    until = part.get("until")
    return f"{part['note']}, until {'nobody knows' if until is None else _day(until)}"


def _hold(item: dict[str, Any]) -> str:
    state = "stands" if item["stands"] else "does not stand any more"
    until = "" if item["until"] is None else f" until {_day(item['until'])}"
    return f"hold {item['index']} on {_places(item['targets'])} {state}{until}: {item['reason']}"


def _day(milliseconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(milliseconds / 1000))
