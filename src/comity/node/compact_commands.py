"""`comity compact`: the ground rules that the parties sign together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.charter_commands import confirm
from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit
from comity.node.errors import ConfigError

if TYPE_CHECKING:
    from comity.record.compact import Compact

app = typer.Typer(no_args_is_help=True, help="The ground rules that the parties sign together.")

NodeFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The node's folder.")]
CompactFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file of a compact.")]


@app.command()
def show(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="A node's folder, or the file of a compact.")],
    as_json: AsJson = False,
) -> None:
    """Show a compact: members, standing grants, retention, deadlines, vocabularies, rules."""
    from comity.node.compact_work import read_compact  # noqa: PLC0415 - lazily
    from comity.node.compacts import in_force  # noqa: PLC0415 - lazily
    from comity.node.folder import Folder  # noqa: PLC0415 - lazily

    compact = in_force(Folder.existing(path)) if path.is_dir() else read_compact(path)
    if compact is None:
        raise ConfigError(f"{path}: this node has adopted no compact")
    data = describe(compact)
    emit(data, _text(data), as_json=as_json)


@app.command()
def propose(
    ctx: typer.Context,
    directory: NodeFolder,
    rules: Annotated[Path, typer.Argument(metavar="RULES", help="A TOML file with the rules.")],
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the proposal.")],
    as_json: AsJson = False,
) -> None:
    """Propose a compact, or its next version: rules from a file, charters as this node trusts them."""
    from comity.node.charter_work import write_proposal  # noqa: PLC0415 - lazily
    from comity.record.compact import Compact  # noqa: PLC0415 - lazily

    with reach(ctx, directory) as node:
        found = node.run("compact_propose", str(rules.resolve()))
    compact = Compact.read(found["document"].encode())
    write_proposal(out, compact.document)
    data = {**describe(compact), "file": str(out)}
    emit(data, f"{_text(data)}\nWritten to {out}; every party signs it: comity compact sign", as_json=as_json)


@app.command()
def sign(
    path: CompactFile,
    *,
    key: Annotated[list[Path], typer.Option(help="The file of a root key; repeatable.")],
    fingerprint: Annotated[str, typer.Option(help="The fingerprint that the parties agreed on.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Sign what is in the file without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign a compact with root keys, after comparing its fingerprint."""
    from comity.node.compact_work import read_compact  # noqa: PLC0415 - lazily
    from comity.node.folder import write_atomic  # noqa: PLC0415 - lazily
    from comity.node.keys import load_root  # noqa: PLC0415 - lazily

    compact = read_compact(path)
    confirm(compact.fingerprint, fingerprint, yes=yes, text=_text(describe(compact)))
    compact = compact.sign(load_root(place) for place in key)
    write_atomic(path, compact.encode())
    data = describe(compact)
    emit(data, f"{data['signatures']} signatures on {compact.name}", as_json=as_json)


@app.command()
def adopt(
    ctx: typer.Context,
    directory: NodeFolder,
    path: CompactFile,
    *,
    author: Annotated[str, typer.Option(help="Who adopts it for the party.")],
    exercise: Annotated[bool, typer.Option("--exercise", help="The compact is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Adopt a compact that every party signed, and say so in the own log."""
    from comity.node.compact_work import read_compact  # noqa: PLC0415 - lazily

    compact = read_compact(path)
    with reach(ctx, directory) as node:
        place = node.run("compact_adopt", str(path.resolve()), author, exercise)
    data = {**describe(compact), **place}
    text = f"version {compact.version} of {compact.name} adopted, entry {place['index']}"
    emit(data, text, as_json=as_json)


def describe(compact: Compact) -> dict[str, Any]:
    """Return what a compact says, as plain JSON data."""
    from comity.record.canonical import b64  # noqa: PLC0415 - lazily
    from comity.record.note import split_note  # noqa: PLC0415 - lazily

    return {
        "name": compact.name,
        "version": compact.version,
        "fingerprint": compact.fingerprint,
        "title": dict(compact.title),
        "members": [
            {"party": member.party, "role": member.role, "logs": [log.origin for log in member.logs]}
            for member in compact.members
        ],
        "retention": dict(compact.retention),
        "policies": [{"kinds": policy.kinds, "audience": policy.audience} for policy in compact.policies],
        "deadlines": {
            "erase_ack_days": compact.deadlines.erase_ack_days,
            "round_grace_hours": compact.deadlines.round_grace_hours,
        },
        "vocabularies": [
            {"name": item.name, "version": item.version, "digest": b64(item.digest)}
            for item in compact.vocabularies
        ],
        "rules": [dict(rule) for rule in compact.rules],
        "signatures": len(split_note(compact.note)[1]) if compact.note else 0,
    }


def _text(data: dict[str, Any]) -> str:
    lines = [
        f"{data['title']['en']}  ({data['name']}, version {data['version']})",
        f"  fingerprint  {data['fingerprint']}",
        f"  signatures   {data['signatures']}",
    ]
    lines += [f"  {item['role']:<12} {item['party']}: {', '.join(item['logs'])}" for item in data["members"]]
    lines += [f"  granted      {item['kinds']} to {item['audience']}" for item in data["policies"]]
    lines += [f"  kept         {name}: {months} months" for name, months in data["retention"].items()]
    lines.append(f"  erasure      acknowledged within {data['deadlines']['erase_ack_days']} days")
    lines.append(f"  rounds       {data['deadlines']['round_grace_hours']} hours of grace")
    lines += [
        f"  vocabulary   {item['name']} {item['version']}, {item['digest']}" for item in data["vocabularies"]
    ]
    lines += [
        f"  rule {number}       {rule.get('en') or next(iter(rule.values()))}"
        for number, rule in enumerate(data["rules"], start=1)
    ]
    return "\n".join(lines)
