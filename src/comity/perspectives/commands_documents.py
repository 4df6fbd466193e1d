"""`comity perspectives intake`: many documents at once."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import Local, reach
from comity.node.commands.output import FOUND, AsJson, bar, emit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.node.commands.access import Remote
    from comity.perspectives.intake.batch import Outcome

app = typer.Typer(add_completion=False)


@app.command()
def intake(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")],
    files: Annotated[
        list[Path], typer.Argument(help="PDF, DOCX, HTML, Markdown or text files, or folders of them.")
    ],
    *,
    author: Annotated[str, typer.Option(help="Who takes them in.")] = "the operator of this node",
    as_json: AsJson = False,
) -> None:
    """Take in many documents: each with its map, notes and languages, the exact originals encrypted here.

    The format is told by a file's bytes, not by its name. A file that cannot be taken in is named with the
    reason and stops nothing. The same bytes are the same document: stopped and begun again, the command
    goes on where it was. Each work is named after its file until it is described.

    Exit status 3 where a file was refused.
    """
    from comity.perspectives.intake.batch import files_of  # noqa: PLC0415 - lazily

    paths = files_of(files)
    outcomes: list[Outcome] = []
    with bar(as_json=as_json) as told, reach(ctx, directory) as node:
        for outcome in _taken(node, paths, author):
            outcomes.append(outcome)
            told("taking in", len(outcomes), len(paths))
    data = _data(outcomes)
    emit(data, _lines(outcomes, data), as_json=as_json)
    if data["refused"]:
        raise typer.Exit(FOUND)


def _taken(node: Local | Remote, paths: Sequence[Path], author: str) -> Iterator[Outcome]:
    from comity.perspectives.documents_batch import send_all, take_all  # noqa: PLC0415 - lazily

    if isinstance(node, Local):
        yield from node.ask("", lambda opened: take_all(opened, paths, author))
    else:
        yield from send_all(node, paths, author)


def _data(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    counted = {
        state: sum(outcome.state == state for outcome in outcomes) for state in ("new", "held", "refused")
    }
    return {**counted, "files": [{**asdict(outcome), "path": str(outcome.path)} for outcome in outcomes]}


def _lines(outcomes: Sequence[Outcome], data: dict[str, Any]) -> str:
    lines = []
    for outcome in outcomes:
        if outcome.state == "refused":
            lines += [f"refused  {outcome.path}: {outcome.message}", f"{'':9}what to do: {outcome.advice}"]
        else:
            lines.append(f"{outcome.state:<8} {outcome.path}  {outcome.work}")
    lines.append(f"{data['new']} taken in, {data['held']} held before, {data['refused']} refused")
    return "\n".join(lines)
