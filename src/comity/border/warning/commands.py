"""`comity border warning`: put a warning on record, say that it was read, see who knew when."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.node.node import Node

app = typer.Typer(
    name="warning",
    no_args_is_help=True,
    add_completion=False,
    help="Warnings on the record, and who knew when.",
)

NodeFolder = Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")]
Author = Annotated[str, typer.Option(help="The person who answers for it.")]
Marking = Annotated[str, typer.Option(help="The TLP 2.0 label; an unmarked receipt takes the warning's.")]
To = Annotated[list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")]
Name = Annotated[str, typer.Argument(metavar="WARNING", help="Its slug, or PARTY/SLUG.")]
Note = Annotated[str, typer.Option(help="What a reader must know besides.")]
SourceFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A CAP message (.xml), or a draft (.json, .toml).")
]
STEPS = {
    "written": "wrote the record",
    "sent": "sent it, as the message says",
    "witnessed": "cosigned that the entry is there",
    "held": "held every entry of the log",
    "content_received": "received the content",
    "read": "read it",
    "read_seen": "had the receipt",
}


@app.command()
def issue(
    ctx: typer.Context,
    directory: NodeFolder,
    slug: Annotated[str, typer.Argument(help="A natural name for the warning.")],
    file: SourceFile,
    *,
    author: Author,
    marking: Marking = "TLP:CLEAR",
    releasable_to: To = None,
    note: Note = "",
    signed: Annotated[bool, typer.Option("--signed", help="Sign it inside, for third parties.")] = False,
    as_json: AsJson = False,
) -> None:
    """Put a warning on record, byte for byte; a message that is not sound, or not what it says, is refused.

    A message that is not Actual carries the class exercise by itself.
    """
    from comity.border.cap import drafts, reading  # noqa: PLC0415 - needs XML
    from comity.record.canonical import b64  # noqa: PLC0415 - lazily

    data = reading.load(file)
    act: dict[str, Any] = {"slug": slug, "header": _header(author, marking, releasable_to), "signed": signed}
    if file.suffix in {".json", ".toml"}:
        given = drafts.parse(data, toml=file.suffix == ".toml")
        act["draft"] = given.model_dump(mode="json", exclude_none=True)
    else:
        act["cap"] = b64(data)
    _do(ctx, directory, "issue", {**act, "note": {"en": note} if note else None}, as_json=as_json)


@app.command()
def receive(
    ctx: typer.Context,
    directory: NodeFolder,
    name: Name,
    *,
    office: Annotated[str, typer.Option(help="Which office read it.")],
    author: Author,
    answer: Annotated[str, typer.Option(help="received, understood, acting or cannot_read.")] = "received",
    marking: Marking = "",
    releasable_to: To = None,
    note: Note = "",
    as_json: AsJson = False,
) -> None:
    """Say that an office has read a warning of the other side; the time and the digest go with it."""
    act: dict[str, Any] = {"warning": name, "office": office, "answer": answer}
    act |= {"header": _header(author, marking, releasable_to), "note": {"en": note} if note else None}
    _do(ctx, directory, "receive", act, as_json=as_json)


@app.command("list")
def list_(ctx: typer.Context, directory: NodeFolder, *, as_json: AsJson = False) -> None:
    """List the warnings on record: state, sender, receipts."""

    def local(node: Node) -> Any:
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        return answers.warning_list(node)

    with reach(ctx, directory) as node:
        found = node.ask("border/warnings", local)
    lines = [_line(one) for one in found] or ["no warning is on record"]
    emit({"warnings": found}, "\n".join(lines), as_json=as_json)


@app.command()
def show(ctx: typer.Context, directory: NodeFolder, name: Name, *, as_json: AsJson = False) -> None:
    """Show a warning and who knew when, each time with the clock that it is known by, and its proof.

    A time's proof is the entry in brackets: `comity record prove NODE LOG INDEX --first`.
    """

    def local(node: Node) -> Any:
        from comity.border.warning import answers  # noqa: PLC0415 - needs XML

        return answers.warning(node, name)

    with reach(ctx, directory) as node:
        found = node.ask(f"border/warnings/{name}", local)
    lines = [_line(found), *(f"  {language}: {text}" for language, text in found["headlines"].items())]
    lines += [_known(one) for one in found["known"]]
    lines += [_clocks(one) for one in found["clocks"]]
    lines.append(f"  signature inside: {found['signature']['state']} {found['signature']['reason']}".rstrip())
    lines += [f"! {code}" for code in found["problems"]]
    emit(found, "\n".join(lines), as_json=as_json)


def _line(one: dict[str, Any]) -> str:
    mark = "[exercise] " if one["exercise"] else ""
    words = (
        f"{mark}{one['party']}/{one['slug']}: {one['message_type']} {one['identifier']}, sent {one['sent']}"
    )
    receipts = ", ".join(f"{item['party']} {item['answer']}" for item in one["receipts"])
    return f"{words}; {one['state']}; " + (f"receipts: {receipts}" if receipts else "no receipt")


def _known(one: dict[str, Any]) -> str:
    basis = f"{'own word' if one['basis'] == 'own word' else 'signed'}, by the clock of {one['clock']}"
    order = {True: ", after the warning by anchor", False: ", order not yet proven", None: ""}[one["ordered"]]
    office = f" ({one['office']}: {one['answer']})" if one["office"] else ""
    place = " [{} {}]".format(*one["place"]) if one["place"] else ""
    return f"  {one['utc']}  {one['party']} {STEPS[one['step']]}{office}: {basis}{order}{place}"


def _clocks(one: dict[str, Any]) -> str:
    before, after = (f"{one[name]['party']} {STEPS[one[name]['step']]}" for name in ("before", "after"))
    clocks = " and ".join(one["clocks"])
    gap = f"the clocks of {clocks} differ by {one['at_least_seconds']} s at least"
    return f"! {gap}: {before} before {after}, by proof"


def _header(author: str, marking: str, releasable_to: list[str] | None) -> dict[str, Any]:
    return {"author": author, "marking": marking, "releasable_to": releasable_to or []}


def _do(ctx: typer.Context, directory: Path, name: str, act: dict[str, Any], *, as_json: bool) -> None:
    kept = {key: value for key, value in act.items() if value}

    def local(node: Node) -> Any:
        from comity.border.warning import answers, writing  # noqa: PLC0415 - needs XML

        return writing.ACTS[name](node, kept, answers.now())

    with reach(ctx, directory) as node:
        data = node.post(f"border/warning-acts/{name}", local, kept)
    place = data["receipts"][0] if data["receipts"] else None
    text = "it waits" if place is None else f"{data['kind']} in {data['origin']} {place['index']}"
    emit(data, text, as_json=as_json)
