"""`comity border watch`: the own sectors of a node, kept: tracks, frames, alerts, seals."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.commands.access import Local, Remote
    from comity.node.node import Node

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


def watch(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    sector: Annotated[str, typer.Option(metavar="SECTOR", help="One own sector; all without.")] = "",
    once: Annotated[bool, typer.Option("--once", help="Take what came in since, and end.")] = False,
    every: Annotated[float, typer.Option(min=0.05, max=3600, help="Seconds between two looks.")] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Make tracks of what the own sensors sent, hold them against the zones, raise alerts, seal it all.

    Goes on until it is ended (Ctrl-C), on a running node too; one that has "border-centre" among the
    features of its settings does it by itself. Ended anywhere, it goes on where it was.
    """
    with reach(ctx, directory) as node:
        _show(_take(node, sector), as_json=as_json)
        if not once:
            _go_on(node, sector, every, as_json=as_json)


def _go_on(node: Local | Remote, sector: str, every: float, *, as_json: bool) -> None:
    import signal  # noqa: PLC0415 - lazily
    import threading  # noqa: PLC0415 - lazily

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    while not stop.wait(every):
        data = _take(node, sector)
        if any(one["observations"] or one["steps"] for one in data["sectors"]):
            _show(data, as_json=as_json)
    node.post("border/watch", _close, {"sector": sector})


def _take(node: Local | Remote, sector: str) -> dict[str, Any]:
    def local(found: Node) -> dict[str, Any]:
        from comity.border.live import answers  # noqa: PLC0415 - lazily

        return answers.watch(found, sector)

    data: dict[str, Any] = node.post("border/watch", local, {"sector": sector})
    return data


def _close(node: Node) -> None:
    from comity.border.live.keeping import keeper_of  # noqa: PLC0415 - lazily

    keeper_of(node).close()


def _show(data: dict[str, Any], *, as_json: bool) -> None:
    lines = []
    for one in data["sectors"]:
        aside = sum(one["set_aside"].values())
        extra = f", {aside} set aside" if aside else ""
        extra += f", {one['late']} too late" if one["late"] else ""
        lines.append(
            f"{one['sector']}: {one['observations']} observations, {one['tracks']} tracks, "
            f"{one['steps']} steps of alerts{extra}"
        )
    lines += [f"{slug} is not kept: {why}" for slug, why in data["not_kept"].items()]
    emit(data, "\n".join(lines) or "no sector of this party: see `comity border sector add`", as_json=as_json)
