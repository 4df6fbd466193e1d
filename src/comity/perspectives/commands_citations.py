"""`comity perspectives citations`: the citations of a paper, and what does not fit in them."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.perspectives.citations import Audit

app = typer.Typer(add_completion=False)


@app.command()
def citations(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The paper: PDF, DOCX, HTML, Markdown or text.")],
    *,
    works: Annotated[
        Path | None,
        typer.Option("--works", metavar="NODE", help="A node whose works on record say the origins."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Resolve the citations of a paper by author and year, and list what does not fit.

    Works without a node. A key is the reference that a citation resolves to. Findings: dangling, uncited,
    ambiguous, impossible-date, page-outside-range, glued-reference, same-title, cross-reference,
    figure-contradicts-title, and the share of each origin (origin-share), which is no fault.
    """
    from comity.perspectives.citations import audit  # noqa: PLC0415 - lazily
    from comity.perspectives.intake.isolated import text_of  # noqa: PLC0415 - lazily

    def local(node: Node) -> Any:
        from comity.perspectives.documents import works_on_record  # noqa: PLC0415 - lazily

        return works_on_record(node)

    known = ask(ctx, works, "perspectives/works", local) if works else []
    found = audit(text_of(file), known)
    emit(found.as_json(), _table(found), as_json=as_json)


def _table(found: Audit) -> str:
    lines = [f"{'line':>6}  {'pages':<9} {'key':<44} as it stands"]
    for item in found.instances:
        sign = "" if item.resolved else "? "
        lines.append(f"{item.line:>6}  {item.pages:<9} {sign + item.key:<44} {item.raw}")
    lines.append("")
    lines += [f"{finding.kind:<25} {finding.where}: {finding.what}" for finding in found.findings]
    lines += [
        "",
        _sum(found),
    ]
    return "\n".join(lines)


def _sum(found: Audit) -> str:
    works = len({item.key for item in found.instances})
    return (
        f"{len(found.instances)} citations of {works} works; {len(found.keys)} references, "
        f"{len(found.uncited)} of them cited nowhere; {len(found.dangling)} works cited that are in no list"
    )
