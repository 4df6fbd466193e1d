"""Lines and blocks of a text: what stands by itself, before broken paragraphs are rejoined.

Markdown is read as far as papers use it (CommonMark 4 and 5: ATX headings, thematic breaks, fenced code, list
items, pipe tables, notes); plain text has paragraphs, list items and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

BlockKind = Literal["heading", "paragraph", "item", "note", "rule", "table", "code"]

_BREAK: Final = re.compile(r"[-*_]([ \t]?[-*_]){2,}$")
_HEADING: Final = re.compile(r"#{1,6}(?=[ \t])\s*")
_FENCE: Final = re.compile(r"(```|~~~)")
_ITEM: Final = re.compile(r"(?:[-+•▪◦●\u2013*]|\d{1,3}[.)]|\([a-z0-9]{1,3}\)|\[\d{1,3}\])[ \t]+(?=\S)")
_NOTE: Final = re.compile(
    r"(?:<sup>\s*(?P<sup>\\?[*†‡§]+(?:\\\*)*|\\\*(?:\\\*)*|\d{1,3}|[a-z])\s*</sup>"
    r"|\[\^(?P<name>[^\]\s]{1,20})\]:?"
    r"|(?P<script>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}))[ \t]*(?=\S)"
)
_LONG: Final = 150
"""Median length of a text's lines from which every line is taken for a paragraph of its own."""
_SCRIPT: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")


@dataclass(slots=True)
class Block:
    """Lines that stand together: the code-point spans of what each line says, without its marks."""

    kind: BlockKind
    spans: list[tuple[int, int]] = field(default_factory=list)
    mark: str = ""
    page_end: bool = False
    """Whether a page ends after it."""


def blocks(text: str) -> Iterator[Block]:
    """Yield the blocks of `text` in order."""
    lines = list(_lines(text))
    alone = _every_line_alone(lines)
    block: Block | None = None
    fenced = False
    number = 0
    for start, end, page_end in lines:
        body = text[start:end]
        broken = not alone or text[max(0, start - 3) : start] == "  \n"
        fence = _FENCE.match(body)
        if fenced or fence:
            fenced = fenced != bool(fence)
            found: tuple[BlockKind, int, str] | None = ("code", 0, "")
        else:
            found = starts_block(body) if body else None
            if found and block is not None and broken and not _may_interrupt(body, number):
                found = None
            number = _item_number(body) if found and found[0] == "item" else number
        if block is not None and (not body or found or not broken):
            yield block
            block = None
        if body:
            kind, skip, mark = found or ("paragraph", 0, "")
            if block is None:
                block = Block(kind, mark=mark)
            block.spans.append((start + skip, end))
            if kind in {"heading", "rule", "code"}:
                yield block
                block = None
        if page_end and block is not None:
            block.page_end = True
            yield block
            block = None
    if block is not None:
        yield block


def _item_number(body: str) -> int:
    """Return the number of a numbered item, 0 of any other."""
    match = re.match(r"\(?(\d{1,3})[.)]", body)
    return int(match[1]) if match else 0


def _may_interrupt(body: str, last: int) -> bool:
    """Whether a line may begin an item in a paragraph: `12)` that follows no `11)` is a wrapped bracket."""
    number = _item_number(body)
    return number in {0, 1, last + 1}


def _lines(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the span of every line without white space around it, and whether a page ends there."""
    for match in re.finditer(r"[^\n\f]*(\n|\f|\Z)", text):
        start, end = match.start(), match.end(0) - len(match.group(1))
        line = text[start:end]
        left = len(line) - len(line.lstrip())
        yield start + left, start + left + len(line.strip()), match.group(1) == "\f"


def _every_line_alone(lines: list[tuple[int, int, bool]]) -> bool:
    """Whether a line is a paragraph: lines are as long as paragraphs are, and only a hard break goes on."""
    lengths = sorted(end - start for start, end, _ in lines if end > start)
    return bool(lengths) and lengths[len(lengths) // 2] >= _LONG


def starts_block(body: str) -> tuple[BlockKind, int, str] | None:
    """Return the kind of block that a line starts, how much of it is the mark, and a note's mark."""
    if heading := _HEADING.match(body):
        return "heading", heading.end(), ""
    if _BREAK.match(body):
        return "rule", 0, ""
    if note := _NOTE.match(body):
        mark = note["sup"] or note["name"] or note["script"].translate(_SCRIPT)
        return "note", note.end(), mark.replace("\\", "")
    if body.startswith("|"):
        return "table", 0, ""
    if item := _ITEM.match(body):
        return "item", item.end(), ""
    return None
