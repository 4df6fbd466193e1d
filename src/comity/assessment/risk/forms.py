"""The forms of the risk register: a risk with its distributions, a group, a run for the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import risk as kinds
from comity.assessment.forms import CITES, UNVERIFIED, Field, Form, cites, needed, texts
from comity.assessment.forms_lines import held, slugs, whole
from comity.assessment.initiatives import queries as initiatives
from comity.assessment.risk import forms_parts as parts
from comity.assessment.risk import writing
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.labels import PATH as REGISTER
from comity.assessment.tables import PROJECTOR
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]
    Built = tuple[list[Field], Callable[[Given], Act], Mapping[str, str], Mapping[str, str]]

PATH: Final = "/assessment/risk-acts"
CRUMBS: Final = [("/assessment", N_("Joint assessment")), (REGISTER, N_("Risks"))]
SLUG: Final = Field("slug", N_("Short name"), help=N_("Lower-case words joined by hyphens."))


def form(node: Node, name: str, asked: Given) -> Form:
    """Return the form of an act.

    Args:
        node: Where.
        name: Which act, as `writing.ACTS` names it.
        asked: What the address or the form says already; of a risk, how many impacts and treatments it has.

    Raises:
        RegisterError: there is no such act.
    """
    if name not in _FORMS:
        raise RegisterError(f"no act {name[:40]!a}")
    title, lead, build = _FORMS[name]
    fields, act, keeps, more = build(node, asked)

    def shown(given: Act) -> Act:
        return writing.shown(node, name, given)

    def do(given: Act) -> Act:
        return writing.do(node, name, given)

    return Form(
        title,
        lead,
        f"{PATH}/{name}",
        CRUMBS,
        fields,
        act,
        shown,
        do,
        REGISTER,
        defaults=_DEFAULTS.get(name, {}),
        keeps=keeps,
        more=more,
    )


def _risk(node: Node, asked: Given) -> Built:
    own = node.origin.partition("/")[0]
    with node.views.connect() as db:
        every = [(one.slug, one.fields["title"]) for one in initiatives.initiatives(db)]
        groups = [
            (one.fields["slug"], one.fields["label"])
            for one in PROJECTOR.reports(db, kinds.RiskGroup)
            if one.party == own
        ]
    counts = parts.counts(asked)

    def act(given: Given) -> Act:
        impacts = [parts.impact(given, at) for at in range(counts["impacts"])]
        return held(
            {
                "slug": needed(given, "slug"),
                "title": texts(given, "title"),
                **{name: texts(given, name, required=False) for name in ("cause", "event", "consequence")},
                "horizon_months": whole(given, "horizon_months"),
                "malicious": bool(given.get("malicious")),
                "frequency": {
                    "measure": needed(given, "measure"),
                    "spread": parts.spread(given, "frequency"),
                },
                "impacts": [one for one in impacts if one],
                "group": given.get("group", ""),
                "initiative": given.get("initiative", ""),
                "owner": given.get("owner", "").strip(),
                "treatments": [
                    one for at in range(counts["treatments"]) if (one := parts.treatment(given, at, impacts))
                ],
                "cites": cites(given),
                "pools": slugs(given, "pools"),
            }
        )

    fields = [
        SLUG,
        Field("title", N_("What it is called"), "texts"),
        Field("cause", N_("Where it comes from"), "texts", required=False),
        Field("event", N_("What would happen"), "texts", required=False),
        Field("consequence", N_("What would follow"), "texts", required=False),
        Field("malicious", N_("Somebody would bring it about on purpose"), "tick", required=False),
        Field("initiative", N_("Initiative"), "choice", required=False, options=every),
        Field("owner", N_("The office that looks after it"), required=False, help=SLUG.help),
        Field("often", N_("How often"), "head"),
        Field("horizon_months", N_("Within how many months"), "number", help=parts.HORIZON),
        *parts.often(),
        Field("group", N_("Comes together with others"), "choice", required=False, options=groups),
        *parts.blocks(node, counts),
        Field("sources", N_("What it rests on"), "head"),
        CITES,
        UNVERIFIED,
        Field("pools", N_("Pooled judgements"), required=False, help=N_("Short names of questions.")),
    ]
    more = {"impacts": N_("One more impact"), "treatments": N_("One more treatment")}
    return fields, act, {name: str(count) for name, count in counts.items()}, more


def _group(_node: Node, _asked: Given) -> Built:
    def act(given: Given) -> Act:
        return {
            "slug": needed(given, "slug"),
            "label": texts(given, "label"),
            "rho": needed(given, "rho"),
        }

    rho = N_("From 0, nothing, to below 1: the share of one common cause in how often they come.")
    fields = [
        SLUG,
        Field("label", N_("What they share"), "texts"),
        Field("rho", N_("Share of the common factor"), help=rho),
    ]
    return fields, act, {}, {}


def _run(_node: Node, _asked: Given) -> Built:
    def act(given: Given) -> Act:
        return {"seed": needed(given, "seed"), "draws": whole(given, "draws") or 0}

    fields = [
        Field("seed", N_("Seed"), help=N_("Any word: the same one gives the same draws on every node.")),
        Field("draws", N_("Draws"), "number", help=N_("From 1,000 to 1,000,000.")),
    ]
    return fields, act, {}, {}


_DEFAULTS: Final[dict[str, dict[str, str]]] = {"run": {"seed": "1", "draws": "100000"}}
_FORMS: Final[dict[str, tuple[str, str, Callable[[Node, Given], Built]]]] = {
    "risk": (
        N_("Put a risk on the register"),
        N_("As your party sees it: distributions with their horizon. Nothing is summed across parties."),
        _risk,
    ),
    "group": (
        N_("Say which risks come together"),
        N_("By one common cause; each risk then names the group."),
        _group,
    ),
    "run": (
        N_("Record a run"),
        N_("Your party's risks, drawn: the other side repeats it and holds the same digest."),
        _run,
    ),
}
