"""`comity round`: parties seal, then open."""

from __future__ import annotations

import time
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit
from comity.node.control.command_options import (
    AnyKey,
    Author,
    Key,
    NodeFolder,
    ask_rounds,
)
from comity.node.errors import InputFileError

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(no_args_is_help=True, help="Parties seal their answers, then open them.")

Question = Annotated[
    Path | None, typer.Option(help="The question as it was given to this party; refused if it is another.")
]
MOST_QUESTION: Final = 1 << 20
HOURS: Final = 3_600_000


@app.command()
def start(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Annotated[str, typer.Argument(help="Name of the round: lower-case words and hyphens.")],
    parties: Annotated[list[str], typer.Argument(metavar="LOG…", help="The logs that seal, as in la/hq.")],
    *,
    question: Annotated[Path, typer.Option(help="File with the question, as every party is given it.")],
    author: Author,
    seal_by: Annotated[str, typer.Option(help="ISO time, or hours from now.")] = "24",
    open_by: Annotated[str, typer.Option(help="ISO time, or hours from now.")] = "48",
    field: Annotated[
        list[str] | None, typer.Option(help="A field that each opens; repeatable. Whole records otherwise.")
    ] = None,
    recipient: Annotated[
        list[str] | None, typer.Option(help="A node to which each opens besides the parties; repeatable.")
    ] = None,
    title: Annotated[str, typer.Option(help="What it is called on a screen, in English.")] = "",
    exercise: Annotated[bool, typer.Option("--exercise", help="Everything in it is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Start a round; the other parties find it when they exchange."""
    now = time.time_ns() // 1_000_000
    body: dict[str, Any] = {
        "name": name,
        "question": _encoded(question),
        "parties": parties,
        "seal_by": moment(seal_by, now),
        "open_by": moment(open_by, now),
        "author": author,
        "paths": field or [],
        "recipients": recipient or [],
        "title": {"en": title} if title else None,
        "exercise": exercise,
    }
    with reach(ctx, directory) as node:
        data = node.post("round/start", lambda open_: _answers().start(open_, **body), body)
    emit(data, _text(data), as_json=as_json)


@app.command()
def seal(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    record: Annotated[str, typer.Argument(help="Index or id of the record of the own log.")],
    *,
    author: Author,
    question: Question = None,
    as_json: AsJson = False,
) -> None:
    """Seal a record, and ask people to approve its opening; nothing of it leaves before the round opens."""
    body = {"key": key, "record": record, "author": author}
    body |= {} if question is None else {"question": _encoded(question)}
    with reach(ctx, directory) as node:
        data = node.post("round/seal", lambda open_: _answers().seal(open_, **body), body)
    emit(data, _text(data), as_json=as_json)


@app.command("open")
def open_(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    author: Author,
    field: Annotated[
        list[str] | None, typer.Option(help="Only this field; repeatable. What the round asks otherwise.")
    ] = None,
    ask: Annotated[
        bool, typer.Option("--ask", help="Only ask people to approve the opening of these fields.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Open what was sealed to every other party; refused until all have sealed and approvals suffice."""
    body: dict[str, Any] = {"key": key, "author": author, "paths": field or []}
    with reach(ctx, directory) as node:
        if ask:
            data = node.post("round/ask", lambda own: _answers().ask(own, **body), body)
        else:
            data = node.post("round/open", lambda own: _answers().open_(own, **body), body)
    emit(data, _text(data), as_json=as_json)


@app.command()
def status(
    ctx: typer.Context,
    directory: NodeFolder,
    key: AnyKey = "",
    as_json: AsJson = False,
) -> None:
    """Show who has sealed, never what; exit code 3 if a step was refused or an answer is withheld."""
    data, rounds = ask_rounds(
        ctx,
        directory,
        key,
        one=("round/status", lambda own, name: _answers().status(own, name)),
        every=("round/rounds", lambda own: _answers().listing(own)),
    )
    emit(data, "\n".join(_text(one) for one in rounds) or "no round was started", as_json=as_json)
    if any(
        one["refused"] or any(p["withheld"] or p["disputed_by"] for p in one["parties"]) for one in rounds
    ):
        raise typer.Exit(FOUND)


def _answers() -> Any:
    from comity.node.control import answers_rounds  # noqa: PLC0415 - not needed to talk to a running node

    return answers_rounds


def _encoded(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise InputFileError(f"{file}: {error.strerror}") from error
    if len(data) > MOST_QUESTION:
        raise InputFileError(f"{file}: more than {MOST_QUESTION} bytes")
    return b64encode(data).decode()


def moment(text: str, now: int) -> int:
    """Return milliseconds UTC of an ISO time, or of so many hours from now."""
    try:
        return now + round(float(text) * HOURS)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither an ISO time nor a number of hours") from error
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _text(data: dict[str, Any]) -> str:
    lines = [f"{data['name']} ({data['key']}): {data['phase'].replace('_', ' ')}"]
    lines += [f"  {line}" for party in data["parties"] for line in _party(party)]
    lines += [
        f"  refused: {item['place']['origin']} {item['place']['index']}: {item['text']} ({item['reason']})"
        for item in data["refused"]
    ]
    lines += [
        f"  opening to {one['to']}, request {one['index']}: {one['stage']}, {one['approvals']} approvals"
        for one in data["requests"]
    ]
    return "\n".join(lines)


def _party(party: dict[str, Any]) -> Iterator[str]:
    words = party["state"].replace("_", " ")
    if party["state"] == "not_received":
        words += " (nobody's fault on record)"
    if party["received_by"]:
        words += f"; received by {', '.join(party['received_by'])}"
    yield f"{party['origin']}: {words}"
    for step in ("seal", "open"):
        if seen := party[f"{step}_seen"]:
            moment = datetime.fromtimestamp(seen["seconds"], UTC).isoformat(timespec="seconds")
            timing = party[f"{step}_timing"].replace("_", " ")
            yield f"  {step}: {timing}; attested by {seen['by']} at {moment}"
    if held := party["withheld"]:
        basis = "its own log" if held["basis"] == "own_word" else f"attested by {', '.join(held['by'])}"
        yield f"  withheld at {held['at']['origin']} {held['at']['index']} ({basis})"
    if party["disputed_by"]:
        yield f"  its opening did not verify for {', '.join(party['disputed_by'])}: a claim to settle"
        yield "  `comity round seal` again asks people to approve it anew; `comity round open` opens it anew"
