"""Text in several languages: choosing one, and saying in the page which one it is (WCAG 3.1.2)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from comity.console.i18n import FALLBACK, LANGUAGES, language

if TYPE_CHECKING:
    from collections.abc import Mapping

_CODE = re.compile(r"[a-z]{2,3}")


def is_text(value: Any) -> bool:
    """Whether a value is a map from languages to text: with English, or in languages of the pages alone."""
    return (
        isinstance(value, dict)
        and bool(value)
        and (FALLBACK in value or all(key in LANGUAGES for key in value))
        and all(isinstance(key, str) and _CODE.fullmatch(key) for key in value)
        and all(isinstance(item, str) for item in value.values())
    )


def chosen(value: Mapping[str, str]) -> tuple[str, str]:
    """Return language and text that suit the reader best: theirs, English, then any."""
    for code in (language().code, FALLBACK, *LANGUAGES, *value):
        if value.get(code):
            return code, value[code]
    return FALLBACK, ""


def plain(value: Mapping[str, str] | str) -> str:
    """Return the text that suits the reader best, for titles and attributes."""
    return value if isinstance(value, str) else chosen(value)[1]


def spoken(text: str, code: str) -> Markup:
    """Mark text with its language where it is not the page's own."""
    if code == language().code or not _CODE.fullmatch(code):
        return escape(text)
    return Markup('<span lang="{}">{}</span>').format(code, text)


def marked(value: Mapping[str, str] | str | None) -> Markup:
    """Return the text that suits the reader best, marked with its language where it is not the page's own.

    A bare string is content as somebody entered it; its language is not known and it is left unmarked.
    """
    if not value:
        return Markup()
    if isinstance(value, str):
        return escape(value)
    code, text = chosen(value)
    return spoken(text, code)
