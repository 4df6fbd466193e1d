"""Putting plans, words on them, visits and reports on record: checked first, refused with the reason."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.patrols import (
    HazardArea,
    PatrolAnswer,
    PatrolPlan,
    PatrolReport,
    PatrolSeed,
    PatrolVisit,
    TrackNetwork,
)
from comity.border.events.places import located
from comity.border.events.writing import ONCE, new_slug
from comity.border.patrols import queries
from comity.border.patrols.errors import PatrolRefusedError, PatrolUnknownError
from comity.node import operations
from comity.node.compacts import parties
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.border.patrols.queries import PlanView
    from comity.node.node import Node

    Act = Mapping[str, Any]

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "joint patrols", "retention": "working"}
FUTURE_MS: Final = 120_000


def layer(node: Node, act: Act, _now: int) -> dict[str, Any]:
    """Put a layer of one's own on record: tracks (`points`, `tracks`) or a hazard area (`corners`).

    Raises:
        ComityError: the subclass says why not.
    """
    given = dict(act["layer"])
    kind = TrackNetwork if "tracks" in given else HazardArea
    return _done(node, _header(node, act), kind.kind, given)


def share(node: Node, act: Act, _now: int) -> dict[str, Any]:
    """Draw this side's share of a seed: 32 random bytes, kept here until its round opens.

    Raises:
        ComityError: the subclass says why not.
    """
    head = _header(node, {**act, "header": {**act.get("header", {}), "marking": "TLP:AMBER"}})
    fields = {"name": act["name"], "share": b64(secrets.token_bytes(32))}
    return _done(node, head, PatrolSeed.kind, fields)


def plan(node: Node, act: Act, _now: int) -> dict[str, Any]:
    """Propose a plan: what the planner finds, as one office's decision; without `record` nothing is appended.

    Raises:
        ComityError: the subclass says why not.
    """
    from comity.border.patrols.proposing import propose  # noqa: PLC0415 - needs arrays

    head = _header(node, act)
    fields = propose(node, {**act, "exercise": head.get("class") == "exercise"})
    if not act.get("record"):
        return {"plan": fields, "receipts": [], "origin": node.origin, "kind": PatrolPlan.kind}
    with node.views.connect() as db:
        if any((one.party, one.slug) == (node.config.party, fields["slug"]) for one in queries.plans(db)):
            raise PatrolRefusedError(f"{fields['slug']} is on record", "slug")
    return {"plan": fields, **_done(node, head, PatrolPlan.kind, fields)}


def accept(node: Node, act: Act, _now: int) -> dict[str, Any]:
    """Accept or decline the other side's plan, this very one; not where it comes into an area known here.

    Raises:
        ComityError: the subclass says why not.
    """
    from comity.border.patrols.proposing import crossed_here  # noqa: PLC0415 - needs arrays

    view = find(node, str(act["plan"]))
    if node.config.party not in view.others:
        raise PatrolRefusedError("only another side of the plan has a word on it", "plan")
    word = str(act.get("answer") or "accepted")
    met = crossed_here(node, view.report) if word == "accepted" else []
    if met:
        raise PatrolRefusedError(f"it comes into {', '.join(met)}, which is known here: decline it", "plan")
    fields = {
        "plan": _place(view),
        "digest": queries.digest_of(view.report.fields),
        "answer": word,
        "office": act["office"],
        **({"note": act["note"]} if act.get("note") else {}),
    }
    head = {**_header(node, act), "class": view.report.class_}
    return {**_done(node, head, PatrolAnswer.kind, fields), "checked": met is not None}


def visit(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Log that a patrol was at a marker, by its number; the same slug again changes nothing, and says so.

    Raises:
        ComityError: the subclass says why not.
    """
    at = int(act.get("visited_at") or now)
    if at > now + FUTURE_MS:
        raise PatrolRefusedError("visited_at lies in the future", "visited_at")
    slug = str(act.get("slug") or new_slug("visit", now))
    with ONCE:
        if _own_visit(node, slug):
            return {**operations.append(node, []), "kind": PatrolVisit.kind, "slug": slug, "repeated": True}
        return {**_new_visit(node, act, slug, at), "slug": slug, "repeated": False}


def _new_visit(node: Node, act: Act, slug: str, at: int) -> dict[str, Any]:
    where = located(node, str(act["marker"]), datetime.fromtimestamp(at / 1000, UTC).date())
    head = _header(node, act)
    fields: dict[str, Any] = {"marker": where["marker"], "offset_m": where["offset_m"], "visited_at": at}
    fields["condition"] = act["condition"]
    if act.get("plan"):
        view = find(node, str(act["plan"]))
        fields["plan"] = _place(view)
        head["class"] = view.report.class_
    fields |= {"note": act["note"]} if act.get("note") else {}
    return _done(node, head, PatrolVisit.kind, {**fields, "slug": slug})


def _own_visit(node: Node, slug: str) -> bool:
    with node.views.connect() as db:
        own = (one for one in queries.visits(db) if one.party == node.config.party)
        return any(one.fields.get("slug") == slug for one in own)


def report(node: Node, act: Act, _now: int) -> dict[str, Any]:
    """Report on an accepted plan, from the visits on record; or sign the other side's report as it stands.

    Args:
        node: Whose log it goes into.
        act: `plan`; `words`, or `sign` to take the other side's report word for word; perhaps `events`.
        _now: The moment.

    Raises:
        ComityError: the subclass says why not.
    """
    view = find(node, str(act["plan"]))
    if view.state != "accepted":
        raise PatrolRefusedError("a plan that was not accepted by every side has no joint report", "plan")
    if node.config.party not in (view.party, *view.others):
        raise PatrolRefusedError("only a side of the plan reports", "plan")
    if act.get("sign"):
        theirs = [one for party, one in view.newest_reports.items() if party != node.config.party]
        if len({queries.substance(one.fields) for one in theirs}) != 1:
            raise PatrolRefusedError("there is not one report of the other side to sign", "sign")
        fields: dict[str, Any] = {
            name: theirs[0].fields[name] for name in queries.SUBSTANCE if name in theirs[0].fields
        }
    else:
        fields = _reported(view, act)
    head = {**_header(node, act), "class": view.report.class_}
    return {**_done(node, head, PatrolReport.kind, fields), "report": fields}


ACTS: Final[dict[str, Callable[[Node, Act, int], dict[str, Any]]]] = {
    "layer": layer,
    "share": share,
    "plan": plan,
    "accept": accept,
    "visit": visit,
    "report": report,
}
"""Every act by its name in the address."""


def find(node: Node, name: str) -> PlanView:
    """Return a plan by slug or PARTY/SLUG.

    Raises:
        PatrolUnknownError: there is none, or there are two.
    """
    party, _, slug = name.rpartition("/")
    with node.views.connect() as db:
        found = [one for one in queries.plans(db) if one.slug == slug and party in {"", one.party}]
    if len(found) != 1:
        raise PatrolUnknownError(f"{len(found)} plans are called {name[:120]!a}")
    return found[0]


def _reported(view: PlanView, act: Act) -> dict[str, Any]:
    if not act.get("words"):
        raise PatrolRefusedError("the words of the report are missing", "words")
    reached = {one.fields["marker"] for one in view.visits if one.fields["condition"] != "not_reached"}
    planned = {stop["marker"] for side in view.report.fields["sides"] for stop in side["stops"]}
    return {
        "plan": _place(view),
        "on": view.report.fields["on"],
        "markers": sorted(reached),
        "not_reached": sorted(planned - reached),
        "events": list(act.get("events") or ()),
        "words": act["words"],
    }


def _header(node: Node, act: Act) -> dict[str, Any]:
    head = {**DEFAULTS, **{name: value for name, value in act.get("header", {}).items() if value}}
    if head["marking"] != "TLP:CLEAR":
        head.setdefault("releasable_to", list(parties(node)))
    return head


def _place(view: PlanView) -> dict[str, str]:
    return {"origin": view.report.origin, "id": view.report.id}


def _done(node: Node, head: Mapping[str, Any], kind: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    return {**operations.append(node, [{**head, "kind": kind, "fields": fields}]), "kind": kind}
