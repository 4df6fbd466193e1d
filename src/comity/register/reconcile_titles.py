"""What the pages of reconciliation show of a thing and of a reading: its title, its page, its words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from comity.console.formats import edtf
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.register.brief_values import DATES, word
from comity.register.labels import PAGES, path_of
from comity.register.pages import mechanism_names, title
from comity.register.queries import facts

if TYPE_CHECKING:
    from comity.node.node import Node

_TITLED: Final = ("figure", "undertaking", "meeting", "mechanism", "instrument")


def titles(node: Node) -> dict[str, str | dict[str, str]]:
    """Return the title of everything that has a page, by its short name."""
    voices = parties(node)
    with node.views.connect() as db:
        names = mechanism_names(db, voices)
        return {
            fact.key: title(fact, names) for name in _TITLED for fact in facts(db, f"register.{name}", voices)
        }


def link(kind: str, slug: str) -> str:
    """Return the path of a thing; an event stands on the page of its instrument."""
    name = kind.removeprefix("register.")
    if name == "event":
        return path_of("instrument", slug.partition(" ")[0])
    return path_of(name, slug) if name in PAGES else "/register"


def reading(value: str) -> Any:
    """Return a reading as data: it is kept as canonical JSON; what a person wrote is a text."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def words_of(value: str, field: str) -> str:
    """Return a reading as one line of text in the language in force."""
    return _flat(reading(value) if field not in DATES else value, field)


def _flat(item: Any, field: str) -> str:
    if isinstance(item, dict):
        return plain(item) if "en" in item else " ".join(_flat(part, name) for name, part in item.items())
    if isinstance(item, list):
        return ", ".join(_flat(part, field) for part in item)
    return edtf(item) if field in DATES else word(field, str(item))
