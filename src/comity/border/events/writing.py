"""Putting events, reports, requests and answers on record: checked first, refused with the reason.

One form makes the event and its first report in one append, and what follows from them is derived, never
entered again: statistics, deadlines, and from ordnance the area that patrols keep clear of.
"""

from __future__ import annotations

import secrets
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.events import (
    BorderEvent,
    EventDraft,
    EventReport,
    InformationAnswer,
    InformationRequest,
)
from comity.border.events import consent, queries
from comity.border.events.errors import EventRefusedError, EventUnknownError
from comity.border.events.forms import FORMS, OTHER
from comity.border.events.places import located
from comity.node import operations
from comity.node.compacts import parties
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.border.events.forms import EventForm
    from comity.border.events.queries import EventView, RequestView
    from comity.node.node import Node

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "border events", "retention": "working"}
OWN: Final = "TLP:RED"
"""The marking of a draft: it goes nowhere."""
FUTURE_MS: Final = 120_000
"""How far ahead a phone's clock may be."""
ONCE: Final = threading.Lock()
"""Held from looking whether a name is on record until it is: two tabs of one phone may send at one moment."""
EVENT_FIELDS: Final = ("layer", "accuracy_m", "detail", "object_class", "happened_at", "title")
REPORT_FIELDS: Final = (
    "originator", "credibility", "reliability", "validation", "impact", "reaction", "reaction_note", "words",
    "rests_on",
)  # fmt: skip


def report(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Put an event with its first report on record; the same slug again changes nothing, and says so.

    Args:
        node: Whose log it goes into.
        act: `event_type`, `marker` (as said), `originator`; perhaps `learnt_at` (now without), and what
            the two kinds hold besides; `header`.
        now: The moment, milliseconds UTC.

    Raises:
        ComityError: the subclass says why not.
    """
    with ONCE:
        form = FORMS.get(str(act["event_type"]), OTHER)
        slug = str(act.get("slug") or new_slug(form.name, now))
        before = _own_event(node, slug, now)
        if before is not None:
            return {**_done(node, []), "slug": slug, "repeated": True, "event": _place(before)}
        return {**_new_event(node, act, form, slug, now), "slug": slug, "repeated": False}


def _new_event(node: Node, act: Act, form: EventForm, slug: str, now: int) -> dict[str, Any]:
    learnt = int(act.get("learnt_at") or now)
    happened = act.get("happened_at")
    _not_ahead(now, learnt_at=learnt, happened_at=int(happened or 0))
    where = located(node, str(act["marker"]), datetime.fromtimestamp(learnt / 1000, UTC).date())
    entry_id = b64(secrets.token_bytes(16))
    event = {
        "slug": slug,
        "event_type": form.name,
        **where,
        "learnt_at": learnt,
        **_given(act, EVENT_FIELDS),
    }
    said = {"event": {"origin": node.origin, "id": entry_id}, **_reported(act, form.impact)}
    head = _header(node, act)
    consent.check(node, said.get("rests_on", []), _readers(node, head))
    items = [
        {**head, "kind": BorderEvent.kind, "id": entry_id, "fields": event},
        {**head, "kind": EventReport.kind, "fields": said},
    ]
    return _done(node, items)


def follow_up(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Add a report to an event, the own or the other side's; only the owner closes with it.

    Args:
        node: Whose log it goes into.
        act: `event`, its slug or PARTY/SLUG; what `border.event_report` holds; perhaps `closes`; `header`.
        now: The moment, milliseconds UTC.

    Raises:
        ComityError: the subclass says why not.
    """
    view = find(node, str(act["event"]), now)
    closes = act.get("closes")
    if closes and view.party != node.config.party:
        raise EventRefusedError(f"only {view.party} closes this event: it is theirs", "closes")
    said = {"event": _place(view), **_reported(act, view.impact or "medium")}
    said |= {"closes": closes} if closes else {}
    head = {**_header(node, act), "class": view.report.class_}
    consent.check(node, said.get("rests_on", []), _readers(node, head))
    return _done(node, [{**head, "kind": EventReport.kind, "fields": said}])


def ask(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Ask another party, with a deadline.

    Args:
        node: Whose log it goes into.
        act: `to`, `asker`, `asks`, `deadline`; perhaps `event` and `slug`; `header`.
        now: The moment, milliseconds UTC.

    Raises:
        ComityError: the subclass says why not.
    """
    to, deadline = str(act["to"]), int(act["deadline"])
    if to == node.config.party or to not in parties(node):
        raise EventRefusedError(f"{to[:32]!a} is no other party", "to")
    if deadline <= now:
        raise EventRefusedError("the deadline is over already", "deadline")
    slug = str(act.get("slug") or new_slug("request", now))
    head = _header(node, act)
    fields: dict[str, Any] = {"slug": slug, "to": to}
    if act.get("event"):
        view = find(node, str(act["event"]), now)
        fields["event"] = _place(view)
        head["class"] = view.report.class_
    with node.views.connect() as db:
        known = {(one.party, one.slug) for one in queries.requests(db, now)}
    if (node.config.party, slug) in known:
        raise EventRefusedError(f"{slug} is on record", "slug")
    fields |= {"asker": act["asker"], "asks": act["asks"], "deadline": deadline}
    return {**_done(node, [{**head, "kind": InformationRequest.kind, "fields": fields}]), "slug": slug}


def answer(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Answer a request of another party; reports that are passed on need their originator's consent.

    Args:
        node: Whose log it goes into.
        act: `request`, its slug or PARTY/SLUG; `originator`, `outcome`; perhaps `words`, `rests_on`.
        now: The moment, milliseconds UTC.

    Raises:
        ComityError: the subclass says why not.
    """
    view = find_request(node, str(act["request"]), now)
    if view.report.fields["to"] != node.config.party:
        raise EventRefusedError(f"{view.report.fields['to']} is asked, not {node.config.party}", "request")
    outcome, gives = act["outcome"], _given(act, ("words", "rests_on"))
    if outcome in ("given", "in_part") and not gives:
        raise EventRefusedError("an answer that gives something has words, or reports it passes on", "words")
    head = {**_header(node, act), "class": view.report.class_}
    consent.check(node, gives.get("rests_on", []), {view.party, *_readers(node, head)})
    request = {"origin": view.report.origin, "id": view.report.id}
    fields = {"request": request, "originator": act["originator"], "outcome": outcome, **gives}
    return _done(node, [{**head, "kind": InformationAnswer.kind, "fields": fields}])


def keep(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Keep a form as far as it is filled in; it stays here, and is done once its event is on record.

    Args:
        node: Whose log it goes into.
        act: `event_type`, `given`; perhaps `slug`; `header`.
        now: The moment, milliseconds UTC.

    Raises:
        ComityError: the subclass says why not.
    """
    form = FORMS.get(str(act["event_type"]), OTHER)
    slug = str(act.get("slug") or new_slug(form.name, now))
    given = {name: str(value) for name, value in act["given"].items() if value}
    head = {**_header(node, act), "marking": OWN, "releasable_to": []}
    fields = {"slug": slug, "form": form.name, "given": given}
    return {**_done(node, [{**head, "kind": EventDraft.kind, "fields": fields}]), "slug": slug}


ACTS: Final[dict[str, Callable[[Node, Act, int], dict[str, Any]]]] = {
    "report": report,
    "follow-up": follow_up,
    "ask": ask,
    "answer": answer,
    "keep": keep,
}
"""Every act by its name in the address."""


def find(node: Node, name: str, now: int) -> EventView:
    """Return an event by slug or PARTY/SLUG.

    Raises:
        EventUnknownError: there is none, or there are two.
    """
    party, _, slug = name.rpartition("/")
    with node.views.connect() as db:
        found = [one for one in queries.events(db, now) if one.slug == slug and party in {"", one.party}]
    if len(found) != 1:
        raise EventUnknownError(f"{len(found)} events are called {name[:120]!a}")
    return found[0]


def find_request(node: Node, name: str, now: int) -> RequestView:
    """Return a request by slug or PARTY/SLUG.

    Raises:
        EventUnknownError: there is none, or there are two.
    """
    party, _, slug = name.rpartition("/")
    with node.views.connect() as db:
        found = [one for one in queries.requests(db, now) if one.slug == slug and party in {"", one.party}]
    if len(found) != 1:
        raise EventUnknownError(f"{len(found)} requests are called {name[:120]!a}")
    return found[0]


def new_slug(what: str, now: int) -> str:
    """Return a name for what nobody named: a form carries it, so that sending twice records once."""
    day = datetime.fromtimestamp(now / 1000, UTC).strftime("%Y%m%d")
    return f"{what.replace('_', '-')}-{day}-{secrets.token_hex(4)}"


def _own_event(node: Node, slug: str, now: int) -> EventView | None:
    with node.views.connect() as db:
        found = [one for one in queries.events(db, now) if (one.party, one.slug) == (node.config.party, slug)]
    return found[0] if found else None


def _not_ahead(now: int, **moments: int) -> None:
    for name, moment in moments.items():
        if moment > now + FUTURE_MS:
            raise EventRefusedError(f"{name} lies in the future", name)


def _reported(act: Act, impact: str) -> dict[str, Any]:
    return {"impact": impact, "reaction": "none", **_given(act, REPORT_FIELDS)}


def _given(act: Act, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: act[name] for name in names if act.get(name) not in (None, "", {}, [])}


def _header(node: Node, act: Act) -> dict[str, Any]:
    head = {**DEFAULTS, **{name: value for name, value in act.get("header", {}).items() if value}}
    if head["marking"] != "TLP:CLEAR":
        # Whoever may be asked about a release is every party; what leaves is approved by people.
        head.setdefault("releasable_to", list(parties(node)))
    return head


def _readers(node: Node, head: Mapping[str, Any]) -> set[str]:
    """Return the parties that a record is meant for: all of them where it is marked for everybody."""
    named = parties(node) if head["marking"] == "TLP:CLEAR" else head.get("releasable_to", ())
    return set(named) - {node.config.party}


def _place(view: EventView) -> dict[str, str]:
    return {"origin": view.report.origin, "id": view.report.id}


def _done(node: Node, items: list[dict[str, Any]]) -> dict[str, Any]:
    done = operations.append(node, items)
    return {**done, "kinds": [item["kind"] for item in items]}
