"""`comity border picture` and `share`: what moves, who knows it, what leaves and at what price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="share",
    no_args_is_help=True,
    add_completion=False,
    help="What leaves of the own tracks, and at what price. Without a decision nothing does.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
SectorName = Annotated[str, typer.Option("--sector", metavar="SECTOR", help="Slug of the sector.")]
Blur = Annotated[float | None, typer.Option(help="Error that `blurred` adds to each axis, metres.")]
Grid = Annotated[float | None, typer.Option(help="Side of a cell of `gridded`, metres.")]
Delay = Annotated[float | None, typer.Option(help="How much later `delayed` comes, seconds.")]
Every = Annotated[int | None, typer.Option(min=1, help="Looks between two exchanges.")]
ClassName = Annotated[
    str, typer.Option("--class", help="Class of object: unknown, air, boat, vehicle, person-size.")
]


def picture(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    sector: SectorName,
    at: Annotated[str, typer.Option(help="When: ISO 8601 with an offset, or milliseconds UTC.")] = "",
    view: Annotated[
        str, typer.Option(help="own, theirs, joint, or shared: what they see of ours.")
    ] = "joint",
    audit: Annotated[
        bool, typer.Option("--audit", help="Which tracklet was used for which track; exit 3 on a doubt.")
    ] = False,
    from_record: Annotated[
        bool,
        typer.Option(
            "--from-record", help="Make it again from sealed batches and tracklets; exit 3 if it differs."
        ),
    ] = False,
    proof: Annotated[
        Path | None,
        typer.Option(
            help="Write a file for an auditor: which tracklets count, for `comity-verify tracklets`."
        ),
    ] = None,
    with_sealed: Annotated[
        bool,
        typer.Option("--with-sealed", help="Put content in that is not for everybody: guard the file."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what moves in a sector: each track, how surely, and by whose word."""
    from comity.border.picture import labels, printed  # noqa: PLC0415 - needs the console

    moment = _moment(at)
    if proof is not None:
        _proof(ctx, directory, sector, moment, proof, sealed_too=with_sealed, as_json=as_json)
        return
    query = {"sector": sector, "view": view, **({} if moment is None else {"at": moment})}
    path = "audit" if audit else "replay" if from_record else ""

    def local(node: Node) -> Any:
        from comity.border.picture import answers  # noqa: PLC0415 - lazily
        from comity.border.picture.audit import audit as audited  # noqa: PLC0415 - lazily
        from comity.border.picture.replay import replay  # noqa: PLC0415 - lazily

        if audit:
            return audited(node, sector, moment)
        return (replay if from_record else answers.picture)(node, sector, moment, view)

    with reach(ctx, directory) as node:
        found = node.ask(f"border/picture/{path}".rstrip("/"), local, **query)
    if audit:
        emit(found, "\n".join(printed.audit_lines(found)), as_json=as_json)
        doubt = bool(found["twice"] or found["missing"])
    else:
        found = {**found, "withheld": labels.withheld_words(found["unshown"])}
        emit(found, "\n".join(printed.picture_lines(found)), as_json=as_json)
        doubt = from_record and not found["replay"]["agrees"]
    if doubt:
        raise typer.Exit(FOUND)


def _proof(
    ctx: typer.Context, directory: Path, sector: str, moment: int | None, out: Path, *, sealed_too: bool,
    as_json: bool,
) -> None:  # fmt: skip
    query = {"sector": sector, **({} if moment is None else {"at": moment})}

    def local(node: Node) -> Any:
        from comity.border.picture.proof import make  # noqa: PLC0415 - lazily

        return make(node, sector, moment, sealed_too=sealed_too)

    with reach(ctx, directory) as node:
        found = node.ask("border/picture/proof", local, **query, sealed_too=sealed_too)
    out.write_text(found.pop("file"), encoding="utf-8")
    text = f"{out}: {found['entries']} entries, {found['words']} words of tracks"
    emit({**found, "file": str(out)}, text, as_json=as_json)


@app.command()
def price(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    sector: SectorName,
    blur: Blur = None,
    grid: Grid = None,
    delay: Delay = None,
    every: Every = None,
    class_: ClassName = "unknown",
    as_json: AsJson = False,
) -> None:
    """Show what each way of sharing is expected to cost, by this sector's figures; nothing is recorded."""
    from comity.border.picture import printed  # noqa: PLC0415 - needs the console

    found = _prices(ctx, directory, _figures(sector, class_, blur, grid, delay, every))
    emit(found, "\n".join(printed.price_lines(found)), as_json=as_json)


@app.command("set")
def set_(
    ctx: typer.Context,
    directory: NodeFolder,
    way: Annotated[
        str, typer.Argument(metavar="WAY", help="tracklets, gridded, blurred, delayed or nothing.")
    ],
    *,
    sector: SectorName,
    author: Annotated[str, typer.Option(help="The person who decides.")],
    office: Annotated[str, typer.Option(help="For which office.")],
    to: Annotated[
        list[str] | None, typer.Option(help="Party that it is for; all without. Repeatable.")
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Class of object that leaves; all without. Repeatable.")
    ] = None,
    marks: Annotated[str, typer.Option(help="TLP 2.0 label of what leaves.")] = "TLP:AMBER",
    blur: Blur = None,
    grid: Grid = None,
    delay: Delay = None,
    every: Every = None,
    class_: ClassName = "unknown",
    until: Annotated[str, typer.Option(help="Until when, ISO 8601 with an offset.")] = "",
    exercise: Annotated[bool, typer.Option("--exercise", help="It is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Decide what leaves; the price of every way is shown first, and goes on record with the decision."""
    from comity.border.picture import printed  # noqa: PLC0415 - needs the console

    figures = _figures(sector, class_, blur, grid, delay, every)
    if to:
        figures["to"] = to[0]
    found = _prices(ctx, directory, figures)
    act: dict[str, Any] = {
        **figures,
        "way": way,
        "office": office,
        "marks": marks,
        "shown": found["sides"][0]["their_picture"] if found["sides"] else [],
        "header": {"author": author, "class": "exercise" if exercise else "record"},
        **({"to": to} if to else {}),
        **({"classes": only} if only else {}),
        **({"valid_until": _moment(until)} if until else {}),
    }

    def local(node: Node) -> Any:
        from comity.border.picture import answers, sharing  # noqa: PLC0415 - lazily

        return sharing.decide(node, act, answers.now())

    with reach(ctx, directory) as node:
        data = node.post("border/sharing-acts/decide", local, act)
    place = data["receipts"][0]["index"] if data["receipts"] else "it waits"
    lines = [*printed.price_lines(found), f"{data['kind']} in {data['origin']} {place}: {way}"]
    lines += [
        f"does not travel to {party} by itself: the compact does not name border.tracklets and border.told"
        for party in data["does_not_travel_to"]
    ]
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def send(ctx: typer.Context, directory: NodeFolder, *, sector: SectorName, as_json: AsJson = False) -> None:
    """Say now what the decision in force lets be said; a running centre does it by itself."""

    def local(node: Node) -> Any:
        from comity.border.picture import answers  # noqa: PLC0415 - lazily

        return answers.say(node, sector)

    with reach(ctx, directory) as node:
        found = node.post("border/sharing-acts/send", local, {"sector": sector})
    why = f"nothing is said: {found['why']}" if found["why"] else ""
    text = f"{found['entries']} entries: {found['increments']} tracklets, {found['wholes']} whole estimates"
    emit(found, why or text, as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, directory: NodeFolder, *, sector: SectorName, as_json: AsJson = False) -> None:
    """List the decisions of every party on a sector, the newest first."""

    def local(node: Node) -> Any:
        from comity.border.picture import answers  # noqa: PLC0415 - lazily

        return answers.decisions(node, sector)

    with reach(ctx, directory) as node:
        found = node.ask("border/sharing", local, sector=sector)
    lines = [
        f"{one['party']}: {one['way']} for {', '.join(one['to']) or 'nobody'}, {one['state']} "
        f"({one['origin']} {one['index']})"
        for one in found
    ]
    emit({"decisions": found}, "\n".join(lines) or "nothing is decided: nothing leaves", as_json=as_json)


def _prices(ctx: typer.Context, directory: Path, figures: dict[str, Any]) -> Any:
    def local(node: Node) -> Any:
        from comity.border.picture import sharing  # noqa: PLC0415 - lazily

        return sharing.prices(node, figures)

    with reach(ctx, directory) as node:
        return node.ask("border/sharing/price", local, **figures)


def _figures(  # noqa: PLR0917 - one for each option
    sector: str, class_: str, blur: float | None, grid: float | None, delay: float | None, every: int | None
) -> dict[str, Any]:
    given = {"blur": blur, "grid": grid, "delay": None if delay is None else delay * 1000, "every": every}
    return {"sector": sector, "class": class_} | {k: v for k, v in given.items() if v is not None}


def _moment(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdigit():
        return int(text[:16])
    from datetime import datetime  # noqa: PLC0415 - lazily

    from comity.border.picture.errors import PictureRefusedError  # noqa: PLC0415 - lazily

    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise PictureRefusedError(f"{text[:40]!a}: {error}") from error
    if moment.tzinfo is None:
        raise PictureRefusedError(f"{text[:40]!a} has no offset")
    return int(moment.timestamp() * 1000)
