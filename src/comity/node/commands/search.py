"""`comity search`: words, in any of the languages, in everything a node may read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Search every text this node may read, in three scripts."
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


@app.command()
def search(
    ctx: typer.Context,
    directory: NodeFolder,
    query: Annotated[str, typer.Argument(help="Words; without diacritics they are found with any.")],
    *,
    limit: Annotated[int, typer.Option(min=1, max=200, help="At most so many lines.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Search every text this node may read: all words, the last one may be a beginning.

    Vietnamese is found with and without diacritics, Lao without spaces. "Quoted" words stand side by side.
    """

    def local(node: Node) -> Any:
        from comity.node.search.answers import search as look  # noqa: PLC0415 - lazily

        return look(node, query, limit)

    data = ask(ctx, directory, "node/search", local, q=query, limit=limit)
    lines = [
        f"{line['origin']} {line['index']}  {line['kind']} {line['place']}"
        f"{'  [exercise]' if line['class_'] == 'exercise' else ''}\n    {_marked(line)}"
        for line in data["found"]
    ]
    told = f"more than {data['total']} lines, newest first" if data["more"] else f"{data['total']} lines"
    emit(data, "\n".join([*lines, told]), as_json=as_json)


def _marked(line: dict[str, Any]) -> str:
    text, parts, at = line["text"], [], 0
    for start, end in line["spans"]:
        parts += [text[at:start], "[", text[start:end], "]"]
        at = end
    return "".join([*parts, text[at:]])
