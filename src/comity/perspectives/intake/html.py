"""An HTML page as Markdown: what a reader reads of it, without scripts, menus and forms."""

from __future__ import annotations

import re
from typing import Any, Final

import lxml.etree
import lxml.html

from comity.perspectives.intake.errors import DamagedError, EncodingError, IntakeError
from comity.perspectives.intake.html_notes import Notes
from comity.perspectives.intake.text import clean

METHOD: Final = f"intake-html/1 lxml {lxml.etree.__version__}"
_DROP: Final = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "aside",
        "form",
        "button",
        "select",
        "input",
        "textarea",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "canvas",
        "dialog",
        "menu",
        "head",
    }
)
_FRAME: Final = re.compile(
    r"\b(?:nav|navbar|menu|breadcrumbs?|sidebar|side-bar|share|sharing|social|cookie|banner|advert|ads?|promo"
    r"|related|comments?|footer|newsletter|subscribe|pagination|skip-link)\b",
    re.IGNORECASE,
)
_BLOCKS: Final = frozenset(
    {
        "p",
        "div",
        "section",
        "article",
        "main",
        "header",
        "footer",
        "figure",
        "figcaption",
        "blockquote",
        "dd",
        "dt",
        "address",
        "details",
        "summary",
        "center",
        "fieldset",
        "hgroup",
        "body",
        "html",
        "ul",
        "ol",
        "dl",
        "table",
        "tbody",
        "thead",
        "tfoot",
        "caption",
    }
)
_SPACE: Final = re.compile(r"[ \t\r\n\f\v\u200b]+")
_CHARSET: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]{2,30})", re.IGNORECASE)
_LEAST: Final = 200
"""Letters that a `main` or `article` must have to be taken for the page's text."""
_DEEP: Final = 250


def read(original: bytes) -> tuple[str, tuple[str, ...], str]:
    """Return the main text of an HTML page as Markdown, no page labels, and the method.

    Raises:
        IntakeError: not decodable, or nothing to read on it.
    """
    text = _decoded(original)
    try:
        parser = lxml.html.HTMLParser(
            encoding="utf-8", huge_tree=False, remove_comments=True, remove_pis=True
        )
        tree = lxml.html.document_fromstring(text.encode(), parser=parser)
    except (lxml.etree.LxmlError, ValueError, RecursionError) as error:
        raise DamagedError(f"the HTML cannot be read: {error}") from error
    writer = _Writer(Notes(tree))
    writer.block(_main(tree), 0)
    written = writer.text()
    if not written.strip():
        raise IntakeError("the page holds no text: it may be made by a script when it is opened")
    return clean(written), (), METHOD


def _decoded(original: bytes) -> str:
    """Return the page's characters: UTF-8, or the character set that the page declares."""
    try:
        return original.decode("utf-8-sig").replace("\x00", "")
    except UnicodeDecodeError as error:
        declared = _CHARSET.search(original[:2048])
        name = declared[1].decode("ascii") if declared else ""
        if not name or name.lower().replace("-", "") == "utf8":
            raise EncodingError(f"the page is not UTF-8: byte {error.start} cannot be read") from error
        try:
            return original.decode(name).replace("\x00", "")
        except (LookupError, UnicodeDecodeError) as other:
            raise EncodingError(f"the page is not in the character set it declares, {name}") from other


def _main(tree: Any) -> Any:
    """Return the element that holds the page's text: `main`, a lone `article`, or the body."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = [element for element in tree.xpath(path) if len(_words(element)) >= _LEAST]
        if len(found) == 1:
            return found[0]
    body = tree.find("body")
    return tree if body is None else body


def _words(element: Any) -> str:
    return _SPACE.sub(" ", str(element.xpath("string()")))


class _Writer:
    """Writes blocks of Markdown; inline text collects until a block ends."""

    def __init__(self, notes: Notes) -> None:
        self._called = notes
        self._out: list[str] = []
        self._line: list[str] = []
        self._notes: list[str] = []
        self._lead = ""

    def text(self) -> str:
        """Return what was written, the notes last."""
        self._flush()
        return "\n\n".join([*self._out, *self._notes]) + "\n"

    def block(self, element: Any, depth: int) -> None:
        """Write an element and what is in it."""
        tag = element.tag if isinstance(element.tag, str) else ""
        if not tag or tag in _DROP or _is_frame(element) or depth > _DEEP:
            return
        if self._special(element, tag, depth):
            return
        is_block = tag in _BLOCKS
        if is_block:
            self._flush()
        self._inside(element, depth)
        if is_block:
            self._flush()

    def _special(self, element: Any, tag: str, depth: int) -> bool:
        """Write what is written in a way of its own; return whether it was."""
        note = self._called.body(element)
        if note:
            self._flush()
            self._notes.append(f"[^{note[0]}]: {note[1]}".strip())
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self._flush()
            self._lead = "#" * int(tag[1]) + " "
            self._inside(element, depth)
            self._flush()
        elif tag == "li":
            self._flush()
            self._lead = "- "
            self._inside(element, depth)
            self._flush()
        elif tag == "tr":
            self._flush()
            cells = [_words(cell).strip() for cell in element if cell.tag in {"td", "th"}]
            if any(cells):
                self._out.append("| " + " | ".join(cells) + " |")
        elif tag == "pre":
            self._flush()
            self._out.append(
                "```\n" + "".join(element.itertext()).replace("```", "'''").strip("\n") + "\n```"
            )
        elif tag == "br":
            self._line.append("\n")
        elif tag in {"sup", "a"} and (called := self._called.called(element, "".join(self._line[-2:]))):
            self._line.append(f"[^{called}]")
        else:
            return False
        return True

    def _inside(self, element: Any, depth: int) -> None:
        self._say(element.text)
        for child in element:
            self.block(child, depth + 1)
            self._say(child.tail)

    def _say(self, text: str | None) -> None:
        if text:
            self._line.append(_SPACE.sub(" ", text))

    def _flush(self) -> None:
        lines = [_SPACE.sub(" ", line).strip() for line in "".join(self._line).split("\n")]
        said = "\n".join(line for line in lines if line)
        self._line = []
        if not said:
            return
        if self._lead.startswith("#"):
            said = said.replace("\n", " ")
        elif not self._lead and said.startswith("#"):
            said = f"\\{said}"
        self._out.append(self._lead + said)
        self._lead = ""


def _is_frame(element: Any) -> bool:
    """Whether an element is of the page's frame, not of its text, or is not shown."""
    if element.get("hidden") is not None or element.get("aria-hidden") == "true":
        return True
    if "display:none" in (element.get("style") or "").replace(" ", "").lower():
        return True
    if element.get("role") in {"navigation", "banner", "contentinfo", "complementary", "search"}:
        return True
    if (
        element.tag in {"header", "footer"}
        and element.getparent() is not None
        and element.getparent().tag == "body"
    ):
        return True
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in {"div", "ul", "section", "footer"} and _FRAME.search(named) is not None
