"""`comity charter`: a party's keys and thresholds, and the ceremonies around them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.output import AsJson, emit
from comity.node.errors import ConfigError

if TYPE_CHECKING:
    from comity.record.charter import Charter, Role

app = typer.Typer(
    no_args_is_help=True, help="A party's keys: show, renew, revoke, found a node by a ceremony."
)

NodeFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The node's folder.")]
CharterFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file of a charter.")]
RootKeys = Annotated[
    list[Path], typer.Option("--key", help="The file of a root key; repeatable.", show_default=False)
]


@app.command()
def show(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A node's folder, or the file of a charter.")],
    as_json: AsJson = False,
) -> None:
    """Show a charter: fingerprint, keys by role, thresholds, how many signed."""
    from comity.node.charter_work import read_charter  # noqa: PLC0415 - lazily

    charter = read_charter(path / "charter" if path.is_dir() else path)
    data = describe(charter)
    emit(data, _text(data), as_json=as_json)


@app.command()
def propose(
    directory: NodeFolder,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the proposal.")],
    *,
    term: Annotated[int, typer.Option(min=1, max=700, help="Days that it will stand.")] = 400,
    revoke: Annotated[
        list[str] | None,
        typer.Option(help="NAME=INDEX: the key signs nothing from that entry on; repeatable."),
    ] = None,
    add_root: Annotated[
        list[str] | None, typer.Option(help="Verifier key of a further root key; repeatable.")
    ] = None,
    root_threshold: Annotated[int | None, typer.Option(help="Root keys that sign a charter.")] = None,
    approvers: Annotated[int | None, typer.Option(help="People that approve a release or erasure.")] = None,
    office: Annotated[list[str] | None, typer.Option(help="name=title of a new office; repeatable.")] = None,
    as_json: AsJson = False,
) -> None:
    """Propose the next version: a new term, and what changes. Nothing is in force before `advance`."""
    from comity.node.charter_work import propose as make  # noqa: PLC0415 - lazily
    from comity.node.charter_work import write_proposal  # noqa: PLC0415 - lazily
    from comity.node.create import office_option  # noqa: PLC0415 - lazily

    charter = make(
        directory,
        term_days=term,
        revoke=dict(_cut(text) for text in revoke or []),
        add_roots=add_root or [],
        root_threshold=root_threshold,
        approvers=approvers,
        offices=dict(office_option(text) for text in office or []),
    )
    write_proposal(out, charter.document)
    data = {**describe(charter), "file": str(out)}
    emit(
        data,
        f"{_text(data)}\nWritten to {out}. Now: comity charter sign {out} --key ROOTKEY, by every holder; "
        f"then: comity charter advance {directory} {out} --key ROOTKEY",
        as_json=as_json,
    )


@app.command()
def sign(
    path: CharterFile,
    *,
    key: RootKeys,
    fingerprint: Annotated[str, typer.Option(help="The fingerprint that the holders agreed on.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Sign what is in the file without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign a charter with root keys, after comparing its fingerprint."""
    from comity.node.charter_work import read_charter  # noqa: PLC0415 - lazily
    from comity.node.charter_work import sign as add  # noqa: PLC0415 - lazily

    proposed = read_charter(path)
    confirm(proposed.fingerprint, fingerprint, yes=yes, text=_text(describe(proposed)))
    charter = add(path, key)
    data = describe(charter)
    emit(data, f"{data['signed']} of the {data['needed']} root keys needed signed", as_json=as_json)


@app.command()
def advance(
    directory: NodeFolder,
    path: CharterFile,
    *,
    key: Annotated[Path, typer.Option(help="The file of a root key of the new version.")],
    as_json: AsJson = False,
) -> None:
    """Put a signed next version in force; the node must not be running."""
    from comity.node.charter_work import advance as put  # noqa: PLC0415 - lazily

    charter, index = put(directory, path, key)
    data = {**describe(charter), "index": index}
    emit(data, f"version {charter.version} is in force from entry {index} on", as_json=as_json)


@app.command()
def ceremony(
    directory: NodeFolder,
    *,
    party: Annotated[str, typer.Option(help="The party, for example vn.")],
    node: Annotated[str, typer.Option(help="The node's name within the party.")] = "hq",
    root_folder: Annotated[
        list[Path] | None,
        typer.Option(help="Where each holder's root key goes, one medium each; repeatable."),
    ] = None,
    threshold: Annotated[int, typer.Option(min=1, help="Root keys that sign a charter.")] = 2,
    approvers: Annotated[int, typer.Option(min=1, help="People that approve a release or erasure.")] = 2,
    listen: Annotated[str, typer.Option(help="host:port on this machine.")] = "127.0.0.1:8710",
    office: Annotated[list[str] | None, typer.Option(help="name=title of an office; repeatable.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="language=name of the party; repeatable.")] = None,
    colour: Annotated[str, typer.Option(help="#rrggbb by which the party is known.")] = "#2f5d8a",
    yes: Annotated[
        bool, typer.Option("--yes", help="Ask nothing; passphrases from the environment.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Found a node step by step: who holds which root key, what to write down, what to compare."""
    from comity.node.ceremony import Desk, found  # noqa: PLC0415 - lazily
    from comity.node.create import NewNode, named, office_option  # noqa: PLC0415 - lazily

    new = NewNode(
        party,
        node,
        listen,
        dict(office_option(text) for text in office) if office else None,
        dict(named(text) for text in name) if name else None,
        colour,
        roots=len(root_folder or []),
        root_threshold=threshold,
        approvers=approvers,
    )
    desk = Desk(yes=yes, quiet=as_json)
    charter = found(directory, new, root_folder or [], desk)
    data = {**describe(charter), "directory": str(directory)}
    emit(data, f"{charter.origin} is founded in {directory}", as_json=as_json)


def confirm(shown: str, told: str, *, yes: bool, text: str) -> None:
    """Have a fingerprint compared, by somebody who reads what would be signed.

    Raises:
        FingerprintError: it is another one.
    """
    from comity.node.errors import FingerprintError  # noqa: PLC0415 - lazily

    if not told and not yes:
        typer.echo(text, err=True)
        typer.echo(f"fingerprint  {shown}")
        told = typer.prompt("Type the fingerprint that the holders agreed on")
    if told and "".join(told.lower().split()) != shown.replace(" ", ""):
        raise FingerprintError(f"the file has the fingerprint {shown}, not {told[:80]!a}: nothing is signed")


def describe(charter: Charter) -> dict[str, Any]:
    """Return what a charter says, as plain JSON data."""
    keys: dict[Role, list[str]] = {
        "root": [line.name for line in charter.role_keys("root")],
        "log": [line.vkey for line in charter.role_keys("log")],
        "witness": [line.name for line in charter.role_keys("witness")],
        "mirror": [line.name for line in charter.role_keys("mirror")],
        "office": [line.name for line in charter.offices],
        **{line.role: [line.name] for line in charter.control},
        "hpke": [line.month for line in charter.hpke],
        "tls": [pin.spki.hex() for pin in charter.tls],
        "http": [line.name for line in charter.http],
    }
    return {
        "party": charter.party,
        "origin": charter.origin,
        "version": charter.version,
        "fingerprint": charter.fingerprint,
        "expires": charter.expires,
        "roles": {
            role: {"threshold": charter.threshold(role), "keys": names}
            for role, names in keys.items()
            if names
        },
        "revoked": [{"key": item.key_id.hex(), "from": item.start} for item in charter.revoked],
        "signed": len(charter.signatures()),
        "needed": charter.threshold("root"),
    }


def _text(data: dict[str, Any]) -> str:
    expires = datetime.fromtimestamp(data["expires"] / 1000, UTC)
    lines = [
        f"{data['origin']}  charter version {data['version']}",
        f"  fingerprint  {data['fingerprint']}",
        f"  expires      {expires:%Y-%m-%d %H:%M} UTC; from then on nothing is granted",
        f"  signed       by {data['signed']} root keys, {data['needed']} needed",
    ]
    for role, part in data["roles"].items():
        people = role in ("release", "erase")
        needed = f" ({part['threshold']} {'people' if people else 'keys'})" if part["threshold"] > 1 else ""
        lines.append(f"  {role + needed:<12} {', '.join(part['keys'])}")
    lines += [f"  revoked      {item['key']} from entry {item['from']}" for item in data["revoked"]]
    return "\n".join(lines)


def _cut(text: str) -> tuple[str, int]:
    name, equals, index = text.rpartition("=")
    if not equals or not name or not index.isdecimal() or not index.isascii():
        raise ConfigError(f"revoke {text!r}: give NAME=INDEX, for example record=412")
    return name, int(index)
