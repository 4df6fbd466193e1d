"""Words in every language of a report at once: of the catalogues, of records, of values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.report.errors import ReportLanguagesError
from comity.console.i18n import LANGUAGES, NAMES, Languages, gettext, speaking

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Words = dict[str, str]
Block = dict[str, Any]
ELSEWHERE = "*"
"""Marks a text of a record that it does not have in the language."""


def chosen(text: str) -> tuple[str, ...]:
    """Return the languages that an option names.

    Raises:
        ReportLanguagesError: one is unknown or named twice, or none is.
    """
    codes = tuple(code.strip() for code in text.split(",") if code.strip())
    if not codes or len(set(codes)) != len(codes) or set(codes) - set(LANGUAGES):
        raise ReportLanguagesError(f"languages {text[:40]!a} are not some of {', '.join(LANGUAGES)}")
    return codes


class Tongues:
    """Says things in the languages of a report.

    Args:
        languages: The catalogues.
        codes: The languages, in order.
        names: Names of the parties, by party and language.
    """

    def __init__(
        self, languages: Languages, codes: Sequence[str], names: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._languages = languages
        self._names = names
        self.codes = tuple(codes)

    @property
    def language_names(self) -> Words:
        """What each language calls itself."""
        return {code: NAMES[code] for code in self.codes}

    def say(self, make: Callable[[str], str]) -> Words:
        """Return what a function makes of each code, with that language in force."""
        said = {}
        for code in self.codes:
            with speaking(self._languages[code]):
                said[code] = make(code)
        return said

    def first(self, make: Callable[[], str]) -> str:
        """Return what a function makes with the first language in force: for pictures, which hold numbers."""
        with speaking(self._languages[self.codes[0]]):
            return make()

    def words(self, message: str, **values: object) -> Words:
        """Return a message of the catalogues; `values` that are words are taken in the language."""
        return self.say(lambda code: gettext(message) % _in(values, code) if values else gettext(message))

    def text(self, texts: Mapping[str, str]) -> Words:
        """Return a text of a record, marked where it stands in another language."""
        other = texts.get("en") or next(iter(texts.values()), "")
        return {code: texts.get(code) or f"{other} {ELSEWHERE}" for code in self.codes}

    def party(self, party: str) -> Words:
        """Return what a party is called."""
        names = self._names.get(party, {})
        return {code: names.get(code) or names.get("en") or party for code in self.codes}

    def joined(self, parts: Sequence[Words | str], between: str = " · ") -> Words:
        """Return parts side by side, each in the language; empty ones are left out."""
        return {
            code: between.join(
                filter(None, (part if isinstance(part, str) else part[code] for part in parts))
            )
            for code in self.codes
        }


def text(words: Words, *, strong: bool = False, quiet: bool = False, sources: Sequence[str] = ()) -> Block:
    """Return a paragraph, with the places of the entries that it rests on."""
    return {"kind": "text", "text": words, "strong": strong, "quiet": quiet, "sources": list(sources)}


def title(words: Words) -> Block:
    """Return a heading within a section."""
    return {"kind": "title", "text": words}


def table(head: Sequence[Words], rows: Sequence[Sequence[Words | str]], widths: Sequence[int]) -> Block:
    """Return a table; a cell is words, or plain text that every language shares; widths are shares."""
    cells = [[{"plain": one} if isinstance(one, str) else {"text": one} for one in row] for row in rows]
    return {"kind": "table", "head": list(head), "rows": cells, "widths": list(widths)}


def facts(rows: Sequence[tuple[Words, str]]) -> Block:
    """Return names with what every language shares beside them: methods, roots, digests, places."""
    return {"kind": "facts", "rows": [{"name": name, "plain": value} for name, value in rows]}


def figure(svg: str, words: Words) -> Block:
    """Return a picture with what it shows in words."""
    return {"kind": "figure", "svg": svg, "words": words}


def place(origin: str, index: int) -> str:
    """Return where an entry stands, as in `vn/hq/12`."""
    return f"{origin}/{index}"


def _in(values: Mapping[str, object], code: str) -> dict[str, object]:
    return {name: value[code] if isinstance(value, dict) else value for name, value in values.items()}
