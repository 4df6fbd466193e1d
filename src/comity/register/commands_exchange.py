"""`comity register import` and `export`: tables in, tables and a calendar out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, bar, emit
from comity.register.imports_files import file_bytes

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.register.imports import Plan

app = typer.Typer(no_args_is_help=True)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Today = Annotated[str, typer.Option(help="The clock: a day such as 2026-02-05; today if left out.")]
Limit = Annotated[str, typer.Option("--up-to", help="The most restrictive marking that is let in.")]
CLEAR: Final = "TLP:CLEAR"
_AT_ONCE: Final = 500
_MOST_TOLD: Final = 40
"""Lines of one sort that the screen gets; the errors file and --json hold all."""


@app.command("import")
def import_(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(help="A CSV or XLSX file.")],
    *,
    mapping: Annotated[Path, typer.Option(help="TOML: which column becomes which field.")],
    errors: Annotated[
        Path | None, typer.Option(help="Where bad rows are written, with what is wrong.")
    ] = None,
    sheet: Annotated[str, typer.Option(help="Sheet of a workbook; the first if left out.")] = "",
    encoding: Annotated[
        str, typer.Option(help="utf-8, utf-16, cp1258 or cp1252; found out if left out.")
    ] = "",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be recorded; record nothing.")
    ] = False,
    update: Annotated[
        bool, typer.Option("--update", help="A row that differs is the party's newer word.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Record the rows of a table; every bad row is named and kept. Exit status 3: some rows are bad."""
    from comity.register import imports  # noqa: PLC0415 - lazily
    from comity.register.imports_mapping import read_mapping  # noqa: PLC0415 - lazily
    from comity.register.imports_table import read_table  # noqa: PLC0415 - lazily

    table = read_table(file_bytes(file), file.name, encoding=encoding, sheet=sheet)
    read = read_mapping(file_bytes(mapping).decode("utf-8", "replace"))
    with reach(ctx, directory) as node:

        def local(opened: Node) -> Any:
            from comity.register import exports_answers  # noqa: PLC0415 - lazily

            return exports_answers.own(opened, read.kind)

        existing = node.ask(f"register/own/{read.kind}", local)
        with bar(as_json=as_json) as told:
            found = imports.plan(
                table,
                read,
                _registry(),
                existing,
                update=update,
                told=lambda done: told("read", done, len(table.rows)),
            )
            drafts = [draft for _, draft in found.drafts]
            for at in range(0, 0 if dry_run else len(drafts), _AT_ONCE):
                node.run("append", drafts[at : at + _AT_ONCE])
                told("rows", min(at + _AT_ONCE, len(drafts)), len(drafts))
    place = _write_errors(errors or file.with_suffix(".errors.csv"), imports.errors_file(table, found), found)
    data = {**found.as_json(), "recorded": 0 if dry_run else len(drafts), "errors_file": place}
    emit(data, "\n".join(_import_lines(data, dry_run=dry_run)), as_json=as_json)
    if found.bad_rows:
        raise typer.Exit(FOUND)


@app.command()
def export(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    out: Annotated[Path | None, typer.Option(help="File to write; the screen if left out.")] = None,
    form: Annotated[
        Literal["csv", "json", "ics"], typer.Option("--format", help="csv, json or ics.")
    ] = "csv",
    language: Annotated[str, typer.Option(help="Language of a calendar: vi, lo or en.")] = "en",
    kind: Annotated[str, typer.Option(help="One kind only, such as undertaking.")] = "",
    up_to: Limit = CLEAR,
    today: Today = "",
) -> None:
    """Export the register with sources and standing: a table, JSON, or what is due as a calendar."""
    from comity.register.brief_answers import checked  # noqa: PLC0415 - lazily

    limit = checked(up_to)
    data = _calendar(ctx, directory, language, limit, today) if form == "ics" else None
    if data is None:
        rows = _rows(ctx, directory, kind, limit)
        if form == "json":
            data = json.dumps({"rows": rows}, ensure_ascii=False, indent=2).encode() + b"\n"
        else:
            from comity.register.exports import csv_text  # noqa: PLC0415 - lazily

            data = csv_text(rows).encode()
    if out is None:
        typer.echo(data.decode().removeprefix("\ufeff"), nl=False)
        return
    out.write_bytes(data)
    typer.echo(f"{out}: {len(data)} bytes")


def _rows(ctx: typer.Context, directory: Path, only: str, limit: str) -> list[dict[str, Any]]:
    """Return a row for each fact of which every report may be seen at the marking."""
    from comity.register.exports import EXPORTED, rows_of  # noqa: PLC0415 - lazily

    found = {}
    with reach(ctx, directory) as node:

        def undertakings(opened: Node) -> Any:
            from comity.register import answers  # noqa: PLC0415 - lazily

            return answers.undertakings(opened)

        views = {view["slug"]: view for view in node.ask("register/undertakings", undertakings)}
        for kind in (only,) if only else EXPORTED:

            def local(opened: Node, kind: str = kind) -> Any:
                from comity.register import answers  # noqa: PLC0415 - lazily

                return answers.facts(opened, kind)

            found[kind] = node.ask(f"register/facts/{kind}", local)
    return rows_of(found, views, limit)


def _calendar(ctx: typer.Context, directory: Path, language: str, limit: str, today: str) -> bytes:
    from comity.register.brief_answers import catalogues  # noqa: PLC0415 - lazily
    from comity.register.brief_labels import chosen  # noqa: PLC0415 - lazily
    from comity.register.calendar_due import calendar, from_json  # noqa: PLC0415 - lazily

    code = chosen(language)[0]

    def local(node: Node) -> Any:
        from comity.register import exports_answers  # noqa: PLC0415 - lazily

        return exports_answers.dues(node, today, limit)

    found = ask(ctx, directory, "register/due", local, today=today, limit=limit)
    items = [from_json(item) for item in found["due"]]
    return calendar(items, catalogues()[code], found["names"], datetime.now(UTC))


def _registry() -> Any:
    from comity.record.kinds import Registry  # noqa: PLC0415 - lazily
    from comity.register.entries import KINDS  # noqa: PLC0415 - lazily

    return Registry(KINDS)


def _write_errors(place: Path, text: str, found: Plan) -> str:
    if not found.errors:
        return ""
    place.write_text("\ufeff" + text, encoding="utf-8", newline="")
    return str(place)


def _import_lines(data: dict[str, Any], *, dry_run: bool) -> list[str]:
    what = "would be recorded" if dry_run else "recorded"
    lines = [f"{data['records']} of {data['rows']} rows {what}"]
    for name in ("errors", "duplicates", "remarks"):
        for item in data[name][:_MOST_TOLD]:
            column = f", {item['column']}" if item["column"] else ""
            lines.append(f"  row {item['row']}{column}: {item['reason']}")
        if len(data[name]) > _MOST_TOLD:
            lines.append(f"  … and {len(data[name]) - _MOST_TOLD} more {name}: --json lists them all")
    if data["errors_file"]:
        lines.append(f"{data['bad_rows']} bad rows are kept in {data['errors_file']}: correct and import it")
    return lines
