"""Lists of things in an area of a form, one on a line: parts divided by bars, in several languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.forms import FormError, needed
from comity.console.i18n import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.forms import Given

BAR: Final = "|"


def barred(line: str) -> list[str]:
    """Return the parts of a line, divided by bars."""
    return [part.strip() for part in line.split(BAR)]


def rows(given: Given, name: str) -> list[tuple[dict[str, str], list[str]]]:
    """Return what each line says in every language, and what follows the bars of its English line.

    Raises:
        FormError: another language has another number of lines, or an English line says nothing.
    """
    english = _lines(given, f"{name}.en")
    texts: list[dict[str, str]] = [{"en": barred(line)[0]} for line in english]
    for code in LANGUAGES:
        found = _lines(given, f"{name}.{code}")
        if code == "en" or not found:
            continue
        if len(found) != len(english):
            raise FormError(f"{len(english)} lines in English, {len(found)} in {code}", f"{name}.{code}")
        for held, line in zip(texts, found, strict=True):
            held[code] = barred(line)[0]
    if any(not words for held in texts for words in held.values()):
        raise FormError("a line says nothing before its bar", f"{name}.en")
    return [(held, barred(line)[1:]) for held, line in zip(texts, english, strict=True)]


def slugs(given: Given, name: str) -> list[str]:
    """Return short names divided by spaces or commas."""
    return given.get(name, "").replace(",", " ").split()


def whole(given: Given, name: str) -> int | None:
    """Return a whole number, or None where nothing was typed.

    Raises:
        FormError: it is none.
    """
    typed = given.get(name, "").strip()
    if not typed:
        return None
    if not (typed.isascii() and typed.isdecimal()):
        raise FormError(f"{typed[:20]!a} is no whole number", name)
    return int(typed[:18])


def held(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}


def moment(given: Given, name: str) -> int:
    """Return milliseconds of a moment typed in UTC.

    Raises:
        FormError: it is missing, or none.
    """
    typed = needed(given, name)
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as error:
        raise FormError(f"{typed[:40]!a} is no moment such as 2026-12-01T10:00", name) from error
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def headed(given: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return an act with the marking and the class as fields of it, and its author."""
    header = given["header"]
    fields = {name: value for name, value in given.items() if name != "header"}
    told = {"marking": header["marking"], "exercise": header["class"] == "exercise"}
    return {**fields, **told}, header["author"]


def _lines(given: Given, name: str) -> list[str]:
    return [line.strip() for line in given.get(name, "").split("\n") if line.strip()]
