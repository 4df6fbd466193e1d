"""The `comity` command line: nouns first, each loaded only when it is asked for."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command

from comity import __version__
from comity.node.commands.access import Roof
from comity.node.commands.output import REFUSED, report
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from typer._click.core import Command, Context
    from typer._click.formatting import HelpFormatter

    from comity.node.system import System
    from comity.node.web.server import Mount

COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "node": ("comity.node.commands.node", "Make, run and look after one party's node."),
    "sync": ("comity.node.commands.sync", "Exchange with peers: over the line, or by folder."),
    "search": ("comity.node.commands.search", "Search every text this node may read, in three scripts."),
    "record": ("comity.node.commands.record", "Append, show, prove and verify records."),
    "charter": ("comity.node.charter_commands", "A party's keys and thresholds, and their ceremonies."),
    "epoch": ("comity.node.epoch_commands", "A log that forked goes on anew, by both parties' word."),
    "compact": ("comity.node.compact_commands", "The ground rules that the parties sign together."),
    "people": ("comity.node.control.commands_people", "Enrol, list and revoke the people who approve."),
    "release": ("comity.node.control.commands_release", "Release records: preview, request, grant, fetch."),
    "round": ("comity.node.control.commands_rounds", "Parties seal their answers, then open them."),
    "erase": (
        "comity.node.control.commands_erasure",
        "Erase records everywhere: request, order, ledger, holds.",
    ),
    "retention": (
        "comity.node.control.commands_retention",
        "Let months lapse whose retention class is over.",
    ),
    "log": ("comity.node.commands.log", "Export the log, and its verifier key."),
    "register": ("comity.register.commands", "What was agreed, and what became of it."),
    "perspectives": ("comity.perspectives.commands", "Who said what, and what that supports."),
    "risk": ("comity.assessment.risk.commands", "A register of distributions, run by Monte Carlo."),
    "position": ("comity.assessment.position.commands", "One line to the outside, before it is spoken."),
    "gate": ("comity.assessment.gate.commands", "Consult before you commit: rules, gates, flags."),
    "assess": ("comity.assessment.commands", "Judge together: score a panel, pool, see who differs."),
    "border": ("comity.border.commands", "One picture of the border: gauges, health counts, warnings."),
    "demo": ("comity.demo.command", "Run the worked example: two nodes, the joint picture."),
}
"""Noun, the module whose `app` holds its verbs, and the line of help that is shown without loading it."""

JSON: Final = "comity.json"
LISTING: Final = "comity.listing"
OBJECTS: Final = 100_000
"""New objects between two looks for cycles: loading modules makes many, and none that can be freed."""


class Nouns(TyperGroup):
    """Loads the module of a noun when the noun is used, and says errors in one way."""

    def list_commands(self, ctx: Context) -> list[str]:
        """Return the nouns in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """Return the commands of a noun."""
        if cmd_name not in COMMANDS:
            return None
        module, line = COMMANDS[cmd_name]
        if ctx.meta.get(LISTING):
            return TyperGroup(name=cmd_name, help=line)
        command = get_command(import_module(module).app)
        command.name = cmd_name
        return command

    def format_help(self, ctx: Context, formatter: HelpFormatter) -> None:
        """List the nouns by the table's lines."""
        ctx.meta[LISTING] = True
        super().format_help(ctx, formatter)

    def parse_args(self, ctx: Context, args: list[str]) -> list[str]:
        """Remember whether a program reads the output: errors are then said in JSON too."""
        ctx.meta[JSON] = "--json" in args
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Context) -> object:
        """Run a command; what Comity refuses is said with its code and what to do next."""
        try:
            return super().invoke(ctx)
        except ComityError as error:
            report(error, as_json=bool(ctx.meta.get(JSON)))
            raise typer.Exit(REFUSED) from error


app = typer.Typer(cls=Nouns, no_args_is_help=True, add_completion=False)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def comity(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,
) -> None:
    """A joint record for sovereign parties: each keeps its own log, each witnesses the other's."""
    del version  # answered before
    ctx.obj = Roof(_systems, _mount)


def _systems() -> tuple[System, ...]:
    from comity.app import systems  # noqa: PLC0415 - most commands need no system

    return systems()


def _mount() -> Mount:
    from comity.app import mount  # noqa: PLC0415 - only `node run` needs pages

    return mount


def main() -> None:
    """Run the command line."""
    gc.set_threshold(OBJECTS)
    app()
