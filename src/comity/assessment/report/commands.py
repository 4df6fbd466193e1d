"""`comity assess session report`: print a joint assessment, record it, and check whose record a file is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, bar, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(add_completion=False)

PATH: Final = "assessment/reports"
STEPS: Final = 3
"""Words, DOCX, PDF."""


@app.command()
def report(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")],
    key: Annotated[
        str, typer.Argument(metavar="SESSION", help="Slug or place of the session; not needed to check.")
    ] = "",
    *,
    languages: Annotated[str, typer.Option(help="One to three of vi, lo, en, joined by commas.")] = "vi,lo",
    stage: Annotated[str, typer.Option(help="private or revised.")] = "private",
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
    form: Annotated[
        Literal["both", "docx", "pdf"], typer.Option("--format", help="docx, pdf or both.")
    ] = "both",
    record: Annotated[
        bool,
        typer.Option("--record", help="Record the digests of the files, or of the file that is checked."),
    ] = False,
    author: Annotated[str, typer.Option(help="Pseudonym of who records them.")] = "",
    check: Annotated[
        Path | None, typer.Option(help="Say whose record this file is, and print nothing.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the joint assessment in two languages, every figure with its entry; exit code 3: nobody's record.

    With --record the digests of the files stand in this party's log. With --check FILE it is said which
    parties recorded that very file; with both, this party records it too, if it derives the same content.
    """
    if record and not author:
        raise typer.BadParameter("who records it is missing: --author PSEUDONYM")
    if check is not None:
        _check(ctx, directory, check.read_bytes(), author if record else "", as_json=as_json)
        return
    if not key:
        raise typer.BadParameter("which session is missing: its slug, or its place as in vn/hq/12")
    asked = {"key": key, "stage": stage, "languages": languages}
    with bar(as_json=as_json) as told:
        told("report", 0, STEPS)
        sheet = ask(ctx, directory, f"{PATH}/sheet", lambda node: _sheet(node, asked), **asked)
        printed = _print(sheet, form, told)
    files = _write(sheet, printed, out)
    data: dict[str, Any] = {"files": files, "exercise": sheet["exercise"], "marking": sheet["marking"]}
    if record:
        data["record"] = _record(ctx, directory, asked, printed, author)
    places = [f"{one['path']}  {one['digest']}" for one in files]
    at = [f"recorded in {data['record']['origin']}/{data['record']['index']}"] if record else []
    emit(
        data,
        "\n".join([f"{sheet['marking']}  {sheet['slug']}, as of {sheet['as_of']}", *places, *at]),
        as_json=as_json,
    )


# --- inside ---


def _sheet(node: Node, asked: dict[str, str]) -> dict[str, Any]:
    from comity.assessment.report import sheets  # noqa: PLC0415 - lazily

    return sheets.sheet(node, **asked)


def _print(sheet: dict[str, Any], form: str, told: Any) -> dict[str, bytes]:
    printed = {}
    told("report", 1, STEPS)
    if form != "pdf":
        from comity.assessment.report.docxs import docx  # noqa: PLC0415 - lazily

        printed["docx"] = docx(sheet)
    told("report", 2, STEPS)
    if form != "docx":
        from comity.assessment.report.pdfs import pdf  # noqa: PLC0415 - lazily

        printed["pdf"] = pdf(sheet)
    told("report", STEPS, STEPS)
    return printed


def _write(sheet: dict[str, Any], printed: dict[str, bytes], out: Path) -> list[dict[str, Any]]:
    from comity.assessment.report.recording import file_of  # noqa: PLC0415 - lazily

    out.mkdir(parents=True, exist_ok=True)
    files = []
    for form, data in printed.items():
        place = out / f"assessment-{sheet['slug']}-{sheet['stage']}-{'-'.join(sheet['languages'])}.{form}"
        place.write_bytes(data)
        files.append({"path": str(place), **file_of(form, data)})
    return files


def _record(
    ctx: typer.Context, directory: Path, asked: dict[str, str], printed: dict[str, bytes], author: str
) -> dict[str, Any]:
    from comity.assessment.report import recording  # noqa: PLC0415 - lazily

    files = [recording.file_of(form, data) for form, data in printed.items()]
    what = recording.Printed(**asked)
    with reach(ctx, directory) as node:
        found = node.post(
            f"{PATH}/record",
            lambda own: recording.record(own, what, files, author),
            {**asked, "files": files, "author": author},
        )
    return dict(found)


def _check(ctx: typer.Context, directory: Path, data: bytes, author: str, *, as_json: bool) -> None:
    from comity.assessment.report import recording  # noqa: PLC0415 - lazily

    name = recording.digest(data)
    if author:
        body = {"digest": name, "author": author}
        with reach(ctx, directory) as node:
            found = node.post(f"{PATH}/cosign", lambda own: recording.cosign(own, name, author), body)
    else:
        found = ask(ctx, directory, f"{PATH}/check", lambda node: recording.check(node, name), digest=name)
    lines = [f"{one['party']}: {one['origin']}/{one['index']}" for one in found["records"]]
    head = f"recorded by {', '.join(found['parties'])}" if found["recorded"] else "on nobody's record here"
    emit(found, "\n".join([f"{head}  {name}", *lines]), as_json=as_json)
    if not found["recorded"]:
        raise typer.Exit(FOUND)
