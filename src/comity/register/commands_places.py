"""`comity register place`: what people call a place, as of a day."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import FOUND, AsJson, emit
from comity.register.imports_files import RegisterFileError, file_bytes

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.register.entries.places import Place

app = typer.Typer(
    no_args_is_help=True, help="Places as of a date; what is ambiguous is listed, never guessed."
)

NodeOption = Annotated[Path | None, typer.Option("--node", metavar="NODE", help="A node's own places.")]
Files = Annotated[
    list[Path] | None,
    typer.Option("--gazetteer", help="A gazetteer CSV; repeatable, beside the node's places."),
]
Author = Annotated[str, typer.Option(help="Pseudonym of who records it.")]
_NONE: Final = {
    "unknown": "no such place is known",
    "similar": "no place of this name; perhaps one of these is meant:",
    "several": "not one place; which is meant?",
    "other time": "not a place on that day:",
}
EXAMPLE: Final = Path("examples") / "vietnam-laos" / "gazetteer"


@app.command()
def resolve(
    ctx: typer.Context,
    text: Annotated[
        str, typer.Argument(help="A name, a name and a province, or a marker: 'mốc 578 + 150 m'.")
    ],
    *,
    on: Annotated[str, typer.Option(help="The day of which the text speaks, as in 2024-05-01.")] = "",
    node: NodeOption = None,
    gazetteer: Files = None,
    as_json: AsJson = False,
) -> None:
    """Say which place a text names, as of a day. Exit status 3: none, or several, and they are listed.

    Without a node and a gazetteer the places of the worked example are asked.
    """
    if node is not None and not gazetteer:

        def local(opened: Node) -> Any:
            from comity.register import exports_answers  # noqa: PLC0415 - lazily

            return exports_answers.resolve(opened, text, on)

        found = ask(ctx, node, "register/places/resolve", local, text=text, on=on)
    else:
        found = _from_files(ctx, text, on, node, gazetteer or _example())
    emit(found, "\n".join(_lines(found)), as_json=as_json)
    if found["state"] != "one":
        raise typer.Exit(FOUND)


@app.command("list")
def list_places(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")],
    *,
    kind: Annotated[str, typer.Option(help="province, district, gate, station, marker, river, …")] = "",
    as_json: AsJson = False,
) -> None:
    """List the places on record with their names, each name with language, script and source."""

    def local(opened: Node) -> Any:
        from comity.register import exports_answers  # noqa: PLC0415 - lazily

        return exports_answers.places(opened)

    found = [place for place in ask(ctx, directory, "register/places", local) if kind in ("", place["kind"])]
    lines = [line for place in found for line in _place_lines(place)]
    emit({"places": found}, "\n".join([*lines, f"{len(found)} places"]), as_json=as_json)


@app.command()
def load(
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")],
    file: Annotated[Path, typer.Argument(help="CSV in UTF-8, one line a name; columns: see below.")],
    *,
    author: Author,
    basis: Annotated[str, typer.Option(help="On what ground it is recorded.")] = "own gazetteer",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check the file, record nothing.")] = False,
    exercise: Annotated[bool, typer.Option("--exercise", help="Everything in it is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record a party's own gazetteer; places that are on record word for word already are left out.

    Columns: id, kind, party, valid_from, valid_to, within, supersedes, same_as, marker_number, lat, lon,
    accuracy_m, lang, script, name, source. Lines of one id are one place.
    """
    from comity.register.entries.places import Place  # noqa: PLC0415 - lazily
    from comity.register.gazetteer import read_gazetteer  # noqa: PLC0415 - lazily

    header = {
        "author": author,
        "marking": "TLP:CLEAR",
        "basis": basis,
        "retention": "working",
        "class": "exercise" if exercise else "record",
    }
    places = read_gazetteer(file_bytes(file), file.name)
    with reach(ctx, directory) as node:

        def local(opened: Node) -> Any:
            from comity.register import exports_answers  # noqa: PLC0415 - lazily

            return exports_answers.own(opened, Place.kind)

        there = node.ask(f"register/own/{Place.kind}", local)
        # What is on record holds the defaults too.
        new = [_fields(place) for place in places if _whole(place) not in there]
        drafts = [{**header, "kind": Place.kind, "fields": fields} for fields in new]
        if drafts and not dry_run:
            node.run("append", drafts)
    data = {"places": len(places), "recorded": 0 if dry_run else len(new), "known": len(places) - len(new)}
    what = "would be recorded" if dry_run else "recorded"
    emit(
        data, f"{len(new)} of {len(places)} places {what}, {data['known']} on record already", as_json=as_json
    )


def _from_files(ctx: typer.Context, text: str, on: str, node: Path | None, files: list[Path]) -> Any:
    from comity.register import exports_answers  # noqa: PLC0415 - lazily
    from comity.register.gazetteer import read_gazetteer  # noqa: PLC0415 - lazily
    from comity.register.places import Gazetteer  # noqa: PLC0415 - lazily
    from comity.register.places_kinds import found_json, known  # noqa: PLC0415 - lazily

    places = [
        known(_fields(place)) for file in files for place in read_gazetteer(file_bytes(file), file.name)
    ]
    if node is not None:

        def local(opened: Node) -> Any:
            return exports_answers.places(opened)

        places = [*map(_again, ask(ctx, node, "register/places", local)), *places]
    return found_json(Gazetteer(places).resolve(text, exports_answers.day(on) if on else None))


def _again(place: dict[str, Any]) -> Any:
    from comity.register.places_kinds import known  # noqa: PLC0415 - lazily

    return known({**place, "slug": place["id"], "place_kind": place["kind"]}, exercise=place["exercise"])


def _fields(place: Place) -> dict[str, Any]:
    return place.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)


def _whole(place: Place) -> dict[str, Any]:
    return place.model_dump(mode="json", by_alias=True, exclude_none=True)


def _example() -> list[Path]:
    """Return the gazetteers of the worked example, in the installed package or beside the source."""
    package = Path(__file__).resolve().parents[1]
    for root in (package, package.parents[1]):
        files = sorted((root / EXAMPLE).glob("*.csv"))
        if files:
            return files
    raise RegisterFileError(f"no gazetteer: name a node or a file; {EXAMPLE} is not here")


def _lines(found: dict[str, Any]) -> list[str]:
    lines = []
    if found["location"]:
        at = found["location"]
        sign = "±" if at["either_way"] else "+" if at["offset_m"] >= 0 else "-"
        lines.append(f"marker {at['marker']} {sign} {abs(at['offset_m'])} m along the line")
    if found["place"]:
        lines += _place_lines(found["place"])
        lines += [f"  in {place['id']} ({place['names'][0]['text']})" for place in found["within"]]
    elif not found["location"]:
        lines.append(_NONE[found["state"]])
    lines += [f"  {item['place']['id']}: {item['why']}" for item in found["candidates"]]
    return [*lines, *(f"  note: {note}" for note in found["notes"])]


def _place_lines(place: dict[str, Any]) -> list[str]:
    mark = "[exercise] " if place["exercise"] else ""
    dates = f"{place['valid_from'] or '…'} to {place['valid_to'] or '…'}"
    names = [f"    {n['text']}  ({n['lang']}, {n['script']}; {n['source']})" for n in place["names"]]
    return [f"{mark}{place['id']}  {place['kind']}, {place['party']}, {dates}", *names]
