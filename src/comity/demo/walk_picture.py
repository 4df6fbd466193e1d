"""The walk in a terminal: step by step, each with the entries that say so, and where to look at it."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.demo.stage import ASSESSMENT, BORDER, CODING, ERASURE, NEXT, RELEASE, ROUND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import RenderableType

    from comity.demo.stage import Step

EXERCISE: Final = "[exercise]"
TITLES: Final = {
    RELEASE: "A release: fields leave, the others stay sealed",
    ROUND: "A round: both seal, then both open",
    CODING: "Claims graded blind: both seal their grades, then both open",
    ASSESSMENT: "A joint assessment: judged blind, opened in turn, one line before anybody commits",
    BORDER: "A border sector of two centres: handed across as tracklets, raised once, answered jointly",
    ERASURE: "An erasure: what was released is taken back",
    NEXT: "Yours to do",
}


def walked(steps: Sequence[Step]) -> RenderableType:
    """Return the steps, act by act."""
    parts: list[RenderableType] = []
    for act, group in groupby(steps, key=lambda step: step.act):
        parts += [Padding(Text.assemble((f"{EXERCISE} ", "magenta"), TITLES[act]), (1, 0, 0, 0)), _act(group)]
    note = "Everybody here is fictional, and every entry says so: nothing is a position of any Government."
    return Group(*parts, Text(note, style="bright_black"))


def _act(steps: Iterable[Step]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style="bright_black", pad_edge=False)
    table.add_column("log")
    table.add_column("entries")
    table.add_column("what happens", overflow="fold")
    for step in steps:
        entries = ", ".join(map(str, step.entries))
        table.add_row(
            step.origin, Text(entries or "-", style="cyan" if entries else "bright_black"), step.words
        )
    return table


def addresses(pages: Sequence[tuple[str, str]], enrolments: Sequence[tuple[str, str]]) -> RenderableType:
    """Return where to look, and where a visitor enrols a passkey of their own.

    Args:
        pages: what is there, and the address; they open once the console was entered.
        enrolments: whose, and the link that works once.
    """
    parts: list[RenderableType] = [Text(), Text("Then look at", style="bold")]
    parts += [line for one in pages for line in _address(*one)]
    if enrolments:
        words = "Take part: enrol a passkey of your own, then approve what waits. Each link works once."
        parts += [Text(), Text(words, style="bold")]
    parts += [line for one in enrolments for line in _address(*one)]
    return Group(*parts)


def _address(words: str, address: str) -> list[RenderableType]:
    """Return an address on a line of its own: one that is cut cannot be copied."""
    return [Text(f"  {words}"), Text(f"  {address}", style="cyan underline", no_wrap=True, overflow="ignore")]
