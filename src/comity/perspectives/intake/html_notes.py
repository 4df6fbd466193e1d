"""Notes of an HTML page: which elements are notes, and where they are called.

A note is called by a link to it, or by a raised number; it is the block that such a link leads to, or one
that begins with the raised number. A raised number that no block begins with is an exponent or a unit.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID: Final = re.compile(
    r"(?:fn|footnote|note|endnote|cite_note|_ftn|_edn)[-_:]?[\w:.-]*?(\d{1,3})$", re.IGNORECASE
)
_MARK: Final = re.compile(r"[\[(]?(\d{1,3})[\])]?\.?")
_BODIES: Final = frozenset({"li", "p", "div", "aside"})
_UNIT: Final = re.compile(r"(?:^|[\s\d(/])(?:[kcdm]?m|10|[a-z]|CO|NO|SO|H)$")
_SPACE: Final = re.compile(r"\s+")


class Notes:
    """The notes of one page.

    Args:
        tree: The page.
    """

    def __init__(self, tree: Any) -> None:
        self._bodies: dict[Any, str] = {}
        blocks = {
            element.get("id"): element for element in tree.iter(*_BODIES) if element.get("id") is not None
        }
        for link in tree.iter("a"):
            found = _MARK.fullmatch(_words(link))
            target = blocks.get((link.get("href") or "").removeprefix("#"))
            if found and target is not None and _raised(link):
                self._bodies.setdefault(target, found[1])
        for element in tree.iter("p", "li", "div"):
            mark = _leading(element)
            if mark:
                self._bodies.setdefault(element, mark)
        self._marks = frozenset(self._bodies.values())

    def body(self, element: Any) -> tuple[str, str] | None:
        """Return mark and text of the note that an element is, or None where it is none."""
        named = _ID.match(element.get("id") or "")
        if element.tag not in _BODIES:
            return None
        mark = self._bodies.get(element)
        if mark is None and named and "ref" not in (element.get("id") or "").lower():
            mark = named[1]
        if mark is None:
            return None
        said = _words(element).rstrip("\u21a9\ufe0e ^")
        return mark, re.sub(rf"^[\[(]?{mark}[\])]?[.:]?\s+", "", said)

    def called(self, element: Any, before: str) -> str:
        """Return the mark of the note that a `sup` or a link calls, or an empty string.

        Args:
            element: The `sup` or `a`.
            before: What stands before it.
        """
        links: Iterator[Any] = element.iter("a")
        for link in links:
            page, _, target = (link.get("href") or "").rpartition("#")
            named = _ID.match(target) if not page and target else None
            if named and len(_words(element).strip(" []")) <= 4:  # noqa: PLR2004 - a mark, not words
                return named[1]
        found = _MARK.fullmatch(_words(element))
        if found and _raised(element) and found[1] in self._marks and not _UNIT.search(before):
            return found[1]
        return ""


def _raised(element: Any) -> bool:
    """Whether an element is a raised number, or says of itself that it calls a note."""
    parent = element.getparent()
    raised = element.tag == "sup" or element.find(".//sup") is not None
    named = f"{element.get('role') or ''} {element.get('class') or ''} {element.get('epub:type') or ''}"
    return raised or "noteref" in named or (parent is not None and parent.tag == "sup")


def _leading(element: Any) -> str:
    """Return the raised number with which a block begins, where words follow it."""
    if (element.text or "").strip() or not len(element):
        return ""
    first = element[0]
    raised = first.tag == "sup" or (first.tag == "a" and first.find("sup") is not None)
    found = _MARK.fullmatch(_words(first)) if raised else None
    return found[1] if found and len(_words(element)) > len(_words(first)) + 1 else ""


def _words(element: Any) -> str:
    return _SPACE.sub(" ", str(element.xpath("string()"))).strip()
