"""`comity perspectives network`: which organisations take the same side on which matters, over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
METHOD = "Of ties: ignore, congruence, conflict, subtract; with --mode two: ignore, subtract."
NORM = "Divide by: none, average, jaccard, cosine, dna_cosine; with --mode two: none, activity, prominence."


@app.command()
def network(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    mode: Annotated[str, typer.Option(help="one: holders with holders; two: with propositions.")] = "one",
    method: Annotated[str, typer.Option(help=METHOD)] = "",
    norm: Annotated[str, typer.Option(help=NORM)] = "",
    window: Annotated[str, typer.Option(help="Length of a window: 5y, 6m, 90d; all time without.")] = "",
    step: Annotated[str, typer.Option(help="From one window to the next; the window's length without.")] = "",
    duplicates: Annotated[
        str,
        typer.Option(help="The same statement counts once per document, week, month, year, window, or all."),
    ] = "document",
    scale: Annotated[str, typer.Option(help="agreement: two sides; stance: the five stances.")] = "agreement",
    graphml: Annotated[bool, typer.Option("--graphml", help="Print GraphML, one graph a window.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the ties as CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """Compute discourse networks of the offices and organisations that the perspective rule names.

    By default two holders are tied by the propositions on which they take the same side, divided by the
    average of what they said. Statements that are mixed, undated for a window, or coded differently are left
    out, and the output says how many.
    """
    given = {
        "mode": mode,
        "method": method,
        "norm": norm,
        "window": window,
        "step": step,
        "duplicates": duplicates,
        "scale": scale,
    }

    def local(node: Node) -> Any:
        from comity.perspectives.networks.asked import asked  # noqa: PLC0415 - lazily
        from comity.perspectives.networks.formats import to_json  # noqa: PLC0415 - lazily

        with node.views.connect() as db:
            return to_json(asked(db, given))

    data = ask(ctx, directory, "perspectives/network", local, **given)
    if graphml or as_csv:
        from comity.perspectives.networks import formats  # noqa: PLC0415 - lazily

        typer.echo(formats.to_graphml(data) if graphml else formats.to_csv(data), nl=False)
        return
    emit(data, "\n".join(_lines(data)), as_json=as_json)


def _lines(data: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if data["exercise"] else ""
    made = f"{data['method']} by {data['norm']}, {data['computed_by']}, {data['scale']}"
    lines = [f"{mark}{made}, once per {data['duplicates']}, {data['statements']} statements"]
    for window in data["windows"]:
        days = f"{window['first']} to {window['last']}" if window["first"] else "all time"
        lines.append(f"{days}: {window['statements']} statements, {len(window['ties'])} ties")
        strongest = sorted(window["ties"], key=lambda tie: (-abs(tie["value"]), tie["from"], tie["to"]))
        lines += [f"{tie['value']:>10.4f}  {tie['from']} - {tie['to']}" for tie in strongest]
    lines += [f"left out, {reason}: {count}" for reason, count in data["left_out"].items()]
    return lines
