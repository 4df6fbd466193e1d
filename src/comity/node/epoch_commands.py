"""`comity epoch`: the joint way out, when a log has signed two histories."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach, systems
from comity.node.commands.output import AsJson, emit
from comity.node.errors import ConfigError

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    no_args_is_help=True, help="A log that forked goes on in a new epoch, by both parties' word."
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
ProposalFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file of a proposal.")]
Author = Annotated[str, typer.Option(help="Who says so: a pseudonym or an office.")]
Why = Annotated[str, typer.Option(help="How the fork came about; both parties read it.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is about a fictional fork.")]


@app.command()
def propose(
    directory: NodeFolder,
    out: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write the proposal.")],
    *,
    key: Annotated[
        list[Path] | None,
        typer.Option(
            help="File of a root key of the charter in force; repeatable. Those in the node's folder."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Propose the next epoch of a node whose log forked; the node must not be running."""
    from comity.node.charter_work import write_proposal  # noqa: PLC0415 - lazily
    from comity.node.epoch_answers import describe  # noqa: PLC0415 - lazily
    from comity.node.epoch_answers import propose as make  # noqa: PLC0415 - lazily

    proposal = make(directory, key or [])
    write_proposal(out, proposal.encode().removesuffix(b"\n"))
    data = {**describe(proposal), "file": str(out)}
    text = f"{_text(data)}\nWritten to {out}. The other party: comity epoch agree NODE {out}"
    emit(data, text, as_json=as_json)


@app.command()
def agree(
    ctx: typer.Context,
    directory: NodeFolder,
    path: ProposalFile,
    *,
    author: Author,
    reason: Why,
    exercise: Exercise = False,
    yes: Annotated[bool, typer.Option("--yes", help="Agree to what is in the file without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Agree to a peer's proposal, after its fork proof, signatures and agreed head were checked here."""
    from comity.node.charter_work import read_file  # noqa: PLC0415 - lazily
    from comity.record.canonical import b64  # noqa: PLC0415 - lazily

    text = b64(read_file(path))
    with reach(ctx, directory) as node:
        found = node.post("epoch/judge", lambda here: _answers().judge(here, text), {"proposal": text})
        if not as_json:
            typer.echo(
                f"{_text(found)}\n{found['beyond']} entries held here of {found['old']} come after that"
            )
        if not yes and not (not as_json and typer.confirm("Do both parties agree to this?", default=False)):
            raise ConfigError("nothing was agreed")
        body = {"proposal": text, "author": author, "reason": reason, "exercise": exercise}

        def locally(here: Node) -> dict[str, Any]:
            said: dict[str, Any] = _answers().agree(here, text, author, reason, exercise=exercise)
            return said

        data = node.post("epoch/agree", locally, body)
    place = data["entry"]
    emit(data, f"agreed, in entry {place['index']} of {place['origin']}", as_json=as_json)


@app.command()
def begin(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    author: Author = "",
    reason: Why = "",
    key: Annotated[Path | None, typer.Option(help="File of a root key, for leaf 0 of the new log.")] = None,
    address: Annotated[
        str, typer.Option(help="The peer's side: where the new log is, if not at the old address.")
    ] = "",
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Begin the new epoch: found the log, on the node that forked (stopped); pair with it, on its peer."""
    from comity.node.folder import Folder  # noqa: PLC0415 - lazily

    proposal = _answers().own_proposal(Folder.existing(directory))
    if proposal is None:
        where = str(Path(address).resolve()) if address and "://" not in address else address
        with reach(ctx, directory) as node:
            data = node.post("epoch/pair", lambda here: _answers().pair(here, where), {"address": where})
        emit(data, f"paired with {', '.join(data['paired']) or 'nothing new'}", as_json=as_json)
        return
    if not author or not reason:
        raise ConfigError("--author and --reason are needed: they stand in the first entry of the new log")
    words = {"author": author, "reason": reason, "exercise": exercise}
    data = _answers().begin(directory, systems(ctx), proposal, key, **words)
    emit(data, f"{data['new']} has begun; it follows {data['old']} at {data['agreed_size']}", as_json=as_json)


@app.command()
def show(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show every new epoch known here: what it follows, who spoke, whether it is joint."""
    with reach(ctx, directory) as node:
        data = node.ask("epoch/known", lambda here: _answers().show(here))
    lines = [_line(row) for row in data["epochs"]]
    if data["recovery"]["fork_proof"]:
        lines.append(f"{data['origin']} has signed two histories: {data['recovery']['fork_proof']}")
    emit(data, "\n".join(lines or ["no log known here has forked and begun anew"]), as_json=as_json)


def _answers() -> Any:
    from comity.node import epoch_answers  # noqa: PLC0415 - not needed to talk to a running node

    return epoch_answers


def _line(row: dict[str, Any]) -> str:
    state = "joint" if row["joint"] else "said by " + (", ".join(row["said_by"]) or "nobody")
    follows = "" if row["old"] is None else f" follows {row['old']} at {row['agreed_size']}"
    return f"{row['new']}{follows}: {state}{'' if row['here'] else '; not paired here'}"


def _text(data: dict[str, Any]) -> str:
    return (
        f"{data['new']} follows {data['old']} at {data['agreed_size']} entries, root {data['agreed_root']}\n"
        f"fork proof {data['fork']['digest']}\nfingerprint of its charter: {data['fingerprint']}"
    )
