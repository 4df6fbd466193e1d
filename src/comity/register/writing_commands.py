"""`comity register propose`, `directions`, `say`: proposals of offices, and words on undertakings."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(no_args_is_help=True)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="Pseudonym of who records it.")]
Exercise = Annotated[bool, typer.Option("--exercise", help="It is fictional.")]
Marking = Annotated[
    Literal["TLP:CLEAR", "TLP:AMBER"],
    typer.Option(help="TLP:CLEAR: for everybody; TLP:AMBER: our own side until it is released."),
]


@app.command()
def propose(
    ctx: typer.Context,
    directory: NodeFolder,
    mechanism: Annotated[str, typer.Argument(help="Short name of the forum.")],
    *,
    office: Annotated[str, typer.Option(help="The office of this party that proposes it.")],
    en: Annotated[str, typer.Option(help="What is proposed, in English.")],
    vi: Annotated[str, typer.Option(help="The same in Vietnamese.")] = "",
    lo: Annotated[str, typer.Option(help="The same in Lao.")] = "",
    basis: Annotated[
        str, typer.Option(help="What it rests on, in English; this, or one of the next two.")
    ] = "",
    undertaking: Annotated[str, typer.Option(help="The undertaking that it would carry further.")] = "",
    work: Annotated[
        list[str] | None, typer.Option(help="A work it rests on, as minutes-12:4 with a page.")
    ] = None,
    meeting: Annotated[str, typer.Option(help="A session that is on record; the next one if left out.")] = "",
    on: Annotated[str, typer.Option(help="The day it is proposed, EDTF; today if left out.")] = "",
    slug: Annotated[
        str, typer.Option(help="Name of an earlier proposal that this one takes the place of.")
    ] = "",
    take_back: Annotated[bool, typer.Option("--take-back", help="Take it back.")] = False,
    marking: Marking = "TLP:CLEAR",
    author: Author,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Record what an office proposes for the next consultation: it stands in the brief, and binds nobody."""
    from comity.register.writing import direction_draft  # noqa: PLC0415 - lazily

    words = {"words_en": en, "words_vi": vi, "words_lo": lo, "basis_en": basis}
    plain = {"mechanism": mechanism, "meeting": meeting, "proposer": office, "undertaking": undertaking}
    more = {"works": " ".join(work or []), "on": on, "slug": slug, "author": author, "marking": marking}
    state = {"state": "taken_back" if take_back else "proposed", "exercise": "yes" if exercise else ""}
    draft = direction_draft({**words, **plain, **more, **state})
    with reach(ctx, directory) as node:
        data = node.run("append", [draft])
    name = draft["fields"]["slug"]
    emit({**data, "slug": name}, f"{name} {draft['fields']['state']} in {data['origin']}", as_json=as_json)


@app.command()
def directions(
    ctx: typer.Context,
    directory: NodeFolder,
    *,
    mechanism: Annotated[str, typer.Option(help="Only those for this forum.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what offices propose for the next consultations: who proposes it, and what it rests on."""

    def local(node: Node) -> Any:
        from comity.register import exports_answers  # noqa: PLC0415 - lazily

        return exports_answers.directions(node, mechanism)

    found = ask(ctx, directory, "register/directions", local, mechanism=mechanism)
    lines = [_line(item) for item in found]
    emit({"directions": found}, "\n".join([*lines, f"{len(found)} proposals"]), as_json=as_json)


@app.command()
def say(
    ctx: typer.Context,
    directory: NodeFolder,
    undertaking: Annotated[str, typer.Argument(help="The name of the undertaking.")],
    *,
    status: Annotated[
        Literal["", "planned", "under_way", "fulfilled", "partial", "lapsed"],
        typer.Option(help="This party's word on what became of it."),
    ] = "",
    note: Annotated[str, typer.Option(help="What is added to the status, in English.")] = "",
    words: Annotated[str, typer.Option(help="Words added to the dispute, in English; no status.")] = "",
    on: Annotated[str, typer.Option(help="The day of which it speaks, EDTF; today if left out.")] = "",
    marking: Marking = "TLP:CLEAR",
    author: Author,
    exercise: Exercise = False,
    as_json: AsJson = False,
) -> None:
    """Say what became of an undertaking, or add words to a dispute; joint only when all say the same."""
    from comity.register.writing import status_drafts  # noqa: PLC0415 - lazily

    given = {"status": status, "note_en": note, "words_en": words, "on": on}
    with reach(ctx, directory) as node:

        def local(opened: Node) -> Any:
            from comity.register import answers  # noqa: PLC0415 - lazily

            return answers.undertakings(opened)

        _check(node.ask("register/undertakings", local), undertaking, exercise=exercise)
        drafts = status_drafts(
            undertaking, {**given, "author": author, "marking": marking}, exercise=exercise
        )
        data = node.run("append", drafts)
    emit(data, f"{undertaking}: {status or 'words added'} in {data['origin']}", as_json=as_json)


def _check(found: list[dict[str, Any]], slug: str, *, exercise: bool) -> None:
    """Refuse a word on what nobody recorded, and a fictional word on a real undertaking or the other way."""
    from comity.register.answers import UnknownFactError  # noqa: PLC0415 - lazily
    from comity.register.writing import WritingError  # noqa: PLC0415 - lazily

    view = next((view for view in found if view["slug"] == slug), None)
    if view is None:
        raise UnknownFactError(f"no undertaking {slug[:60]!a}")
    if bool(view["fact"]["exercise"]) != exercise:
        raise WritingError(f"{slug} {'is' if not exercise else 'is not'} an exercise: say --exercise for one")


def _line(item: dict[str, Any]) -> str:
    fields = item["fields"]
    mark = "[exercise] " if item["exercise"] else ""
    rests = fields.get("undertaking") or fields.get("basis", {}).get("en") or ""
    works = ", ".join(cite["work"] for cite in fields.get("cites", []))
    where = f"{item['origin']} {item['index']}"
    tail = "; ".join(filter(None, (rests, works)))
    return (
        f"{fields['on']}  {mark}{fields['slug']}  {item['party']}: {fields['proposer']}: "
        f"{fields['words']['en']}  [{tail}]  {where}"
    )
