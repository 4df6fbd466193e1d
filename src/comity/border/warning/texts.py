"""What a warning says, prepared in every language, and what stands in a form before an officer writes.

Prepared words are data (`texts.toml`). A form begins with one of them, with a gauge on record, or with the
message that it updates or cancels.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from comity.border.cap import model
from comity.record.values import Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.cap.model import Message
    from comity.border.river.graph import Place

SAID: Final = ("event", "headline", "description", "instruction")
"""The texts of a warning, each in every language."""


class Prepared(Value):
    """A prepared warning.

    Attributes:
        slug: Its name.
        category: Kind of event, in the standard's word.
        response: What to do, likewise.
        urgency: How soon.
        severity: How bad.
        certainty: How sure.
        event: What happens.
        headline: In a line.
        description: In full.
        instruction: What to do.
    """

    slug: str
    category: str
    response: str
    urgency: str
    severity: str
    certainty: str
    event: Text
    headline: Text
    description: Text
    instruction: Text

    def words(self, place: str) -> dict[str, str]:
        """Return what stands in the fields of a form, for a place by its name."""
        found = {
            name: getattr(self, name) for name in ("category", "response", "urgency", "severity", "certainty")
        }
        for name in SAID:
            for code, text in getattr(self, name).items():
                found[f"{name}.{code}"] = text.replace("{place}", place) if place else _without(text)
        return found


@cache
def prepared() -> dict[str, Prepared]:
    """Return every prepared warning by its name."""
    text = files("comity.border.warning").joinpath("texts.toml").read_text("utf-8")
    return {one.slug: one for one in map(Prepared.model_validate, tomllib.loads(text)["text"])}


def of_place(place: Place, below: list[str]) -> dict[str, str]:
    """Return what stands in the fields for a gauge: the place by name, and what lies downstream of it.

    Args:
        place: Where.
        below: Names of the places that its water comes to, the nearest first.
    """
    reach = f"{place.name} ({place.river})" + (f", {below[0]}" if below else "")
    return {"gauge": place.slug, **{f"area.{code}": reach for code in ("en", "vi", "lo")}}


def of_message(message: Message, languages: tuple[str, ...]) -> dict[str, str]:
    """Return what stands in the fields of an update: what the earlier message said, in these languages."""
    found: dict[str, str] = {"sender": message.sender, "drill": message.note if message.exercise else ""}
    for info in message.infos:
        code = info.language.partition("-")[0].lower()
        if code in languages:
            found |= {f"{name}.{code}": getattr(info, name) for name in SAID}
            found |= {f"area.{code}": info.areas[0].description} if info.areas else {}
    for info in message.infos[:1]:
        found |= {name: getattr(info, name) for name in ("urgency", "severity", "certainty")}
        found["category"] = info.categories[0]
        found["response"] = info.responses[0] if info.responses else ""
        rings = [ring for area in info.areas for ring in area.polygons]
        found["polygon"] = "\n\n".join("\n".join(f"{lat:g}, {lon:g}" for lat, lon in ring) for ring in rings)
        circles = [circle for area in info.areas for circle in area.circles]
        found["circle"] = "\n".join(f"{lat:g}, {lon:g}, {radius:g}" for (lat, lon), radius in circles)
    return found


def options(words: Mapping[str, str], known: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return the standard's words with what they are called on a page, in the standard's order."""
    return tuple((name, words[name]) for name in known)


CHOICES: Final = {
    "urgency": model.URGENCY,
    "severity": model.SEVERITY,
    "certainty": model.CERTAINTY,
    "category": model.CATEGORY,
    "response": model.RESPONSE,
}


def _without(text: str) -> str:
    """Return a text that names no place: the officer writes one."""
    return text.replace("{place}", "…")
