"""`comity perspectives coding` and `agreement`: blind coding rounds between nodes."""

from __future__ import annotations

import time
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit
from comity.node.control.command_options import AnyKey, Author, Key, NodeFolder, ask_rounds
from comity.node.control.commands_rounds import moment
from comity.node.errors import InputFileError
from comity.perspectives import commands_coding_text as text

coding = typer.Typer(no_args_is_help=True, help="Two sides code the same texts blind, then compare.")
app = typer.Typer(add_completion=False)
app.add_typer(coding, name="coding")


@coding.command()
def start(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Annotated[str, typer.Argument(help="Name of task and round: lower-case words and hyphens.")],
    parties: Annotated[list[str], typer.Argument(metavar="LOG…", help="The logs that code, as in la/hq.")],
    *,
    author: Author,
    work: Annotated[
        list[str] | None, typer.Option(help="A work whose document is coded; repeatable.")
    ] = None,
    claim: Annotated[
        list[str] | None, typer.Option(help="A claim to grade with the evidence on it; repeatable.")
    ] = None,
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
    """Start a coding round: a task on documents, or on claims and evidence, its codebook fixed by digest."""
    now = time.time_ns() // 1_000_000
    body: dict[str, Any] = {
        "name": name,
        "parties": parties,
        "works": work or [],
        "claims": claim or [],
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
    emit(data, "\n".join(text.head(data)), as_json=as_json)


@coding.command()
def sheet(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    out: Annotated[Path, typer.Option(help="Where to write the CSV file.")],
    side: Annotated[str, typer.Option(help="In a round on claims: claims or evidence.")] = "",
    as_json: AsJson = False,
) -> None:
    """Write a sheet to be filled in by a coder; whoever grades claims is given no evidence."""
    with reach(ctx, directory) as node:
        data = node.ask(
            "perspectives/coding/sheet", lambda own: _answers().sheet(own, key, side), key=key, side=side
        )
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
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[FILE…]", help="Sheets of this party's coders, CSV; none: what they handed in."
        ),
    ] = None,
    *,
    author: Author,
    as_json: AsJson = False,
) -> None:
    """Check a sheet row by row, record it, seal it; `comity round open` opens it when all have sealed."""
    body: dict[str, Any] = {"key": key, "csv": [_text_of(file) for file in files or []], "author": author}
    with reach(ctx, directory) as node:
        data = node.post("perspectives/coding/seal", lambda own: _answers().seal(own, **body), body)
    emit(data, "\n".join(text.head(data)), as_json=as_json)


@coding.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    key: AnyKey = "",
    as_json: AsJson = False,
) -> None:
    """Show coding rounds: agreement, differences side by side, what both have settled."""
    data, rounds = ask_rounds(
        ctx,
        directory,
        key,
        one=("perspectives/coding/round", lambda own, name: _answers().show(own, name)),
        every=("perspectives/coding", lambda own: _answers().listing(own)),
    )
    lines = [line for one in rounds for line in text.head(one)]
    lines += [*text.agreement(data), *text.differences(data)] if key else []
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
    emit(data, "\n".join(text.settled(data)), as_json=as_json)


@app.command()
def agreement(ctx: typer.Context, directory: NodeFolder, key: Key, as_json: AsJson = False) -> None:
    """Print how far coders agree in a round; exit code 3 while it is not open."""
    with reach(ctx, directory) as node:
        data = node.ask("perspectives/coding/round", lambda own: _answers().show(own, key), key=key)
    kept = {name: data[name] for name in ("key", "name", "codebook", "phase", "open", "agreement")}
    emit(kept, "\n".join([*text.head(data), *text.agreement(data)]), as_json=as_json)
    if data["agreement"] is None:
        raise typer.Exit(FOUND)


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputFileError(f"{file}: {error}") from error


def _answers() -> Any:
    from comity.perspectives import answers_coding  # noqa: PLC0415 - not needed to talk to a running node

    return answers_coding
