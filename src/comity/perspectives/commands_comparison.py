"""`comity perspectives compare`, `moves` and `claims`: the comparison with everything it rests on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.access import ask
from comity.node.commands.output import AsJson, emit
from comity.perspectives.commands_coding_text import alpha

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(add_completion=False)

WORDS: Final = {"exceeds": "exceed", "matches": "match", "falls short": "fall short of"}
NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]


@app.command()
def compare(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    proposition: Annotated[str, typer.Option(help="Only this proposition.")] = "",
    as_json: AsJson = False,
) -> None:
    """Compare perspectives: both findings, origins, intervals, tests, and what a rerun would say."""
    query = {"proposition": proposition} if proposition else {}
    data = ask(
        ctx, directory, "perspectives/compare", lambda node: _answers().compare(node, proposition), **query
    )
    lines = [line for row in data["rows"] for line in _row(row)]
    book = data["codebook"]
    fixed = "no codebook fixes a family" if book is None else f"codebook {book['name']}"
    emit(data, "\n".join([f"method {data['method']}; {fixed}", *lines]), as_json=as_json)


@app.command()
def moves(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    only: Annotated[str, typer.Option(help="Only moves of this holder or work.")] = "",
    as_json: AsJson = False,
) -> None:
    """List results that become others as one holder or one work is counted in another perspective."""
    query = {"slug": only} if only else {}
    data = ask(ctx, directory, "perspectives/moves", lambda node: _answers().moved(node, only), **query)
    lines = [
        "{what} {slug}: {source} -> {target}\n".format(**flip["move"])
        + "  {proposition}, {one} and {other}: {before} -> {after}".format(**flip)
        for flip in data["flips"]
    ]
    lines.append(f"{len(data['flips'])} results flip in {data['moves']} moves")
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def claims(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Hold claims against the record: undertakings fulfilled of due, graded claims and their evidence."""
    data = ask(ctx, directory, "perspectives/claims", lambda node: _answers().claims(node))
    lines = [line for item in data["undertakings"] for line in _kept(item)]
    lines += [line for item in data["claims"] for line in _claim(item)]
    text = "\n".join([f"method {data['method']}", *(lines or ["nothing is due, and no claim is on record"])])
    emit(data, text, as_json=as_json)


def _answers() -> Any:
    from comity.perspectives import answers_comparison  # noqa: PLC0415 - not needed to talk to a running node

    return answers_comparison


def _row(row: dict[str, Any]) -> Iterator[str]:
    marked = "[exercise] " if row["exercise"] else ""
    yield f"{marked}{row['proposition']}"
    yield f"  authors: {row['authors_finding'] or 'no conclusion'}"
    yield f"  computed: {row['computed_finding']}" + (
        ""
        if row["organs_as_one_origin"] is None
        else f"; all organs of one party-state as one origin: {row['organs_as_one_origin']}"
    )
    yield from (f"    {reason['words']}" for reason in row["reasons"])
    for group, cell in row["cells"].items():
        yield f"  {group}: {_cell(cell)}"
    for pair in row["pairs"]:
        if pair["described"] is not None:
            yield f"  {pair['one']} and {pair['other']}: {pair['verdict']}; {_pair(pair)}"
    for said in row["silences"]:
        if said["state"] != "not covered":
            yield f"  {said['holder']}: {said['state']}{_counted(said)}"


def _counted(said: dict[str, Any]) -> str:
    if said["p"] is None:
        return ""
    words = (
        f"; of {said['origins']} independent origins none speaks to it, of the others' "
        f"{said['other_origins']} do {said['other_speak']}; p = {said['p']:.3f}"
    )
    as_one = said["organs_as_one"]
    return words if as_one is None else f"{words}; all organs of one party-state as one origin: {as_one}"


def _cell(cell: dict[str, Any]) -> str:
    if cell["mean"] is None:
        return "not heard" if not cell["statements"] else "no stance"
    words = [f"{cell['mean']:+.2f}, n = {cell['n']}, origins {cell['origins']}"]
    if cell["divided"]:
        words.append("internally divided")
    if cell["voice"] == "official":
        words.append(f"highest rung: {cell['rung'].replace('_', ' ')}")
    if cell["voice"] == "official" and not cell["first_hand"]:
        words.append("not heard itself, only reported")
    if cell["reported_by_one_work"]:
        words.append(f"as reported by one work, {cell['reported_by_one_work']}")
    return "; ".join(words)


def _pair(pair: dict[str, Any]) -> str:
    found = pair["described"]
    low, high = found["leaving_one_out"]
    stable = "stable" if found["stable"] else "not stable"
    words = (
        f"difference {found['difference']:+.2f}, leaving one origin out {low:+.2f} to {high:+.2f}, {stable}"
    )
    if pair["interval"] is not None:
        words += f"; 90 % interval {pair['interval'][0]:+.2f} to {pair['interval'][1]:+.2f}"
    if pair["test"] is not None:
        test = pair["test"]
        words += f"; q = {test['q']:.3f} in {test['family']}" if test["testable"] else "; not testable"
    return words


def _kept(item: dict[str, Any]) -> Iterator[str]:
    marked = "[exercise] " if item["exercise"] else ""
    counted = f"{item['fulfilled']} fulfilled of {item['due']} due, {item['reported']} settled"
    yield f"{marked}{item['party']}: {counted}"
    if item["interval"] is not None:
        low, high = item["interval"]
        yield f"  share of what is settled {item['share']:.0%}, 90 % interval {low:.0%} to {high:.0%}"
    yield f"  if nothing else was fulfilled {item['worst']:.0%}, if all was {item['best']:.0%}"


def _claim(item: dict[str, Any]) -> Iterator[str]:
    marked = "[exercise] " if item["exercise"] else ""
    yield f"{marked}{item['slug']}: {_verdict(item['verdict'])}"
    yield from (f"  {reason['words']}" for reason in item["reasons"])
    if item["single_party_corroboration"] and "single_party" not in {one["code"] for one in item["reasons"]}:
        yield "  single-party corroboration"
    if item["grades"] is not None and item["organs_as_one_origin"] is not None:
        yield f"  with all organs of one party-state as one origin: {_verdict(item['organs_as_one_origin'])}"
    for one in item["dropping_one"]:
        if one["verdict"] != item["verdict"]:
            yield f"  without {' and '.join(one['clusters'])}: {_verdict(one['verdict'])}"
    if item["not_blind"]:
        yield f"  left out, not graded blind: {', '.join(item['not_blind'])}"
    if item["grade_not_blind"]:
        yield f"  its author grades the claim {item['grade_not_blind']}: not blind, and in no verdict"
    if item["grades"] is not None:
        yield from _blind(item["grades"])


def _verdict(found: str) -> str:
    return found if found == "cannot tell" else f"claims {WORDS[found]} the record found"


def _blind(grades: dict[str, Any]) -> Iterator[str]:
    yield f"  graded blind in {grades['name']} ({grades['round']})"
    yield from (f"    alpha, {side} (ordinal): {alpha(one)}" for side, one in grades["agreement"].items())
    for one in grades["provenance"]:
        yield f"    {one['origin']}: seal {one['seal']}, opened {', '.join(one['openings'])}"
    if grades["earlier_rounds"]:
        yield f"    graded before, so its graders could read that: {', '.join(grades['earlier_rounds'])}"
