"""How an act of a gate becomes a command: its own options, and those that every act has, said once."""

from __future__ import annotations

import inspect
from pathlib import Path  # noqa: TC003 - typer reads it
from typing import TYPE_CHECKING, Annotated, Any, Final, get_type_hints

import typer

from comity.node.commands.access import reach
from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.node.node import Node

Act = tuple[str, dict[str, Any]]
"""The name of an act, and its fields."""
Slug = Annotated[str, typer.Argument(help="The natural name of the gate.")]
On = Annotated[str, typer.Option("--on", metavar="DATE", help="When, as a day or an EDTF date.")]
Sponsor = Annotated[str, typer.Option(help="Code of the gate's sponsor, where both parties opened one.")]
CiteOption = Annotated[list[str] | None, typer.Option("--cite", help="Slug of a work; repeatable.")]
Unverified = Annotated[bool, typer.Option("--unverified", help="The source itself was not read.")]
Past = Annotated[bool, typer.Option("--past", help="A period that is over is meant: history.")]


def _every(  # noqa: PLR0917 - these are options of a command, never arguments of a call
    ctx: typer.Context,
    directory: Annotated[Path, typer.Argument(metavar="NODE", help="The node's folder.")],
    author: Annotated[str, typer.Option(help="The person or editor who writes it.")],
    marking: Annotated[str, typer.Option(help="The TLP 2.0 label.")] = "TLP:AMBER",
    releasable_to: Annotated[
        list[str] | None, typer.Option("--releasable-to", help="A party that may see it; repeatable.")
    ] = None,
    exercise: Annotated[bool, typer.Option("--exercise", help="It is fictional.")] = False,
    as_json: AsJson = False,
) -> None:
    """Declare what every act takes; never called."""


_FIRST: Final = ("ctx", "directory")


def acting(app: typer.Typer, name: str = "") -> Callable[[Callable[..., Act]], Callable[..., Act]]:
    """Make a command of a function that returns the name of an act and its fields.

    The command takes what the function takes, and the node, author, marking, audience and class besides; it
    appends the act to the own log and prints where it stands.
    """

    def register(act: Callable[..., Act]) -> Callable[..., Act]:
        def command(**given: Any) -> None:
            every = {key: given.pop(key) for key in _PARAMETERS}
            _do(every, *act(**given))

        own = _parameters(act)
        rest = [one for key, one in _PARAMETERS.items() if key not in _FIRST]
        listed = [*(_PARAMETERS[key] for key in _FIRST), *own.values(), *rest]
        command.__signature__ = inspect.Signature(listed)  # type: ignore[attr-defined] # how inspect is told
        command.__annotations__ = {one.name: one.annotation for one in listed}
        command.__name__, command.__doc__ = act.__name__, act.__doc__
        app.command(name or None)(command)
        return act

    return register


def _parameters(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    hints = get_type_hints(function, include_extras=True)
    return {
        key: one.replace(annotation=hints[key], kind=inspect.Parameter.KEYWORD_ONLY)
        for key, one in inspect.signature(function).parameters.items()
    }


_PARAMETERS: Final = _parameters(_every)


def _do(every: dict[str, Any], name: str, fields: dict[str, Any]) -> None:
    header = {
        "author": every["author"],
        "marking": every["marking"],
        "releasable_to": every["releasable_to"] or [],
        "class": "exercise" if every["exercise"] else "record",
    }
    act = {key: value for key, value in fields.items() if value not in (None, "", [], 0)} | {"header": header}

    def local(node: Node) -> Any:
        from comity.assessment.gate import answers, writing  # noqa: PLC0415 - lazily

        return writing.ACTS[name](node, act, answers.today())

    with reach(every["ctx"], every["directory"]) as node:
        data = node.post(f"assessment/gate-acts/{name}", local, act)
    place = data["receipts"][0] if data["receipts"] else None
    text = (
        "it waits"
        if place is None
        else f"{data['kind']} in {data['origin']} {place['index']}, id {place['id']}"
    )
    emit(data, text, as_json=every["as_json"])


def text_of(words: str) -> dict[str, str] | None:
    """Return a text in English, or nothing where nothing was said."""
    return {"en": words} if words else None


def cites_of(works: list[str] | None, *, unverified: bool) -> list[dict[str, Any]]:
    """Return citations of works."""
    return [{"work": work, "unverified": unverified} for work in works or []]
