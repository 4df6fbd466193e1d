"""`comity border cap sign`, `verify` and `anchor`: the signature inside a message, for third parties."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit

if TYPE_CHECKING:
    from comity.border.cap.chains import Anchor
    from comity.node.node import Node

NodeFolder = Annotated[
    Path, typer.Argument(metavar="NODE", help="The folder of the node whose office signs.")
]
CapFile = Annotated[Path, typer.Argument(metavar="FILE", help="A CAP 1.2 message, XML.")]
OutFile = Annotated[Path, typer.Option("--out", metavar="FILE", help="Write here.")]
Office = Annotated[str, typer.Option(help="Which office of the node; the first without.")]


def add(app: typer.Typer) -> None:
    """Put the commands of this module beside the others."""
    app.command()(sign)
    app.command()(verify)
    app.command()(anchor)


def sign(
    ctx: typer.Context,
    directory: NodeFolder,
    file: CapFile,
    *,
    out: OutFile,
    office: Office = "",
    as_json: AsJson = False,
) -> None:
    """Sign a message inside, with the chain of an office; nothing is put on record."""
    from comity.border.cap import reading  # noqa: PLC0415 - needs XML
    from comity.record.canonical import b64, unb64  # noqa: PLC0415 - lazily

    found = _signed(ctx, directory, {"cap": b64(reading.load(file)), "office": office})
    out.write_bytes(unb64(found["cap"]))
    emit(found, f"signed into {out}, digest {found['digest']}", as_json=as_json)


def anchor(
    ctx: typer.Context, directory: NodeFolder, *, office: Office = "", as_json: AsJson = False
) -> None:
    """Print the certificate that third parties begin with; its key is that of the office in the charter."""

    def local(node: Node) -> Any:
        from comity.border.warning import answers, signatures  # noqa: PLC0415 - needs XML

        return {"anchor": signatures.anchor_of(node, {"office": office}, answers.now())}

    with reach(ctx, directory) as node:
        found = node.ask("border/warning-anchor", local, office=office)
    emit(found, found["anchor"].strip(), as_json=as_json)


def verify(
    ctx: typer.Context,
    file: CapFile,
    *,
    node: Annotated[
        Path | None,
        typer.Option("--node", metavar="NODE", help="Believe the offices of the charters it holds."),
    ] = None,
    pem: Annotated[
        Path | None, typer.Option("--anchor", metavar="PEM", help="Believe these certificates.")
    ] = None,
    at: Annotated[
        str,
        typer.Option(help="Check the certificates as of this time, with its offset; of the sending without."),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Check the signature inside a message as of the time it was sent; exit code 3 where it is not valid.

    A message without one is readable as ever, and says so: exit code 0.
    """
    from comity.border.cap import answers, reading, signing  # noqa: PLC0415 - needs XML
    from comity.border.cap.meaning import moment  # noqa: PLC0415 - the same
    from comity.border.errors import StampError  # noqa: PLC0415 - the same

    when = moment(at) if at else None
    if at and when is None:
        raise StampError(f"{at[:60]!a} is no time with its offset")
    found = signing.verify(reading.load(file), _anchors(ctx, node, pem), at=when)
    data = answers.signature_json(found, datetime.now(UTC))
    lines = [f"{file}: {found.state}" + (f": {found.reason}" if found.reason else "")]
    if found.begin is not None and found.end is not None:
        lines.append(f"  by {found.signer}, {found.fingerprint}")
        lines.append(f"  certificates valid from {found.begin} to {found.end}, checked as of {found.at}")
        lines.append(f"  now: {'still valid' if data['certificates_valid_now'] else 'not valid any more'}")
    if found.office:
        lines.append(f"  believed through {found.office}")
    emit(data, "\n".join(lines), as_json=as_json)
    if found.state not in {"valid", "unsigned"}:
        raise typer.Exit(FOUND)


def _anchors(ctx: typer.Context, directory: Path | None, pem: Path | None) -> list[Anchor]:
    from comity.border.cap import chains, reading  # noqa: PLC0415 - needs XML
    from comity.record.canonical import unb64  # noqa: PLC0415 - lazily

    found = [] if pem is None else chains.of_pem(reading.load(pem))
    if directory is not None:

        def local(node: Node) -> Any:
            from comity.border.warning.answers import office_keys  # noqa: PLC0415 - needs XML

            return office_keys(node)

        with reach(ctx, directory) as node:
            for one in node.ask("border/office-keys", local):
                found.append(chains.of_office(one["name"], unb64(one["key"])))
    return found


def _signed(ctx: typer.Context, directory: Path, act: dict[str, Any]) -> dict[str, Any]:
    def local(node: Node) -> Any:
        from comity.border.warning import answers, writing  # noqa: PLC0415 - needs XML

        return writing.ACTS["sign"](node, act, answers.now())

    with reach(ctx, directory) as node:
        found: dict[str, Any] = node.post("border/warning-acts/sign", local, act)
    return found
