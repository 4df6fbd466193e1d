"""`comity position zone`: which packages of a frozen list both accept, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.assessment.position.asking import Yes, agreed
from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    no_args_is_help=True,
    help="Experimental, off unless switched on: learn which packages both accept, and nothing else.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Name = Annotated[str, typer.Argument(metavar="ZONE", help="Name of the zone.")]
Author = Annotated[str, typer.Option(help="The person or office that answers for it.")]
SealBy = Annotated[
    float, typer.Option("--seal-hours", min=0.01, help="Hours to seal, where this log starts.")
]
OpenBy = Annotated[
    float, typer.Option("--open-hours", min=0.01, help="Hours to open, where this log starts.")
]


@app.command()
def propose(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The mandate and its frozen list, JSON.")],
    *,
    author: Author,
    exercise: Annotated[bool, typer.Option("--exercise", help="It is fictional.")] = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Write a mandate: the list, frozen; how many packages a side may accept; who answers for the run.

    The other side reads it once people release it; it stands when both wrote it alike and released it.
    """
    from comity.assessment.position.zone.errors import ZoneRefusedError  # noqa: PLC0415 - lazily

    try:
        fields = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise ZoneRefusedError(f"{file} is no JSON that can be read: {error}") from error
    agreed(json.dumps(fields, ensure_ascii=False, indent=1), yes=yes, as_json=as_json)
    body = {"fields": fields, "author": author, "exercise": exercise}
    _do(ctx, directory, "propose", body, as_json=as_json)


@app.command()
def agree(
    ctx: typer.Context,
    directory: NodeFolder,
    zone: Name,
    *,
    author: Author,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Write the other side's mandate, word for word, into the own log; people then release it."""
    agreed("That this side wrote the same mandate, once people release it.", yes=yes, as_json=as_json)
    _do(ctx, directory, "agree", {"zone": zone, "author": author}, as_json=as_json)


@app.command()
def seal(
    ctx: typer.Context,
    directory: NodeFolder,
    zone: Name,
    *,
    author: Author,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A package that is acceptable; repeatable, none of them otherwise."),
    ] = None,
    seal_hours: SealBy = 24,
    open_hours: OpenBy = 48,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Seal the own set, once a list; people then approve that its first message opens."""
    agreed(_sees("sets-to-seal"), yes=yes, as_json=as_json)
    hours = {"seal_hours": seal_hours, "open_hours": open_hours}
    body = {"zone": zone, "accept": accept or [], "author": author, **hours}
    _do(ctx, directory, "seal", body, as_json=as_json)


@app.command()
def step(
    ctx: typer.Context,
    directory: NodeFolder,
    zone: Name,
    *,
    author: Author,
    seal_hours: SealBy = 24,
    open_hours: OpenBy = 48,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Take the next step: open the first message, seal the reply, open it, write what was found."""
    if not (yes or as_json):
        sees = _ask(ctx, directory, zone)["other_side_will_see"]
        agreed(sees, yes=yes or not sees, as_json=as_json)
    body = {"zone": zone, "author": author, "seal_hours": seal_hours, "open_hours": open_hours}
    _do(ctx, directory, "step", body, as_json=as_json)


@app.command()
def show(
    ctx: typer.Context,
    directory: NodeFolder,
    zone: Annotated[str, typer.Argument(metavar="ZONE", help="Name of the zone; all without.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show where zones stand: mandate, what is awaited, what the other side will see next, what was found."""
    found = _ask(ctx, directory, zone)
    every = [found] if zone else found
    text = "\n".join(line for one in every for line in _lines(one)) or "no zone is on record"
    emit(found if zone else {"zones": found}, text, as_json=as_json)


@app.command()
def audit(
    ctx: typer.Context,
    directory: NodeFolder,
    zone: Name,
    *,
    as_json: AsJson = False,
) -> None:
    """Hold opened sets against what was sent; exit code 3 if one is not what its messages follow from.

    A set is opened by `comity release request` for the sealed record, with its approvals.
    """

    def local(node: Node) -> Any:
        from comity.assessment.position.zone import answers  # noqa: PLC0415 - lazily

        return answers.audit_of(node, zone)

    found = ask(ctx, directory, f"assessment/zone-audits/{zone}", local)
    lines = [
        f"{one['origin']}: {one['verdict']}; {one['says']}"
        + "".join(f"\n  {code['says']} ({code['code']})" for code in one["codes"])
        for one in found["audits"]
    ]
    emit(found, "\n".join(lines), as_json=as_json)
    if any(one["verdict"] == "inconsistent" for one in found["audits"]):
        raise typer.Exit(FOUND)


def _ask(ctx: typer.Context, directory: Path, zone: str) -> Any:
    def local(node: Node) -> Any:
        from comity.assessment.position.zone import answers  # noqa: PLC0415 - lazily

        return answers.zone(node, zone) if zone else answers.zone_list(node)

    return ask(ctx, directory, f"assessment/zones/{zone}" if zone else "assessment/zones", local)


def _do(ctx: typer.Context, directory: Path, act: str, body: dict[str, Any], *, as_json: bool) -> None:
    def local(node: Node) -> Any:
        from comity.assessment.position.zone import answers  # noqa: PLC0415 - lazily

        return answers.do(node, act, body)

    with reach(ctx, directory) as node:
        data = node.post(f"assessment/zone-acts/{act}", local, body)
    emit(data, "\n".join(_lines(data["zone"])), as_json=as_json)


def _sees(stage: str) -> str:
    from comity.assessment.position.zone.labels import SEES  # noqa: PLC0415 - lazily

    return SEES[stage]


def _lines(one: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if one["exercise"] else ""
    lines = [
        f"{mark}{one['slug']}: mandate {one['mandate']}, {len(one['packages'])} packages, cap {one['cap']}"
    ]
    if one["awaits"]:
        lines.append(f"  {one['awaits']}")
    if one["other_side_will_see"]:
        lines.append(f"  next, {one['stage']}; the other side will see: {one['other_side_will_see']}")
    if one["problem"]:
        lines.append(f"  ! {one['problem']}")
    if one["common"] is not None:
        lines.append(f"  both accept: {', '.join(one['common']) or 'none'}")
    return [*lines, f"  {one['leak']}"]
