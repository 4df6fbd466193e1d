"""A party's decision what of its tracks leaves: which is in force, what each way costs, and recording one.

Without a decision nothing leaves. The price comes first: a decision is recorded only with the price of every
way for this sector's own figures as it was shown.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.tracklets import Sharing as SharingKind
from comity.border.fusion.model import CLASSES
from comity.border.fusion.withholding import Sharing, price
from comity.border.picture.errors import SharingRefusedError
from comity.border.picture.terms import EVERY
from comity.border.sector import queries
from comity.border.sector.config import detecting, motions_of
from comity.border.tables import PROJECTOR
from comity.node import operations
from comity.node.compacts import in_force as compact_of
from comity.node.compacts import parties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.border.entries.sectors import SectorSensor
    from comity.border.sector.queries import SectorView
    from comity.node.node import Node
    from comity.node.rows import Report

    Act = Mapping[str, Any]

METHOD: Final = "price-of-withholding@1"
WAYS: Final = ("tracklets", "gridded", "blurred", "delayed", "nothing")
DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "sharing decision", "retention": "working"}
KINDS: Final = ("border.tracklets", "border.told")
"""What a compact must name for its members to be given it without a request."""
BLIND: Final = 10_000.0
"""Error of a party without a sensor that detects, m."""
BLUR, GRID, DELAY = 50.0, 200.0, 10_000
LOOKS: Final = 120
"""Looks until the price is taken."""


def in_force(node: Node, sector: str, at: int, party: str = "") -> Report | None:
    """Return the decision of a party on a sector at a time, ms; None where nothing may leave.

    Args:
        node: Where.
        sector: Its name.
        at: ms UTC.
        party: Whose; this node's without.
    """
    party = party or node.config.party
    with node.views.connect() as db:
        found = [
            one
            for one in PROJECTOR.reports(db, SharingKind)
            if one.party == party and one.fields["sector"] == sector and one.fields["valid_from"] <= at
        ]
    if not found:
        return None
    newest = max(found, key=lambda one: (one.fields["valid_from"], one.claimed, one.origin, one.index))
    until = newest.fields.get("valid_until")
    return newest if until is None or at < until else None


def prices(node: Node, given: Act) -> dict[str, Any]:
    """Return what every way of sharing costs, for the figures of a sector.

    Args:
        node: Who would share.
        given: `sector`; perhaps `blur`, `grid` (m), `delay` (ms), `every` (looks), `class`, `to`.

    Returns:
        For each other party both directions: its picture when this side shares, this side's when it shares.

    Raises:
        SharingRefusedError: a figure is none.
        SectorUnknownError: there is no such sector.
    """
    sector = queries.find(node, str(given["sector"]))
    terms = _figures(given)
    own = node.config.party
    others = [str(given["to"])] if given.get("to") else sorted({*parties(node)} - {own})
    sharing = replace(_sharing(sector, str(given.get("class") or "unknown")), **terms)
    sides = []
    for other in others:
        mine, theirs = effective(sector, own, sharing.every), effective(sector, other, sharing.every)
        sides.append(
            {
                "party": other,
                "sensors": {own: _count(sector, own), other: _count(sector, other)},
                "sigma": {own: round(mine, 2), other: round(theirs, 2)},
                "their_picture": _ways(replace(sharing, own=theirs, theirs=mine)),
                "our_picture": _ways(replace(sharing, own=mine, theirs=theirs)),
                "travels": travels(node, other, "TLP:AMBER"),
            }
        )
    return {
        "sector": sector.slug,
        "class": str(given.get("class") or "unknown"),
        "every": sharing.exchange,
        "interval": sharing.every,
        "exchange_seconds": sharing.exchange * sharing.every / 1000,
        "blur": sharing.blur,
        "grid": sharing.grid,
        "delay": sharing.delay,
        "sides": sides,
        "exercise": sector.exercise,
        "method": METHOD,
    }


def travels(node: Node, party: str, marking: str) -> bool:
    """Return whether what carries a marking goes to a party with the next exchange, without a request."""
    compact = compact_of(node.folder)
    if marking == "TLP:CLEAR":
        return True
    return compact is not None and all(compact.stands_granted(kind, party) for kind in KINDS)


def effective(sector: SectorView, party: str, every: int) -> float:
    """Return the error of a look by all sensors of a party together, m each axis.

    Information adds up: of each sensor 1 / sigma² a look, as often as it looks and detects within `every` ms.
    """
    known = sum(_worth(one, every) for one in detecting(sector.model, party))
    return 1 / math.sqrt(known) if known > 0 else BLIND


def _worth(sensor: SectorSensor, every: int) -> float:
    return float(sensor.pd) * every / sensor.interval / float(sensor.sigma) ** 2


def _count(sector: SectorView, party: str) -> int:
    return len(detecting(sector.model, party))


def _sharing(sector: SectorView, name: str) -> Sharing:
    if name not in CLASSES:
        raise SharingRefusedError(f"{name[:40]!a} is none of {', '.join(CLASSES)}", "class")
    motion = motions_of(sector.model)[CLASSES.index(name)]
    every = min((one.interval for one in sector.model.sensors), default=1000)
    return Sharing(every=every, exchange=EVERY, looks=LOOKS, noise=motion.noise, spread=motion.spread)


def _figures(given: Act) -> dict[str, Any]:
    found: dict[str, Any] = {"blur": BLUR, "grid": GRID, "delay": DELAY}
    for name, at_most in (("blur", 1e5), ("grid", 1e5), ("delay", 6e8), ("every", 10_000)):
        if given.get(name) in (None, ""):
            continue
        try:
            value = float(given[name])
        except (TypeError, ValueError) as error:
            raise SharingRefusedError(f"{name}: {str(given[name])[:40]!a} is no number", name) from error
        if not 0 <= value <= at_most:
            raise SharingRefusedError(f"{name} is between 0 and {at_most:g}", name)
        found["exchange" if name == "every" else name] = value
    found["delay"] = round(found["delay"])
    if "exchange" in found:
        found["exchange"] = max(1, round(found["exchange"]))
    return found


def _ways(sharing: Sharing) -> list[dict[str, Any]]:
    return [
        {"way": one.way, "error": round(one.error, 2), "times": round(one.times, 3)}
        for one in price(sharing).values()
    ]


def decide(node: Node, act: Act, now: int) -> dict[str, Any]:
    """Record a decision, with the price of every way as it is shown.

    Args:
        node: Whose decision.
        act: `sector`, `way`, `office`, `shown` (the prices of `prices` that the person saw), `header` with
            the author; perhaps `to`, `classes`, `every`, `blur`, `grid`, `delay`, `class`, `marks` (the label
            of what leaves), `since` (ms, in the past: what moved from then on leaves too), `valid_until`,
            `note`.
        now: The moment, ms; from when it holds.

    Raises:
        SharingRefusedError: something is missing, or the prices shown are not those of this sector now.
        SectorUnknownError: there is no such sector of this party.
    """
    sector = queries.find(node, str(act["sector"]), own=True)
    way, header = str(act.get("way", "")), _given(act)
    if way not in WAYS:
        raise SharingRefusedError(f"{way[:40]!a} is none of {', '.join(WAYS)}", "way")
    if not header.get("author") or not act.get("office"):
        raise SharingRefusedError("a person decides, for an office: name both", "office")
    to = [str(party) for party in act.get("to") or sorted({*parties(node)} - {node.config.party})]
    strangers = sorted(set(to) - set(parties(node)))
    if strangers:
        raise SharingRefusedError(f"{', '.join(strangers)} is no party here", "to")
    figures = {name: act.get(name) for name in ("blur", "grid", "delay", "every")}
    first = to[0] if to else ""
    found = prices(node, {**figures, "sector": sector.slug, "to": first, "class": act.get("class")})
    expected = found["sides"][0]["their_picture"] if found["sides"] else []
    if act.get("shown") != expected:
        raise SharingRefusedError("the price was not shown, or has changed since: look at it again", "shown")
    fields = {
        "sector": sector.slug,
        "config": sector.digest,
        "way": way,
        "to": to,
        "marking": str(act.get("marks") or "TLP:AMBER"),
        "classes": list(act.get("classes") or CLASSES),
        "every": found["every"],
        **_parameters(way, found),
        "prices": [
            {"way": one["way"], "error": f"{one['error']:.2f}", "times": f"{one['times']:.3f}"}
            for one in expected
        ],
        "valid_from": min(int(act.get("since") or now), now),
        **({"valid_until": int(act["valid_until"])} if act.get("valid_until") else {}),
        "office": str(act["office"]),
        **({"note": act["note"]} if act.get("note") else {}),
    }
    whole = {**DEFAULTS, **header}
    whole["class"] = "exercise" if sector.exercise else header.get("class", "record")
    whole.setdefault("releasable_to", to)
    done = operations.append(node, [{**whole, "kind": SharingKind.kind, "fields": fields}])
    unsent = [party for party in to if way != "nothing" and not travels(node, party, fields["marking"])]
    return {**done, "kind": SharingKind.kind, "decision": fields, "does_not_travel_to": unsent}


def decisions(node: Node, sector: str) -> list[Report]:
    """Return every decision of every party on a sector, the newest first."""
    with node.views.connect() as db:
        found = [one for one in PROJECTOR.reports(db, SharingKind) if one.fields["sector"] == sector]
    return sorted(found, key=lambda one: (one.fields["valid_from"], one.origin, one.index), reverse=True)


def _parameters(way: str, found: Mapping[str, Any]) -> dict[str, Any]:
    if way == "delayed":
        return {"delay": found["delay"]}
    name = {"blurred": "blur", "gridded": "grid"}.get(way)
    return {name: f"{found[name]:.2f}"} if name else {}


def _shown(one: Mapping[str, Any]) -> dict[str, str]:
    return {"way": one["way"], "error": f"{one['error']:.2f}", "times": f"{one['times']:.3f}"}


def _given(act: Act) -> dict[str, Any]:
    return {name: value for name, value in act.get("header", {}).items() if value}
