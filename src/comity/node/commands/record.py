"""`comity record`: append, show, prove, verify."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit, report
from comity.node.errors import InputFileError, ProofFileError, UntrustedKeyError

if TYPE_CHECKING:
    from collections.abc import Iterable

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Append, show, prove and verify records.")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
MOST_BYTES: Final = 64 * 1024 * 1024
BATCH: Final = 1000


@app.command()
def append(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[
        str, typer.Argument(help="Drafts as JSON: one, a list, or one a line; - reads them here.")
    ],
    as_json: AsJson = False,
) -> None:
    """Seal drafts and append them to the node's log: all of the file, or nothing of it."""
    items = drafts(_bytes(file), file)
    with reach(ctx, directory) as node:
        data = node.run("append", items)
    first = data["receipts"][0]["index"] if data["receipts"] else data["size"]
    text = f"{len(data['receipts'])} appended to {data['origin']} from index {first}; size {data['size']}"
    if data.get("queued"):
        text = f"{len(data['queued'])} wait: {data['origin']} was restored, and its head is not confirmed yet"
    emit(data, text, as_json=as_json)


@app.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    origin: Annotated[str, typer.Argument(help="The log; the node's own if left out.")] = "",
    key: Annotated[str, typer.Argument(help="Index or id of one record.")] = "",
    *,
    start: Annotated[int, typer.Option(min=0, help="First index of a list.")] = 0,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many to list.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Show one record, or list a log."""
    with reach(ctx, directory) as node:
        name = origin or node.run("status")["origin"]
        if key:
            data = node.run("show", name, key)
            emit(data, json.dumps(data, ensure_ascii=False, indent=2), as_json=as_json)
            return
        data = node.run("listing", name, start, limit)
    lines = [f"{data['origin']}: {data['size']} entries"]
    lines += [_line(record) for record in data["records"]]
    emit(data, "\n".join(lines), as_json=as_json)


def _line(record: dict[str, Any]) -> str:
    content = record["content"]
    kind = content["kind"] if content else (record["outer"] if record["outer"] != "record" else "sealed")
    badge = f"  QUARANTINED: {record['quarantine'][0]['code']}" if record["quarantine"] else ""
    return f"{record['index']:>7}  {record['status']:<9}  {record['id']}  {kind}{badge}"


@app.command()
def prove(
    ctx: typer.Context,
    directory: NodeFolder,
    origin: Annotated[str, typer.Argument(help="The log.")],
    key: Annotated[str, typer.Argument(help="Index or id of the record.")],
    *,
    out: Annotated[Path | None, typer.Option(help="The file to write; printed if left out.")] = None,
    with_sealed: Annotated[
        bool,
        typer.Option("--with-sealed", help="Put content in that is not for everybody: guard the file."),
    ] = False,
    first: Annotated[
        bool,
        typer.Option(
            "--first", help="By the first head that the other side's mirror signed: when it had it."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the proof file of a record: it can be verified without any node."""
    with reach(ctx, directory) as node:
        data = node.run("prove", origin, key, with_sealed, first)
    text = json.dumps(data, ensure_ascii=False, indent=2)
    if out is None:
        typer.echo(text)
        return
    out.write_text(text + "\n", encoding="utf-8")
    emit({"file": str(out), "origin": origin, "index": data["index"]}, str(out), as_json=as_json)


@app.command()
def verify(
    file: Annotated[str, typer.Argument(help="A proof file; - reads it here.")],
    vkey: Annotated[
        list[str] | None, typer.Option(help="A verifier key you trust: log or cosigner; repeatable.")
    ] = None,
    pin: Annotated[list[str] | None, typer.Option(help="Fingerprint of the charter; repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a proof file offline; exit code 3 if it does not prove what it says."""
    from comity.node.proof import verify as check  # noqa: PLC0415 - lazily

    try:
        document = json.loads(_bytes(file))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise InputFileError(f"{file}: not JSON: {error}") from error
    try:
        data = check(document, vkeys=vkey or (), pins=pin or ())
    except UntrustedKeyError:
        raise
    except ProofFileError as error:
        report(error, as_json=as_json)
        raise typer.Exit(FOUND) from error
    cosigners = ", ".join(item["name"] for item in data["cosigned_by"]) or "nobody whose key you gave"
    text = (
        f"proven: {data['origin']} {data['index']} is in the tree of {data['size']}; cosigned by {cosigners}"
    )
    emit(data, text, as_json=as_json)


def drafts(data: bytes, name: str) -> list[Any]:
    """Read one draft, a list, or JSON lines.

    Raises:
        InputFileError: it is none of them; the message names the line.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputFileError(f"{name}: not UTF-8 at byte {error.start}") from error
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError as error:
        raise InputFileError(f"{name}: nested too deeply") from error
    except ValueError as error:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        if len(lines) < 2:  # noqa: PLR2004 - one line is not a file of lines
            raise InputFileError(f"{name}: not JSON: {error}") from error
        return list(_lines(lines, name))
    return value if isinstance(value, list) else [value]


def _lines(lines: list[tuple[int, str]], name: str) -> Iterable[Any]:
    for number, line in lines:
        try:
            yield json.loads(line, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise InputFileError(f"{name} line {number}: not JSON: {error}") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _bytes(file: str) -> bytes:
    try:
        with sys.stdin.buffer if file == "-" else Path(file).open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputFileError(f"{file}: {error.strerror}") from error
    if len(data) > MOST_BYTES:
        raise InputFileError(f"{file}: more than {MOST_BYTES} bytes")
    return data
