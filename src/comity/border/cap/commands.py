"""`comity border cap`: warnings in the Common Alerting Protocol, read safely, checked, written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.border.cap import signing_commands
from comity.node.commands.output import FOUND, AsJson, emit

app = typer.Typer(
    name="cap",
    no_args_is_help=True,
    add_completion=False,
    help="Warnings in the Common Alerting Protocol 1.2.",
)

signing_commands.add(app)

CapFile = Annotated[Path, typer.Argument(metavar="FILE", help="A CAP 1.2 message, XML.")]
CapFiles = Annotated[list[Path], typer.Argument(metavar="FILE…", help="CAP 1.2 messages, XML.")]
DraftFile = Annotated[Path, typer.Argument(metavar="DRAFT", help="The warning as JSON, or as TOML.")]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write here; print without.")]


@app.command("read")
def read_(file: CapFile, *, as_json: AsJson = False) -> None:
    """Show what a message says; exit code 3 where it is put aside, with the reasons."""
    from comity.border.cap import answers, reading  # noqa: PLC0415 - needs XML

    found = reading.read(reading.load(file), now=datetime.now(UTC))
    data = answers.read_json(found)
    lines = _findings(data)
    if data["message"]:
        lines = [*_message(data["message"]), *lines]
    emit(data, "\n".join(lines), as_json=as_json)
    if not found.accepted:
        raise typer.Exit(FOUND)


@app.command()
def check(files: CapFiles, *, as_json: AsJson = False) -> None:
    """Check messages in form and meaning, and the chain they make; exit code 3 where any is put aside."""
    from comity.border.cap import answers, reading  # noqa: PLC0415 - needs XML
    from comity.border.cap.chain import standings  # noqa: PLC0415 - lazily

    now = datetime.now(UTC)
    rows, accepted, lines = list[dict[str, Any]](), [], list[str]()
    for file in files:
        found = reading.read(reading.load(file), now=now)
        data = {"file": str(file), **answers.read_json(found)}
        rows.append(data)
        if found.accepted and found.message is not None:
            accepted.append(found.message)
        lines.append(f"{file}: {'accepted' if found.accepted else 'put aside'}")
        lines += [f"  {line}" for line in _findings(data)]
    chain = [answers.standing_json(one) for one in standings(accepted, now)]
    lines += [
        f"{one['reference']['identifier']}: {one['state']}"
        + (f"; {one['refused']}" if one["refused"] else "")
        for one in chain
    ]
    emit({"files": rows, "chain": chain}, "\n".join(lines), as_json=as_json)
    if len(accepted) < len(files):
        raise typer.Exit(FOUND)


@app.command()
def write(draft: DraftFile, *, out: OutFile = None, as_json: AsJson = False) -> None:
    """Write a message from a draft: one info block for each language, checked before it leaves."""
    from comity.border.cap import answers, drafts, reading  # noqa: PLC0415 - needs XML
    from comity.border.cap.writing import write as written  # noqa: PLC0415 - the same

    given = drafts.parse(reading.load(draft), toml=draft.suffix == ".toml")
    data = written(drafts.message(given, datetime.now(UTC)))
    if out is not None:
        out.write_bytes(data)
    found = answers.read_json(reading.read(data))
    text = f"written to {out}, digest {found['digest']}" if out is not None else data.decode()
    emit({**found, "xml": data.decode()}, text, as_json=as_json)


def _findings(data: dict[str, Any]) -> list[str]:
    return [f"{one['kind']}: {one['place']}: {one['reason']} [{one['code']}]" for one in data["findings"]]


def _message(one: dict[str, Any]) -> list[str]:
    mark = f"[{one['status'].lower()}] " if one["exercise"] else ""
    lines = [f"{mark}{one['message_type']} {one['identifier']} of {one['sender']}, sent {one['sent']}"]
    for info in one["infos"]:
        words = f"{info['urgency']}, {info['severity']}, {info['certainty']}"
        lines.append(f"  {info['language']}: {info['headline'] or info['event']} ({words})")
        if info["expires"]:
            lines.append(f"    until {info['expires']}")
        lines += [f"    where: {area['description']}" for area in info["areas"]]
    return lines
