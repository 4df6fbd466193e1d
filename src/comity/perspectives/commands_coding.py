"""`comity perspectives coding` and `agreement`: blind coding rounds between nodes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit
from comity.node.control.commands_rounds import moment
from comity.node.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

coding = typer.Typer(no_args_is_help=True, help="Two sides code the same texts blind, then compare.")
app = typer.Typer(add_completion=False)
app.add_typer(coding, name="coding")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Key = Annotated[str, typer.Argument(metavar="ROUND", help="Name of the round, or its place, as in vn/hq/12.")]
Author = Annotated[str, typer.Option(help="Pseudonym of who does it.")]


@coding.command()
def start(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Annotated[str, typer.Argument(help="Name of task and round: lower-case words and hyphens.")],
    parties: Annotated[list[str], typer.Argument(metavar="LOG…", help="The logs that code, as in la/hq.")],
    *,
    work: Annotated[list[str], typer.Option(help="A work whose document is coded; repeatable.")],
    author: Author,
    codebook: Annotated[str, typer.Option(help="The codebook; the one in force if left out.")] = "",
    given: Annotated[
        bool, typer.Option("--given", help="The passages of the statements on record are the units.")
    ] = False,
    seal_by: Annotated[str, typer.Option(help="ISO time, or hours from now.")] = "72",
    open_by: Annotated[str, typer.Option(help="ISO time, or hours from now.")] = "96",
    marking: Annotated[str, typer.Option(help="Marking of the task; the other side needs it.")] = "TLP:CLEAR",
    exercise: Annotated[bool, typer.Option("--exercise", help="Everything in it is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start a coding round: a task on documents held here, its codebook fixed by digest."""
    now = time.time_ns() // 1_000_000
    body: dict[str, Any] = {
        "name": name,
        "parties": parties,
        "works": work,
        "seal_by": moment(seal_by, now),
        "open_by": moment(open_by, now),
        "author": author,
        "codebook": codebook,
        "given": given,
        "marking": marking,
        "exercise": exercise,
    }
    with reach(ctx, directory) as node:
        data = node.post("perspectives/coding/start", lambda own: _answers().start(own, **body), body)
    emit(data, "\n".join(_head(data)), as_json=as_json)


@coding.command()
def sheet(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    out: Annotated[Path, typer.Option(help="Where to write the CSV file.")],
    as_json: AsJson = False,
) -> None:
    """Write a sheet to be filled in by a coder."""
    with reach(ctx, directory) as node:
        data = node.ask("perspectives/coding/sheet", lambda own: _answers().sheet(own, key), key=key)
    try:
        out.write_text(data["csv"], encoding="utf-8")
    except OSError as error:
        raise InputFileError(f"{out}: {error.strerror}") from error
    emit({**data, "file": str(out)}, f"{out}: sheet of {data['task']} ({data['round']})", as_json=as_json)


@coding.command()
def seal(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    file: Annotated[Path, typer.Argument(help="The sheet of this party's coders, CSV.")],
    *,
    author: Author,
    as_json: AsJson = False,
) -> None:
    """Check a sheet row by row, record it, seal it; `comity round open` opens it when all have sealed."""
    try:
        body = {"key": key, "csv": file.read_text(encoding="utf-8-sig"), "author": author}
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{file}: {error}") from error
    with reach(ctx, directory) as node:
        data = node.post("perspectives/coding/seal", lambda own: _answers().seal(own, **body), body)
    emit(data, "\n".join(_head(data)), as_json=as_json)


@coding.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Annotated[str, typer.Argument(metavar="ROUND", help="One round; all of them if left out.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show coding rounds: agreement, differences side by side, what both have settled."""
    with reach(ctx, directory) as node:
        if key:
            data = node.ask("perspectives/coding/round", lambda own: _answers().show(own, key), key=key)
            lines = [*_head(data), *_agreement(data), *_differences(data)]
        else:
            data = node.ask("perspectives/coding", lambda own: _answers().listing(own))
            lines = [line for one in data["rounds"] for line in _head(one)]
    emit(data, "\n".join(lines) or "no coding round is held here", as_json=as_json)


@coding.command()
def adjudicate(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    unit: Annotated[str, typer.Argument(help="The unit, as `coding show` names it.")],
    *,
    stance: Annotated[str, typer.Option(help="-2 to 2, mixed, or not_addressed.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    author: Author,
    frame: Annotated[str, typer.Option(help="The frame it is settled to.")] = "",
    as_json: AsJson = False,
) -> None:
    """Say what a difference is settled to; it stands when the other side says the same in its own log."""
    words = ("mixed", "not_addressed")
    if stance not in (*words, *map(str, range(-2, 3))):
        raise typer.BadParameter(f"{stance!r} is neither -2 to 2 nor {' nor '.join(words)}")
    body: dict[str, Any] = {
        "key": key,
        "unit": unit,
        "stance": stance if stance in words else int(stance),
        "reason": reason,
        "author": author,
        "frame": frame,
    }
    with reach(ctx, directory) as node:
        data = node.post(
            "perspectives/coding/adjudicate", lambda own: _answers().adjudicate(own, **body), body
        )
    emit(data, "\n".join(_settled(data)), as_json=as_json)


@app.command()
def agreement(ctx: typer.Context, directory: NodeFolder, key: Key, as_json: AsJson = False) -> None:
    """Print how far coders agree in a round; exit code 3 while it is not open."""
    with reach(ctx, directory) as node:
        data = node.ask("perspectives/coding/round", lambda own: _answers().show(own, key), key=key)
    kept = {name: data[name] for name in ("key", "name", "codebook", "phase", "open", "agreement")}
    emit(kept, "\n".join([*_head(data), *_agreement(data)]), as_json=as_json)
    if data["agreement"] is None:
        raise typer.Exit(FOUND)


def _answers() -> Any:
    from comity.perspectives import answers_coding  # noqa: PLC0415 - not needed to talk to a running node

    return answers_coding


def _head(data: dict[str, Any]) -> Iterator[str]:
    marked = "[exercise] " if data["exercise"] else ""
    yield f"{marked}{data['name']} ({data['key']}): {data['phase'].replace('_', ' ')}"
    given = f"{data['given_units']} units given" if data["given_units"] else "coders find the passages"
    yield f"  codebook {data['codebook']}; {given}; coded by {', '.join(data['parties'])}"
    for one in data["requests"]:
        yield f"  opening to {one['to']}, request {one['index']}: {one['stage']}"
    for origin in data["unread"]:
        yield f"  the sheet of {origin} does not fit the task, and counts for nothing"


def _agreement(data: dict[str, Any]) -> Iterator[str]:
    found = data["agreement"]
    if found is None:
        yield "  nothing is shown before every side has opened"
        return
    for name, words in (
        ("addressed", "stance, mixed or not addressed (nominal)"),
        ("stance", "which stance, where both gave one (ordinal)"),
        ("frame", "frame (nominal)"),
    ):
        yield f"  alpha, {words}: {_alpha(found[name])}"
    if found["unitising"] is not None and found["unitising"]["f1"] is not None:
        yield f"  passages found alike: span F1 {found['unitising']['f1']:.2f}"
    for item in found["own_side"]:
        span = _span(item["interval"])
        yield (
            f"  {item['one']} reads {item['holder']} {item['difference']:+.2f} steps from {item['other']}"
            f"{span}, {item['units']} units"
        )


def _alpha(item: dict[str, Any]) -> str:
    if item["alpha"] is None:
        why = {"no_variance": "every coding is the same", "no_pairs": "nothing was coded twice"}[item["why"]]
        return f"not estimable: {why}"
    return f"{item['alpha']:.3f}{_span(item['interval'])}, {item['units']} units, {item['reliance']}"


def _span(interval: list[float] | None) -> str:
    return "" if interval is None else f" [{interval[0]:.2f}, {interval[1]:.2f}]"


def _differences(data: dict[str, Any]) -> Iterator[str]:
    for unit in data["units"]:
        if unit["differs"] or len(unit["codings"]) == 1:
            word = "differs" if unit["differs"] else "found by one"
            yield f"  {word}: {unit['key']}"
            for coder, coding_ in unit["codings"].items():
                yield f"    {coder}: {coding_['stance']} {coding_['frame']}".rstrip()
    yield from _settled(data)


def _settled(data: dict[str, Any]) -> Iterator[str]:
    for item in data["adjudicated"]:
        said = ", ".join(f"{code} {word['fields']['stance']}" for code, word in item["words"].items())
        waits = f", awaiting {', '.join(item['awaiting'])}" if item["awaiting"] else ""
        yield f"  {item['state']}: {item['unit']} ({said}{waits})"
