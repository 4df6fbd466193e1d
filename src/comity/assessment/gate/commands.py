"""`comity gate`: consult before you commit."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.assessment.gate.commands_acts import app as acts
from comity.assessment.gate.commands_steps import app as steps
from comity.node.commands.access import ask, reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Consult before you commit.")
app.add_typer(acts)
app.add_typer(steps)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


@app.command()
def deadline(
    *,
    rule: Annotated[str, typer.Option(help="Id of the rule, such as mrc-pnpca.")],
    start: Annotated[str, typer.Option(metavar="DATE", help="When it started, as a day or an EDTF date.")],
    extend: Annotated[
        list[str] | None, typer.Option(help="6m, 30d, 2w, or the day it lasts until; repeatable, in order.")
    ] = None,
    version: Annotated[int | None, typer.Option("--rule-version", help="Of the rule; the newest.")] = None,
    rules_folder: Annotated[
        Path | None, typer.Option("--rules", help="A folder with further rule files, such as NODE/rules.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Reckon when a consultation ends; no node is needed.

    Start + the period less a day. Where the start is not known to the day the end is null, and the days
    between which it lies are given.
    """
    from comity.assessment.gate import answers  # noqa: PLC0415 - lazily
    from comity.assessment.gate.rules import find  # noqa: PLC0415 - lazily

    found, _ = find(rule, version, rules_folder)
    data = answers.deadline(found, start, [part.strip() for text in extend or () for part in text.split(",")])
    text = data["end"] or f"cannot tell: between {data['earliest']} and {data['latest']}"
    emit(data, text, as_json=as_json)


@app.command()
def rules(
    ctx: typer.Context,
    directory: Annotated[Path | None, typer.Argument(metavar="[NODE]", help="The node's folder.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the rules: those shipped, and a node's own with whether its compact carries their digest."""

    def local(node: Node | None) -> list[dict[str, Any]]:
        from comity.assessment.gate import answers  # noqa: PLC0415 - lazily

        return answers.rule_list(node)

    found = local(None) if directory is None else ask(ctx, directory, "assessment/gate-rules", local)
    lines = [
        f"{one['id']} version {one['version']}: {one['title']['en']}\n  digest {one['digest']}"
        + (f", carried by the compact {one['signed']}" if one["signed"] else "")
        for one in found
    ]
    emit({"rules": found}, "\n".join(lines), as_json=as_json)


@app.command()
def status(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="The name of one gate; all if none is named.")] = "",
    *,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="As of this day; today.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show where consultations stand: state, end, flags with the days, replies; requests; use per party.

    A flag compares two dates. It decides no breach of law and stops nothing.
    """

    def gates_here(node: Node) -> Any:
        from comity.assessment.gate import answers  # noqa: PLC0415 - lazily

        return answers.gate(node, slug, "", on) if slug else answers.gate_list(node, on)

    def requests_here(node: Node) -> Any:
        from comity.assessment.gate import answers  # noqa: PLC0415 - lazily

        return answers.request_list(node)

    def usage_here(node: Node) -> Any:
        from comity.assessment.gate import answers  # noqa: PLC0415 - lazily

        return answers.usage_list(node)

    query = {"on": on} if on else {}
    with reach(ctx, directory) as node:
        path = f"assessment/gates/{slug}" if slug else "assessment/gates"
        found = node.ask(path, gates_here, **query)
        gates = found["gates"] if slug else found
        requests = node.ask("assessment/gate-requests", requests_here)
        usage = node.ask("assessment/gate-usage", usage_here)
    lines = [line for one in gates for line in _gate_lines(one)] or ["no gate is open"]
    lines += [_request_line(one) for one in requests]
    lines += [_usage_line(one) for one in usage]
    emit({"gates": gates, "requests": requests, "usage": usage}, "\n".join(lines), as_json=as_json)


def _gate_lines(one: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if one["exercise"] else ""
    state = one["state"]
    if state == "cannot tell" and one["candidates"]:
        state += f" ({' or '.join(one['candidates'])})"
    rule = f"{one['rule']['id']} version {one['rule']['version']}"
    lines = [f"{mark}{one['slug']} of {one['sponsor']}: {state} on {one['on']}, {rule}"]
    if one["end"]:
        end = one["end"]
        lines.append(
            f"  ends {end['end'] or 'cannot tell: ' + str(end['earliest']) + ' to ' + str(end['latest'])}"
        )
    for step in one["steps"]:
        when = step["when"]
        late = {"yes": ", retroactive", "maybe": ", cannot tell whether retroactive"}.get(
            step["retroactive"], ""
        )
        number = f" {step['number']}" if step["number"] else ""
        days = when["first"] if when["first"] == when["last"] else f"{when['first']} to {when['last']}"
        doubt = ", not read at its source" if any(word["unverified"] for word in step["words"]) else ""
        lines.append(f"  {step['step']}{number}: {days}{late}{doubt}")
    for flag in one["flags"]:
        days = "" if flag["days"] is None else f" by {_days(flag['days'])}, counted to the {flag['basis']}"
        words = f"{one['flag_words']}{days}" if flag["flag"] else flag["verdict"]
        lines.append(f"  {flag['kind']} {flag['on']}, as {flag['asserted_by']} says: {words}")
    lines += [f"  {reply['party']} {reply['reply']}: {reply['text']['en']}" for reply in one["replies"]]
    return [*lines, *(f"  ! {code}" for code in one["conflicts"])]


def _days(days: list[int | None]) -> str:
    few, most = days
    return f"{few} days" if few == most else f"{few} to {most} days"


def _request_line(one: dict[str, Any]) -> str:
    answer = "no answer" if one["answer"] is None else one["answer"]["answer"]
    return f"request {one['slug']} of {one['requested_by']} to {one['sponsor']}: {answer}"


def _usage_line(one: dict[str, Any]) -> str:
    counts = ", ".join(f"{name} {count}" for name, count in one.items() if name != "party")
    return f"use by {one['party']}: {counts}"
