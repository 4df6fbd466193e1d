"""`comity perspectives model` and `suggest`: assistance that abstains, and the model behind it."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.access import Local, reach
from comity.node.commands.output import AsJson, bar, emit

if TYPE_CHECKING:
    from comity.node.commands.access import Progress, Remote
    from comity.node.node import Node
    from comity.perspectives.assistance.artifact import Artifact

READING: Final = {"documents": "gathering passages", "passages": "reading passages for their meaning"}
PAUSE: Final = 0.5
"""Seconds between two looks at how far a running node is."""

app = typer.Typer(add_completion=False)
model = typer.Typer(
    no_args_is_help=True, add_completion=False, help="The stance model: build it, and show what it can do."
)

app.add_typer(model, name="model")

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder that holds the model.")]


@model.command()
def build(
    *,
    data: Annotated[Path, typer.Option(help="Folder with Perspectrum's train and dev files.")],
    out: Annotated[Path, typer.Option(help="Folder that the model is written to.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of every random choice.")] = 1,
    epochs: Annotated[int, typer.Option(min=1, max=20, help="Passes over the training pairs.")] = 4,
    frozen: Annotated[int, typer.Option(min=0, max=5, help="Lower layers that stay as they are.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Build the stance model from public data: train, choose the epoch, calibrate, report.

    Needs the extra `train`, about 15 minutes of one core and 2 GB of memory. Nothing is downloaded. The card
    beside the arrays holds the digests of the data, the seed and every figure.
    """
    from comity.perspectives.assistance.building import build as built  # noqa: PLC0415 - lazily
    from comity.perspectives.assistance.settings import Settings  # noqa: PLC0415 - lazily

    with bar(as_json=as_json) as progress:
        found = built(data, out, Settings(frozen=frozen, epochs=epochs, seed=seed), progress)
    emit(found.card, "\n".join(_card(found)), as_json=as_json)


@model.command()
def show(directory: Folder, as_json: AsJson = False) -> None:
    """Show what a stance model was made from, and what it reached on claims it had not seen."""
    from comity.perspectives.assistance import artifact  # noqa: PLC0415 - lazily

    found = artifact.read(directory)
    emit(found.card, "\n".join(_card(found)), as_json=as_json)


@model.command()
def sample(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the draw; it is recorded.")],
    author: Annotated[str, typer.Option(help="Who draws it.")],
    size: Annotated[int, typer.Option(min=1, max=150, help="Passages to draw.")] = 100,
    as_json: AsJson = False,
) -> None:
    """Draw passages at random for people to code, so that the model is calibrated on this corpus.

    The sample is recorded before anybody codes it. Code each passage as a statement that cites it; from 100
    on, when all are coded, the levels of suggestions rest on them.
    """

    def local(node: Node) -> Any:
        from comity.perspectives.api_assistance import draw  # noqa: PLC0415 - lazily

        return draw(node, seed, size, author)

    body = {"seed": seed, "size": size, "author": author}
    with reach(ctx, directory) as node:
        data = node.post("perspectives/assistance/samples", local, body)
    lines = [
        f"{item['proposition']}  {item['cite']['work']} {item['cite']['locator']['start']}.."
        f"{item['cite']['locator']['end']}"
        for item in data["items"]
    ]
    lines.append(
        f"{len(data['items'])} of {data['population']} candidates drawn with seed {data['seed']}, record "
        f"{data['index']} of {data['origin']}"
    )
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def suggest(
    ctx: typer.Context,
    directory: NodeFolder,
    proposition: Annotated[str, typer.Argument(help="Slug of the proposition.")],
    *,
    alpha: Annotated[
        float | None,
        typer.Option(
            help="Level: a set of stances misses the true one this often; else the model's own, or 0.1."
        ),
    ] = None,
    count: Annotated[int, typer.Option(min=1, max=100, help="Passages in each language.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Suggest passages of the documents held here that may speak to a proposition, and their stance.

    A stance is given only where exactly one fits at the level; nothing is recorded. Whether a passage speaks
    to the proposition at all, you decide. Without a model in NODE/stance-model there are passages alone.
    """
    query: dict[str, Any] = {"proposition": proposition, "count": count}
    if alpha is not None:
        query["alpha"] = alpha
    with bar(as_json=as_json) as told, reach(ctx, directory) as node:
        if isinstance(node, Local):
            data = node.ask("", lambda opened: _suggest_here(opened, proposition, alpha, count, told))
        else:
            data = _suggest_there(node, query, told)
    emit(data, "\n".join(_suggested(data)), as_json=as_json)


def _suggest_here(
    node: Node, proposition: str, alpha: float | None, count: int, told: Progress
) -> dict[str, Any]:
    from comity.perspectives.api_assistance import assistant_of  # noqa: PLC0415 - lazily

    return assistant_of(node).suggestions(
        proposition, alpha, count, progress=lambda what, done, size: told(READING[what], done, size)
    )


def _suggest_there(node: Remote, query: dict[str, Any], told: Progress) -> dict[str, Any]:
    """Ask the running node until it has read everything that the question needs."""
    while True:
        data: dict[str, Any] = node.ask(
            "perspectives/assistance/suggestions", _nothing, **query, wait="false"
        )
        if data["reading"] is None:
            return data
        while (now := node.ask("perspectives/assistance", _nothing, wait="false")["reading"]) is not None:
            told(READING[now["what"]], now["done"], now["all"])
            time.sleep(PAUSE)


def _nothing(_node: Node) -> None:
    """Stand where a local answer would: the node runs elsewhere."""


def _suggested(data: dict[str, Any]) -> list[str]:
    lines = [f"{data['text'].get('en', data['proposition'])}", *_basis(data)]
    for language, found in data["suggestions"].items():
        lines.append(f"{language}: {len(found)} passages")
        for one in found:
            stance = one["stance"] or one["abstained"] or one["silent"]
            at = one["locator"]
            lines.append(f"{one['score']:>8.3f}  {stance}")
            lines.append(f"{'':>10}{one['passage']}")
            lines.append(f"{'':>10}{one['work']} {at['start']}..{at['end']}, by {one['ranked_by']}")
    return lines


def _basis(data: dict[str, Any]) -> list[str]:
    lines = [f"stance: {data['basis']}, alpha {data['alpha']}"]
    if data["basis"] == "no model":
        lines = ["stance: no model; build one: comity perspectives model build --out NODE/stance-model"]
        if data["model_missing"] != "absent":
            lines.append(f"  {data['model_missing']}")
    elif data["basis"] == "not calibrated on this corpus":
        lines.append(f"  {data['wanting']} randomly drawn passages are still to be coded")
    if data["encoder_missing"]:
        lines.append("meaning: the encoder is not installed; passages are ranked by words alone")
    blind = [language for language in data["languages"] if language != "en"]
    if blind:
        lines.append(f"not read by the model, ranked by words and characters: {', '.join(sorted(blind))}")
    return lines


def _card(found: Artifact) -> list[str]:
    card: dict[str, Any] = found.card
    stance, sure = card["report"]["stance"], card["report"]["most_certain"]
    lines = [
        f"model     SHA-256 {found.digest}",
        f"data      {card['data']['name']}; test split: {card['data']['test_split']}",
        f"epoch     {card['chosen_epoch']} of {len(card['epochs'])}, seed {card['settings']['seed']}",
        f"stance    {stance['accuracy']:.3f} on {stance['pairs']} pairs of {stance['claims']} claims",
        f"          95 % over claims: {stance['accuracy_low']:.3f} to {stance['accuracy_high']:.3f}",
        f"          always supports: {stance['always_supports']:.3f}",
        f"certain   {sure['accuracy']:.3f} on the {100 * sure['share']:.0f} % it is most certain of",
    ]
    for row in card["report"]["selective"]:
        answers = row["accuracy_of_answers"]
        right = "none" if answers is None else f"{answers:.3f} right"
        lines.append(
            f"alpha     {row['alpha']:.2f}: the set holds the truth {row['coverage']:.3f}, "
            f"answers {100 * row['answered']:.0f} %, {right}"
        )
    level = card["calibration"].get("level")
    if level:
        lines.append(
            f"level     {level['alpha']:.2f} is the default: on the calibration claims it answers "
            f"{100 * level['answered']:.0f} %, {level['accuracy']:.3f} right, bound {level['low']:.3f}"
        )
    found_of = card["candidates"]
    for way, recall in found_of["recall"].items():
        figures = ", ".join(f"R@{count} {value:.3f}" for count, value in recall.items())
        lines.append(f"{way:<9} {figures}")
    lines.append(
        f"          {found_of['claims']} claims, {found_of['pool']} passages, weight {found_of['weight']}"
    )
    return lines
