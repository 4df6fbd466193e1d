"""`comity gate`: the acts, each appended to the own log, or refused with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Slug = Annotated[str, typer.Argument(help="The natural name of the gate.")]
Author = Annotated[str, typer.Option(help="The person or editor who writes it.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="When, as a day or an EDTF date.")]
Sponsor = Annotated[str, typer.Option(help="Code of the gate's sponsor, where both parties opened one.")]
CiteOption = Annotated[list[str] | None, typer.Option("--cite", help="Slug of a work; repeatable.")]
Unverified = Annotated[bool, typer.Option("--unverified", help="The source itself was not read.")]
Past = Annotated[bool, typer.Option("--past", help="A period that is over is meant: history.")]


@app.command("open")
def open_gate(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    *,
    initiative: Annotated[str, typer.Option(help="Slug of the initiative.")],
    rule: Annotated[str, typer.Option(help="Id of the rule.")],
    author: Author,
    version: Annotated[int | None, typer.Option("--rule-version", help="Of the rule; the newest.")] = None,
    water: Annotated[str, typer.Option(help="Class of water, in the rule's words.")] = "",
    season: Annotated[list[str] | None, typer.Option(help="Season of the use; repeatable.")] = None,
    use: Annotated[str, typer.Option(help="Class of use, in the rule's words.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Open a gate for an initiative of one's own; it keeps the rule as it is today."""
    act = {
        "slug": slug,
        "initiative": initiative,
        "rule": rule,
        "rule_version": version,
        "water": water,
        "seasons": season or [],
        "use": use,
        "header": _header(author, marking, releasable_to, exercise=exercise),
    }
    _do(ctx, directory, "open", act, as_json=as_json)


@app.command()
def request(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="A name for the request.")],
    *,
    initiative: Annotated[str, typer.Option(help="Slug of the initiative.")],
    sponsor: Annotated[str, typer.Option(help="Code of the party that is asked.")],
    author: Author,
    rule: Annotated[str, typer.Option(help="The rule you have in mind.")] = "",
    reason: Annotated[str, typer.Option(help="Why; nobody needs one.")] = "",
    answer_by: Annotated[str, typer.Option("--answer-by", help="By when an answer is hoped for.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Ask the sponsor to open a gate. Only the sponsor opens one."""
    act = {
        "slug": slug,
        "initiative": initiative,
        "sponsor": sponsor,
        "rule": rule,
        "reason": _text(reason),
        "answer_by": answer_by,
        "header": _header(author, marking, releasable_to, exercise=exercise),
    }
    _do(ctx, directory, "request", act, as_json=as_json)


@app.command()
def answer(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Annotated[str, typer.Argument(metavar="REQUEST", help="The name of the request.")],
    word: Annotated[str, typer.Argument(metavar="ANSWER", help="accept or refuse.")],
    *,
    author: Author,
    reason: Annotated[str, typer.Option(help="Why; a refusal needs no reason.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Answer a request. To accept it opens nothing yet: `comity gate open` does."""
    head = _header(author, marking, releasable_to, exercise=exercise)
    act = {"request": name, "answer": word, "reason": _text(reason), "header": head}
    _do(ctx, directory, "answer", act, as_json=as_json)


@app.command()
def step(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    name: Annotated[
        str, typer.Argument(metavar="STEP", help="notified, complete, started, concluded or lapsed.")
    ],
    *,
    on: On,
    author: Author,
    sponsor: Sponsor = "",
    cite: CiteOption = None,
    unverified: Unverified = False,
    past: Past = False,
    corrects: Annotated[str, typer.Option(help="Id of the own entry that this one replaces.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Say that a step was taken. Submission (`notified`) is no start; the period runs from `started`."""
    head = _header(author, marking, releasable_to, exercise=exercise)
    act = {"gate": slug, "sponsor": sponsor, "step": name, "on": on, "past": past, "corrects": corrects}
    cites = _cites(cite, unverified=unverified)
    _do(ctx, directory, "step", {**act, "cites": cites, "header": head}, as_json=as_json)


@app.command()
def extend(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    length: Annotated[str, typer.Argument(help="6m, 30d, or the day it lasts until.")],
    *,
    on: On,
    author: Author,
    number: Annotated[int | None, typer.Option(min=1, help="Which extension; the next.")] = None,
    sponsor: Sponsor = "",
    cite: CiteOption = None,
    unverified: Unverified = False,
    past: Past = False,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Say that a consultation was extended; decided after its end it is marked retroactive."""
    from comity.assessment.gate.deadline import parse_extension  # noqa: PLC0415 - lazily

    found = parse_extension(length)
    act = {
        "gate": slug,
        "sponsor": sponsor,
        "step": "extended",
        "on": on,
        "number": number,
        "months": found.months,
        "days": found.days,
        "until": None if found.until is None else found.until.isoformat(),
        "past": past,
        "cites": _cites(cite, unverified=unverified),
        "header": _header(author, marking, releasable_to, exercise=exercise),
    }
    _do(ctx, directory, "step", act, as_json=as_json)


@app.command()
def conclude(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    *,
    on: On,
    author: Author,
    sponsor: Sponsor = "",
    cite: CiteOption = None,
    unverified: Unverified = False,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Say that the consultation was concluded, however it went."""
    head = _header(author, marking, releasable_to, exercise=exercise)
    act = {"gate": slug, "sponsor": sponsor, "step": "concluded", "on": on, "header": head}
    _do(ctx, directory, "step", {**act, "cites": _cites(cite, unverified=unverified)}, as_json=as_json)


@app.command()
def commitment(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="A name for the commitment.")],
    *,
    initiative: Annotated[str, typer.Option(help="Slug of the initiative.")],
    what: Annotated[
        str,
        typer.Option(
            help="memorandum, concession, purchase_agreement, financing, construction_start, other."
        ),
    ],
    on: On,
    by: Annotated[str, typer.Option(help="Who committed himself.")],
    toward: Annotated[str, typer.Option(help="Toward which third party.")],
    asserted_by: Annotated[str, typer.Option("--asserted-by", help="The office or work that says so.")],
    cite: CiteOption,
    author: Author,
    unverified: Unverified = False,
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Assert, from a source, a commitment to a third party; each node derives the flag for itself."""
    act = {
        "slug": slug,
        "initiative": initiative,
        "commitment": what,
        "on": on,
        "by": by,
        "toward": toward,
        "asserted_by": asserted_by,
        "cites": _cites(cite, unverified=unverified),
        "header": _header(author, marking, releasable_to, exercise=exercise),
    }
    _do(ctx, directory, "commitment", act, as_json=as_json)


@app.command()
def reply(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Slug,
    word: Annotated[str, typer.Argument(metavar="REPLY", help="accept, contest or explain.")],
    text: Annotated[str, typer.Argument(help="In your own words.")],
    *,
    author: Author,
    sponsor: Sponsor = "",
    origin: Annotated[
        str, typer.Option(help="Log of the entry replied to; the gate as a whole if absent.")
    ] = "",
    entry: Annotated[str, typer.Option("--id", help="Id of that entry.")] = "",
    marking: Marking = "TLP:AMBER",
    releasable_to: To = None,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Reply to a flag, a step or the gate as a whole; replies never change what is flagged."""
    act = {
        "gate": slug,
        "sponsor": sponsor,
        "reply": word,
        "text": _text(text),
        "about": {"origin": origin, "id": entry} if origin and entry else None,
        "header": _header(author, marking, releasable_to, exercise=exercise),
    }
    _do(ctx, directory, "reply", act, as_json=as_json)


def _do(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], *, as_json: bool) -> None:
    kept = {key: value for key, value in act.items() if value not in (None, "", [], 0)}

    def local(node: Node) -> Any:
        from comity.assessment.gate import answers, writing  # noqa: PLC0415 - lazily

        return writing.ACTS[name](node, kept, answers.today())

    with reach(ctx, directory) as node:
        data = node.post(f"assessment/gate-acts/{name}", local, kept)
    place = data["receipts"][0] if data["receipts"] else None
    text = (
        "it waits"
        if place is None
        else f"{data['kind']} in {data['origin']} {place['index']}, id {place['id']}"
    )
    emit(data, text, as_json=as_json)


def _header(author: str, marking: str, releasable_to: list[str] | None, *, exercise: bool) -> dict[str, Any]:
    plain = {"author": author, "marking": marking, "releasable_to": releasable_to or []}
    return {**plain, "class": "exercise" if exercise else "record"}


def _text(words: str) -> dict[str, str] | None:
    return {"en": words} if words else None


def _cites(works: list[str] | None, *, unverified: bool) -> list[dict[str, Any]]:
    return [{"work": work, "unverified": unverified} for work in works or []]
