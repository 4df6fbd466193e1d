"""`comity position`: what solves a set of packages fairly."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.assessment.position.commands_line import app as line
from comity.assessment.position.zone.commands import app as zone
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.assessment.position.genius import GeniusDomain

app = typer.Typer(no_args_is_help=True, add_completion=False)
app.add_typer(line)
app.add_typer(zone, name="zone")

DomainFile = Annotated[
    Path, typer.Argument(metavar="DOMAIN.xml", help="Issues and options, as GENIUS writes them.")
]
FirstFile = Annotated[Path, typer.Argument(metavar="A.xml", help="The first side's profile.")]
SecondFile = Annotated[Path, typer.Argument(metavar="B.xml", help="The second side's profile.")]


@app.callback()
def position() -> None:
    """Agree one line to the outside: packages both can live with, and one text."""


@app.command()
def solve(domain: DomainFile, first: FirstFile, second: SecondFile, *, as_json: AsJson = False) -> None:
    """Say which packages neither side can better alone, and which solve fairly, for two released profiles.

    Prints the number of packages, the Pareto pairs, and the Nash, Kalai-Smorodinsky and egalitarian
    solutions as pairs of utilities. A reservation value in a profile is what no agreement is worth to that
    side, else 0. Exact ties are listed. Nothing is recorded and nothing leaves.
    """
    from comity.assessment.position import genius  # noqa: PLC0415 - commands start without it
    from comity.assessment.position.solutions import solve as solved  # noqa: PLC0415 - the same
    from comity.assessment.position.solutions import to_json  # noqa: PLC0415 - the same

    read = genius.read_domain(_bytes(domain), domain.name)
    one = genius.read_profile(_bytes(first), read, first.name)
    other = genius.read_profile(_bytes(second), read, second.name)
    data = to_json(solved(read, one, other), one, other)
    emit(data, "\n".join(_lines(read, data)), as_json=as_json)


def _bytes(path: Path) -> bytes:
    from comity.assessment.position.errors import DomainFileError  # noqa: PLC0415 - commands start without it

    try:
        return path.read_bytes()
    except OSError as error:
        raise DomainFileError(f"{path} cannot be read: {error.strerror}") from error


def _lines(domain: GeniusDomain, data: dict[str, Any]) -> list[str]:
    from comity.assessment.position.explain import MEANING, NAMES  # noqa: PLC0415 - commands start without it

    lines = [
        f"{data['outcomes']} packages of {len(domain.issues)} issues; {len(data['pareto'])} Pareto pairs"
    ]
    for name in NAMES:
        if data[name] is not None:
            first, second = data[name]
            lines += [f"{first:.6f}  {second:.6f}  {MEANING[name]}"]
        if name in data["ties"]:
            lines.append(f"{'':20}{len(data['ties'][name])} tie exactly")
    return [*lines, *([MEANING["none"]] if data["why"] else [])]
