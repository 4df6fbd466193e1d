"""`comity perspectives export` and `import`: coded passages for other programs, and from them."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from comity.node.commands.access import ask, reach
from comity.node.commands.output import DONE, FOUND, AsJson, emit

app = typer.Typer(add_completion=False)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Format = Annotated[
    str, typer.Option("--format", help="`refi` (.qdpx), `annotations` (.jsonld) or `csv`; else by the name.")
]


@app.command("export")
def write_out(
    ctx: typer.Context,
    directory: NodeFolder,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The file to write.")],
    *,
    form: Format = "",
    with_texts: Annotated[
        bool, typer.Option("--with-texts", help="Put the whole plain text of each document in as well.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Write the coded statements whose passages are held here, for another program.

    The file quotes the passages; it leaves this node by the hand of whoever runs the command. Exit code 3:
    some statements had no passage here and were left out.
    """
    from comity.perspectives.interchange import answers  # noqa: PLC0415 - lazily

    chosen = answers.format_of(out.name, form)
    data = ask(
        ctx,
        directory,
        "perspectives/interchange",
        lambda node: answers.exported(node, chosen, with_texts=with_texts),
        form=chosen,
        with_texts=str(with_texts).lower(),
    )
    out.write_bytes(bytes.fromhex(data.pop("hex")))
    told = [f"{data['written']} statements in {out}"]
    told += [f"left out: {item['where']}: {item['what']}" for item in data["left_out"]]
    emit(data | {"file": str(out)}, "\n".join(told), as_json=as_json)
    raise typer.Exit(FOUND if data["left_out"] else DONE)


@app.command("import")
def read_in(
    ctx: typer.Context,
    directory: NodeFolder,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A .qdpx, .qde, .jsonld or .csv file.")],
    drafts: Annotated[Path, typer.Argument(metavar="DRAFTS", help="Where the drafts of statements go.")],
    *,
    author: Annotated[str, typer.Option(help="Who brings them in; the drafts name them as author.")],
    form: Format = "",
    mapping: Annotated[
        Path | None,
        typer.Option(help="A TOML file: codes to propositions and stances, sources to works, defaults."),
    ] = None,
    keep_words: Annotated[
        bool, typer.Option("--keep-words", help="Keep the words of the passages with their statements.")
    ] = False,
    exercise: Annotated[bool, typer.Option("--exercise", help="Everything in it is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read coded passages into drafts for `comity record append`; nothing is recorded here.

    Every passage is looked up in the document held on this node; one that stands there twice, or not at all,
    is told and left. Exit code 3: some items gave no draft.
    """
    from comity.perspectives.interchange import answers  # noqa: PLC0415 - lazily
    from comity.perspectives.interchange.model import InterchangeError  # noqa: PLC0415 - the same
    from comity.perspectives.interchange.statements import Mapping  # noqa: PLC0415 - the same

    try:
        data = file.read_bytes()
    except OSError as error:
        raise InterchangeError(f"{file}: {error.strerror}") from error
    found = answers.read(answers.format_of(file.name, form), data)
    asked = {
        "coded": [asdict(item) for item in found.coded],
        "mapping": asdict(Mapping.load(mapping) if mapping else Mapping()),
        "author": author,
        "keep": keep_words,
        "exercise": exercise,
    }
    with reach(ctx, directory) as node:
        made = node.post("perspectives/interchange", lambda opened: answers.imported(opened, asked), asked)
    drafts.write_text(json.dumps(made["drafts"], ensure_ascii=False, indent=1) + "\n", "utf-8")
    problems = [*map(asdict, found.problems), *made["problems"]]
    told = [f"{len(made['drafts'])} drafts in {drafts}: look at them, then comity record append"]
    told += [f"no draft: {item['where']}: {item['what']}" for item in problems]
    emit({"drafts": len(made["drafts"]), "problems": problems}, "\n".join(told), as_json=as_json)
    raise typer.Exit(FOUND if problems else DONE)
