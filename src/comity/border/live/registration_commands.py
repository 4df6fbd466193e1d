"""`comity border sensors bias`, `accept`, `withdraw`: what sensors add to what they say, as people decide."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Sector = Annotated[str, typer.Option(metavar="SECTOR", help="Slug of an own sector.")]
OneSensor = Annotated[str, typer.Option(metavar="SENSOR", help="Slug of the sensor.")]
First = Annotated[int, typer.Option(help="From when on, ms UTC; an hour before the end without.")]
Until = Annotated[int, typer.Option(help="Until when, ms UTC; what the centre has come to without.")]
Author = Annotated[str, typer.Option(help="The person who decides.")]
Office = Annotated[str, typer.Option(help="The office that decides.")]
Since = Annotated[int, typer.Option(help="From when on, ms UTC; what comes next without.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]


def bias(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    sector: Sector,
    sensor: OneSensor = "",
    first: First = -1,
    until: Until = -1,
    as_json: AsJson = False,
) -> None:
    """Estimate what each own sensor adds to places and times, from co-operative targets that it saw.

    Nothing is applied: a person accepts an estimate with `comity border sensors accept`.
    """
    asked: dict[str, Any] = {"sector": sector, "sensor": sensor, **_span(first, until)}

    def local(node: Node) -> Any:
        from comity.border.live import registration  # noqa: PLC0415 - needs arrays

        return registration.biases(node, sector, sensor, asked.get("first"), asked.get("until"))

    with reach(ctx, directory) as node:
        found = node.ask("border/sensor-biases", local, **asked)
    lines = [line for one in found["sensors"] for line in _lines(found, one)]
    emit(found, "\n".join(lines) or "no own sensor of the sector detects", as_json=as_json)


def accept(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    sector: Sector,
    sensor: OneSensor,
    digest: Annotated[str, typer.Option(help="Of the pairs, as `bias` showed it.")],
    first: Annotated[int, typer.Option(help="As `bias` showed it, ms UTC.")],
    until: Annotated[int, typer.Option(help="As `bias` showed it, ms UTC.")],
    author: Author,
    office: Office,
    since: Since = -1,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Accept an estimate as it was shown: its sensor is corrected from then on, here and in every replay."""
    act = {"sector": sector, "sensor": sensor, "digest": digest, "first": first, "until": until}
    act |= _decision(office, since, (author, marking, releasable_to), exercise=exercise)
    _do(ctx, directory, "accept", act, as_json=as_json)


def withdraw(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    sector: Sector,
    sensor: OneSensor,
    author: Author,
    office: Office,
    since: Since = -1,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Withdraw the correction of a sensor: it is taken at its word again from then on."""
    act: dict[str, Any] = {"sector": sector, "sensor": sensor}
    act |= _decision(office, since, (author, marking, releasable_to), exercise=exercise)
    _do(ctx, directory, "withdraw", act, as_json=as_json)


def _span(first: int, until: int) -> dict[str, int]:
    return {name: value for name, value in (("first", first), ("until", until)) if value >= 0}


def _decision(
    office: str, since: int, who: tuple[str, str, list[str] | None], *, exercise: bool
) -> dict[str, Any]:
    author, marking, releasable_to = who
    header = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    header["class"] = "exercise" if exercise else "record"
    return {"office": office, "header": header, **({"since": since} if since >= 0 else {})}


def _lines(found: dict[str, Any], one: dict[str, Any]) -> list[str]:
    held, lines = one["correction"], list[str]()
    if held is not None:
        lines.append(
            f"  corrected since {held['since']}: {held['east']} m east, {held['north']} m north, "
            f"{held['turn']} rad, {held['late']} ms"
        )
    if one["verdict"] == "insufficient data":
        return [f"{one['sensor']}: insufficient data: {one['why']}", *lines]
    figures = [
        f"{one['shift_east']} ± {one['sigma_east']} m east",
        f"{one['shift_north']} ± {one['sigma_north']} m north",
    ]
    if "turn" in one["parts"]:
        figures.append(f"turned by {one['turn']} ± {one['sigma_turn']} rad")
    if "late" in one["parts"]:
        figures.append(f"late by {one['late']} ± {one['sigma_late']} ms")
    alone = "" if one["alone"] is None else f", {one['alone']} m at most without any one of them"
    return [
        f"{one['sensor']}: {one['verdict']}: {', '.join(figures)}",
        f"  {one['pairs']} pairs with {one['targets']} targets{alone}; {one['outliers']} counted for less",
        f"  accept it with --first {found['first']} --until {found['until']} --digest {one['digest']}",
        *lines,
    ]


def _do(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], *, as_json: bool) -> None:
    def local(node: Node) -> Any:
        from comity.border.live import registering  # noqa: PLC0415 - needs arrays

        return registering.ACTS[name](node, act)

    with reach(ctx, directory) as node:
        data = node.post(f"border/sensor-acts/{name}", local, act)
    where = ", ".join(f"{data['kind']} in {data['origin']} {one['index']}" for one in data["receipts"])
    emit(data, f"{where}: {data['sensor']} from {data['since']} on", as_json=as_json)
