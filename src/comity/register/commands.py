"""`comity register`: what was agreed, and what each party says became of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import AsJson, emit
from comity.register import (
    brief_commands,
    commands_exchange,
    commands_life,
    commands_places,
    extraction_commands,
    reconcile_commands,
    writing_commands,
)

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="What was agreed, and what each party says became of it."
)

app.add_typer(commands_life.app)
app.add_typer(brief_commands.app)
app.add_typer(commands_exchange.app)
app.add_typer(extraction_commands.app)
app.add_typer(reconcile_commands.app)
app.add_typer(writing_commands.app)
app.add_typer(commands_places.app, name="place")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
KIND_HELP = (
    "instrument, event, mechanism, meeting, undertaking, figure (these if none is named), talks, gap …"
)


@app.command("list")
def list_facts(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    kind: Annotated[str, typer.Option(help=KIND_HELP)] = "",
    state: Annotated[str, typer.Option(help="agreed, awaiting, or 'recorded differently'.")] = "",
    as_json: AsJson = False,
) -> None:
    """List facts, each with its state between the parties."""
    kinds = [kind] if kind else ["instrument", "event", "mechanism", "meeting", "undertaking", "figure"]
    found: list[dict[str, Any]] = []
    with reach(ctx, directory) as node:
        for name in kinds:

            def local(opened: Node, name: str = name) -> Any:
                from comity.register import answers  # noqa: PLC0415 - lazily

                return answers.facts(opened, name)

            found += node.ask(f"register/facts/{name}", local)
    shown = [fact for fact in found if state in ("", fact["state"])]
    lines = [f"{fact['state']:<21} {fact['kind']:<22} {_marked(fact['key'], fact)}" for fact in shown]
    emit({"facts": shown}, "\n".join([*lines, f"{len(shown)} facts"]), as_json=as_json)


@app.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="The natural name of an instrument, meeting, figure …")],
    as_json: AsJson = False,
) -> None:
    """Show everything recorded under a name, every report with its party, place in the log and sources."""

    def local(node: Node) -> Any:
        from comity.register import answers  # noqa: PLC0415 - lazily

        return answers.thing(node, slug)

    found = ask(ctx, directory, f"register/things/{slug}", local)
    emit({"facts": found}, "\n".join(line for fact in found for line in _fact_lines(fact)), as_json=as_json)


@app.command()
def status(
    ctx: typer.Context,
    directory: NodeFolder,
    undertaking: Annotated[
        str, typer.Argument(help="The name of one undertaking; all if none is named.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show where undertakings stand: joint, awaiting or disputed. The advice is no status."""

    def local(node: Node) -> Any:
        from comity.register import answers  # noqa: PLC0415 - lazily

        return answers.undertakings(node)

    found = ask(ctx, directory, "register/undertakings", local)
    shown = [view for view in found if undertaking in ("", view["slug"])]
    if undertaking and not shown:
        from comity.register.answers import UnknownFactError  # noqa: PLC0415 - lazily

        raise UnknownFactError(f"no undertaking {undertaking[:60]!a}")
    emit({"undertakings": shown}, "\n".join(map(_standing_line, shown)), as_json=as_json)


@app.command()
def compact(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show the compact: whose word counts, who observes, whether every party has adopted it."""

    def local(node: Node) -> Any:
        from comity.register import answers  # noqa: PLC0415 - lazily

        return answers.summary(node)

    data = ask(ctx, directory, "register/summary", local)
    found = data["compact"]
    text = "no compact is adopted: those that are paired are the parties"
    if found:
        lines = [
            f"{'in force' if found['in_force'] else 'not in force'}: parties {', '.join(found['parties'])}"
        ]
        lines += [f"observer {name}" for name in found["observers"]]
        lines += [f"{party} adopted {digest}" for party, digest in found["adopted"].items()]
        text = "\n".join(lines)
    emit({"compact": found}, text, as_json=as_json)


def _fact_lines(fact: dict[str, Any]) -> list[str]:
    lines = [f"{fact['kind']}  {_marked(fact['key'], fact)}  {fact['state']}"]
    if fact["differs"]:
        lines.append(f"  reports differ in: {', '.join(fact['differs'])}")
    for report in fact["reports"]:
        lines.append(f"  {report['party']}, {report['origin']} {report['index']}")
        for name, value in report["fields"].items():
            if name != "cites":
                lines.append(f"    {name}: {_words(value)}")
        lines += [f"    source: {_source(cite)}" for cite in report["fields"].get("cites", [])]
    if fact["silent"]:
        lines.append(f"  no counterpart visible of: {', '.join(fact['silent'])}")
    return lines


def _source(cite: dict[str, Any]) -> str:
    places = [f"section {cite['section']}"] if cite.get("section") else []
    places += [f"page {cite['page']}"] if cite.get("page") else []
    unread = ["not read at its source"] if cite.get("unverified") else []
    return ", ".join([cite["work"], *places, *unread])


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return str(value["en"]) if "en" in value else ", ".join(_words(item) for item in value.values())
    if isinstance(value, list):
        return "; ".join(_words(item) for item in value)
    return str(value)


def _standing_line(view: dict[str, Any]) -> str:
    stood = view["standing"]
    said = ", ".join(f"{party} {word}" for party, word in stood["said"].items()) or "nobody has said anything"
    advice = f"  ({view['advice']})" if view["advice"] else ""
    return f"{stood['state']:<9} {_marked(view['slug'], view)}: {said}{advice}"


def _marked(words: str, item: dict[str, Any]) -> str:
    return f"[exercise] {words}" if item["exercise"] else words
