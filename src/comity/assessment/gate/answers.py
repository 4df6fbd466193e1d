"""What may be asked of gates as JSON data: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from comity.assessment.gate import dates, queries, rules
from comity.assessment.gate.deadline import METHOD, parse_extension, reckon
from comity.assessment.gate.errors import UnknownGateError
from comity.assessment.gate.flags import METHOD as FLAG_METHOD
from comity.assessment.gate.flags import WORDS
from comity.assessment.gate.states import METHOD as STATE_METHOD
from comity.node.compacts import ground, parties
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.assessment.gate.dates import Days
    from comity.assessment.gate.deadline import Reckoned
    from comity.assessment.gate.flags import Flag
    from comity.assessment.gate.queries import GateView, RequestView
    from comity.assessment.gate.said import Place
    from comity.assessment.gate.states import Life
    from comity.assessment.gate.taken import Step
    from comity.node.node import Node


def today() -> date:
    """Return the day, UTC."""
    return datetime.now(UTC).date()


def deadline(rule: rules.Rule, start: str, extend: Sequence[str] = ()) -> dict[str, Any]:
    """Return when a consultation under a rule ends that starts on an EDTF date, with its extensions.

    Raises:
        GateDateError: a date or a length cannot be read.
        PastDeadlineError: an extension ends before what it extends.
    """
    extensions = [parse_extension(text) for text in extend]
    found = reckon(start, rule.period.length, extensions)
    plain = reckon(start, rule.period.length) if extensions else found
    return {
        **reckoned_json(found),
        "start": start,
        "without_extensions": reckoned_json(plain)["end"],
        "extensions": list(extend),
        "rule": {"id": rule.id, "version": rule.version},
        "period": rule.period.model_dump(),
        "method": METHOD,
    }


def reckoned_json(found: Reckoned) -> dict[str, Any]:
    """Return an end; null with the days between which it lies where it is not one day."""
    return {
        "end": _iso(found.end),
        "earliest": _iso(found.earliest),
        "latest": _iso(found.latest),
        "cannot_tell": found.reason,
        "shortened": found.shortened,
    }


def rule_list(node: Node | None) -> list[dict[str, Any]]:
    """Return the rules here: those shipped, and those of a node with whether its compact carries them."""
    folder = None if node is None else node.folder.root / "rules"
    signed = signed_digests(node) if node is not None else {}
    found = []
    for (_, _), text in sorted(rules.texts(folder).items()):
        rule, digest = rules.parse(text), rules.digest(text)
        found.append({**rule.model_dump(mode="json"), "digest": digest, "signed": signed.get(digest)})
    return found


def signed_digests(node: Node) -> dict[str, str]:
    """Return the digests that the compact in force carries, with the compact's name and version."""
    found = ground(node)
    if found is None or not found.binds:
        return {}
    named = f"{found.compact.name}/{found.compact.version}"
    return {b64(part.digest): named for part in found.compact.vocabularies}


def gate_list(node: Node, on: str = "") -> list[dict[str, Any]]:
    """Return every gate as of a day."""
    day = dates.day(on) if on else today()
    signed = signed_digests(node)
    with node.views.connect() as db:
        return [gate_json(view, day, signed) for view in queries.gates(db, parties(node), day)]


def gate(node: Node, slug: str, sponsor: str = "", on: str = "") -> dict[str, Any]:
    """Return the gates of one name: two where both parties opened one.

    Raises:
        UnknownGateError: there is none.
    """
    found = [one for one in gate_list(node, on) if one["slug"] == slug and sponsor in ("", one["sponsor"])]
    if not found:
        raise UnknownGateError(f"no gate {slug[:60]!a}")
    return {"gates": found}


def request_list(node: Node) -> list[dict[str, Any]]:
    """Return every request to open a gate, with the answer if there is one."""
    with node.views.connect() as db:
        return [request_json(view) for view in queries.requests(db)]


def usage_list(node: Node) -> list[dict[str, Any]]:
    """Return how often each party opened, asked, answered and replied."""
    with node.views.connect() as db:
        return [asdict(one) for one in queries.use_of(db, parties(node), today())]


def gate_json(view: GateView, on: date, signed: dict[str, str]) -> dict[str, Any]:
    """Return a gate as plain JSON data."""
    fields = view.opening.fields
    return {
        "slug": view.slug,
        "sponsor": view.sponsor,
        "initiative": fields["initiative"],
        "on": on.isoformat(),
        "exercise": view.exercise,
        "place": [view.opening.origin, view.opening.index],
        "rule": {
            "id": fields["rule"],
            "version": fields["rule_version"],
            "digest": fields["rule_digest"],
            "problem": view.problem,
            "title": {"en": fields["rule"]} if view.rule is None else view.rule.title,
            "members": [] if view.rule is None else view.rule.members,
            "cites": [] if view.rule is None else [one.model_dump() for one in view.rule.source],
            "signed": signed.get(fields["rule_digest"]),
        },
        "class": {name: fields.get(name) for name in ("water", "seasons", "use")},
        "aside": [{"place": _place(one.place), "code": one.code} for one in view.aside],
        "flag_words": WORDS,
        "flags": [_flag(one, view) for one in view.flags],
        "replies": [_reply(report) for report in view.replies],
        "methods": [STATE_METHOD, METHOD, FLAG_METHOD],
        **_life(view.life),
    }


def request_json(view: RequestView) -> dict[str, Any]:
    """Return a request as plain JSON data."""
    request, answer = view.request, view.answer
    return {
        **request.fields,
        "requested_by": request.party,
        "exercise": request.exercise,
        "place": [request.origin, request.index],
        "answer": None
        if answer is None
        else {
            "answer": answer.fields["answer"],
            "reason": answer.fields.get("reason"),
            "place": [answer.origin, answer.index],
        },
    }


def _life(life: Life | None) -> dict[str, Any]:
    if life is None:
        nothing: dict[str, Any] = {name: [] for name in ("candidates", "procedures", "conflicts", "steps")}
        return {"state": "cannot tell", **nothing, "end": None}
    return {
        "state": life.state,
        "candidates": list(life.candidates),
        "procedures": list(life.procedures),
        "conflicts": list(life.conflicts),
        "end": None if life.end is None else reckoned_json(life.end),
        "steps": [_step(one) for one in life.steps],
    }


def _step(one: Step) -> dict[str, Any]:
    return {
        "step": one.step,
        "number": one.number,
        "when": _span(one.when),
        "contradicted": one.contradicted,
        "retroactive": one.retroactive,
        "extends": [
            {"months": part.months, "days": part.days, "until": _iso(part.until)} for part in one.extensions
        ],
        "words": [
            {
                "place": _place(word.place),
                "party": word.place.party,
                "when": _span(word.when),
                "unverified": word.unverified,
            }
            for word in one.words
        ],
    }


def _flag(one: Flag, view: GateView) -> dict[str, Any]:
    fields = view.commitments[one.commitment.place.id].fields
    return {
        "commitment": one.commitment.slug,
        "kind": one.commitment.kind,
        "on": fields["on"],
        "when": _span(one.commitment.when),
        "exercise": view.commitments[one.commitment.place.id].exercise,
        "cites": fields["cites"],
        "by": fields["by"],
        "toward": fields["toward"],
        "asserted_by": fields["asserted_by"],
        "place": _place(one.commitment.place),
        "id": one.commitment.place.id,
        "flag": one.raised,
        "verdict": one.verdict,
        "basis": one.basis,
        "days": None if one.fewest is None and one.most is None else [one.fewest, one.most],
    }


def _reply(report: Any) -> dict[str, Any]:
    names = ("about", "reply", "text", "cites")
    return {
        **{name: report.fields.get(name) for name in names},
        "party": report.party,
        "exercise": report.exercise,
        "place": [report.origin, report.index],
    }


def _place(place: Place) -> list[Any]:
    return [place.origin, place.index]


def _span(days: Days) -> dict[str, Any]:
    return {"first": _iso(days.first), "last": _iso(days.last), "certain": days.certain}


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
