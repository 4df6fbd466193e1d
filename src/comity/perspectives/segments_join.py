"""Broken paragraphs rejoined: over pages, and over the notes that stand between.

A paragraph goes on in a later block when it does not end as sentences end and the later block begins as
sentences go on; notes, rules and tables between the two are stepped over. A heading ends everything.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comity.perspectives.segments_lines import Block

_TERMINAL: Final = re.compile(
    r"[.?!…:;\u3002\uff01\uff1f\u104b\u17d4\u17d5](?:<sup>[^<]{1,12}</sup>|\[\^[^\]]{1,20}\]|[\"'”\u2019»)\]*_])*\s*$"
    r"|>\s*$|\b(?:https?://|doi:|doi\.org/|www\.)\S+$"
)
_OPENS_LINK: Final = re.compile(r"<?(?:https?://|doi:|www\.)", re.IGNORECASE)
_WAITS: Final = re.compile(
    r"(?:[,(\[/\u2013\u2014-]|\b(?:a|an|and|as|at|but|by|for|from|in|into|of|on|or|per|than|that|the|their|its|this|to"
    r"|which|whose|with|between|towards?|và|của|cho|với|các|những|được|trong|là))$",
    re.IGNORECASE,
)
_SHORT: Final = 40
"""Lines shorter than this are taken for headings, captions or verse where the next starts with a capital."""
_REACH: Final = 12
"""Blocks that may stand between the two halves of a paragraph."""
_PAGE_NUMBER: Final = re.compile(r"[-\u2013\s]*\d{1,4}[-\u2013\s]*\Z")
"""A block that is nothing but the number of a page, as programs leave it that turn pages into text."""
_BETWEEN: Final = frozenset({"note", "rule", "table"})


def join_broken(text: str, found: Iterable[Block]) -> Iterator[tuple[int, Block]]:
    """Yield each block with how many breaks were rejoined in it; what was joined to another is gone."""
    all_blocks = list(found)
    taken: set[int] = set()
    for number, block in enumerate(all_blocks):
        if number in taken:
            continue
        joined = 0
        last = number
        while block.kind in {"paragraph", "item", "note"}:
            following = _continuation(text, all_blocks, last, block, taken)
            if following is None:
                break
            block.spans.extend(all_blocks[following].spans)
            taken.add(following)
            last = following
            joined += 1
        yield joined, block


def _continuation(text: str, found: list[Block], last: int, block: Block, taken: set[int]) -> int | None:
    """Return the block in which `block` goes on, or None."""
    start, end = block.spans[-1]
    tail = text[start:end]
    for number in range(last + 1, min(len(found), last + 1 + _REACH)):
        other = found[number]
        if number in taken or (other.kind in _BETWEEN and block.kind != "note"):
            continue
        if other.kind != "paragraph":
            return None
        if number + 1 < len(found) and _PAGE_NUMBER.match(text, other.spans[0][0], other.spans[-1][1]):
            continue
        head = text[slice(*other.spans[0])]
        if block.kind == "note" and number > last + 1:
            return None
        if _OPENS_LINK.match(head):
            return number if _is_reference(text, block) else None
        return number if _goes_on(tail, head, text, block) else None
    return None


def _goes_on(tail: str, head: str, text: str, block: Block) -> bool:
    """Whether a block that ends in `tail` goes on with `head`."""
    if _TERMINAL.search(tail):
        return False
    if _open_bracket(text, block):
        return True
    first = head.lstrip("\"'“\u2018«*_")[:1]
    if first.islower() or (first.isdigit() and _WAITS.search(tail)) or first in "(,;)":
        return True
    return bool(_WAITS.search(tail)) or (
        block.kind == "paragraph" and len(tail) > _SHORT * 3 and first.isdigit()
    )


def _open_bracket(text: str, block: Block) -> bool:
    """Whether the last bracket opened in a block's last lines is still open."""
    tail = "".join(text[start:end] for start, end in block.spans[-4:])[-400:]
    return tail.count("(") > tail.count(")") and tail.rfind("(") > tail.rfind(")")


def _is_reference(text: str, block: Block) -> bool:
    """Whether a block reads as a bibliographic reference, whose address stands on a line of its own."""
    whole = " ".join(text[start:end] for start, end in block.spans)
    return re.search(r"\b(?:1[5-9]|20)\d\d[a-z]?\b", whole) is not None and "http" not in whole
