"""From what a form or a command says to drafts: tickets, matches, proposals, words on undertakings.

Nothing is appended here: a draft is shown as it will be recorded, and a person decides.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import LANGUAGES, N_
from comity.record.errors import ComityError
from comity.register.brief_visible import CLEAR

if TYPE_CHECKING:
    from collections.abc import Mapping

OWN: Final = "TLP:AMBER"
"""The marking of what stays with one's own side until people approve its release."""
MARKINGS: Final = {
    CLEAR: N_("for everybody: the other side receives it with the next exchange"),
    OWN: N_("our own side, until people approve its release"),
}
RETENTION: Final = "working"


class WritingError(ComityError):
    """A form or command does not say all that a record needs.

    Attributes:
        words: The same as the message, as a msgid for the page.
        field: The field that is meant, where it is one.
    """

    code = "register-writing"
    advice = "Fill in what is named, and look at the record once more before it is made."

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(f"{field}: {words}" if field else words)
        self.words = words
        self.field = field


def header(given: Mapping[str, str], basis: str, *, exercise: bool) -> dict[str, Any]:
    """Return the header of a draft: author and marking as given, both needed.

    Raises:
        WritingError: no author or no marking is given.
    """
    author, marking = given.get("author", "").strip(), given.get("marking", "")
    if not author:
        raise WritingError(N_("Say who records it: a pseudonym."))
    if marking not in MARKINGS:
        raise WritingError(N_("Say who may read it."))
    return {
        "author": author,
        "marking": marking,
        "basis": basis,
        "retention": RETENTION,
        "class": "exercise" if exercise else "record",
    }


def text_of(given: Mapping[str, str], name: str) -> dict[str, str]:
    """Return a text by language from `name_en`, `name_vi`, `name_lo`; nothing where all are empty.

    Raises:
        WritingError: there are words in another language and none in English, which every record has.
    """
    found = {code: given.get(f"{name}_{code}", "").strip() for code in LANGUAGES}
    kept = {code: words for code, words in found.items() if words}
    if kept and "en" not in kept:
        raise WritingError(N_("Say it in English as well: it is the language that every record has."))
    return kept


def ticket_drafts(
    shown: Mapping[str, Any], given: Mapping[str, str], today: str = ""
) -> list[dict[str, Any]]:
    """Return the drafts of a ticket that is opened or handed over (`owner`) and of a word on it (`word`).

    Args:
        shown: The ticket as `exports_answers.ticket_json` gives it.
        given: `owner`, `word`, `outcome`, `note_en` …, `author`, `marking`.
        today: The day of the record; today's where it is empty.

    Raises:
        WritingError: neither is given, or it is settled without saying what holds.
    """
    head = header(given, "reconciliation", exercise=shown["exercise"])
    note, day = text_of(given, "note"), today or now()
    owner, word, outcome = (given.get(name, "").strip() for name in ("owner", "word", "outcome"))
    if not owner and not word:
        raise WritingError(N_("Name an office that follows it up, or choose a word, or both."))
    if word == "settled" and not outcome:
        raise WritingError(N_("Say what holds: it is settled once every party has said the same."))
    more: dict[str, Any] = {"note": note} if note else {}
    drafts = []
    if owner:
        fields = {name: shown[name] for name in ("slug", "about", "field", "readings")}
        opened = {**fields, "owner": owner, "opened": day, **({} if word else more)}
        drafts.append({**head, "kind": "register.ticket", "fields": opened})
    if word:
        said = {"ticket": shown["slug"], "word": word, "on": day, **more}
        said |= {"outcome": outcome} if word == "settled" else {}
        drafts.append({**head, "kind": "register.ticket_word", "fields": said})
    return drafts


def match_draft(given: Mapping[str, str], *, exercise: bool) -> dict[str, Any]:
    """Return the draft of a person's word that two names are, or are not, about the same thing.

    Raises:
        WritingError: it is not said which.
    """
    head = header(given, "reconciliation", exercise=exercise)
    if given.get("same") not in ("yes", "no"):
        raise WritingError(N_("Say whether they are the same."))
    note = text_of(given, "note")
    fields = {name: given.get(name, "") for name in ("about", "one", "other")}
    more = {"note": note} if note else {}
    return {**head, "kind": "register.match", "fields": {**fields, "same": given["same"] == "yes", **more}}


def direction_draft(given: Mapping[str, str], today: str = "") -> dict[str, Any]:
    """Return the draft of what an office proposes for the next consultation, or of its taking back.

    Raises:
        WritingError: the words, the office, the forum or what it rests on is missing.
    """
    head = header(given, "proposal of an office", exercise=bool(given.get("exercise")))
    words, basis = text_of(given, "words"), text_of(given, "basis")
    plain = {
        name: given.get(name, "").strip() for name in ("mechanism", "meeting", "proposer", "undertaking")
    }
    cites = [_cite(part) for part in given.get("works", "").replace(",", " ").split()]
    if not words:
        raise WritingError(N_("Say what is proposed."))
    if not plain["mechanism"]:
        raise WritingError(N_("Say for which forum it is proposed."))
    if not plain["proposer"]:
        raise WritingError(N_("Name the office that proposes it."))
    if not (basis or plain["undertaking"] or cites):
        raise WritingError(N_("Say what it rests on: a reason, an undertaking or a work."))
    fields: dict[str, Any] = {
        "slug": given.get("slug", "").strip() or named("direction", words["en"], plain["proposer"]),
        **{name: value for name, value in plain.items() if value},
        "words": words,
        "on": given.get("on", "").strip() or today or now(),
        "state": "taken_back" if given.get("state") == "taken_back" else "proposed",
        "cites": cites,
    }
    return {**head, "kind": "register.direction", "fields": fields | ({"basis": basis} if basis else {})}


def status_drafts(slug: str, given: Mapping[str, str], *, exercise: bool) -> list[dict[str, Any]]:
    """Return the drafts of this party's word on an undertaking, and of what it adds to a dispute.

    Raises:
        WritingError: neither a status nor an annotation is given.
    """
    head = header(given, "word of the party", exercise=exercise)
    status, note, words = given.get("status", ""), text_of(given, "note"), text_of(given, "words")
    if not status and not words:
        raise WritingError(N_("Choose a status, or add words to the dispute, or both."))
    on = given.get("on", "").strip() or now()
    drafts = []
    if status:
        said: dict[str, Any] = {"undertaking": slug, "status": status, "on": on}
        fields = said | ({"note": note} if note else {})
        drafts.append({**head, "kind": "register.status", "fields": fields})
    if words:
        drafts.append(
            {**head, "kind": "register.annotation", "fields": {"undertaking": slug, "words": words, "on": on}}
        )
    return drafts


def confirmation_draft(item: Mapping[str, Any], work: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Return the draft of an undertaking that a person confirms from a passage.

    Args:
        item: The candidate as `extraction_work.found_json` gives it.
        work: Slug of the work that is cited.
        given: `action_en` …, `instrument` or `meeting`, `obligors` divided by commas, `window`, `slug`.

    Raises:
        WritingError: what is to be done, what it rests on or who is obliged is missing.
        ExtractionError: what is proposed or hoped for is nobody's undertaking.
    """
    from comity.register.extraction_work import confirmed  # noqa: PLC0415 - it reads documents

    head = header(given, "confirmed from a text", exercise=bool(given.get("exercise")))
    action = text_of(given, "action")
    rests = {name: given.get(name, "") for name in ("instrument", "meeting")}
    obligors = [party for party in given.get("obligors", "").split(",") if party]
    if not action:
        raise WritingError(N_("Say in English what is to be done."))
    if bool(rests["instrument"]) == bool(rests["meeting"]):
        raise WritingError(N_("Choose the instrument or the meeting that it rests on: one of them."))
    if not obligors:
        raise WritingError(N_("Say who is obliged."))
    slug = given.get("slug", "").strip() or named("undertaking", work, item["locator"]["digest"])
    said = {"slug": slug, "action": action, "work": work, **rests, "obligors": obligors}
    return confirmed(item, {**said, "window": given.get("window", "").strip()}, head)


def named(kind: str, *said: str) -> str:
    """Return a natural name for what nobody named: it follows from what was said."""
    return f"{kind}-{hashlib.sha256(chr(0).join(said).encode()).hexdigest()[:12]}"


def now() -> str:
    """Return today's day, ISO 8601."""
    return datetime.now(UTC).date().isoformat()


def _cite(part: str) -> dict[str, str]:
    """Return a citation of `work` or `work:page`."""
    work, _, page = part.partition(":")
    return {"work": work, "page": page} if page else {"work": work}
