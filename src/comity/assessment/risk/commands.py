"""`comity risk`: a register of distributions, run by Monte Carlo; words of likelihood checked."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, bar, emit

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node

app = typer.Typer(no_args_is_help=True, add_completion=False)

Place = Annotated[
    Path, typer.Argument(metavar="NODE|FILE", help="The node's folder, or a JSON file of risks.")
]


@app.callback()
def risk() -> None:
    """Run a register of risks; nothing is summed across parties."""


@app.command()
def run(
    ctx: typer.Context,
    place: Place,
    *,
    party: Annotated[str, typer.Option(help="Whose risks; one's own without.")] = "",
    seed: Annotated[
        str, typer.Option(help="Seed of the run: the same seed gives the same integers anywhere.")
    ] = "1",
    draws: Annotated[int, typer.Option(help="How many draws, 1,000 to 4,000,000.")] = 100_000,
    horizon: Annotated[
        int | None, typer.Option(help="Months to run over, assuming a constant hazard; as recorded without.")
    ] = None,
    treat: Annotated[bool, typer.Option("--treatments", help="Compare each treatment with none.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw what a register of risks may cost each party in each dimension: tails, curves, contributions.

    The digest of the draws is the same on every node that runs the same records with the same seed.
    """

    def local(node: Node) -> dict[str, Any]:
        from comity.assessment.risk import asked  # noqa: PLC0415 - needs arrays

        with bar(as_json=as_json) as told:
            return asked.run(node, party, seed, draws, horizon=horizon, treat=treat, told=told)

    if place.is_dir():
        query = {"party": party, "seed": seed, "draws": draws, "treat": treat}
        query |= {} if horizon is None else {"horizon": horizon}
        data = ask(ctx, place, "assessment/risk-run", local, **query)
    else:
        data = _of_file(place, seed, draws, horizon, treat=treat, as_json=as_json)
    emit(data, "\n".join(_lines(data)), as_json=as_json)


@app.command()
def record(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")],
    *,
    author: Annotated[str, typer.Option(help="The person or office that answers for it.")],
    seed: Annotated[str, typer.Option(help="Seed of the run.")] = "1",
    draws: Annotated[int, typer.Option(help="How many draws.")] = 100_000,
    as_json: AsJson = False,
) -> None:
    """Run one's own risks and record seed, inputs, digest and outcomes, for the other side to repeat."""
    with reach(ctx, directory) as node:
        data = node.ask("assessment/risk-run", _runner("", seed, draws), seed=seed, draws=draws)
        from comity.assessment.risk.answers import record_of  # noqa: PLC0415 - needs arrays

        header = {"author": author, "marking": "TLP:AMBER", "basis": "assessment", "retention": "working"}
        header["class"] = "exercise" if data["exercise"] else "record"
        done = node.run("append", [{**header, "kind": "assessment.risk_run", "fields": record_of(data)}])
    emit(
        {**done, "draws_digest": data["draws_digest"]},
        f"recorded, draws {data['draws_digest']}",
        as_json=as_json,
    )


@app.command()
def words(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A text, UTF-8.")], *, as_json: AsJson = False
) -> None:
    """Find sentences that speak of confidence and of likelihood at once; exit code 3 if there are any."""
    from comity.assessment.likelihood.sentences import mixed  # noqa: PLC0415 - lazily
    from comity.assessment.risk.errors import RegisterError  # noqa: PLC0415 - lazily

    try:
        found = mixed(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise RegisterError(f"{file} cannot be read: {error}") from error
    rows = [
        {"sentence": one.sentence, "confidence": one.confidence, "likelihood": one.likelihood}
        for one in found
    ]
    lines = [f"{one.confidence} / {one.likelihood}: {one.sentence}" for one in found]
    emit({"mixed": rows}, "\n".join(lines) or "no sentence has both", as_json=as_json)
    if found:
        raise typer.Exit(FOUND)


def _runner(party: str, seed: str, draws: int) -> Callable[[Node], dict[str, Any]]:
    def local(node: Node) -> dict[str, Any]:
        from comity.assessment.risk import asked  # noqa: PLC0415 - needs arrays

        return asked.run(node, party, seed, draws)

    return local


def _of_file(
    file: Path, seed: str, draws: int, horizon: int | None, *, treat: bool, as_json: bool
) -> dict[str, Any]:
    from comity.assessment.risk import answers, inputs  # noqa: PLC0415 - needs arrays
    from comity.assessment.risk.errors import RegisterError  # noqa: PLC0415 - the same
    from comity.assessment.risk.simulate import Setting  # noqa: PLC0415 - the same

    try:
        risks, groups = inputs.from_file(file.read_bytes())
    except OSError as error:
        raise RegisterError(f"{file} cannot be read: {error.strerror}") from error
    with bar(as_json=as_json) as told:
        return answers.answer(risks, groups, Setting(seed, draws), horizon=horizon, treat=treat, told=told)


def _lines(data: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if data.get("exercise") else ""
    lines = [
        f"{mark}{data['draws']} draws over {data['horizon_months']} months, draws {data['draws_digest']}"
    ]
    for one in data["outcomes"]:
        tails = ", ".join(
            f"VaR {tail['level']:g} {tail['var']:g} (CVaR {tail['cvar']:g})" for tail in one["tails"]
        )
        lines.append(f"{one['party']} {one['dimension']} [{one['unit']}]: mean {one['mean']:g}, {tails}")
        lines += [
            f"    {row['risk']}: {row['mean_share']:.1%} of the mean, "
            f"{row['tail_share']:.1%} of the worst 5 %"
            for row in one["contributions"]
        ]
    lines += [
        f"{row['risk']} with {row['treatment']}, {row['party']} {row['dimension']}: "
        f"mean less {row['mean_less']:g}, VaR less {row['var_less']:g}, CVaR less {row['cvar_less']:g}"
        for row in data["treatments"]
    ]
    return lines
