"""`comity demo`: the worked example in one command."""

from __future__ import annotations

import contextlib
import sys
import time
from pathlib import Path  # noqa: TC003 - typer reads the annotation
from typing import TYPE_CHECKING, Annotated, Final

import orjson
import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from comity.demo.documents import look
from comity.demo.example import find_example, read_example
from comity.demo.interrupts import Interrupts
from comity.demo.made_by import settle, way_out
from comity.demo.nodes import DemoNodeError, RunningNode, prepare
from comity.demo.picture import links, picture
from comity.demo.ports import Ports
from comity.demo.steps import run
from comity.demo.walk import read_walk
from comity.demo.walk_picture import addresses
from comity.node.commands.output import FOUND
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from comity.demo.example import Example
    from comity.demo.steps import Outcome
    from comity.demo.walk import Walk

WATCH_SECONDS: Final = 0.5
WIDTH: Final = 118
"""Columns where the output is no terminal."""


app = typer.Typer(add_completion=False)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option("--dir", help="Where the two nodes live; kept for the next run.")],
    *,
    once: Annotated[bool, typer.Option("--once", help="End after the joint picture.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")] = False,
    documents: Annotated[
        Path | None, typer.Option("--documents", help="Folder of the example's documents, to take in.")
    ] = None,
    example_folder: Annotated[
        Path | None, typer.Option("--example", help="Folder of another example; see its FORMAT.md.")
    ] = None,
) -> None:
    """Run the worked example: two nodes, one record, the joint picture.

    A folder that the same version and example made goes on where it is; one of others stays as it is, and
    the commands to go on are said. Exit status 0 means that every check held, 3 that one did not; 1 that a
    node ended or refused.
    """
    example = read_example(example_folder or find_example())
    walk = read_walk(example)
    looked = None if documents is None else look(documents, example)
    root = folder.resolve()
    root.mkdir(parents=True, exist_ok=True)
    before = settle(root, example)
    with _what_to_do(root, example, before=before), Interrupts() as calls, contextlib.ExitStack() as stack:
        with _told() as told:
            told("starting the nodes, each a process of its own")
            nodes = _start(stack, example, root, calls)
            outcome = run(nodes, example, walk, looked, told)
        _show(outcome, example, nodes, once=once, as_json=as_json)
        if walk is not None and not once and not as_json:
            _console().print(addresses(outcome.pages, _enrolments(nodes, walk)), soft_wrap=True)
        if not once:
            _stay(nodes)
    if not outcome.held:
        raise typer.Exit(FOUND)


@contextlib.contextmanager
def _what_to_do(root: Path, example: Example, *, before: bool) -> Iterator[None]:
    """Say beside an error what to do with a folder that was there before: nobody should have to remove it."""
    try:
        yield
    except ComityError as error:
        if before:
            error.args = (f"{error}. The folder held nodes before. {way_out(root, example)}",)
        raise


def _start(stack: contextlib.ExitStack, example: Example, root: Path, calls: Interrupts) -> list[RunningNode]:
    """Start every party's node; all of them end with the stack, also when one does not come up."""
    ports = Ports()
    for member in example.parties:
        prepare(member, root / member.party, ports)
    nodes = []
    for member in example.parties:
        with calls.held():
            nodes.append(stack.enter_context(RunningNode.launch(member, root)))
    for node in nodes:
        stack.callback(node.ask_to_end)  # all are asked before the first is waited for
    for node in nodes:
        node.wait()
    return nodes


def _show(
    outcome: Outcome, example: Example, nodes: Sequence[RunningNode], *, once: bool, as_json: bool
) -> None:
    if as_json:
        sys.stdout.write(orjson.dumps(outcome.as_json()).decode() + "\n")
        sys.stdout.flush()
        return
    console = _console()
    console.print(picture(outcome, example))
    where = {
        node.member.names["en"]: node.url if once else node.post("node/links", {})["url"] for node in nodes
    }
    console.print(links(where, staying=not once))


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=WIDTH)


def _enrolments(nodes: Sequence[RunningNode], walk: Walk) -> list[tuple[str, str]]:
    """Mint a link for a visitor on every node where none has enrolled at the address that it has now."""
    links = []
    for node in nodes:
        listed = node.get("people")["people"]
        known = {(one["person"], one["origin_url"]) for one in listed if one["counts"]}
        if (walk.visitor, node.url) not in known:
            asked = {"person": walk.visitor, "roles": list(walk.roles), "exercise": True}
            links.append((node.member.names["en"], node.post("people/links", asked)["url"]))
    return links


def _stay(nodes: Sequence[RunningNode]) -> None:
    """Wait until Ctrl-C, or until a node ends by itself."""
    with contextlib.suppress(KeyboardInterrupt):
        while all(node.alive for node in nodes):
            time.sleep(WATCH_SECONDS)
        gone = [node.origin for node in nodes if not node.alive]
        raise DemoNodeError(f"{', '.join(gone)} ended by itself")


@contextlib.contextmanager
def _told() -> Iterator[Callable[[str], None]]:
    """Show each step on standard error while it lasts."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=None)

        def told(step: str) -> None:
            progress.update(task, description=step)

        yield told
