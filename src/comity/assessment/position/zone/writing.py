"""The steps of a blind zone, each checked, then taken: mandate, sealed set, messages, result.

Whatever is secret is sealed as a record of the own log, and travels as an opening of a round, or a release,
that people approved: nothing here has a wire of its own.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from comity.assessment.entries.position import named
from comity.assessment.entries.zone import Zone, ZoneReply, ZoneResult, ZoneSet, bit_of
from comity.assessment.position import queries
from comity.assessment.position.zone import standing
from comity.assessment.position.zone.errors import ZoneOffError, ZoneRefusedError
from comity.assessment.position.zone.group import SIZE
from comity.assessment.position.zone.labels import AWAITED
from comity.assessment.position.zone.protocol import Side
from comity.assessment.position.zone.terms import FEATURE, FIRST_PATHS, REPLIES, SETS, Terms
from comity.node import operations
from comity.node.control.rounds import Round
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from comity.assessment.position.zone.standing import ZoneView
    from comity.node.node import Node

DEFAULTS: Final = {"marking": "TLP:AMBER", "basis": "joint line", "retention": "working"}
HOUR: Final = 3_600_000
SEAL_HOURS: Final = 24
OPEN_HOURS: Final = 48


def switched_on(node: Node) -> None:
    """Refuse where the node has not switched the blind zone on.

    Raises:
        ZoneOffError: it has not.
    """
    if FEATURE not in node.config.features:
        raise ZoneOffError(f"{node.origin} does not list {FEATURE} among its features")


def propose(
    node: Node, fields: Mapping[str, Any], author: str, today: date, *, exercise: bool = False
) -> dict[str, Any]:
    """Write the mandate and its frozen list into the own log; the other party reads it once it is released.

    Raises:
        ZoneRefusedError: it would not stand, and why.
        ZoneOffError: this node has not switched the zone on.
    """
    terms = check_proposal(node, fields, today)
    return _append(node, Zone.kind, dict(terms.fields), terms, author, exercise=exercise)


def check_proposal(node: Node, fields: Mapping[str, Any], today: date) -> Terms:
    """Return the terms of a mandate that may be written here; nothing is appended.

    Raises:
        ZoneRefusedError: it would not stand, and why.
        ZoneOffError: this node has not switched the zone on.
    """
    switched_on(node)
    terms = Terms(_fields(fields))
    own = node.origin.partition("/")[0]
    if node.origin not in terms.model.logs:
        raise ZoneRefusedError(f"the zone is between {' and '.join(terms.model.logs)}, not {node.origin}")
    if terms.model.valid_to < today.isoformat():
        raise ZoneRefusedError(f"the mandate ends on {terms.model.valid_to}, and today is {today}")
    if len(set(map(str, _contents(terms)))) != len(terms.slugs):
        raise ZoneRefusedError("two packages take the same options")
    _check_options(node, terms, today)
    if standing.of_list(terms, Round.all(node), SETS):
        raise ZoneRefusedError("this list, in whatever order and under whatever names, was run before")
    for one in standing.views(node, today):
        if one.slug == terms.model.slug and any(report.party == own for report in one.written):
            raise ZoneRefusedError(f"{own} wrote the mandate {one.slug!r} before: a list is frozen")
    return terms


def agree(node: Node, slug: str, author: str, today: date) -> dict[str, Any]:
    """Write the other party's mandate, word for word, into the own log.

    Raises:
        ZoneRefusedError: it is not here, or would not stand.
    """
    found = standing.view(node, slug, today)
    return propose(node, found.terms.fields, author, today, exercise=found.exercise)


def seal(
    node: Node,
    slug: str,
    accept: Sequence[str],
    author: str,
    today: date,
    *,
    seal_hours: float = SEAL_HOURS,
    open_hours: float = OPEN_HOURS,
) -> dict[str, Any]:
    """Seal the own set: a salted bit a package, the secret seed, the first message. Once a list.

    Raises:
        ZoneRefusedError: the mandate is not in force, the set is not of the list or above the cap, it was
            sealed before, or the other log is to start.
    """
    found, accepted = check_set(node, slug, accept, today)
    hours = (seal_hours, open_hours)
    round_ = found.sets.round if found.sets else _start(node, found, SETS, author, hours)
    terms = found.terms
    own = Side(secrets.token_bytes(SIZE), terms.digest, terms.frozen, accepted, terms.model.cap)
    fields = {
        "terms": standing.bound(found),
        "points": [b64(point) for point in own.first()],
        "seed": b64(own.seed),
        **{bit_of(number): one in accepted for number, one in enumerate(terms.slugs)},
    }
    return _seal(node, found, round_, fields, author)


def check_set(node: Node, slug: str, accept: Sequence[str], today: date) -> tuple[ZoneView, frozenset[str]]:
    """Return the zone, and the set that may be sealed in it now; nothing is appended.

    Raises:
        ZoneRefusedError: it may not be sealed, and why.
        ZoneOffError: this node has not switched the zone on.
    """
    switched_on(node)
    found = standing.view(node, slug, today)
    if found.mandate.status != "in-force":
        raise ZoneRefusedError(f"the mandate of {slug!r} is not in force: {found.mandate.status}")
    now = standing.stage(node, found)
    if now == "run-before":
        raise ZoneRefusedError("this list was run before, under another name")
    if now != "sets-to-seal":
        raise ZoneRefusedError(f"the set of {slug!r} is sealed; one run a list")
    if found.sets is None and node.origin != found.terms.starter:
        raise ZoneRefusedError(f"{found.terms.starter} starts; exchange with it once it has")
    return found, _accepted(found, accept)


def go_on(
    node: Node,
    slug: str,
    author: str,
    today: date,
    *,
    seal_hours: float = SEAL_HOURS,
    open_hours: float = OPEN_HOURS,
) -> dict[str, Any]:
    """Take the next step that is this side's to take.

    Raises:
        ZoneRefusedError: something is awaited, from people here or from the other side.
        ZoneMessageError: the other side's message is not what the protocol says.
        ReleaseRefusedError: people have not approved the opening.
    """
    switched_on(node)
    found = standing.view(node, slug, today)
    now = standing.stage(node, found)
    if now == "reply-to-seal":
        own = standing.side(found, standing.held(node, found.sets, node.origin))
        returned = own.second(_theirs(node, found))
        fields = {"terms": standing.bound(found), "returned": [b64(point) for point in returned]}
        hours = (seal_hours, open_hours)
        round_ = found.replies.round if found.replies else _start(node, found, REPLIES, author, hours)
        return _seal(node, found, round_, fields, author)
    if now in ("sets-to-open", "reply-to-open"):
        place = _round_to_open(found, now).open(author=author)
        return {"step": now, "origin": place.origin, "index": place.index}
    if now == "result-to-write":
        fields = {
            "zone": slug,
            "terms": standing.bound(found),
            "common": common(node, found),
        }
        return _append(node, ZoneResult.kind, fields, found.terms, author, exercise=found.exercise)
    raise ZoneRefusedError(AWAITED.get(now, now))


def common(node: Node, found: ZoneView) -> list[str]:
    """Return the packages that both accept, as this side finds them, in the order of the list.

    Raises:
        ZoneMessageError: a message is missing, or not what the protocol says.
    """
    own = standing.side(found, standing.held(node, found.sets, node.origin))
    other = found.terms.other(node.origin)
    returned = standing.points(found, standing.held(node, found.replies, other), "returned")
    both = own.common(returned, _theirs(node, found))
    return [slug for slug in found.terms.slugs if slug in both]


# --- inside ---


def _theirs(node: Node, found: ZoneView) -> list[bytes]:
    other = found.terms.other(node.origin)
    return standing.points(found, standing.held(node, found.sets, other), "points")


def _round_to_open(found: ZoneView, now: str) -> Round:
    leg = found.sets if now == "sets-to-open" else found.replies
    assert leg is not None
    return leg.round


def _start(node: Node, found: ZoneView, step: str, author: str, hours: tuple[float, float]) -> Round:
    terms = found.terms
    if node.origin != terms.starter:
        raise ZoneRefusedError(f"{terms.starter} starts; exchange with it once it has")
    now = node.control.rounds.clock()
    return Round.start(
        node,
        terms.name(step),
        terms.question(step),
        sorted(terms.model.logs),
        seal_by=now + round(hours[0] * HOUR),
        open_by=now + round(hours[1] * HOUR),
        author=author,
        paths=FIRST_PATHS if step == SETS else (),
        exercise=found.exercise,
    )


def _seal(node: Node, found: ZoneView, round_: Round, fields: dict[str, Any], author: str) -> dict[str, Any]:
    """Append a message and seal it in its round."""
    step = SETS if "seed" in fields else REPLIES
    kind = ZoneSet.kind if step == SETS else ZoneReply.kind
    done = _append(node, kind, fields, found.terms, author, exercise=found.exercise)
    index = done["receipts"][0]["index"]
    place = round_.seal(index, author=author, question=found.terms.question(step))
    return {"step": f"{step}-sealed", "origin": place.origin, "index": place.index}


def _append(
    node: Node, kind: str, fields: dict[str, Any], terms: Terms, author: str, *, exercise: bool
) -> dict[str, Any]:
    other = terms.other(node.origin).partition("/")[0]
    header = {
        **DEFAULTS,
        "author": author,
        "releasable_to": [other],
        "class": "exercise" if exercise else "record",
    }
    done = operations.append(node, [{**header, "kind": kind, "fields": fields}])
    if not done["receipts"]:
        raise ZoneRefusedError("the log waits to be confirmed after a restore; nothing was sealed")
    return {**done, "kind": kind}


def _fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return Zone.model_validate(dict(fields)).model_dump(mode="json", by_alias=True, exclude_none=True)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "zone"
        raise ZoneRefusedError(f"{where}: {first['msg'].removeprefix('Value error, ')}") from error


def _contents(terms: Terms) -> list[Any]:
    return [sorted(one.options.items()) or sorted(one.label.items()) for one in terms.model.packages]


def _check_options(node: Node, terms: Terms, today: date) -> None:
    with node.views.connect() as db:
        line = queries.view(node, db, terms.model.line, today)
    if line is None:
        raise ZoneRefusedError(f"no line {terms.model.line!r} is on record here")
    known = queries.options(line)
    for package in terms.model.packages:
        for key, option in package.options.items():
            issue = named(key)
            if option not in known.get(issue, ()):
                raise ZoneRefusedError(f"{package.slug}: the issue {issue!r} has no option {option!r}")


def _accepted(found: ZoneView, accept: Sequence[str]) -> frozenset[str]:
    if stranger := sorted(set(accept) - set(found.terms.slugs)):
        raise ZoneRefusedError(f"{stranger[0][:60]!a} is no package of the frozen list")
    if len(set(accept)) > found.terms.model.cap:
        raise ZoneRefusedError(
            f"{len(set(accept))} packages are accepted, and the cap is {found.terms.model.cap}"
        )
    return frozenset(accept)
