"""`comity position`: steps on a joint line, and what it is worth to one's own side, which stays here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.assessment.position.asking import Yes, agreed
from comity.node.commands.access import ask, reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from datetime import date
    from types import ModuleType

    from comity.node.commands.access import Local, Remote
    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Slug = Annotated[str, typer.Argument(help="Slug of the line.")]
Act = Annotated[str, typer.Argument(help="line, clause, sign, withdraw or show-values.")]
Fields = Annotated[Path, typer.Argument(metavar="FILE", help="The fields of the record, JSON.")]
Author = Annotated[str, typer.Option(help="The person or office that answers for it.")]
Marking = Annotated[str, typer.Option(help="TLP label; anything but TLP:CLEAR stays here until released.")]
To = Annotated[list[str] | None, typer.Option("--to", help="Party it may be released to; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional, and says so everywhere.")]


@app.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="Slug of the line; all without.")] = "",
    *,
    on: Annotated[str, typer.Option(metavar="DATE", help="As of a day.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show lines: each clause with its state, each version with its status."""

    def local(node: Node) -> Any:
        from comity.assessment.position import answers  # noqa: PLC0415 - lazily

        return answers.line(node, slug, on) if slug else answers.line_list(node, on)

    found = ask(ctx, directory, f"assessment/lines/{slug}" if slug else "assessment/lines", local, on=on)
    every = [found] if slug else found
    emit(found if slug else {"lines": found}, "\n".join(_lines(every)), as_json=as_json)


@app.command()
def preview(
    ctx: typer.Context,
    directory: NodeFolder,
    act: Act,
    file: Fields,
    *,
    author: Author,
    marking: Marking = "TLP:AMBER",
    to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Show what an act would put on record, field by field, and who would read it; nothing is appended."""
    body = _body(file, author, marking, to, exercise=exercise)
    with reach(ctx, directory) as node:
        data = _preview(node, act, body)
    emit(data, "\n".join(_shown(data)), as_json=as_json)


@app.command()
def do(
    ctx: typer.Context,
    directory: NodeFolder,
    act: Act,
    file: Fields,
    *,
    author: Author,
    marking: Marking = "TLP:AMBER",
    to: To = None,
    exercise: Exercise = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take a step: open a line, propose, bracket or accept a clause, sign, withdraw, show values.

    Says before it what the other side will see, and asks at a terminal. What is sealed leaves by `comity
    release`, which shows it again.
    """
    body = _body(file, author, marking, to, exercise=exercise)
    with reach(ctx, directory) as node:
        shown = _preview(node, act, body)
    agreed("\n".join(_shown(shown)), yes=yes, as_json=as_json)
    with reach(ctx, directory) as node:
        data = node.post(
            f"assessment/line-acts/{act}", lambda own: _writing().do(own, act, body, _today()), body
        )
    places = ", ".join(str(one["index"]) for one in data["receipts"]) or "the queue"
    text = f"recorded at {places}; `comity release preview` shows what leaves"
    emit({**data, "other_side_will_see": shown}, text, as_json=as_json)


@app.command()
def fair(ctx: typer.Context, directory: NodeFolder, slug: Slug, *, as_json: AsJson = False) -> None:
    """Say which packages are fair by the values that both sides chose to show, and what fair means.

    Each side shows values by `comity position do NODE show-values FILE`; own values are never read.
    """

    def local(node: Node) -> Any:
        from comity.assessment.position import answers  # noqa: PLC0415 - lazily

        return answers.fair(node, slug)

    data = ask(ctx, directory, f"assessment/lines/{slug}/fair", local)
    emit(data, "\n".join(_fair(data)), as_json=as_json)


@app.command()
def own(
    directory: NodeFolder,
    slug: Slug,
    *,
    keep: Annotated[Path | None, typer.Option(help="Keep this JSON file as the own values.")] = None,
    package: Annotated[
        list[str] | None, typer.Option(help="issue=option; repeatable: say which own red lines it crosses.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep or read what a line is worth to the own side: a file in this folder that never leaves it.

    The file holds `weights` by issue, `values` by issue and option, `reservation`, `red_lines` ([{issue,
    options}]) and `notes`. It is no entry, and no backup, export or interface has it: copy it by hand.
    """
    from comity.assessment.position import private  # noqa: PLC0415 - lazily
    from comity.node.folder import Folder  # noqa: PLC0415 - lazily

    root = Folder.existing(directory).root
    found = private.keep(root, slug, _read(keep)) if keep is not None else private.read(root, slug)
    options = dict(part.partition("=")[::2] for part in package or ())
    data = {
        "values": found.model_dump(mode="json", exclude_none=True),
        "crossed": private.crossed(found, options),
    }
    text = (
        f"red lines crossed: {', '.join(data['crossed']) or 'none'}"
        if options
        else json.dumps(data["values"])
    )
    emit(data, text, as_json=as_json)


def _preview(node: Local | Remote, act: str, body: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = node.post(
        f"assessment/line-previews/{act}", lambda own: _writing().shown(own, act, body, _today()), body
    )
    return found


def _writing() -> ModuleType:
    from comity.assessment.position import writing  # noqa: PLC0415 - lazily

    return writing


def _today() -> date:
    from comity.assessment.position import answers  # noqa: PLC0415 - lazily

    return answers.today()


def _body(file: Path, author: str, marking: str, to: list[str] | None, *, exercise: bool) -> dict[str, Any]:
    from comity.assessment.position.errors import LineStepError  # noqa: PLC0415 - lazily

    header = {
        "author": author,
        "marking": marking,
        "releasable_to": to or [],
        "class": "exercise" if exercise else "",
    }
    try:
        return {"fields": json.loads(_read(file)), "header": header}
    except ValueError as error:
        raise LineStepError(f"{file} is no JSON: {error}") from error


def _read(file: Path) -> bytes:
    from comity.assessment.position.errors import LineStepError  # noqa: PLC0415 - lazily

    try:
        return file.read_bytes()
    except OSError as error:
        raise LineStepError(f"{file} cannot be read: {error.strerror}") from error


def _shown(data: dict[str, Any]) -> list[str]:
    fields = [f"  {one['path']}: {json.dumps(one['value'], ensure_ascii=False)}" for one in data["fields"]]
    seen = f"read at once by {', '.join(data['seen_by'])}" if data["seen_at_once"] else data["stays"]
    return [f"{data['kind']}, {data['header']['marking']}: {seen}", *fields]


def _fair(data: dict[str, Any]) -> list[str]:
    found = data["fair"]
    if found is None:
        who = ", ".join(data["shown_by"]) or "nobody"
        return [f"both sides show values of the same options first; shown by {who}"]
    count, pairs = found["outcomes"], len(found["pareto"])
    lines = [f"{count} packages; {pairs} Pareto pairs of {' and '.join(found['parties'])}"]
    for one in found["solutions"].values():
        if one is not None:
            worth = " and ".join(f"{value:.3f}" for value in one["worth"])
            lines += [f"{one['meaning']}", f"  worth {worth}"]
            lines += [
                "  " + ", ".join(f"{issue}: {option}" for issue, option in part.items())
                for part in one["packages"]
            ]
    return lines


def _lines(every: list[dict[str, Any]]) -> list[str]:
    lines = []
    for one in every:
        lines.append(
            f"{'[exercise] ' if one['exercise'] else ''}{one['slug']}: {one['lines'][0]['title']['en']}"
        )
        lines += [f"  {clause['clause']}: {clause['state']}" for clause in one["clauses"]]
        lines += [f"  version {version['version']}: {version['status']}" for version in one["versions"]]
    return lines or ["no line is on record"]
