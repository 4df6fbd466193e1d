"""`comity register`: lives of instruments, series, channels, undertakings, formulas, gaps, quiet ends."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
On = Annotated[str, typer.Option("--on", metavar="DAY", help="As of this day, such as 2025-12-31; today.")]


@app.command()
def lifecycle(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="The natural name of an instrument.")],
    *,
    on: On = "",
    known: Annotated[
        str, typer.Option("--known", metavar="DAY", help="As was recorded by the end of this day; now.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Show where an instrument stands on a day, as known on another: attested steps, and never what follows.

    Signed is not ratified is not in force. Where the dates leave it open the state is `cannot tell`.
    """
    found = _ask(
        ctx,
        directory,
        f"register/lifecycle/{slug}",
        lambda answers, node: answers.lifecycle(node, slug, on, known),
        on=on,
        known=known,
    )
    emit(found, "\n".join(_life_lines(found)), as_json=as_json)


@app.command()
def series(
    ctx: typer.Context,
    directory: NodeFolder,
    mechanism: Annotated[str, typer.Argument(help="The name of one mechanism; all if none is named.")] = "",
    *,
    on: On = "",
    as_json: AsJson = False,
) -> None:
    """Show what does not fit in the series of meetings, and plans that do not join.

    Each finding names the records it rests on; it speaks of the record and not of the world.
    """
    found = _ask(
        ctx,
        directory,
        "register/series",
        lambda answers, node: answers.series_of(node, mechanism, on),
        mechanism=mechanism,
        on=on,
    )
    lines = [line for view in found["mechanisms"] for line in _series_lines(view)]
    lines += ["plans and protocols", *map(_finding_line, found["plans"])] if found["plans"] else []
    emit(found, "\n".join(lines), as_json=as_json)


@app.command()
def channels(
    ctx: typer.Context,
    directory: NodeFolder,
    channel: Annotated[str, typer.Argument(help="One channel, such as training; all if none is named.")] = "",
    as_json: AsJson = False,
) -> None:
    """Show every way on which the parties deal with each other: records, numbers, declared gaps."""
    found = _ask(
        ctx,
        directory,
        "register/channels",
        lambda answers, node: answers.channels_of(node, channel),
        channel=channel,
    )
    emit(
        {"channels": found}, "\n".join(line for one in found for line in _channel_lines(one)), as_json=as_json
    )


@app.command()
def undertakings(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    state: Annotated[
        str, typer.Option(help="joint, awaiting, disputed or overdue; all if none is named.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """List undertakings with window, words, evidence and annotations. Overdue is advice and no status."""

    def local(_answers: Any, node: Node) -> Any:
        from comity.register import answers  # noqa: PLC0415 - lazily

        return answers.undertakings(node)

    found = _ask(ctx, directory, "register/undertakings", local)
    shown = [view for view in found if state in ("", view["standing"]["state"], "overdue" * view["overdue"])]
    emit({"undertakings": shown}, "\n".join(map(_undertaking_line, shown)), as_json=as_json)


@app.command("quietly-ended")
def quietly_ended(ctx: typer.Context, directory: NodeFolder, *, on: On = "", as_json: AsJson = False) -> None:
    """Find what a party praised and what then ended or stopped without a joint word, with the sources.

    A search and no judgement: the missing word may be withheld.
    """
    found = _ask(
        ctx,
        directory,
        "register/quietly-ended",
        lambda answers, node: answers.quietly_ended_of(node, on),
        on=on,
    )
    lines = [line for one in found for line in _quiet_lines(one)] or ["nothing of the kind is on record"]
    emit({"quietly_ended": found}, "\n".join(lines), as_json=as_json)


@app.command()
def formulas(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """Show how the formulas of the relationship changed, term by term, in every language."""
    found = _ask(ctx, directory, "register/formulas", lambda answers, node: answers.formulas_of(node))
    lines = []
    for one in found:
        lines.append(one["formula"])
        for step in one["changes"]:
            lines.append(f"  {step['before']} -> {step['after']}")
            lines += [line for term in step["terms"] for line in _term_lines(term)]
    emit({"formulas": found}, "\n".join(lines), as_json=as_json)


@app.command()
def gaps(ctx: typer.Context, directory: NodeFolder, as_json: AsJson = False) -> None:
    """List what was not reported: data of its own, never a zero."""
    found = _ask(ctx, directory, "register/gaps", lambda answers, node: answers.gaps_of(node))
    lines = [
        f"{fact['reports'][0]['fields']['reason']:<15} {fact['reports'][0]['fields']['period']:<14} "
        f"{fact['reports'][0]['fields']['subject']['en']}"
        for fact in found
    ]
    emit({"gaps": found}, "\n".join([*lines, f"{len(found)} gaps"]), as_json=as_json)


def _ask(
    ctx: typer.Context, directory: Path, path: str, local: Callable[[Any, Node], Any], **query: str
) -> Any:
    def here(node: Node) -> Any:
        from comity.register import answers_life  # noqa: PLC0415 - lazily

        return local(answers_life, node)

    with reach(ctx, directory) as node:
        return node.ask(path, here, **{name: value for name, value in query.items() if value})


def _life_lines(found: dict[str, Any]) -> list[str]:
    lines = [f"{_marked(found['instrument']['key'], found)} on {found['on']}: {_stand(found['stand'])}"]
    lines += [f"  for {party}: {_stand(stand)}" for party, stand in found["by_party"].items()]
    lines += [
        f"  by the records of {party}: {_stand(stand)}" for party, stand in found["by_recorder"].items()
    ]
    for step in found["steps"]:
        who = f" by {step['actor']}" if step["actor"] else ""
        lines.append(f"  {step['type']}{who}: {_span(step['when'])}{' (maybe)' * (step['taken'] == 'maybe')}")
        lines += [
            f"    {report['date']} by {report['origin']} {report['index']}: {report['attested_by']}"
            for report in step["reports"]
        ]
    lines += [
        f"  ! {one['code']}: {', '.join(one['steps'])}{_places(one['records'])}" for one in found["conflicts"]
    ]
    if found["recorded_later"]:
        lines.append(f"  {found['recorded_later']} attestations were recorded later")
    return lines


def _stand(stand: dict[str, Any]) -> str:
    several = len(stand["candidates"]) > 1 and stand["state"] == "cannot tell"
    return f"{stand['state']} ({' or '.join(stand['candidates'])})" if several else str(stand["state"])


def _span(when: dict[str, str | None]) -> str:
    first, last = when["first"] or "..", when["last"] or ".."
    return first if first == last else f"{first} to {last}"


def _places(records: list[list[Any]]) -> str:
    return f" [{', '.join(f'{origin} {index}' for origin, index in records)}]"


def _series_lines(view: dict[str, Any]) -> list[str]:
    held = sum(one["held"] for one in view["sessions"])
    head = (
        f"{_marked(view['mechanism'], view)}: {held} held, {len(view['sessions']) - held} planned on record"
    )
    return [head, *map(_finding_line, view["findings"])]


def _finding_line(one: dict[str, Any]) -> str:
    detail = ", ".join(f"{name} {value}" for name, value in one["detail"].items())
    return f"  {one['code']:<20} {' -> '.join(one['things'])}  {detail}{_places(one['records'])}"


def _channel_lines(one: dict[str, Any]) -> list[str]:
    head = f"{_marked(one['channel'], one)}: {len(one['facts'])} on record, {one['meetings']} meetings"
    lines = [head, *(f"  {fact['state']:<21} {fact['kind']:<27} {fact['key']}" for fact in one["facts"])]
    lines += [
        f"    {amount['key']}: {amount['name']} "
        f"{'not reported' if amount['value'] is None else amount['value']} {amount['unit'] or ''}".rstrip()
        for amount in one["amounts"]
    ]
    return [*lines, *(f"  declared gap: {gap}" for gap in one["gaps"])]


def _undertaking_line(view: dict[str, Any]) -> str:
    stood = view["standing"]
    said = ", ".join(f"{party} {word}" for party, word in stood["said"].items()) or "nobody has said anything"
    more = [view["advice"]] if view["advice"] else []
    more += ["disputed before"] if view["disputed_before"] else []
    more += [f"{len(view[name])} {name}" for name in ("evidence", "annotations") if view[name]]
    window = view["fact"]["reports"][0]["fields"].get("window") or "no window"
    hints = f"  ({'; '.join(more)})" if more else ""
    return f"{stood['state']:<9} {window:<16} {_marked(view['slug'], view)}: {said}{hints}"


def _quiet_lines(one: dict[str, Any]) -> list[str]:
    after = f", {one['days']} days after the last praise" if one["days"] is not None else ""
    lines = [f"{_marked(one['about'], one)} ({one['about_kind']}): {one['how']}{after}"]
    for report in one["praise"]:
        fields = report["fields"]
        lines.append(f"  praised {fields['on']} by {fields['holder']} [{report['origin']} {report['index']}]")
        lines += [f"    source: {cite['work']}" for cite in fields["cites"]]
    for report in one["ends"]:
        fields = report["fields"]
        word = fields.get("type") or fields.get("status") or "last session"
        when = fields.get("date") or fields.get("on") or fields.get("start")
        who = fields.get("party") or report["party"]
        lines.append(f"  {word} {when} by {who} [{report['origin']} {report['index']}]")
        lines += [f"    source: {cite['work']}" for cite in fields.get("cites", [])]
    return [*lines, f"  no word of it on record from: {', '.join(one['silent'])}"]


def _term_lines(term: dict[str, Any]) -> list[str]:
    head = f"    {term['change']:<9} {term['id']}"
    words = [
        f"      {code}: {before or 'none'} -> {after or 'none'}"
        if before != after
        else f"      {code}: {after}"
        for code, (before, after) in term["texts"].items()
    ]
    others = [f"      {code}, also: {', '.join(said)}" for code, said in term["renderings"].items()]
    return [head, *words, *others]


def _marked(words: str, item: dict[str, Any]) -> str:
    return f"[exercise] {words}" if item["exercise"] else words
