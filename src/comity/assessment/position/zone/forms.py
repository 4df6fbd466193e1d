"""The steps of a blind zone as pages: what the other side will see and may learn stands before each of them.

They are there only where the node has switched the zone on. What a side accepts is shown to it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries.zone import Zone
from comity.assessment.forms import Field, Form, FormError, needed, texts
from comity.assessment.forms_lines import rows, whole
from comity.assessment.position import answers as lines
from comity.assessment.position.zone import answers, writing
from comity.assessment.position.zone.errors import ZoneRefusedError
from comity.assessment.position.zone.labels import CAP, LEAK, PATH, SEES, WARNINGS
from comity.assessment.position.zone.terms import FEATURE
from comity.assessment.preview import seen
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]
    Built = tuple[list[Field], Callable[[Given], Act], Callable[[Act], Act], Act | None]

ACTS: Final = "/assessment/zone-acts"
CRUMBS: Final = [
    ("/assessment", N_("Joint assessment")),
    ("/assessment/lines", N_("Joint lines")),
    (PATH, N_("Blind zones")),
]
HOURS: Final = {"seal_hours": str(writing.SEAL_HOURS), "open_hours": str(writing.OPEN_HOURS)}
MOST_HOURS: Final = 24 * 366


def form(node: Node, name: str, asked: Given) -> Form:
    """Return the form of a step.

    Args:
        node: Where.
        name: propose, agree, seal or step.
        asked: What the address or the form says already: which zone.

    Raises:
        ZoneRefusedError: there is no such step or zone, or this node has not switched the zone on.
    """
    if name not in _FORMS or FEATURE not in node.config.features:
        raise ZoneRefusedError(f"no act {name[:40]!a}")
    title, lead, build = _FORMS[name]
    fields, act, shown, found = build(node, asked)

    def do(given: Act) -> Act:
        header = given["header"]
        fictional = header["class"] == "exercise"
        return answers.do(node, name, {**given, "author": header["author"], "exercise": fictional})

    here = [] if found is None else [(f"{PATH}/{found['slug']}", {"en": found["slug"]})]
    return Form(
        title,
        lead,
        f"{ACTS}/{name}",
        [*CRUMBS, *here],
        fields,
        act,
        shown,
        do,
        here[0][0] if here else PATH,
        exercise=bool(found and found["exercise"]),
        defaults=HOURS,
        headed=False,
        warnings=(*WARNINGS, LEAK),
    )


def _propose(node: Node, _asked: Given) -> Built:
    peers = sorted(one for one in node.charters if one.partition("/")[0] != node.origin.partition("/")[0])
    every = [(one["slug"], one["lines"][0]["title"]) for one in lines.line_list(node)]

    def act(given: Given) -> Act:
        fields = {
            "slug": needed(given, "slug"),
            "line": needed(given, "line"),
            "logs": sorted([node.origin, needed(given, "other")]),
            "packages": [_package(*row) for row in rows(given, "packages")],
            "cap": whole(given, "cap"),
            "mandate_holder": texts(given, "mandate_holder"),
            "valid_from": needed(given, "valid_from"),
            "valid_to": needed(given, "valid_to"),
        }
        return {"fields": fields}

    def shown(given: Act) -> Act:
        writing.check_proposal(node, given["fields"], lines.today())
        header = {**writing.DEFAULTS, **given["header"], "marking": writing.DEFAULTS["marking"]}
        return _capped(seen(node, Zone, given["fields"], header))

    packages = N_(
        "In English with a bar, its short name, a bar, and issue=option pairs: see the line's issues."
    )
    fields = [
        Field("slug", N_("Short name"), help=N_("Lower-case words joined by hyphens.")),
        Field("line", N_("Joint line"), "choice", options=every),
        Field("other", N_("The other side's log"), "choice", options=[(one, {"en": one}) for one in peers]),
        Field("packages", N_("The frozen list, one package on a line"), "texts", help=packages),
        Field("cap", N_("Most packages that a side may accept"), "number", help=_CAP),
        Field("mandate_holder", N_("The office that answers for the run"), "texts"),
        Field("valid_from", N_("First day"), "date"),
        Field("valid_to", N_("Last day"), "date"),
        Field("exercise", N_("It is fictional: an exercise, and says so everywhere"), "tick", required=False),
    ]
    return fields, act, shown, None


_CAP: Final = N_("At most half of the list; as many points are sent, whatever is accepted.")


def _package(label: dict[str, str], rest: list[str]) -> Act:
    slug, options, *_ = [*rest, "", ""]
    if not slug:
        raise FormError("a package is its words, a bar, and its short name", "packages.en")
    pairs = dict(pair.partition("=")[::2] for pair in options.replace(",", " ").split())
    return {"slug": slug, "label": label, **({"options": pairs} if pairs else {})}


def _agree(node: Node, asked: Given) -> Built:
    found = answers.zone(node, asked.get("zone", ""))

    def shown(given: Act) -> Act:
        fields = {name: found[name] for name in Zone.model_fields if name in found}
        return _capped(seen(node, Zone, fields, {**writing.DEFAULTS, **_fictional(given, found)}))

    return [_HIDDEN], lambda given: {"zone": needed(given, "zone")}, shown, found


def _seal(node: Node, asked: Given) -> Built:
    found = answers.zone(node, asked.get("zone", ""))

    def act(given: Given) -> Act:
        accept = [one["slug"] for one in found["packages"] if given.get(f"accept-{one['slug']}")]
        return {"zone": found["slug"], "accept": accept, **_hours(given)}

    def shown(given: Act) -> Act:
        writing.check_set(node, found["slug"], given["accept"], lines.today())
        says = [SEES["sets-to-seal"]]
        return _said("assessment.zone_set", says, {**given["header"], **_fictional(given, found)}) | {
            "only_here": given["accept"]
        }

    ticks = [
        Field(f"accept-{one['slug']}", one["label"], "tick", required=False) for one in found["packages"]
    ]
    return [_HIDDEN, *ticks, *_HOURS], act, shown, found


def _step(node: Node, asked: Given) -> Built:
    found = answers.zone(node, asked.get("zone", ""))

    def act(given: Given) -> Act:
        return {"zone": found["slug"], **_hours(given)}

    def shown(given: Act) -> Act:
        if found["other_side_will_see"] is None or found["stage"] == "sets-to-seal":
            raise ZoneRefusedError(found["awaits"] or found["stage"])
        starter = min(found["logs"])
        if found["stage"] == "reply-to-seal" and found["rounds"][1] is None and node.origin != starter:
            raise ZoneRefusedError(f"{starter} starts; exchange with it once it has")
        kind = _KINDS.get(found["stage"], "assessment.zone_reply")
        made = _said(kind, [found["other_side_will_see"]], {**given["header"], **_fictional(given, found)})
        if found["stage"] == "result-to-write" and found["common"] is not None:
            made["fields"] = [{"path": "common", "value": found["common"]}]
        return made

    return [_HIDDEN, *_HOURS], act, shown, found


_HIDDEN: Final = Field("zone", "zone", hidden=True)
_HOURS: Final = [
    Field("seal_hours", N_("Hours to seal, where this log starts"), "number", required=False),
    Field("open_hours", N_("Hours to open, where this log starts"), "number", required=False),
]
_KINDS: Final = {"sets-to-open": "assessment.zone_set", "result-to-write": "assessment.zone_result"}
_FORMS: Final[dict[str, tuple[str, str, Callable[[Node, Given], Built]]]] = {
    "propose": (
        N_("Propose a blind zone"),
        N_("A mandate and its frozen list, which the other side writes alike before anything is sealed."),
        _propose,
    ),
    "agree": (
        N_("Write the same mandate"),
        N_("Word for word as the other side wrote it; it stands once people of both have released it."),
        _agree,
    ),
    "seal": (
        N_("Seal the own set"),
        N_("Once a list, and never changed. People then approve that its first message opens."),
        _seal,
    ),
    "step": (
        N_("Take the next step"),
        N_("Open a message, seal the reply, open it, write the result."),
        _step,
    ),
}


def _capped(made: Act) -> Act:
    """Return a preview in which the cap is called as here: another system has a field of that name."""
    named = [one | {"label": CAP} if one["path"] == "cap" else one for one in made["fields"]]
    return {**made, "fields": named}


def _fictional(given: Act, found: Act) -> Act:
    return {"author": given["header"]["author"], "class": "exercise" if found["exercise"] else "record"}


def _said(kind: str, says: list[str], header: Act) -> Act:
    """Return a preview in words: what travels are points and seals, of which nobody reads anything."""
    return {"kind": kind, "fields": [], "header": header, "seen_by": [], "seen_at_once": False, "says": says}


def _hours(given: Given) -> Act:
    found: Act = {}
    for name in HOURS:
        number = whole(given, name)
        if number is not None and not 1 <= number <= MOST_HOURS:
            raise FormError(f"{number} hours: from 1 to {MOST_HOURS}", name)
        found |= {} if number is None else {name: number}
    return found
