"""`comity border event`: report what happened at a marker, follow it up, ask and answer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="event",
    no_args_is_help=True,
    add_completion=False,
    help="Events at the line, their reports, and requests for information.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="The person who answers for it.")]
Office = Annotated[str, typer.Option(help="Which office speaks.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]
Words = Annotated[str, typer.Option(help="What is said.")]
Language = Annotated[str, typer.Option(help="The language it is said in.")]
Impact = Annotated[str, typer.Option(help="low, medium, high or very_high; as the form says without.")]
Credibility = Annotated[str, typer.Option(help="Of the information: 1 to 5; 6 cannot be judged.")]
Reliability = Annotated[str, typer.Option(help="Of the source: A to E; F cannot be judged.")]
Validation = Annotated[str, typer.Option(help="not_validated, validated or refuted.")]
Reaction = Annotated[str, typer.Option(help="none, planned, under_way or taken.")]
When = Annotated[str, typer.Option(metavar="TIME", help="As 2026-07-23T14:05+07:00; now without.")]
Name = Annotated[str, typer.Argument(metavar="EVENT", help="Its slug, or PARTY/SLUG.")]


@app.command()
def report(
    ctx: typer.Context,
    directory: NodeFolder,
    event_type: Annotated[
        str,
        typer.Argument(
            help="marker_damaged, crossing_difficulty, fire_or_flood, ordnance_found, unknown_object, other."
        ),
    ],
    marker: Annotated[str, typer.Argument(help="Marker and metres along the line, as '578 + 150 m'.")],
    *,
    office: Office,
    author: Author,
    detail: Annotated[str, typer.Option(help="What exactly, by the words of the form.")] = "",
    object_class: Annotated[str, typer.Option(help="air, boat, vehicle, person-size or unknown.")] = "",
    learnt: When = "",
    impact: Impact = "",
    credibility: Credibility = "6",
    reliability: Reliability = "F",
    reaction: Reaction = "none",
    words: Words = "",
    lang: Language = "en",
    slug: Annotated[str, typer.Option(help="A natural name; one is made without.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Put an event and its first report on record; the same slug again records nothing."""
    act: dict[str, Any] = {
        "event_type": event_type,
        "marker": marker,
        "detail": detail,
        "object_class": object_class,
    }
    act |= _said(office, impact, credibility, reliability, reaction) | _words(words, lang)
    act |= {"slug": slug, "learnt_at": _moment(learnt) if learnt else 0}
    act["header"] = _header(author, marking, releasable_to, exercise=exercise)
    _do(ctx, directory, "report", act, as_json=as_json)


@app.command("follow-up")
def follow_up(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Name,
    *,
    office: Office,
    author: Author,
    impact: Impact = "",
    credibility: Credibility = "6",
    reliability: Reliability = "F",
    validation: Validation = "not_validated",
    reaction: Reaction = "none",
    words: Words = "",
    lang: Language = "en",
    closes: Annotated[
        str, typer.Option(help="did_not_happen, below_threshold or over; the owner alone.")
    ] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    as_json: AsJson = False,
) -> None:
    """Add a report to an event, one's own or the other side's."""
    act: dict[str, Any] = {"event": name, "closes": closes, "validation": validation}
    act |= _said(office, impact, credibility, reliability, reaction) | _words(words, lang)
    act["header"] = _header(author, marking, releasable_to, exercise=False)
    _do(ctx, directory, "follow-up", act, as_json=as_json)


@app.command()
def ask(
    ctx: typer.Context,
    directory: NodeFolder,
    to: Annotated[str, typer.Argument(help="The party that is asked.")],
    words: Annotated[str, typer.Argument(help="What is asked.")],
    *,
    deadline: Annotated[str, typer.Option(metavar="TIME", help="As 2026-07-24T14:05+07:00.")],
    office: Office,
    author: Author,
    event: Annotated[str, typer.Option(help="The event it is about.")] = "",
    lang: Language = "en",
    slug: Annotated[str, typer.Option(help="A natural name; one is made without.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Ask another party for information, with a deadline."""
    act: dict[str, Any] = {"to": to, "asks": {lang: words}, "deadline": _moment(deadline), "asker": office}
    act |= {"event": event, "slug": slug}
    act["header"] = _header(author, marking, releasable_to, exercise=exercise)
    _do(ctx, directory, "ask", act, as_json=as_json)


@app.command()
def answer(
    ctx: typer.Context,
    directory: NodeFolder,
    request: Annotated[str, typer.Argument(help="The request's slug, or PARTY/SLUG.")],
    outcome: Annotated[str, typer.Argument(help="given, in_part, nothing_known or not_given.")],
    *,
    office: Office,
    author: Author,
    words: Words = "",
    lang: Language = "en",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    as_json: AsJson = False,
) -> None:
    """Answer a request; what another party reported is passed on with that party's consent alone."""
    act = {"request": request, "outcome": outcome, "originator": office} | _words(words, lang)
    act["header"] = _header(author, marking, releasable_to, exercise=False)
    _do(ctx, directory, "answer", act, as_json=as_json)


@app.command("list")
def list_(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    picture: Annotated[
        str, typer.Option(help="national: all held here; shared: what another side holds.")
    ] = ("national"),
    as_json: AsJson = False,
) -> None:
    """List the events of a picture: state, impact, whether the first report was in time."""
    found = _ask(ctx, directory, "events", "event_list", picture=picture)
    emit({"events": found}, "\n".join(map(_line, found)) or "no event is on record", as_json=as_json)


@app.command()
def show(ctx: typer.Context, directory: NodeFolder, name: Name, *, as_json: AsJson = False) -> None:
    """Show an event with its reports and requests."""
    found = _ask(ctx, directory, f"events/{name}", "event", name)
    lines = [_line(found)]
    lines += [
        f"  {one['party']} {one['originator']}: credibility {one['credibility']}, reliability "
        f"{one['reliability']}, {one['validation']}; impact {one['impact']}; reaction {one['reaction']}"
        for one in found["reports"]
    ]
    lines += [f"  asked {one['to']}: {one['state']}" for one in found["requests"]]
    emit(found, "\n".join(lines), as_json=as_json)


@app.command()
def requests(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """List requests for information, the nearest deadline first."""
    found = _ask(ctx, directory, "information-requests", "request_list")
    lines = [f"{one['party']}/{one['slug']} to {one['to']}: {one['state']}" for one in found]
    emit({"requests": found}, "\n".join(lines) or "no request is on record", as_json=as_json)


@app.command()
def stats(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """Count events by year, party and type, from the record alone; what is absent was not reported."""
    found = _ask(ctx, directory, "event-statistics", "statistics")
    lines = [
        f"{'[exercise] ' if one['exercise'] else ''}{one['year']} {one['party']} {one['event_type']}: "
        f"{one['events']}, {one['open']} open, {one['late']} reported late"
        for one in found
    ]
    emit({"years": found}, "\n".join(lines) or "not reported", as_json=as_json)


def _line(one: dict[str, Any]) -> str:
    mark = "[exercise] " if one["exercise"] else ""
    sign = "±" if one["either_way"] else "+"
    where = f"marker {one['marker']}" + (f" {sign} {one['offset_m']} m" if one["offset_m"] else "")
    first = one["first"]["state"].replace("_", " ")
    what = f"{mark}{one['party']}/{one['slug']}: {one['event_type']}, {where}"
    return f"{what}; {one['state']}; first report {first}"


def _said(office: str, impact: str, credibility: str, reliability: str, reaction: str) -> dict[str, Any]:
    plain = {"originator": office, "impact": impact, "reaction": reaction}
    return {**plain, "credibility": credibility, "reliability": reliability}


def _words(words: str, lang: str) -> dict[str, Any]:
    return {"words": {lang: words}} if words else {}


def _moment(text: str) -> int:
    from comity.border.river.stamps import read_stamp  # noqa: PLC0415 - lazily

    return int(read_stamp(text, None).moment.timestamp() * 1000)


def _header(author: str, marking: str, releasable_to: list[str] | None, *, exercise: bool) -> dict[str, Any]:
    plain = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    return {**plain, "class": "exercise" if exercise else "record"}


def _ask(ctx: typer.Context, directory: Path, path: str, name: str, *given: str, **query: str) -> Any:
    def local(node: Node) -> Any:
        from comity.border.events import answers  # noqa: PLC0415 - lazily

        return getattr(answers, name)(node, *given, *query.values())

    with reach(ctx, directory) as node:
        return node.ask(f"border/{path}", local, **query)


def _do(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], *, as_json: bool) -> None:
    kept = {key: value for key, value in act.items() if value}

    def local(node: Node) -> Any:
        from comity.border.events import answers, writing  # noqa: PLC0415 - lazily

        return writing.ACTS[name](node, kept, answers.now())

    with reach(ctx, directory) as node:
        data = node.post(f"border/event-acts/{name}", local, kept)
    where = [f"{data['origin']} {one['index']}" for one in data["receipts"]]
    said = f"{data.get('slug', '')} ".lstrip() + (", ".join(where) or "is on record already, or waits")
    emit(data, said, as_json=as_json)
