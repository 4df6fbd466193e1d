"""`comity register extract` and `confirm`: undertakings proposed from a text, and a person's word on them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import AsJson, emit
from comity.register.imports_files import file_bytes

app = typer.Typer(no_args_is_help=True)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="Pseudonym of who records it.")]
CLEAR = "TLP:CLEAR"


@app.command()
def extract(
    ctx: typer.Context,
    directory: NodeFolder,
    source: Annotated[
        str, typer.Argument(metavar="WORK|FILE", help="A work with a document here, or a file.")
    ],
    as_json: AsJson = False,
) -> None:
    """Propose undertakings from a text for a person to confirm; nothing is recorded."""
    found = _extracted(ctx, directory, source)
    lines = [
        f"{item['number']:>3}  {item['modality']:<10} {', '.join(item['obligors']):<8} "
        f"{item['window'] or '-':<24} {' '.join(item['text'].split())[:120]}"
        for item in found["candidates"]
    ]
    count = len(found["abstained"])
    tail = f"{len(lines)} candidates in {found['sentences']} sentences; {count} left: the rules abstain"
    emit(found, "\n".join([*lines, tail]), as_json=as_json)


@app.command()
def confirm(
    ctx: typer.Context,
    directory: NodeFolder,
    source: Annotated[str, typer.Argument(metavar="WORK|FILE", help="As given to extract.")],
    number: Annotated[int, typer.Argument(help="The candidate's number.")],
    *,
    slug: Annotated[str, typer.Option(help="Natural name of the undertaking.")],
    action_en: Annotated[str, typer.Option(help="What is to be done, in English, in your own words.")],
    action_vi: Annotated[str, typer.Option(help="The same in Vietnamese.")] = "",
    action_lo: Annotated[str, typer.Option(help="The same in Lao.")] = "",
    work: Annotated[str, typer.Option(help="The work that is cited; needed where a file is given.")] = "",
    instrument: Annotated[str, typer.Option(help="The instrument it rests on; this or a meeting.")] = "",
    meeting: Annotated[str, typer.Option(help="The meeting it rests on; this or an instrument.")] = "",
    window: Annotated[str, typer.Option(help="Its time window, where the rules read another one.")] = "",
    obligor: Annotated[list[str] | None, typer.Option(help="Who is obliged, where the rules erred.")] = None,
    author: Author,
    exercise: Annotated[bool, typer.Option("--exercise", help="It is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Record a candidate as an undertaking: a person's act, in the person's words, with the passage cited."""
    from comity.register.extraction_work import ExtractionError, confirmed  # noqa: PLC0415 - lazily

    found = _extracted(ctx, directory, source)
    candidate = next((item for item in found["candidates"] if item["number"] == number), None)
    if candidate is None:
        raise ExtractionError(f"{source} has no candidate {number}")
    cited = work or found["work"]
    if not cited:
        raise ExtractionError("a file has no name in the record: say which work it is by --work")
    action = {code: text for code, text in (("en", action_en), ("vi", action_vi), ("lo", action_lo)) if text}
    said = {"slug": slug, "action": action, "work": cited, "instrument": instrument, "meeting": meeting}
    header = {
        "author": author,
        "marking": CLEAR,
        "basis": "confirmed from a text",
        "retention": "working",
        "class": "exercise" if exercise else "record",
    }
    draft = confirmed(candidate, {**said, "window": window, "obligors": obligor or []}, header)
    with reach(ctx, directory) as node:
        data = node.run("append", [draft])
    emit(data, f"{slug} recorded as {candidate['modality']} in {data['origin']}", as_json=as_json)


def _extracted(ctx: typer.Context, directory: Path, source: str) -> dict[str, Any]:
    from comity.register import extraction_work  # noqa: PLC0415 - lazily

    file = Path(source)
    if not file.is_file():
        found: dict[str, Any] = ask(
            ctx, directory, f"register/extract/{source}", lambda node: extraction_work.of_work(node, source)
        )
        return found
    names = ask(ctx, directory, "register/names", extraction_work.names_of)
    return extraction_work.of_original(file_bytes(file), names)
