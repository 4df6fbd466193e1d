"""The form of an initiative: what is proposed, on which papers, what it asks of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.forms import CITES, UNVERIFIED, Field, Form, FormError, cites, lines, needed, texts
from comity.assessment.forms_lines import barred, held, rows, slugs, whole
from comity.assessment.forms_parties import named
from comity.assessment.initiatives import writing
from comity.assessment.initiatives.errors import UnknownInitiativeError
from comity.assessment.initiatives.labels import INITIATIVES, PRICES, initiative_path
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]

PATH: Final = "/assessment/initiative-acts"
LIST: Final = ("/assessment/initiatives", N_("Initiatives"))
SLUG_HELP: Final = N_("Lower-case words joined by hyphens.")
SLUGS_HELP: Final = N_("Short names, divided by spaces.")


def form(node: Node, name: str, asked: Given) -> Form:
    """Return the form of an act; there is one, `record`.

    Raises:
        UnknownInitiativeError: there is no such act.
    """
    if name != "record":
        raise UnknownInitiativeError(f"no act {name[:40]!a}")
    parties = named(node)

    def shown(given: Act) -> Act:
        return writing.shown(node, given)

    def do(given: Act) -> Act:
        return writing.record(node, given)

    return Form(
        N_("Record an initiative"),
        N_("What a third party proposes, from its papers. Each party records it for itself; both stand."),
        f"{PATH}/{name}",
        [("/assessment", N_("Joint assessment")), LIST],
        _fields(parties),
        lambda given: _act(given, [code for code, _ in parties]),
        shown,
        do,
        initiative_path(asked["slug"]) if asked.get("slug") else LIST[0],
        defaults={"sponsor": node.origin.partition("/")[0]},
    )


def _fields(parties: Sequence[tuple[str, Mapping[str, str]]]) -> list[Field]:
    return [
        Field("slug", N_("Short name"), help=SLUG_HELP),
        Field("title", N_("What it is called"), "texts"),
        Field("initiative_kind", N_("Kind"), "choice", options=list(INITIATIVES.items())),
        Field("third_party", N_("Third party, by its short name"), help=SLUG_HELP),
        Field("third_party_name", N_("Third party, in words"), "texts"),
        Field("sponsor", N_("Party on whose side it is taken forward"), "choice", options=parties),
        Field("what", N_("What is proposed"), "texts"),
        Field(
            "documents",
            N_("Documents, one on a line"),
            "area",
            help=N_("Title, a bar, its date, a bar, its short name on record; only the title is needed."),
        ),
        Field("money", N_("Amount and financing"), "head"),
        Field("amount", N_("Amount"), required=False, help=N_("In whole units: 250000000.")),
        Field("currency", N_("Currency"), required=False, help=N_("Three letters: USD.")),
        Field("prices", N_("Prices"), "choice", required=False, options=list(PRICES.items())),
        Field("year", N_("Year of the prices"), "number", required=False),
        Field("financing", N_("How it is paid for"), "texts", required=False),
        Field("asks", N_("What it asks of each party"), "head", help=_ASKS),
        *(
            Field(f"asks-{code}", names, "texts", required=False, help=N_("One thing on a line."))
            for code, names in parties
        ),
        Field("linked", N_("What it is linked to"), "head"),
        Field("places", N_("Places"), required=False, help=SLUGS_HELP),
        Field("instruments", N_("Instruments"), required=False, help=SLUGS_HELP),
        Field("evidence", N_("Evidence"), required=False, help=SLUGS_HELP),
        CITES,
        UNVERIFIED,
        Field("note", N_("What a reader must know besides"), "texts", required=False),
    ]


_ASKS: Final = N_("In English with a day after a bar where one is named: A guarantee | 2027-03-01")


def _act(given: Given, codes: Sequence[str]) -> Act:
    return held(
        {
            "slug": needed(given, "slug"),
            "title": texts(given, "title"),
            "initiative_kind": needed(given, "initiative_kind"),
            "third_party": needed(given, "third_party"),
            "third_party_name": texts(given, "third_party_name"),
            "sponsor": needed(given, "sponsor"),
            "what": texts(given, "what"),
            "places": slugs(given, "places"),
            "amount": _amount(given),
            "financing": texts(given, "financing", required=False),
            "documents": [_paper(line) for line in lines(given, "documents")],
            "asks": [_ask(code, *row) for code in codes for row in rows(given, f"asks-{code}")],
            "instruments": slugs(given, "instruments"),
            "evidence": slugs(given, "evidence"),
            "cites": cites(given),
            "note": texts(given, "note", required=False),
        }
    )


def _amount(given: Given) -> Act | None:
    value = given.get("amount", "").strip()
    if not value:
        return None
    if not given.get("prices"):
        raise FormError("an amount without its prices cannot be compared with another", "prices")
    told = {"value": value, "currency": needed(given, "currency"), "prices": given["prices"]}
    return held({**told, "year": whole(given, "year")})


def _paper(line: str) -> Act:
    title, on, work, *_ = [*barred(line), "", ""]
    return held({"title": title, "on": on, "work": work})


def _ask(party: str, what: dict[str, str], rest: list[str]) -> Act:
    return held({"party": party, "what": what, "by": rest[0] if rest else ""})
