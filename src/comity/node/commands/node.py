"""`comity node`: make, run, look after one party's installation."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import Roof, reach, systems
from comity.node.commands.output import FOUND, AsJson, bar, emit
from comity.node.folder import Folder

if TYPE_CHECKING:
    from comity.node.web.server import Running

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Make, run and look after one party's node."
)

NodeFolder = Annotated[Path, typer.Argument(metavar="DIR", help="The node's folder.")]


@app.command()
def init(
    directory: NodeFolder,
    *,
    party: Annotated[str, typer.Option(help="The party, for example vn.")],
    node: Annotated[str, typer.Option(help="The node's name within the party.")] = "hq",
    listen: Annotated[
        str, typer.Option(help="host:port on this machine; port 0 takes a free one.")
    ] = "127.0.0.1:8710",
    listen_peers: Annotated[
        str,
        typer.Option(metavar="ADDR", help="host:port where other nodes connect, TLS 1.3; empty: nowhere."),
    ] = "",
    office: Annotated[
        list[str] | None, typer.Option(help="name=title of an office that signs; repeatable.")
    ] = None,
    name: Annotated[
        list[str] | None, typer.Option(help="language=short name of the party; repeatable.")
    ] = None,
    colour: Annotated[str, typer.Option(help="#rrggbb by which the party is known.")] = "#2f5d8a",
    sync_seconds: Annotated[int, typer.Option(min=0, help="Pause between pulls; 0: on demand only.")] = 30,
    unprotected: Annotated[
        bool, typer.Option("--unprotected", help="Keys without a passphrase; for examples only.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make a node: keys, charter version 1, leaf 0. For a node that matters: comity charter ceremony."""
    from comity.node.create import NewNode, create, named, office_option  # noqa: PLC0415 - lazily

    offices = dict(office_option(text) for text in office) if office else None
    names = dict(named(text) for text in name) if name else None
    new = NewNode(
        party,
        node,
        listen,
        offices,
        names,
        colour,
        sync_seconds,
        unprotected=unprotected,
        listen_peers=listen_peers,
    )
    charter = create(directory, new)
    if unprotected:
        typer.echo(
            f"NOT PROTECTED: whoever reads {directory / 'keys'} can sign as {charter.origin}", err=True
        )
    data = {
        "origin": charter.origin,
        "fingerprint": charter.fingerprint,
        "vkey": charter.vkey("log"),
        "directory": str(directory),
        "offices": [item.name for item in charter.offices],
    }
    emit(
        data,
        f"{charter.origin} is ready in {directory}\nfingerprint of its charter: {charter.fingerprint}\n"
        f"The private keys lie in {directory / 'keys'}; run it with: comity node run {directory}",
        as_json=as_json,
    )


@app.command()
def run(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Serve the node until Ctrl-C or SIGTERM: console on this machine, peers where listen_peers says."""
    from comity.node.web.server import serve  # noqa: PLC0415 - lazily

    def announce(running: Running) -> None:
        data = {
            "event": "listening",
            "origin": running.node.origin,
            "url": running.url,
            "link": running.link(),
            "peers_url": running.peers_url,
        }
        if as_json:
            typer.echo(json.dumps(data))
            return
        typer.echo(f"{running.node.origin} listens on {running.url}, on this machine only")
        if running.peers_url:
            typer.echo(f"paired nodes reach it at {running.peers_url}, TLS 1.3")
        typer.echo(f"console, one-time link: {data['link']}")

    roof: Roof = ctx.obj
    serve(directory, systems(ctx), mount=roof.mount(), announce=announce)


@app.command()
def status(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show heads, statuses of records, peers and quarantine."""
    with reach(ctx, directory) as node:
        data = node.run("status")
    emit(data, _status_text(data), as_json=as_json)


def _status_text(data: dict[str, Any]) -> str:
    lines = [
        f"{data['origin']}  {data['size']} entries, root {data['root']}",
        f"  fingerprint  {data['fingerprint']}",
        "  records      " + ", ".join(f"{count} {name}" for name, count in data["statuses"].items()),
        f"  quarantined  {data['quarantined']}",
    ]
    if data["read_only"]:
        lines.append(f"  READ ONLY    {data['read_only']}")
    if data["recovery"]["queued"]:
        lines.append(f"  WAITING      {data['recovery']['queued']} drafts, until the head is confirmed")
    if data["recovery"]["fork_proof"]:
        lines.append(f"  FORKED       {data['recovery']['fork_proof']}; the way out: comity epoch")
    for peer in data["peers"]:
        lines.append(
            f"{peer['origin']}  {peer['state']}, {peer['size']} entries here; "
            f"of ours it witnessed {peer['witnessed_own']}, mirrors {peer['mirrored_own']}, lag {peer['lag']}"
        )
        lines.append(f"  last exchange  {_ago(peer['last_success'], data['time'])}")
        if peer["unwitnessed_since"]:
            lines.append(f"  not witnessed  since {_ago(peer['unwitnessed_since'], data['time'])}")
        if peer["error"]:
            lines.append(f"  last error     {peer['error']['detail']} ({peer['failures']} in a row)")
            lines.append(f"  what to do     {peer['error']['title']}")
    return "\n".join(lines)


def _ago(then: int | None, now: int) -> str:
    return "never" if then is None else f"{max(now - then, 0) // 1000} s ago"


@app.command()
def pair(
    ctx: typer.Context,
    directory: NodeFolder,
    address: Annotated[
        str, typer.Argument(help="The peer's URL (https if it is elsewhere), or the folder of its export.")
    ],
    *,
    fingerprint: Annotated[str, typer.Option(help="The fingerprint the other party told you.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Pin what is found without asking.")] = False,
    as_json: AsJson = False,
) -> None:
    """Pair with another party's node: compare fingerprints, pin its charter. Each side does this once."""
    address = address if "://" in address else str(Path(address).resolve())
    with reach(ctx, directory) as node:
        found = node.run("pair_propose", address)
        if not as_json:
            typer.echo(f"ours    {found['own_origin']:<16} {found['own_fingerprint']}")
            typer.echo(f"theirs  {found['origin']:<16} {found['fingerprint']}")
        chosen = fingerprint
        if not chosen and (yes or _agreed(found, as_json=as_json)):
            chosen = found["fingerprint"]
        data = node.run("pair", address, chosen)
    emit(data, f"paired with {data['origin']}; its charter is pinned", as_json=as_json)


def _agreed(found: dict[str, Any], *, as_json: bool) -> bool:
    if as_json:
        return False
    typer.echo(f"Ask {found['party']} on another channel which fingerprint its node shows.")
    return typer.confirm("Are the two the same as theirs?", default=False)


@app.command()
def link(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Mint another one-time link to the console of a running node."""
    del ctx
    from comity.node.client import Client  # noqa: PLC0415 - lazily
    from comity.node.errors import NodeSilentError  # noqa: PLC0415 - lazily
    from comity.node.lock import running  # noqa: PLC0415 - lazily

    found = running(Folder.existing(directory))
    if found is None:
        raise NodeSilentError(f"{directory}: no node runs in this folder")
    with Client(found) as client:
        url = client.link()
    emit({"url": url}, url, as_json=as_json)


@app.command()
def fsck(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    repair: Annotated[
        bool, typer.Option("--repair", help="Remove ciphertexts that no key opens, as a crash leaves them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check logs, mirrors and contents; exit code 3 if something is damaged."""
    from comity.node.fsck import check_files  # noqa: PLC0415 - lazily
    from comity.record.store_errors import StoreError  # noqa: PLC0415 - lazily

    try:
        with reach(ctx, directory) as node, bar(as_json=as_json) as progress:
            data = node.run("fsck", repair, progress=progress)
    except StoreError as error:
        data = check_files(Folder.existing(directory), error)
    text = f"{data['entries']} entries and {data['contents']} contents checked: "
    text += "sound" if data["ok"] else "\n  ".join(["DAMAGED", *data["faults"]])
    orphans = data["orphans"]
    if orphans["files"]:
        done = "removed" if orphans["removed"] else "left; --repair removes them"
        text += f"\n{orphans['files']} ciphertexts without a key, {orphans['bytes']} bytes: {done}"
    emit(data, text, as_json=as_json)
    if not data["ok"]:
        raise typer.Exit(FOUND)


@app.command("set-aside")
def set_aside(
    directory: NodeFolder,
    origin: Annotated[str, typer.Argument(help="The peer whose mirror is damaged.")],
    as_json: AsJson = False,
) -> None:
    """Rename a damaged mirror of a stopped node; the next exchange pulls the log anew and checks it all."""
    from comity.node import lock  # noqa: PLC0415 - lazily
    from comity.node.set_aside import set_aside as rename  # noqa: PLC0415 - lazily

    folder = Folder.existing(directory)
    with lock.hold(folder):
        data = rename(folder, origin)
    text = (
        f"{origin}: the damaged mirror is now {data['file']}\npull the log anew with: comity sync {directory}"
    )
    emit(data, text, as_json=as_json)


@app.command()
def rebuild(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Derive every view again from the logs and contents."""
    started = time.monotonic()
    with reach(ctx, directory) as node, bar(as_json=as_json) as progress:
        data = node.run("rebuild", progress=progress)
    seconds = time.monotonic() - started
    emit(data, f"{data['records']} records projected in {seconds:.1f} s", as_json=as_json)


@app.command()
def backup(
    ctx: typer.Context,
    directory: NodeFolder,
    archive: Annotated[Path, typer.Argument(help="The archive to write; it holds the signing keys.")],
    *,
    with_keys: Annotated[
        Path | None,
        typer.Option(help="A second archive for the content keys; keep it shorter than the first."),
    ] = None,
    keep_days: Annotated[
        int, typer.Option(min=1, max=3650, help="Days that you keep it; the ledger of erasures says so.")
    ] = 90,
    as_json: AsJson = False,
) -> None:
    """Write a backup: never the guard, and content keys only into an archive of their own."""
    keys = None if with_keys is None else str(with_keys.resolve())
    with reach(ctx, directory) as node, bar(as_json=as_json) as progress:
        data = node.run("backup", str(archive.resolve()), keys, keep_days, progress=progress)
    lines = [f"{item['path']}: {item['bytes']} bytes" for item in data["archives"]]
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def restore(
    archive: Annotated[Path, typer.Argument(help="An archive that `backup` wrote.")],
    directory: NodeFolder,
    with_keys: Annotated[Path | None, typer.Option(help="The archive of the content keys.")] = None,
    as_json: AsJson = False,
) -> None:
    """Restore a backup into an empty folder; it appends nothing until a peer has confirmed its head."""
    from comity.node.backup import restore as unpack  # noqa: PLC0415 - lazily

    unpack(archive, directory, content_keys=with_keys)
    emit(
        {"directory": str(directory), "confirmed": False},
        f"restored into {directory}; confirm its head with: comity sync {directory}",
        as_json=as_json,
    )


@app.command()
def attest(
    ctx: typer.Context,
    directory: NodeFolder,
    reason: Annotated[str, typer.Option(help="Why no peer can confirm the head; it is kept.")],
    as_json: AsJson = False,
) -> None:
    """Let a restored log grow without a peer's word. If it had grown beyond the backup, this forks it."""
    with reach(ctx, directory) as node:
        data = node.run("attest", reason)
    emit(data, f"{data['origin']} may append again from entry {data['size']}", as_json=as_json)
