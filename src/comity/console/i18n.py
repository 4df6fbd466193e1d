"""The languages of the pages: gettext catalogues read once at start, and the language of one request.

A catalogue is `<folder>/<language>.po`; each system may bring its own folder beside the console's. The
message id is the English text. The language in force stands in a context variable, so that macros, filters
and plain Python ask the same one.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from babel import Locale
from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

LANGUAGES: Final = ("vi", "lo", "en")
"""The languages of the pages, in the order of the switch."""

NAMES: Final = {"vi": "Tiếng Việt", "lo": "ລາວ", "en": "English"}
"""Each language's name in itself."""

LOCALES: Final = {"vi": Locale("vi"), "lo": Locale("lo"), "en": Locale("en", "GB")}
"""How numbers and dates are written; English as diplomacy writes them, day before month."""

FALLBACK: Final = "en"
COOKIE: Final = "comity_lang"


def N_(message: str) -> str:  # noqa: N802  gettext's own name for "extract, but translate later"
    """Mark a message for extraction and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class Language:
    """One language: its code, its CLDR locale, and its messages by (singular) id."""

    code: str
    locale: Locale
    messages: Mapping[str, tuple[str, ...]]

    def gettext(self, message: str) -> str:
        """Return the translation, or the message itself where there is none."""
        forms = self.messages.get(message)
        return forms[0] if forms else message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        """Return the translation for a count; Vietnamese and Lao have one form, English two."""
        forms = self.messages.get(singular)
        if forms:
            return forms[min(self.locale.plural_form(number) != "one", len(forms) - 1)]
        return singular if number == 1 else plural


class Languages:
    """Every language, read from every folder of catalogues when somebody first wants it.

    Args:
        folders: Folders that hold `vi.po`, `lo.po`, `en.po`; later folders add to earlier ones.
    """

    def __init__(self, folders: Iterable[Path]) -> None:
        self._folders = tuple(folders)
        self._known: dict[str, Language] = {}

    def __getitem__(self, code: str) -> Language:
        if code not in LANGUAGES:
            raise KeyError(code)
        if code not in self._known:
            self._known[code] = _read(code, self._folders)
        return self._known[code]

    def choose(self, asked: str | None, cookie: str | None, accept: str | None) -> Language:
        """Return the language for a request: asked for, remembered, accepted by the browser, or English."""
        for code in (asked, cookie, *_accepted(accept or "")):
            if code in LANGUAGES:
                return self[code]
        return self[FALLBACK]


def _read(code: str, folders: Iterable[Path]) -> Language:
    messages: dict[str, tuple[str, ...]] = {}
    for folder in folders:
        path = folder / f"{code}.po"
        if not path.is_file():
            continue
        with path.open("rb") as file:
            catalogue = read_po(file, locale=code)
        for message in catalogue:
            forms = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            key = message.id if isinstance(message.id, str) else message.id[0]
            if key and forms and all(forms) and not message.fuzzy:
                messages[key] = forms
    return Language(code, LOCALES[code], messages)


def _accepted(header: str) -> list[str]:
    """Return the primary tags of an Accept-Language header, best first (RFC 9110 section 12.5.4)."""
    ranked = []
    for place, part in enumerate(header[:500].split(",")):
        match = re.fullmatch(
            r"\s*([a-zA-Z]{1,8})(?:-[a-zA-Z0-9-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", part
        )
        if match and float(match[2] or 1) > 0:
            ranked.append((-float(match[2] or 1), place, match[1].lower()))
    return [code for _, _, code in sorted(ranked)]


_current: ContextVar[Language] = ContextVar("comity_language")


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Put a language in force for what runs inside."""
    token = _current.set(language)
    try:
        yield
    finally:
        _current.reset(token)


def language() -> Language:
    """Return the language in force; English without messages outside of any page."""
    try:
        return _current.get()
    except LookupError:
        return Language(FALLBACK, LOCALES[FALLBACK], {})


def gettext(message: str) -> str:
    """Translate into the language in force."""
    return language().gettext(message)


def ngettext(singular: str, plural: str, number: int) -> str:
    """Translate a counted message into the language in force."""
    return language().ngettext(singular, plural, number)
