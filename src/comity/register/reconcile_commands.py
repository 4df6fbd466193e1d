"""`comity register reconcile`, `conflicts`, `ticket`, `match`: what two parties record differently."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import AsJson, emit
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(no_args_is_help=True)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="Pseudonym of who records it.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]
CLEAR = "TLP:CLEAR"
About = Literal["instrument", "event", "mechanism", "meeting", "undertaking", "figure"]


class TicketUnknownError(ComityError):
    """There is no such ticket, or its difference is fictional and the word is not, or the other way."""

    code = "register-ticket-unknown"
    advice = "List tickets with `comity register reconcile`; a word on a fictional one needs --exercise."


@app.command()
def reconcile(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    only: Annotated[
        Literal["all", "tickets", "open", "alone"],
        typer.Option(help="tickets, open pairs, or what is alone."),
    ] = "all",
    as_json: AsJson = False,
) -> None:
    """Pair the parties' records: what differs, what is not certain, what has no counterpart visible."""

    def local(node: Node) -> Any:
        from comity.register import exports_answers  # noqa: PLC0415 - lazily

        return exports_answers.reconciliation(node)

    found = ask(ctx, directory, "register/reconciliation", local)
    lines = [line for outcome in found for line in _outcome_lines(outcome, only)]
    emit({"reconciliation": found}, "\n".join(lines), as_json=as_json)


@app.command()
def conflicts(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show facts of which sources say different things: every value, with who reports it."""

    def local(node: Node) -> Any:
        from comity.register import exports_answers  # noqa: PLC0415 - lazily

        return exports_answers.conflict_list(node)

    found = ask(ctx, directory, "register/conflicts", local)
    lines = []
    for item in found:
        mark = "[exercise] " if item["exercise"] else ""
        lines.append(f"{mark}{item['key']}: {item['field']}")
        for value in item["values"]:
            who = ", ".join(dict.fromkeys(_reporter(report) for report in value["reports"]))
            lines.append(f"  {value['value']}  {who}")
    emit({"conflicts": found}, "\n".join([*lines, f"{len(found)} conflicts"]), as_json=as_json)


@app.command()
def ticket(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="Name of the ticket, from reconcile.")],
    *,
    owner: Annotated[str, typer.Option(help="Open it: the office of this party that follows it up.")] = "",
    say: Annotated[
        Literal["", "explained", "settled", "reopened"], typer.Option(help="This party's word on it.")
    ] = "",
    outcome: Annotated[str, typer.Option(help="What holds, where it is settled.")] = "",
    note: Annotated[str, typer.Option(help="What is added, in English.")] = "",
    author: Author = "",
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Show a ticket, open it with an owner, or say this party's word on it; no record is changed."""
    with reach(ctx, directory) as node:

        def local(opened: Node) -> Any:
            from comity.register import exports_answers  # noqa: PLC0415 - lazily

            return exports_answers.reconciliation(opened)

        shown = _one(node.ask("register/reconciliation", local), slug)
        if owner or say:
            if shown["exercise"] != exercise:
                raise TicketUnknownError(f"{slug} {'is' if shown['exercise'] else 'is not'} an exercise")
            from comity.register.writing import ticket_drafts  # noqa: PLC0415 - lazily

            given = {"owner": owner, "word": say, "outcome": outcome, "note_en": note}
            node.run("append", ticket_drafts(shown, {**given, "author": author, "marking": CLEAR}))
            shown = _one(node.ask("register/reconciliation", local), slug)
    emit({"ticket": shown}, "\n".join(_ticket_lines(shown)), as_json=as_json)


@app.command()
def match(
    ctx: typer.Context,
    directory: NodeFolder,
    about: Annotated[About, typer.Argument(help="What the records are about.")],
    one: Annotated[str, typer.Argument(help="Short name in one party's records.")],
    other: Annotated[str, typer.Argument(help="Short name in the other's.")],
    *,
    different: Annotated[bool, typer.Option("--different", help="They are not the same thing.")] = False,
    author: Author,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Record that two names are about the same thing, or are not: a person's word, for open pairs."""
    from comity.register.writing import match_draft  # noqa: PLC0415 - lazily

    given = {"about": about, "one": one, "other": other, "same": "no" if different else "yes"}
    with reach(ctx, directory) as node:
        draft = match_draft({**given, "author": author, "marking": CLEAR}, exercise=exercise)
        data = node.run("append", [draft])
    what = "are not the same" if different else "are the same"
    emit(data, f"recorded: {one} and {other} {what}", as_json=as_json)


def _one(found: list[dict[str, Any]], slug: str) -> dict[str, Any]:
    for outcome in found:
        for item in outcome["tickets"]:
            if item["slug"] == slug:
                shown: dict[str, Any] = item
                return shown
    raise TicketUnknownError(f"no ticket {slug[:96]!a}")


def _outcome_lines(outcome: dict[str, Any], only: str) -> list[str]:
    counts = (
        f"{len(outcome['pairs'])} pairs, {len(outcome['tickets'])} tickets, {len(outcome['open'])} open, "
        f"{len(outcome['no_counterpart_visible'])} without a counterpart visible"
    )
    lines = [f"{' and '.join(outcome['parties'])}: {counts}"]
    if only in ("all", "tickets"):
        lines += [line for item in outcome["tickets"] for line in _ticket_lines(item)]
    if only in ("all", "open"):
        for pair in outcome["open"]:
            names = f"{pair['one']['slug']} ~ {pair['other']['slug']}"
            lines.append(f"not certain {pair['score']}: {names}: {'; '.join(pair['reasons'])}")
    if only in ("all", "alone"):
        lines += [
            f"no counterpart visible of {item['party']}: {item['slug']}"
            for item in outcome["no_counterpart_visible"]
        ]
    return lines


def _ticket_lines(item: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if item["exercise"] else ""
    kept = "" if item["opened"] else ", nobody follows it up"
    gone = "" if item["holds"] else ", the records agree now"
    lines = [f"{mark}{item['slug']}  {item['state']}{kept}{gone}: {item['about']} {item['field']}"]
    lines += [f"    {read['party']}: {read['slug']} says {read['value']}" for read in item["readings"]]
    lines += [f"    {party}: followed up by {office}" for party, office in item["owners"].items()]
    for party, word in item["words"].items():
        said = f" {word['outcome']!r}" if word.get("outcome") else ""
        lines.append(f"    {party}: {word['word']}{said}, {word['on']}")
    return lines


def _reporter(report: dict[str, Any]) -> str:
    fields = report["fields"]
    said = fields.get("reported_by") or fields.get("attested_by") or ""
    works = ", ".join(cite["work"] for cite in fields.get("cites", []))
    return f"{report['party']}: {said} [{works}]" if said else f"{report['party']}: [{works}]"
