"""`comity register brief` and `changes`: what a delegation needs before it meets."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.node.commands.access import ask
from comity.node.commands.output import AsJson, bar, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(no_args_is_help=True)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Today = Annotated[str, typer.Option(help="The clock: a day such as 2026-02-05; today if left out.")]
Limit = Annotated[str, typer.Option("--up-to", help="The most restrictive marking that is let in.")]
CLEAR = "TLP:CLEAR"


@app.command()
def brief(
    ctx: typer.Context,
    directory: NodeFolder,
    meeting: Annotated[str, typer.Argument(help="Short name of the meeting.")],
    *,
    languages: Annotated[str, typer.Option(help="One to three of vi, lo, en, joined by commas.")] = "vi,lo",
    out: Annotated[Path, typer.Option(help="Folder to write to.")] = Path(),
    form: Annotated[
        Literal["both", "docx", "pdf"], typer.Option("--format", help="docx, pdf or both.")
    ] = "both",
    up_to: Limit = CLEAR,
    today: Today = "",
    as_json: AsJson = False,
) -> None:
    """Make the consultation brief for a meeting: DOCX to edit and PDF to print, languages side by side."""

    def local(node: Node) -> Any:
        from comity.register import brief_answers, exports_answers  # noqa: PLC0415 - lazily

        clock = exports_answers.day(today) if today else None
        return brief_answers.sheet(node, meeting, languages=languages, limit=up_to, today=clock)

    asked = {"languages": languages, "limit": up_to, "today": today}
    with bar(as_json=as_json) as told:
        told("brief", 0, 3)
        sheet = ask(ctx, directory, f"register/brief/{meeting}", local, **asked)
        told("brief", 1, 3)
        files = _print(sheet, out, form, told)
    lines = {section["key"]: len(section["lines"]) for section in sheet["sections"]}
    data = {"files": files, "lines": lines, "marking": sheet["marking"], "exercise": sheet["exercise"]}
    data["heads"] = sheet["heads"]
    text = [f"{name}: {count}" for name, count in lines.items() if name != "agenda"]
    emit(data, "\n".join([f"{sheet['marking']}  {', '.join(text)}", *files]), as_json=as_json)


@app.command()
def changes(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    since: Annotated[str, typer.Option(help="A day, or the short name of a meeting that was held.")],
    today: Today = "",
    as_json: AsJson = False,
) -> None:
    """Say what was recorded, what happened and which windows ran out since a day or a meeting."""

    def local(node: Node) -> Any:
        from comity.register import exports_answers  # noqa: PLC0415 - lazily

        return exports_answers.changed(node, since, today)

    found = ask(ctx, directory, "register/changes", local, since=since, today=today)
    lines = [_change_line(item) for item in found["changes"]]
    head = f"since {found['since']}, up to {found['today']}: {len(lines)} changes"
    emit(found, "\n".join([head, *lines]), as_json=as_json)


def _print(sheet: dict[str, Any], out: Path, form: str, told: Any) -> list[str]:
    out.mkdir(parents=True, exist_ok=True)
    stem = f"brief-{sheet['meeting']}-{'-'.join(sheet['languages'])}"
    files = []
    if form != "pdf":
        from comity.register.brief_docx import docx  # noqa: PLC0415 - lazily

        place = out / f"{stem}.docx"
        place.write_bytes(docx(sheet))
        files.append(str(place))
    told("brief", 2, 3)
    if form != "docx":
        from comity.register.brief_pdf import pdf  # noqa: PLC0415 - lazily

        place = out / f"{stem}.pdf"
        place.write_bytes(pdf(sheet))
        files.append(str(place))
    told("brief", 3, 3)
    return files


def _change_line(item: dict[str, Any]) -> str:
    mark = "[exercise] " if item["exercise"] else ""
    place = f"  {item['origin']} {item['index']}" if item["origin"] else ""
    words = f" ({item['what']})" if item["what"] else ""
    kind = item["kind"].removeprefix("register.")
    return f"{item['on']}  {item['change']:<14} {kind:<11} {mark}{item['key']}{words}{place}"
