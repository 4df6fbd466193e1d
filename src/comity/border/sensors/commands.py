"""`comity border sensors`, `seal`, `batches`: keys of gateways, what came in, and its seals on the record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import FOUND, AsJson, bar, emit
from comity.node.folder import Folder

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="sensors",
    no_args_is_help=True,
    add_completion=False,
    help="Sensors: who may send, what came in, what was set aside.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
KeyName = Annotated[str, typer.Argument(metavar="NAME", help="Whose key: a gateway, a station.")]


@app.command()
def key(
    directory: NodeFolder,
    name: KeyName,
    *,
    may: Annotated[str, typer.Option(help="read, or write, which reads too.")] = "read",
    as_json: AsJson = False,
) -> None:
    """Give out a key to the SensorThings service; it is shown once, and an older one of the name is void."""
    from comity.border.sensors.keys import Keys  # noqa: PLC0415 - lazily

    secret = Keys(Folder.existing(directory).root).give(name, may)
    emit({"name": name, "may": may, "key": secret}, secret, as_json=as_json)


@app.command()
def keys(directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """List who has a key, and what for; the keys themselves are not kept."""
    from comity.border.sensors.keys import Keys  # noqa: PLC0415 - lazily

    found = Keys(Folder.existing(directory).root).all()
    lines = [f"{one.name}: may {one.may}, since {one.since}" for one in found]
    data = {"keys": [{"name": one.name, "may": one.may, "since": one.since} for one in found]}
    emit(data, "\n".join(lines) or "nobody has a key: only the operator reads and writes", as_json=as_json)


@app.command()
def revoke(directory: NodeFolder, name: KeyName, *, as_json: AsJson = False) -> None:
    """Take a key back, at once, on a running node too."""
    from comity.border.sensors.keys import Keys  # noqa: PLC0415 - lazily

    Keys(Folder.existing(directory).root).revoke(name)
    emit({"name": name}, f"{name} has no key any more", as_json=as_json)


@app.command()
def status(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """Show the datastreams with their counts, and how much was set aside and why."""

    def local(node: Node) -> Any:
        from comity.border.sensors import answers  # noqa: PLC0415 - lazily

        return answers.overview(node)

    with reach(ctx, directory) as node:
        found = node.ask("border/sensors", local)
    lines = [line for one in found["datastreams"] for line in _stream_lines(one)]
    lines += [f"set aside, {reason}: {count}" for reason, count in found["set_aside"].items()]
    emit(found, "\n".join(lines) or "no sensor has sent anything", as_json=as_json)


def _stream_lines(one: dict[str, Any]) -> list[str]:
    name = f"{one['thing']}, {one['datastream']} ({one['sensor']})"
    lines = [f"{name}: {one['observations']} observations, {one['phenomenonTime'] or 'none yet'}"]
    if one["state"]["state"] == "no data":
        lines.append(f"  no data since {one['state']['since']}")
    if one["gaps"]["count"]:
        lines.append(f"  {one['gaps']['count']} gaps, the last after {one['gaps']['newest'][0]['after']}")
    for words, counts in (("doubtful", one["flags"]), ("set aside", one["set_aside"])):
        if counts:
            lines.append(f"  {words}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    return lines


@app.command()
def check(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """Check what came in: spikes, steps, flat lines, gaps; places and speeds that cannot be.

    Each observation keeps what its sensor said and gets a flag beside it; detection leaves the doubted out.
    """

    def local(node: Node) -> Any:
        from comity.border.sensors import answers  # noqa: PLC0415 - lazily

        return answers.check(node)

    with reach(ctx, directory) as node:
        found = node.post("border/sensors/check", local, {})
    counts = ", ".join(f"{name} {count}" for name, count in found["flags"].items())
    emit(found, f"{found['checked']} checked: {counts}" if counts else "nothing new", as_json=as_json)


@app.command()
def quarantine(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """Show what was set aside, the newest first, each with its reason."""

    def local(node: Node) -> Any:
        from comity.border.sensors import answers  # noqa: PLC0415 - lazily

        return answers.quarantine(node)

    with reach(ctx, directory) as node:
        found = node.ask("border/sensors/quarantine", local)
    lines = [f"{one['at']} {one['reason']}: {one['detail']}\n  {one['raw'][:200]}" for one in found]
    emit({"set_aside": found}, "\n".join(lines) or "nothing was set aside", as_json=as_json)


@app.command()
def mqtt(
    directory: NodeFolder,
    *,
    broker: Annotated[str, typer.Option(help="host:port of the MQTT broker.")] = "127.0.0.1:1883",
    name: Annotated[
        str, typer.Option(help="Of the session that the broker keeps for this bridge.")
    ] = "comity",
    user: Annotated[
        str, typer.Option(help="For the broker; its password is read from COMITY_MQTT_PASSWORD.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Carry observations between an MQTT broker and a running node, until it is ended (Ctrl-C).

    There is no TLS to the broker: it belongs on this machine, or behind a tunnel.
    """
    import os  # noqa: PLC0415 - lazily
    import signal  # noqa: PLC0415 - lazily
    import threading  # noqa: PLC0415 - lazily

    from comity.border.sensors import mqtt as line  # noqa: PLC0415 - lazily
    from comity.border.sensors.bridge import TOPICS  # noqa: PLC0415 - lazily
    from comity.node.config import split_listen  # noqa: PLC0415 - lazily

    folder, stop = Folder.existing(directory), threading.Event()
    host, port = split_listen(broker)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    opened = line.Broker(host, port, name, user, os.environ.get("COMITY_MQTT_PASSWORD", ""))
    node = line.NodeLine(folder)
    try:
        emit({"broker": broker, "topics": list(TOPICS)}, f"carrying for {broker}", as_json=as_json)
        line.run(opened, node, stop)
    finally:
        opened.close()
        node.close()


def seal(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    author: Annotated[str, typer.Option(help="The person who answers for it.")],
    marking: Annotated[str, typer.Option(help="The TLP 2.0 label.")] = "TLP:AMBER",
    releasable_to: Annotated[
        list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")
    ] = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="It is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Seal the observations that no batch holds yet: a root on the record, nothing of the values."""
    header: dict[str, Any] = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    header["class"] = "exercise" if exercise else "record"

    with bar(as_json=as_json) as progress, reach(ctx, directory) as node:

        def local(found: Node) -> Any:
            from comity.border.sensors import answers  # noqa: PLC0415 - lazily

            return answers.seal(found, header, progress)

        data = node.post("border/sensors/seal", local, header)
    lines = [
        f"batch {one['number']}: {one['count']} observations, root {one['root']}" for one in data["batches"]
    ]
    emit(data, "\n".join(lines) or "every observation is sealed already", as_json=as_json)


def batches(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    check: Annotated[bool, typer.Option("--check", help="Make every root again from what is kept.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the batches of observations; with --check, exit 3 where one is not whole."""

    def local(node: Node) -> Any:
        from comity.border.sensors import answers  # noqa: PLC0415 - lazily

        return answers.batches(node, check=check)

    with reach(ctx, directory) as node:
        found = node.ask("border/sensors/batches", local, check=str(check).lower())
    lines = [
        f"batch {one['number']}: {one['count']} observations, root {one['root']}"
        + (f": {one['wrong'] or 'whole'}" if check else "")
        for one in found
    ]
    emit({"batches": found}, "\n".join(lines) or "nothing is sealed yet", as_json=as_json)
    if any(one.get("wrong") for one in found):
        raise typer.Exit(FOUND)


def replay(
    ctx: typer.Context,
    directory: NodeFolder,
    number: Annotated[int, typer.Argument(metavar="BATCH", help="Its number.")],
    *,
    as_json: AsJson = False,
) -> None:
    """Give out the observations of a batch as they arrived, once they have made its root again."""

    def local(node: Node) -> Any:
        from comity.border.sensors import answers  # noqa: PLC0415 - lazily

        return answers.replay(node, number)

    with reach(ctx, directory) as node:
        found = node.ask(f"border/sensors/batches/{number}", local)
    lines = [f"{one['phenomenonTime']} {one['sensor']}: {one['result']}" for one in found["observations"]]
    emit(found, "\n".join(lines), as_json=as_json)
