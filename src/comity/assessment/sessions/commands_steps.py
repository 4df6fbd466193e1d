"""`comity assess session`: what a party does: start, name a panel, seal, open, join, discuss, resolve."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.assessment.sessions import printed
from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, emit
from comity.node.control.commands_rounds import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Key = Annotated[
    str, typer.Argument(metavar="SESSION", help="Slug of the session, or its place, as in vn/hq/12.")
]
Stage = Annotated[str, typer.Option(help="private or revised.")]
Author = Annotated[str, typer.Option(help="Pseudonym of who does it.")]
Marking = Annotated[str, typer.Option(help="TLP label; anything but TLP:CLEAR waits for a release.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="Everything in it is fictional.")]
DEADLINES = ("answer_by", "seal_by", "open_by")


@app.command()
def start(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The session and its questions, JSON.")],
    *,
    author: Author,
    marking: Marking = "TLP:AMBER",
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Start a session: questions, session and rounds; deadlines are ISO times, or hours from now."""
    fields = {**_timed(_read(file)), "marking": marking, "exercise": exercise}

    def local(node: Node) -> Any:
        from comity.assessment.sessions import writing  # noqa: PLC0415 - lazily

        return _answers().session(node, writing.start(node, fields, author).key)

    data = _post(ctx, directory, "start", local, {"fields": fields, "author": author})
    emit(
        data, f"started: {data['slug']} ({data['key']}), {len(data['questions'])} questions", as_json=as_json
    )


@app.command()
def panel(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    custodian: Annotated[str, typer.Option(help="Pseudonym of the one who keeps single answers.")],
    expert: Annotated[list[str], typer.Option(help="Pseudonym of an expert; repeatable.")],
    author: Author,
    as_json: AsJson = False,
) -> None:
    """Name whom this party asks, and who keeps their answers; it stays with this party."""

    def local(node: Node) -> Any:
        from comity.assessment.sessions import writing  # noqa: PLC0415 - lazily

        return _answers().session(node, writing.panel(node, key, custodian, expert, author).key)

    body = {"key": key, "custodian": custodian, "experts": expert, "author": author}
    data = _post(ctx, directory, "panel", local, body)
    emit(data, f"{data['panel']['experts']} experts are asked", as_json=as_json)


@app.command()
def summarise(
    ctx: typer.Context, directory: NodeFolder, key: Key, *, stage: Stage = "private", as_json: AsJson = False
) -> None:
    """Show exactly what would be sealed, and so what the other side will see; nothing is recorded."""
    data = ask(
        ctx,
        directory,
        "assessment/sessions/summary",
        lambda node: _answers().summary(node, key, stage),
        key=key,
        stage=stage,
    )
    emit(data, "\n".join(printed.summary(data["fields"])), as_json=as_json)


@app.command()
def seal(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    author: Author,
    stage: Stage = "private",
    as_json: AsJson = False,
) -> None:
    """Summarise this party's answers and seal them; people are asked to approve each opening."""
    body = {"key": key, "stage": stage, "author": author}
    data = _post(ctx, directory, "seal", lambda node: _answers().seal(node, key, stage, author), body)
    emit(data, "\n".join(printed.board(data)), as_json=as_json)


@app.command("open")
def open_(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    question: Annotated[str, typer.Argument(help="Slug of the question; the next one if left out.")] = "",
    *,
    author: Author,
    stage: Stage = "private",
    anyway: Annotated[bool, typer.Option("--anyway", help="Out of turn; it is marked.")] = False,
    as_json: AsJson = False,
) -> None:
    """Open the next question of this party's summary; refused until its turn comes."""
    body = {"key": key, "stage": stage, "author": author, "question": question, "anyway": anyway}

    def local(node: Node) -> Any:
        return _answers().open_next(node, key, stage, author, question, anyway=anyway)

    data = _post(ctx, directory, "open", local, body)
    emit(data, "\n".join([f"opened: {data['opened']}", *printed.board(data)]), as_json=as_json)


@app.command()
def joint(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    stage: Stage = "private",
    record: Annotated[bool, typer.Option("--record", help="Record results, and mismatches.")] = False,
    author: Annotated[str, typer.Option(help="Pseudonym of who records them.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show the joint layer, computed here; exit code 3 where a party's record of it is not the same."""
    body = {"key": key, "stage": stage, "author": author}
    if record:
        data = _post(ctx, directory, "joint", lambda node: _answers().record(node, key, stage, author), body)
    else:
        data = ask(
            ctx,
            directory,
            "assessment/sessions/joint",
            lambda node: _answers().joined(node, key, stage),
            key=key,
            stage=stage,
        )
    emit(data, "\n".join(printed.joint(data)), as_json=as_json)
    if not data["agree"]:
        raise typer.Exit(FOUND)


@app.command()
def discuss(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    question: Annotated[str, typer.Argument(help="Slug of the question.")],
    text: Annotated[str, typer.Argument(help="The argument.")],
    *,
    author: Author,
    tail: Annotated[str, typer.Option(help="low or high.")] = "",
    category: Annotated[str, typer.Option(help="Slug of the category it speaks for.")] = "",
    language: Annotated[str, typer.Option(help="Code of the language.")] = "en",
    marking: Marking = "TLP:AMBER",
    as_json: AsJson = False,
) -> None:
    """Append an argument, by question and tail; the first summaries must be open."""
    ends = {"tail": tail, "category": category}
    fields = {"question": question, "text": {language: text}, "marking": marking}
    fields |= {name: value for name, value in ends.items() if value}

    def local(node: Node) -> Any:
        from comity.assessment.sessions import writing  # noqa: PLC0415 - lazily

        return {"origin": node.origin, "index": writing.argue(node, key, fields, author)}

    data = _post(ctx, directory, "discuss", local, {"key": key, "fields": fields, "author": author})
    emit(data, f"recorded at {data['origin']} {data['index']}", as_json=as_json)


@app.command()
def resolve(
    ctx: typer.Context,
    directory: NodeFolder,
    question: Annotated[str, typer.Argument(help="Slug of the question.")],
    *,
    at: Annotated[str, typer.Option(help="When it came out: an ISO time.")],
    cite: Annotated[list[str], typer.Option(help="Slug of a work that says so; repeatable.")],
    author: Author,
    outcome: Annotated[str, typer.Option(help="The value; 1 or 0 of an event.")] = "",
    category: Annotated[str, typer.Option(help="Slug of the category that came true.")] = "",
    void: Annotated[bool, typer.Option("--void", help="It cannot be answered as it was asked.")] = False,
    marking: Marking = "TLP:AMBER",
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Say from a source how a question came out; it is never asked again."""
    fields: dict[str, Any] = {
        "question": question,
        "resolved_at": moment(at, time.time_ns() // 1_000_000),
        "cites": [{"work": work} for work in cite],
        "marking": marking,
        "exercise": exercise,
    }
    fields |= {name: value for name, value in (("outcome", outcome), ("category", category)) if value}
    fields |= {"void": True} if void else {}

    def local(node: Node) -> Any:
        from comity.assessment.sessions import writing  # noqa: PLC0415 - lazily

        return {"origin": node.origin, "index": writing.resolve(node, fields, author)}

    data = _post(ctx, directory, "resolve", local, {"fields": fields, "author": author})
    emit(data, f"recorded at {data['origin']} {data['index']}", as_json=as_json)


def _post(
    ctx: typer.Context, directory: Path, path: str, local: Callable[[Node], Any], body: dict[str, Any]
) -> Any:
    with reach(ctx, directory) as node:
        return node.post(f"assessment/sessions/{path}", local, body)


def _answers() -> Any:
    from comity.assessment.sessions import answers  # noqa: PLC0415 - not needed to talk to a running node

    return answers


def _read(file: Path) -> dict[str, Any]:
    from comity.assessment.sessions.errors import SessionError  # noqa: PLC0415 - lazily

    try:
        found = json.loads(file.read_bytes())
    except OSError as error:
        raise SessionError(f"{file} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SessionError(f"{file} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise SessionError(f"{file}: a session is a JSON object")
    return found


def _timed(fields: dict[str, Any]) -> dict[str, Any]:
    """Return fields whose deadlines are milliseconds; words are ISO times, or hours from now."""
    now = time.time_ns() // 1_000_000
    stages = fields.get("stages")
    for stage in stages if isinstance(stages, list) else ():
        for name in DEADLINES:
            if isinstance(stage, dict) and isinstance(stage.get(name), str):
                stage[name] = moment(stage[name], now)
    return fields
