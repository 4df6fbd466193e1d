"""`comity border patrol`: plan, accept, visit, report, count; the planner proposes, a person decides."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="patrol",
    no_args_is_help=True,
    add_completion=False,
    help="Joint patrols: plans both sides accept, visits by marker, the report both sign.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="The person who answers for it.")]
Office = Annotated[str, typer.Option(help="Which office decides.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]
Plan = Annotated[str, typer.Argument(metavar="PLAN", help="Its slug, or PARTY/SLUG.")]
Words = Annotated[str, typer.Option(help="What is said.")]
Language = Annotated[str, typer.Option(help="The language it is said in.")]


@app.command()
def layer(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON: tracks, or a hazard area.")],
    *,
    author: Author,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Put a layer of your own on record: tracks with points and markers, or an area to keep clear of."""
    import json  # noqa: PLC0415 - lazily

    from comity.border.patrols.errors import PatrolRefusedError  # noqa: PLC0415 - lazily

    try:
        given = json.loads(file.read_bytes())
    except (OSError, ValueError) as error:
        raise PatrolRefusedError(f"{file}: {error}") from error
    act = {"layer": given, "header": _header(author, marking, releasable_to, exercise=exercise)}
    _do(ctx, directory, "layer", act, as_json=as_json)


@app.command()
def share(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Annotated[str, typer.Argument(help="Name of the round that it is for.")],
    *,
    author: Author,
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Draw this side's share of a seed; seal it in the round, `comity round seal`."""
    act = {"name": name, "header": _header(author, "TLP:AMBER", releasable_to, exercise=exercise)}
    _do(ctx, directory, "share", act, as_json=as_json)


@app.command()
def plan(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="A natural name for the plan.")],
    *,
    network: Annotated[str, typer.Option(help="The tracks: a slug, or PARTY/SLUG.")],
    station: Annotated[
        list[str], typer.Option(metavar="PARTY=POINT", help="From where a side sets out; each side.")
    ],
    meets: Annotated[str, typer.Option(metavar="TIME", help="When both meet, as 2026-07-23T10:00+07:00.")],
    sector: Annotated[str, typer.Option(help="What stretch, in words that both use.")],
    office: Office,
    author: Author,
    minutes: Annotated[int, typer.Option(min=10, max=10_000, help="How long a side may be out.")] = 480,
    marker: Annotated[
        list[str] | None, typer.Option(help="A marker to visit; all on the tracks without.")
    ] = None,
    meets_at: Annotated[str, typer.Option(help="Marker where both meet; the best for both without.")] = "",
    cross: Annotated[list[str] | None, typer.Option(help="A hazard area that you allow it to cross.")] = None,
    seed_round: Annotated[str, typer.Option("--round", help="Round whose seed breaks ties.")] = "",
    record: Annotated[bool, typer.Option("--record", help="Propose it to the other side.")] = False,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Show what the planner proposes; with --record the office proposes it to the other side.

    It keeps clear of every hazard area known here, and goes on tracks alone.
    """
    at = _moment(meets)
    act: dict[str, Any] = {"slug": slug, "network": network, "sector": sector, "officer": office}
    act |= {"stations": dict(one.partition("=")[::2] for one in station), "on": meets[:10]}
    act |= {"meets_when": at, "minutes": minutes, "markers": marker, "meets_at": meets_at, "cross": cross}
    act |= {"round": seed_round, "record": record}
    act["header"] = _header(author, marking, releasable_to, exercise=exercise)
    data = _act(ctx, directory, "plan", act)
    lines = [f"both meet at marker {data['plan']['meets_at']}"]
    for side in data["plan"]["sides"]:
        stops = ", ".join(f"{stop['marker']} (+{stop['at']} min)" for stop in side["stops"])
        lines.append(f"{side['party']} from {side['station']}, {side['minutes']} min: {stops}")
    if data["plan"]["left_out"]:
        lines.append(f"left out: {', '.join(data['plan']['left_out'])}")
    lines.append(_where(data) if data["receipts"] else "a proposal only: nothing was recorded")
    emit(data, "\n".join(lines), as_json=as_json)


@app.command()
def accept(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Plan,
    *,
    office: Office,
    author: Author,
    decline: Annotated[bool, typer.Option("--decline", help="Say no instead.")] = False,
    words: Words = "",
    lang: Language = "en",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    as_json: AsJson = False,
) -> None:
    """Accept the other side's plan, this very one; refused where it comes into an area known here."""
    act: dict[str, Any] = {"plan": name, "office": office, "answer": "declined" if decline else "accepted"}
    act |= {"note": {lang: words} if words else None}
    act["header"] = _header(author, marking, releasable_to, exercise=False)
    _do(ctx, directory, "accept", act, as_json=as_json)


@app.command()
def visit(
    ctx: typer.Context,
    directory: NodeFolder,
    marker: Annotated[str, typer.Argument(help="Marker and metres along the line, as '578 + 150 m'.")],
    condition: Annotated[str, typer.Argument(help="sound, damaged, displaced, missing or not_reached.")],
    *,
    author: Author,
    plan: Annotated[str, typer.Option(help="The plan it belongs to.")] = "",
    at: Annotated[str, typer.Option(metavar="TIME", help="As 2026-07-23T10:00+07:00; now without.")] = "",
    words: Words = "",
    lang: Language = "en",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Log that a patrol was at a marker."""
    act: dict[str, Any] = {"marker": marker, "condition": condition, "plan": plan}
    act |= {"visited_at": _moment(at) if at else 0, "note": {lang: words} if words else None}
    act["header"] = _header(author, marking, releasable_to, exercise=exercise)
    _do(ctx, directory, "visit", act, as_json=as_json)


@app.command()
def report(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Plan,
    *,
    author: Author,
    sign: Annotated[bool, typer.Option("--sign", help="Take the other side's report word for word.")] = False,
    words: Words = "",
    lang: Language = "en",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    as_json: AsJson = False,
) -> None:
    """Report on an accepted plan, or sign the other side's report; equal in both logs is joint."""
    act: dict[str, Any] = {"plan": name, "sign": sign, "words": {lang: words} if words else None}
    act["header"] = _header(author, marking, releasable_to, exercise=False)
    _do(ctx, directory, "report", act, as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """List plans: accepted or not, and how the report stands."""
    found = _ask(ctx, directory, "patrols", "plan_list")
    lines = [
        f"{'[exercise] ' if one['exercise'] else ''}{one['party']}/{one['slug']} {one['on']} {one['sector']}"
        f": {one['state']}; report {one['report_state']}"
        for one in found
    ]
    emit({"plans": found}, "\n".join(lines) or "no plan is on record", as_json=as_json)


@app.command()
def show(ctx: typer.Context, directory: NodeFolder, name: Plan, *, as_json: AsJson = False) -> None:
    """Show a plan with its words, visits and reports."""
    one = _ask(ctx, directory, f"patrols/{name}", "plan", name)
    lines = [f"{one['party']}/{one['slug']} {one['on']}: {one['state']}; report {one['report_state']}"]
    lines += [f"  visit {item['marker']}: {item['condition']} ({item['party']})" for item in one["visits"]]
    known = one["comes_into"]
    lines.append(
        "  hazards: " + ("cannot tell" if known is None else ", ".join(known) or "none known here is met")
    )
    emit(one, "\n".join(lines), as_json=as_json)


@app.command()
def stats(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """Count patrols by year from the log alone; what nobody reported is "not reported", never zero."""
    found = _ask(ctx, directory, "patrol-statistics", "statistics")
    lines = []
    for one in found:
        joint = "not reported" if one["joint"] is None else str(one["joint"])
        mark = "[exercise] " if one["exercise"] else ""
        lines.append(
            f"{mark}{one['year']}: {one['accepted']} accepted, {joint} joint; visits {one['visits']}"
        )
    emit({"years": found}, "\n".join(lines) or "not reported", as_json=as_json)


def _moment(text: str) -> int:
    from comity.border.river.stamps import read_stamp  # noqa: PLC0415 - lazily

    return int(read_stamp(text, None).moment.timestamp() * 1000)


def _header(author: str, marking: str, releasable_to: list[str] | None, *, exercise: bool) -> dict[str, Any]:
    plain = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    return {**plain, "class": "exercise" if exercise else "record"}


def _where(data: dict[str, Any]) -> str:
    found = [f"{data['kind']} in {data['origin']} {one['index']}" for one in data["receipts"]]
    return ", ".join(found) or "it waits"


def _ask(ctx: typer.Context, directory: Path, path: str, name: str, *given: str) -> Any:
    def local(node: Node) -> Any:
        from comity.border.patrols import answers  # noqa: PLC0415 - lazily

        return getattr(answers, name)(node, *given)

    with reach(ctx, directory) as node:
        return node.ask(f"border/{path}", local)


def _act(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in act.items() if value}

    def local(node: Node) -> Any:
        from comity.border.patrols import answers, writing  # noqa: PLC0415 - lazily

        return writing.ACTS[name](node, kept, answers.now())

    with reach(ctx, directory) as node:
        found: dict[str, Any] = node.post(f"border/patrol-acts/{name}", local, kept)
    return found


def _do(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], *, as_json: bool) -> None:
    data = _act(ctx, directory, name, act)
    emit(data, _where(data), as_json=as_json)
