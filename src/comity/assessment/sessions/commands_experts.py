"""`comity assess session`: what experts do, and what is theirs to see."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Key = Annotated[
    str, typer.Argument(metavar="SESSION", help="Slug of the session, or its place, as in vn/hq/12.")
]
Stage = Annotated[str, typer.Option(help="private or revised.")]
Expert = Annotated[str, typer.Option(help="Pseudonym of the expert.")]


@app.command()
def answer(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    question: Annotated[str, typer.Argument(help="Slug of the question.")],
    values: Annotated[list[str], typer.Argument(help="Quantiles, a probability, or one for each category.")],
    *,
    expert: Expert,
    stage: Stage = "private",
    why: Annotated[str, typer.Option(help="Why.")] = "",
    why_low: Annotated[str, typer.Option(help="What would make it low.")] = "",
    why_high: Annotated[str, typer.Option(help="What would make it high.")] = "",
    language: Annotated[str, typer.Option(help="Code of the language of the reasons.")] = "en",
    as_json: AsJson = False,
) -> None:
    """Keep a draft of one answer, as it is; `submit` checks it. Drafts lie in NODE/private alone."""
    draft = {
        "values": values,
        "language": language,
        "why": why,
        "why_low": why_low,
        "why_high": why_high,
    }
    body = {"key": key, "stage": stage, "expert": expert, "drafts": {question: draft}}

    def local(node: Node) -> Any:
        return _answers().save(node, key, stage, expert, body["drafts"])

    with reach(ctx, directory) as node:
        data = node.post("assessment/sessions/save", local, body)
    emit(data, f"kept: {', '.join(data['drafts'])}", as_json=as_json)


@app.command()
def submit(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    question: Annotated[list[str] | None, typer.Argument(help="Questions; all drafts if left out.")] = None,
    *,
    expert: Expert,
    stage: Stage = "private",
    as_json: AsJson = False,
) -> None:
    """Check an expert's drafts and record them as answers; exit code 3 where one was refused and stays."""
    body = {"key": key, "stage": stage, "expert": expert, "questions": question or []}
    with reach(ctx, directory) as node:
        data = node.post(
            "assessment/sessions/submit",
            lambda own: _answers().submit(own, key, stage, expert, question or []),
            body,
        )
    lines = [f"{len(data['answers'])} answers recorded"]
    lines += [f"  refused: {one['item']}: {one['detail']} ({one['reason']})" for one in data["refused"]]
    emit(data, "\n".join(lines), as_json=as_json)
    if data["refused"]:
        raise typer.Exit(FOUND)


@app.command()
def drafts(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    expert: Expert,
    stage: Stage = "private",
    as_json: AsJson = False,
) -> None:
    """Show what an expert has typed and not submitted."""
    data = ask(
        ctx,
        directory,
        "assessment/sessions/drafts",
        lambda node: _answers().drafts(node, key, stage, expert),
        key=key,
        stage=stage,
        expert=expert,
    )
    lines = [f"{slug}: {' '.join(one['values'])}" for slug, one in data["drafts"].items()]
    emit(data, "\n".join(lines) or "no draft is kept", as_json=as_json)


@app.command()
def answers(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    person: Annotated[str, typer.Option(help="The expert, for their own; the custodian, for all.")],
    as_json: AsJson = False,
) -> None:
    """Show single answers of this party, to their expert or to the custodian; they are never ranked."""
    data = ask(
        ctx,
        directory,
        "assessment/sessions/answers",
        lambda node: _answers().given(node, key, person),
        key=key,
        person=person,
    )
    lines = [
        f"{one['fields']['expert']}  {one['fields']['stage']}  {one['fields']['question']}  "
        f"{' '.join(one['fields']['values'])}"
        for one in data["answers"]
    ]
    emit(data, "\n".join(lines) or "no answer is held here", as_json=as_json)


@app.command()
def calibration(
    ctx: typer.Context,
    directory: NodeFolder,
    key: Key,
    *,
    person: Annotated[str, typer.Option(help="The expert, for their own; the custodian, for all.")],
    stage: Stage = "private",
    as_json: AsJson = False,
) -> None:
    """Show scores on seed questions, and why weights are as they are; to the expert, or to the custodian."""
    data = ask(
        ctx,
        directory,
        "assessment/sessions/calibration",
        lambda node: _answers().calibration(node, key, stage, person),
        key=key,
        stage=stage,
        person=person,
    )
    lines = [f"weights {data['weights']}, {data['seeds']} seeds ({data['why']})"]
    for one in data["experts"]:
        figures = [one[name] for name in ("calibration", "information_seeds")]
        lines.append("  ".join([one["id"], *("-" if value is None else f"{value:.4g}" for value in figures)]))
    emit(data, "\n".join(lines), as_json=as_json)


def _answers() -> Any:
    from comity.assessment.sessions import answers  # noqa: PLC0415 - not needed to talk to a running node

    return answers
