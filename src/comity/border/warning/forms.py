"""A warning as a form: written, shown as the message that leaves and as the other side will see it, recorded.

What is shown is what is recorded: identifier and time of sending are fixed when it is shown, and go with the
form. Whoever waits longer than half an hour is shown it again with a new time.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from comity.border.cap import answers as cap
from comity.border.cap.reading import read
from comity.border.errors import WarningFieldError
from comity.border.events.sending import Field, Form, words
from comity.border.events.writing import new_slug
from comity.border.labels import ANSWERS, warning_path
from comity.border.warning import forms_labels as labels
from comity.border.warning import writing
from comity.border.warning.forms_fields import TEXTS, fields
from comity.border.warning.forms_start import LANGUAGES, last_office, reading_of
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.cap.model import Reference
    from comity.node.node import Node

    Given = Mapping[str, str]

STALE: Final = timedelta(minutes=30)
FIXED: Final = ("identifier", "sent")
CRUMBS: Final = (("/border", N_("Border")), ("/border/warnings", N_("Warnings")))
TITLES: Final = {
    "Alert": N_("Issue a warning"),
    "Update": N_("Update the warning"),
    "Cancel": N_("Cancel the warning"),
}


def issue(
    node: Node, first: Given, now: datetime, *, follows: Reference | None = None, kind: str = "Alert"
) -> Form:
    """Return the form of a warning.

    Args:
        node: Whose log it goes into.
        first: What stands in the fields at first.
        now: The moment, with the offset in which its times are written.
        follows: What it updates or cancels.
        kind: Alert, Update or Cancel.
    """

    def act(given: Given) -> dict[str, Any]:
        draft = {
            **_draft(node, given, now, kind),
            "references": [cap.reference_json(follows)] if follows else [],
        }
        about = reading_of(node, given["gauge"])
        return {
            "slug": given["slug"],
            "draft": draft,
            "signed": bool(given["signed"]),
            "about": about.about,
            "shown_before": given["sent"] == draft["sent"],
        }

    def seen(act: dict[str, Any]) -> dict[str, Any]:
        data = writing.bytes_of(act, now)
        found = read(data, now=now)
        return {
            **cap.read_json(found),
            "xml": data.decode(),
            "signed": act["signed"],
            "again": not act["shown_before"],
            "fixed": {name: act["draft"][name] for name in FIXED},
        }

    return Form(
        title=TITLES[kind],
        lead=N_(
            "Checked in form and meaning before it leaves, in every language; byte for byte on the record."
        ),
        path=_path(kind, first),
        crumbs=CRUMBS,
        fields=fields(),
        act=act,
        do=lambda given: {**writing.issue(node, given, now), "slug": given["slug"]},
        after=lambda done: warning_path(done["slug"], node.config.party),
        first=first,
        fixed=FIXED,
        seen=seen,
        template="border/warning/form.html",
        extra={"cap_words": labels.CAP},
    )


def receive(node: Node, one: Mapping[str, Any], now: datetime, language: str) -> Form:
    """Return the form of a receipt: an office says that it has read a warning, and what it does."""

    def act(given: Given) -> dict[str, Any]:
        said = words(given, "words", language)
        name = f"{one['party']}/{one['slug']}"
        plain = {"warning": name, "office": given["office"], "answer": given["answer"]}
        return {**plain, **({"note": said} if said else {})}

    return Form(
        title=N_("Say that it was read"),
        lead=N_("The time and the digest of what you read go with it; the other side can show both."),
        path=f"{warning_path(one['slug'], one['party'])}/receive",
        crumbs=CRUMBS,
        fields=(
            Field("answer", N_("Your answer"), tuple(ANSWERS.items())),
            Field("office", N_("Your office")),
            Field("words", N_("In words, never about a person"), required=False, area=True),
        ),
        act=act,
        do=lambda given: writing.receive(node, given, now),
        after=lambda _: warning_path(one["slug"], one["party"]),
        first={
            "office": last_office(node),
            "marking": "TLP:CLEAR" if one["marking"] == "TLP:CLEAR" else "TLP:AMBER",
        },
        exercise=one["exercise"],
    )


def started(now: datetime) -> dict[str, str]:
    """Return what stands in the fields of any new warning."""
    return {
        "slug": new_slug("warning", int(now.timestamp() * 1000)),
        "expires": "1440",
        "marking": "TLP:CLEAR",
    }


def _path(kind: str, first: Given) -> str:
    follows = f"?as={kind}&follows={first['follows']}" if first.get("follows") else ""
    return f"/border/warnings/new{follows}"


def _draft(node: Node, given: Given, now: datetime, kind: str) -> dict[str, Any]:
    sent = _sent(given, now)
    at = datetime.fromisoformat(sent)
    said = {
        name: {code: given[f"{name}.{code}"] for code in LANGUAGES if given[f"{name}.{code}"]}
        for name in TEXTS
    }
    exercise = bool(given["exercise"])
    plain = {name: given[name] for name in ("sender", "urgency", "severity", "certainty")}
    area = {
        "description": said.pop("area"),
        "polygons": rings(given["polygon"]),
        "circles": circles(given["circle"]),
    }
    area["geocodes"] = {"gauge": given["gauge"]} if given["gauge"] else {}
    note = {"note": given["drill"]} if exercise and given["drill"] else {}
    return {
        **plain,
        **{name: text for name, text in said.items() if text},
        **note,
        "identifier": given["identifier"] or f"{given['slug']}-{secrets.token_hex(4)}",
        "sent": sent,
        "status": "Exercise" if exercise else "Actual",
        "message_type": kind,
        "category": [given["category"]],
        "response": [given["response"]] if given["response"] else [],
        "onset": given["begins_at"] or _later(at, given["onset"]),
        "expires": given["ends_at"] or _later(at, given["expires"]),
        "parameters": reading_of(node, given["gauge"]).parameters,
        "areas": [area],
    }


def _sent(given: Given, now: datetime) -> str:
    """Return the time of sending that was shown; a new one where nothing was, or it is too long ago."""
    try:
        before = datetime.fromisoformat(given["sent"])
    except ValueError:
        before = None
    fresh = before is not None and before.tzinfo is not None and timedelta() <= now - before <= STALE
    return given["sent"] if fresh else _stamp(now)


def _stamp(at: datetime) -> str:
    # UTC is written -00:00 (CAP 1.2 section 3.3.2).
    text = at.replace(microsecond=0).isoformat()
    return f"{text[:-6]}-00:00" if text.endswith("+00:00") else text


def _later(at: datetime, minutes: str) -> str | None:
    if not minutes.isascii() or not minutes.isdigit() or len(minutes) > 6:  # noqa: PLR2004 - two years
        return None
    return _stamp(at + timedelta(minutes=int(minutes)))


def rings(text: str) -> list[list[list[float]]]:
    """Return areas as closed rings of latitude and longitude.

    Raises:
        WarningFieldError: a line is no corner.
    """
    found = []
    for block in text.split("\n\n"):
        ring = [_numbers(line, 2, "polygon") for line in block.split("\n") if line.strip()]
        if ring:
            found.append(ring if ring[0] == ring[-1] and len(ring) > 1 else [*ring, ring[0]])
    return found


def circles(text: str) -> list[list[float]]:
    """Return circles: latitude, longitude and kilometres.

    Raises:
        WarningFieldError: a line is no circle.
    """
    return [_numbers(line, 3, "circle") for line in text.split("\n") if line.strip()]


def _numbers(line: str, count: int, name: str) -> list[float]:
    parts = line.replace(",", " ").split()
    try:
        found = [float(part) for part in parts]
    except ValueError:
        found = []
    if len(found) != count or any(abs(one) > 40_000 for one in found):  # noqa: PLR2004 - the girth of the earth
        raise WarningFieldError(f"{line[:60]!a} is not {count} numbers", name)
    return found
