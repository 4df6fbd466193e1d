"""`comity border alerts`: the queue, who takes what up, what became of it, and what it all costs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="alerts",
    no_args_is_help=True,
    add_completion=False,
    help="The queue of alerts: one occurrence is one alert on both nodes.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Key = Annotated[str, typer.Argument(metavar="ALERT", help="Its key, or the first characters of it.")]
Author = Annotated[str, typer.Option(help="The person who answers for it.")]
Office = Annotated[str, typer.Option(help="Which office takes the step.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label; that of the alert without.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Note = Annotated[str, typer.Option(help="What a reader must know besides.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    every: Annotated[bool, typer.Option("--every", help="What is resolved too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is open, the gravest first, each with the figures that it rests on."""

    def local(node: Node) -> Any:
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        return answers.alert_list(node, every=every)

    with reach(ctx, directory) as node:
        found = node.ask("border/alerts", local, every=str(every).lower())
    lines = [line for one in found["alerts"] for line in _alert(one)] or ["no alert is open"]
    if found["aside"]:
        lines.append(f"{len(found['aside'])} entries put aside; --json says which and why")
    emit(found, "\n".join(lines), as_json=as_json)


@app.command()
def check(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    author: Author = "",
    marking: Marking = "",
    releasable_to: To = None,
    as_json: AsJson = False,
) -> None:
    """Hold the gauges and counts on record against the rules; put on record what began and what is over.

    Made to be run every few minutes: what is open already is not raised again.
    """
    act = {"header": _header(author, marking, releasable_to)}
    found = _post(ctx, directory, "check", act)
    lines = [f"{one['step']}: {one['rule']} of {one['subject']}" for one in found["steps"]]
    emit(
        found, "\n".join([*lines, f"{found['signals']} signals, {found['written']} entries"]), as_json=as_json
    )


@app.command()
def ack(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    author: Author,
    office: Office,
    marking: Marking = "",
    releasable_to: To = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Say that an office has taken an alert up: it escalates no further. No party silences the other."""
    act: dict[str, Any] = {"alert": key, "office": office, "header": _header(author, marking, releasable_to)}
    _step(ctx, directory, "acknowledge", act, note, as_json=as_json)


@app.command()
def resolve(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    author: Author,
    office: Office,
    outcome: Annotated[str, typer.Option(help="Was there what it says: true, false or cannot_tell.")],
    marking: Marking = "",
    releasable_to: To = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Say what became of an alert; the outcome makes the precision of its rule."""
    act: dict[str, Any] = {"alert": key, "office": office, "outcome": outcome}
    act |= {"header": _header(author, marking, releasable_to)}
    _step(ctx, directory, "resolve", act, note, as_json=as_json)


@app.command()
def note(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="What a reader must know.")],
    *,
    author: Author,
    office: Office,
    marking: Marking = "",
    releasable_to: To = None,
    as_json: AsJson = False,
) -> None:
    """Put a note beside an alert; its state stays."""
    act: dict[str, Any] = {"alert": key, "office": office, "header": _header(author, marking, releasable_to)}
    _step(ctx, directory, "note", act, text, as_json=as_json)


@app.command()
def budget(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    hours: Annotated[int, typer.Option(min=1, max=8784, help="How far back.")] = 24,
    operators: Annotated[int, typer.Option(min=1, max=1000, help="How many people look.")] = 1,
    limit: Annotated[
        float, typer.Option(min=0.01, max=1000, help="Alerts each can look at in an hour.")
    ] = 6.0,
    as_json: AsJson = False,
) -> None:
    """Show what alerts cost an operator and hour, and how many were true; exit code 0 in any case."""
    given = {"hours": hours, "operators": operators, "limit": limit}

    def local(node: Node) -> Any:
        from comity.border.alerts import answers  # noqa: PLC0415 - lazily

        return answers.budget(node, hours=hours, operators=operators, limit=limit)

    with reach(ctx, directory) as node:
        found = node.ask("border/alert-budget", local, **given)
    state = "within" if found["within"] else "OVER"
    cost = f"{found['per_operator_hour']:g} alerts an operator and hour, {state} the budget of {limit:g}"
    lines = [f"{cost}; precision {_precision(found['precision'])}"]
    lines += [
        f"{one['rule']}: {one['alerts']} alerts, {one['looks']} looks, {one['escalated']} escalated, "
        f"{one['missed']} over before anybody looked; precision {_precision(one['precision'])}"
        for one in found["rules"]
    ]
    emit(found, "\n".join(lines), as_json=as_json)


def _alert(one: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if one["exercise"] else ""
    inhibited = f", inhibited by {one['inhibited_by'][0][:8]}" if one["inhibited_by"] else ""
    level = f", escalated {one['level']}" if one["level"] else ""
    figures = ", ".join(
        f"{item['name']} {item['value']} {item.get('unit', '')}".rstrip() for item in one["reasons"]
    )
    parties = ", ".join(f"{party} {state}" for party, state in one["parties"].items())
    first = f"{mark}{one['short']} {one['severity']} {one['rule']}: {one['subject']} at {one['cell']}"
    return [
        f"{first}; {one['state']} ({parties}){level}{inhibited}",
        f"  since {one['utc']}: {figures}",
        *(f"  {line}" for line in _sides(one)),
    ]


def _sides(one: dict[str, Any]) -> list[str]:
    """Return who raised it and who took it up, each by name: one party's word is not the other's."""
    lines = [f"raised by {one['raised_by'][0]} alone so far"] if one["one_sided"] else []
    said = [f"{party} ({word['office']})" for party, word in one["acknowledged_by"].items()]
    if said:
        awaited = f"; not yet by {', '.join(one['awaited'])}" if one["awaited"] else ""
        lines.append(f"acknowledged by {', '.join(said)}{awaited}")
    return lines


def _precision(one: dict[str, Any]) -> str:
    if one["value"] is None:
        return "cannot tell: nothing was judged"
    return f"{one['value']:.0%} ({one['low']:.0%} to {one['high']:.0%}, {one['judged']} judged)"


def _header(author: str, marking: str, releasable_to: list[str] | None) -> dict[str, Any]:
    return {"author": author, "marking": marking, "releasable_to": releasable_to or []}


def _step(
    ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], note: str, *, as_json: bool
) -> None:
    data = _post(ctx, directory, name, {**act, **({"note": {"en": note}} if note else {})})
    place = data["receipts"][0] if data["receipts"] else None
    text = "it waits" if place is None else f"{data['kind']} in {data['origin']} {place['index']}"
    emit(data, text, as_json=as_json)


def _post(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any]) -> dict[str, Any]:
    def local(node: Node) -> Any:
        from comity.border.alerts import answers, writing  # noqa: PLC0415 - lazily

        return writing.ACTS[name](node, act, answers.now())

    with reach(ctx, directory) as node:
        found: dict[str, Any] = node.post(f"border/alert-acts/{name}", local, act)
    return found
