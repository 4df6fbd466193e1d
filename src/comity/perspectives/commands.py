"""`comity perspectives`: who said what, and what that supports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import Local, ask, reach
from comity.node.commands.output import AsJson, emit
from comity.perspectives import (
    commands_assistance,
    commands_citations,
    commands_coding,
    commands_comparison,
    commands_documents,
    commands_interchange,
    commands_networks,
    commands_study,
)

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="Who said what, as reported by whom, and what that supports.",
)

app.add_typer(commands_comparison.app)
app.add_typer(commands_coding.app)
app.add_typer(commands_interchange.app)
app.add_typer(commands_assistance.app)
app.add_typer(commands_networks.app)
app.add_typer(commands_study.app)
app.add_typer(commands_documents.app)
app.add_typer(commands_citations.app)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


@app.command()
def matrix(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Print the comparison: the authors' finding and the computed one, in two columns that never mix."""

    def local(node: Node) -> Any:
        from comity.perspectives import answers  # noqa: PLC0415 - lazily

        return answers.comparison(node)

    data = ask(ctx, directory, "perspectives/comparison", local)
    lines = [f"{'authors':<10} {'computed (' + data['method'] + ')':<24} proposition"]
    for row in data["rows"]:
        cells = [f"{group} {_stance(cell)}" for group, cell in row["cells"].items()]
        marked = "[exercise] " if row["exercise"] else ""
        lines.append(
            f"{row['authors_finding'] or '-':<10} {row['computed_finding']:<24} {marked}{row['proposition']}"
        )
        lines.append(f"{'':<11}{'; '.join(cells)}")
        lines += [f"{'':<11}cannot tell: {reason['words']}" for reason in row["reasons"]]
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def statements(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    proposition: Annotated[str, typer.Option(help="Only those on this proposition.")] = "",
    as_json: AsJson = False,
) -> None:
    """List coded statements: holder, stance, and the works through which they reached us."""

    def local(node: Node) -> Any:
        from comity.perspectives import answers  # noqa: PLC0415 - lazily

        return answers.statements(node, proposition or None)

    query = {"proposition": proposition} if proposition else {}
    found = ask(ctx, directory, "perspectives/statements", local, **query)
    lines = []
    for view in found:
        fields = view["codings"][0]["fields"]
        marked = "[exercise] " if view["exercise"] else ""
        lines.append(
            f"{view['stance']!s:>13}  {marked}{view['slug']}  {view['holder']}, {fields['modality']}"
        )
        words = fields["paraphrase"]
        lines.append(f"{'':<15}{words.get('en') or next(iter(words.values()))}")
        if "quote" in fields:
            lines.append(f"{'':<15}“{fields['quote']['exact']}”")
        lines.append(f"{'':<15}by way of {' > '.join(fields['reported_by'])}")
    emit({"statements": found}, "\n".join([*lines, f"{len(found)} statements"]), as_json=as_json)


@app.command()
def documents(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """List the documents held here: work, digest, length, pages, sections."""

    def local(node: Node) -> Any:
        from comity.perspectives import answers  # noqa: PLC0415 - lazily

        return answers.documents(node)

    found = ask(ctx, directory, "perspectives/documents", local)
    lines = [
        f"{item['fields']['work']}  {item['origin']} {item['index']}  {item['fields']['length']} characters, "
        f"{len(item['fields'].get('pages', []))} pages, {len(item['fields'].get('sections', []))} sections, "
        f"SHA-256 {item['fields']['sha256']}"
        for item in found
    ]
    emit({"documents": found}, "\n".join(lines) or "no document is held here", as_json=as_json)


@app.command()
def locators(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Follow the locator of every statement and finding; list the orphans."""

    def local(node: Node) -> Any:
        from comity.perspectives import answers  # noqa: PLC0415 - lazily

        return answers.locators(node)

    found = ask(ctx, directory, "perspectives/locators", local)
    orphans = [item for item in found if item["state"] == "orphan"]
    lines = [f"orphan  {item['origin']} {item['index']} {item['slug']}: {item['reason']}" for item in orphans]
    lines.append(f"{len(found) - len(orphans)} of {len(found)} locators lead to their passage")
    emit({"locators": found}, "\n".join(lines), as_json=as_json)


@app.command()
def take(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(help="A text or Markdown file in UTF-8.")],
    *,
    work: Annotated[str, typer.Option(help="The work whose text this is.")],
    author: Annotated[str, typer.Option(help="Who takes it in.")],
    as_json: AsJson = False,
) -> None:
    """Take in a document: its record is sealed in the log, the exact original stays encrypted here."""
    from comity.perspectives.documents import take as take_in  # noqa: PLC0415 - lazily
    from comity.perspectives.intake import IntakeError  # noqa: PLC0415 - lazily

    try:
        original = file.read_bytes()
    except OSError as error:
        raise IntakeError(f"{file}: {error.strerror}") from error
    with reach(ctx, directory) as node:
        if isinstance(node, Local):
            data = node.ask("", lambda opened: take_in(opened, work, original, author))
        else:
            data = node.send("perspectives/documents", original, work=work, author=author)
    done = "taken in" if data["new"] else "was held already"
    emit(data, f"{work}: {done}, record {data['index']} of {data['origin']}", as_json=as_json)


@app.command()
def locate(
    file: Annotated[Path, typer.Argument(help="The document's file.")],
    passage: Annotated[str, typer.Argument(help="A passage that stands in it exactly once.")],
    as_json: AsJson = False,
) -> None:
    """Make the locator of a passage; nothing is stored."""
    from comity.perspectives.intake import IntakeError, document_text  # noqa: PLC0415 - lazily
    from comity.perspectives.locators import point_to  # noqa: PLC0415 - lazily

    try:
        text = document_text(file.read_bytes())
    except OSError as error:
        raise IntakeError(f"{file}: {error.strerror}") from error
    locator = point_to(text, passage)
    emit(locator.model_dump(exclude_none=True), locator.model_dump_json(exclude_none=True), as_json=as_json)


def _stance(cell: dict[str, Any]) -> str:
    if cell["mean"] is None:
        return "not heard" if not cell["mixed"] + cell["not_addressed"] else "no stance"
    through = f", as reported by {cell['reported_by_one_work']}" if cell["reported_by_one_work"] else ""
    return f"{cell['mean']:+.1f} ({cell['n']}{through})"
