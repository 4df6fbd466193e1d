"""`comity border health`: weekly counts against what earlier years and weeks let expect."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import typer

from comity.border.river.commands import quarantine_lines
from comity.node.commands.output import AsJson, emit

app = typer.Typer(no_args_is_help=True, add_completion=False)

SHOWN: Final = 40
CountsFile = Annotated[Path, typer.Argument(metavar="FILE", help="Weekly counts as CSV.")]


@app.command()
def health(
    file: CountsFile,
    *,
    country: Annotated[str, typer.Option(metavar="CODE", help="As in the file, such as LAO.")] = "",
    area: Annotated[
        str, typer.Option(help="A first-level area of it; the whole without. Nothing smaller is read.")
    ] = "",
    method: Annotated[
        list[str] | None, typer.Option(help="historical-limits, C1, C2 or C3; repeatable; all without.")
    ] = None,
    since: Annotated[str, typer.Option(metavar="DAY", help="Judge weeks from this day on.")] = "",
    small: Annotated[
        int, typer.Option(min=1, max=1000, help="Counts below this, but for zero, are not shown.")
    ] = 5,
    start_column: Annotated[str, typer.Option(metavar="NAME", help="The column of first days.")] = "",
    count_column: Annotated[str, typer.Option(metavar="NAME", help="The column of counts.")] = "",
    as_json: AsJson = False,
) -> None:
    """Hold weekly counts against historical limits (mean + 2 SD of five years) and EARS C1, C2, C3.

    Only weeks are read: months and years are left out and counted. Missing weeks are not zero; where a
    baseline is not there the answer is: cannot tell. Small counts are suppressed.
    """
    from comity.border.errors import SeriesFileError  # noqa: PLC0415 - lazily
    from comity.border.health import answers  # noqa: PLC0415 - needs the readers
    from comity.border.health.counts import read  # noqa: PLC0415 - lazily
    from comity.border.river.stamps import read_day  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    if unknown := set(method or ()) - set(answers.ALL):
        raise SeriesFileError(f"no method {min(unknown)!r}: {', '.join(answers.ALL)}")
    found = read(load(file), country, area=area, start_column=start_column, count_column=count_column)
    data = answers.judge(
        found, methods=method or answers.ALL, small=small, since=read_day(since) if since else None
    )
    emit(data, "\n".join(_lines(data)), as_json=as_json)


def _lines(data: dict[str, Any]) -> list[str]:
    left = ", ".join(f"{name} {count}" for name, count in data["left_out"].items())
    lines = [
        f"{data['place'] or 'the file'}: {data['weeks']} weeks, {data['from']} to {data['to']}",
        *([f"left out: {left}"] if left else []),
    ]
    lines += [
        f"{one['week_start']}  {one['cases']}, limit {one['limit']:.1f}, {one['method']}: {one['reason']}"
        for one in data["alerts"][-SHOWN:]
    ]
    if len(data["alerts"]) > SHOWN:
        lines.append(f"… the last {SHOWN} of {len(data['alerts'])} alerts; --json prints all")
    if not data["alerts"]:
        lines.append("no alert")
    lines += [
        f"cannot tell: {one['method']}, {one['from']} to {one['to']}: {one['reason']}"
        for one in data["cannot_tell"][:SHOWN]
    ]
    lines += [f"missing: {one['from']} to {one['to']}, {one['weeks']} weeks" for one in data["gaps"]]
    hidden = data["suppressed"]
    lines.append(f"suppressed: {hidden['weeks']} weeks below {hidden['below']} cases")
    return [*lines, *quarantine_lines(data["quarantine"])]
