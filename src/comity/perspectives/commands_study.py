"""`comity perspectives votes` and `mentions`: public records counted, with what a count leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.output import AsJson  # noqa: TC001 - typer reads annotations at run time

if TYPE_CHECKING:
    from comity.perspectives.study.mentions import Named
    from comity.perspectives.study.rollcalls import Agreement, RollCall

app = typer.Typer(add_completion=False)

Data = Annotated[Path, typer.Option("--data", help="The file, plain or gzip.")]


@app.command()
def votes(
    one: Annotated[str, typer.Argument(help="Column of the first member, such as LA.")],
    other: Annotated[str, typer.Argument(help="Column of the second member.")],
    *,
    data: Data,
    by: Annotated[str, typer.Option(help="Group by `decade` or by `issue`.")] = "all",
    apart: Annotated[bool, typer.Option(help="List each roll call in which their words differ.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count how two members voted where both were present: the same word, opposed, and beyond chance.

    The file is CSV with `rcid`, `date`, `issues` and a column of yes, abstain, no or nothing for each member.
    A roll call with several issues counts in each. Only the pair's own neighbours say what is a high share,
    so they are printed beside it.
    """
    from comity.perspectives.study import rollcalls  # noqa: PLC0415 - lazily

    calls = rollcalls.read(data)
    found = rollcalls.agreement(calls, one, other, _grouping(by))
    if as_json:
        _print_json(_apart_json(calls, one, other) if apart else [_row(item) for item in found])
        return
    typer.echo("\n".join(_table(found)))
    if apart:
        typer.echo("\n".join(_apart_lines(rollcalls.apart(calls, one, other), one, other)))
    typer.echo("\n".join(_neighbours(calls, one, other)))


@app.command()
def mentions(
    *,
    data: Data,
    speaker: Annotated[str, typer.Option(help="Whose speeches: ISO 3166-1 alpha-3, such as LAO.")],
    of: Annotated[str, typer.Option("--of", help="Which state is named.")],
    passages: Annotated[bool, typer.Option(help="Print each naming with its surroundings.")] = False,
    as_json: AsJson = False,
) -> None:
    """Count how often a state's speeches name another, year by year, in every spelling of the name.

    The file holds JSON lines with `iso3`, `year` and `text`. A zero is a speech that does not name the other;
    a year without a speech is left out, since nothing can be said of it.
    """
    from comity.perspectives.study import mentions as study  # noqa: PLC0415 - lazily

    speeches = study.read(data)
    named = study.mentions(speeches, speaker, of)
    if as_json:
        _print_json([{"year": item.year, "count": item.count} for item in named])
        return
    typer.echo("\n".join(_years(named)))
    typer.echo("\n".join(_silences(study.silences(named))))
    if passages:
        for speech in study.by_speaker(speeches, speaker):
            for passage in study.namings(speech, of):
                typer.echo(f"{speech.year}  {passage}")


def _grouping(by: str) -> Any:
    if by not in {"all", "decade", "issue"}:
        raise typer.BadParameter(f"{by!r} is neither decade nor issue", param_hint="--by")
    return by


def _print_json(rows: list[dict[str, Any]]) -> None:
    import json  # noqa: PLC0415 - lazily

    typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))


def _row(item: Agreement) -> dict[str, Any]:
    return {"group": item.group, "agree": item.agree, "n": item.n, "opposed": item.opposed}


def _apart_json(calls: list[RollCall], one: str, other: str) -> list[dict[str, Any]]:
    from comity.perspectives.study.rollcalls import apart  # noqa: PLC0415 - lazily

    return [
        {
            "number": call.number,
            "date": call.date,
            "resolution": call.resolution,
            "title": call.title,
            "issues": list(call.issues),
            one: call.words[one],
            other: call.words[other],
        }
        for call in apart(calls, one, other)
    ]


def _table(found: list[Agreement]) -> list[str]:
    lines = [f"{'group':<36} {'agree':>6} {'of':>6} {'share':>6} {'90 %':>13} {'kappa':>6} {'opposed':>8}"]
    for item in found:
        low, high = item.interval or (0.0, 0.0)
        kappa = "-" if item.kappa is None else f"{item.kappa:.2f}"
        lines.append(
            f"{item.group:<36} {item.agree:>6} {item.n:>6} {item.agree / item.n:>6.3f}"
            f" {low:>6.3f}-{high:.3f} {kappa:>6} {item.opposed:>8}"
        )
    return [*lines, "kappa: agreement beyond what either's own habit of voting gives by chance (Cohen 1960)"]


def _apart_lines(calls: list[RollCall], one: str, other: str) -> list[str]:
    return [
        f"{call.date}  {call.resolution:<14} {one} {call.words[one]}, {other} {call.words[other]}  "
        f"{call.title or '(no title in the file)'}"
        for call in calls
    ]


def _neighbours(calls: list[RollCall], one: str, other: str) -> list[str]:
    from comity.perspectives.study.rollcalls import agreement, members_of  # noqa: PLC0415 - lazily

    lines = ["", f"over all roll calls, beside {one} with {other}:"]
    for member in (one, other):
        for third in members_of(calls):
            if third in {one, other}:
                continue
            for item in agreement(calls, member, third):
                kappa = "-" if item.kappa is None else f"{item.kappa:.2f}"
                lines.append(f"  {member} with {third}  {item.agree / item.n:.3f} of {item.n}, kappa {kappa}")
    return lines


def _years(named: list[Named]) -> list[str]:
    lines = [f"{'year':>4} {'named':>6} {'words':>7} {'per 10,000':>11}  speech"]
    for item in named:
        rate = f"{item.count / item.words * 10_000:.1f}" if item.words else "-"
        lines.append(f"{item.year:>4} {item.count:>6} {item.words:>7} {rate:>11}  {item.place}")
    return lines


def _silences(runs: list[tuple[int, int, int]]) -> list[str]:
    spoken = [f"{first}-{last} ({length})" for first, last, length in runs]
    return ["", f"not named in: {'; '.join(spoken) or 'no speech'}", "years without a speech are left out"]
