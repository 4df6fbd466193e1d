"""The forms of joint lines: open one, speak on a clause, sign the line, withdraw from it.

What a package is worth to one's own side has no form: it is a file that never leaves the node.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.forms import Field, Form, FormError, cites, lines, needed, texts
from comity.assessment.position import answers, writing
from comity.assessment.position.errors import LineStepError
from comity.assessment.position.forms_sign import sign
from comity.assessment.position.forms_values import WARNINGS, values
from comity.assessment.position.labels import MATTERS, VALUES
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.node.node import Node

    Given = Mapping[str, str]
    Act = dict[str, Any]
    Built = tuple[list[Field], Callable[[Given], Act], Act | None, Mapping[str, str] | None]

PATH: Final = "/assessment/line-acts"
LINES: Final = "/assessment/lines"
HOME: Final = ("/assessment", N_("Joint assessment"))
WORDS: Final = VALUES["step"]


def form(node: Node, name: str, asked: Given) -> Form:
    """Return the form of an act.

    Args:
        node: Where.
        name: Which act, as `writing.ACTS` names it.
        asked: What the address or the form says already: which line, clause and text.

    Raises:
        LineStepError: no such act, or the line is not on record.
    """
    if name not in _FORMS:
        raise LineStepError(f"no act {name[:40]!a}")
    title, lead, build = _FORMS[name]
    fields, act, line, quote = build(node, asked)

    def shown(given: Act) -> Act:
        return writing.shown(node, name, _body(given), answers.today())

    def do(given: Act) -> Act:
        return writing.do(node, name, _body(given), answers.today())

    here = [] if line is None else [(f"{LINES}/{line['slug']}", line["lines"][0]["title"])]
    return Form(
        title,
        lead,
        f"{PATH}/{name}",
        [HOME, (LINES, N_("Joint lines")), *here],
        fields,
        act,
        shown,
        do,
        here[0][0] if here else LINES,
        exercise=bool(line and line["exercise"]),
        quote=quote,
        warnings=WARNINGS if name == "show-values" else (),
    )


def _body(given: Act) -> Act:
    fields = {key: value for key, value in given.items() if key != "header" and value not in (None, "", [])}
    return {"fields": fields, "header": given["header"]}


def _open(_node: Node, _asked: Given) -> Built:
    def act(given: Given) -> Act:
        return {
            "slug": needed(given, "slug"),
            "title": texts(given, "title"),
            "matter": given.get("matter") or "position",
            "initiative": given.get("initiative", "").strip(),
            "forum": given.get("forum", "").strip(),
            "items": given.get("items", "").replace(",", " ").split(),
            "issues": [_issue(line) for line in lines(given, "issues")],
            "cites": cites(given),
        }

    slugs = N_("Lower-case words joined by hyphens.")
    fields = [
        Field("slug", N_("Short name"), help=slugs),
        Field("title", N_("What it is about"), "texts"),
        Field("matter", N_("Matter"), "choice", options=list(MATTERS.items())),
        Field("initiative", N_("Initiative"), required=False, help=N_("Its short name, if there is one.")),
        Field("forum", N_("Forum"), required=False, help=N_("A vote or a candidature names its forum.")),
        Field("items", N_("What the forum decides on"), required=False, help=slugs),
        Field(
            "issues",
            N_("Issues and options"),
            "area",
            required=False,
            help=N_("One issue on a line, with its options, as: Least flow: 50 m³/s; 80 m³/s"),
        ),
    ]
    return fields, act, None, None


def _issue(line: str) -> Act:
    label, _, rest = line.partition(":")
    options = [part.strip() for part in rest.split(";") if part.strip()]
    if not (label.strip() and options):
        raise FormError(f"an issue is its name, a colon, and its options: {line[:60]!a}", "issues")
    made = [{"slug": slug(option), "label": {"en": option}} for option in options]
    return {"slug": slug(label), "label": {"en": label.strip()}, "options": made}


def slug(words: str) -> str:
    """Return a short name made of words; letters and digits alone are kept.

    Raises:
        FormError: nothing is left.
    """
    kept = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in words.lower())
    found = "-".join(kept.split())[:96].strip("-")
    if not found:
        raise FormError(f"no short name can be made of {words[:40]!a}", "issues")
    return found


def _clause(node: Node, asked: Given) -> Built:
    line = answers.line(node, asked.get("line", ""))
    step = asked.get("step") if asked.get("step") in WORDS else "propose"
    state = next((one for one in line["clauses"] if one["clause"] == asked.get("clause")), None)
    on_table = [] if state is None else state["texts"]
    quote = next((one["text"] for one in on_table if one["digest"] == asked.get("about")), None)

    def act(given: Given) -> Act:
        return {
            "line": line["slug"],
            "clause": needed(given, "clause"),
            "step": step,
            "text": texts(given, "text") if step == "propose" else None,
            "about": needed(given, "about") if step in ("accept", "bracket") else None,
            "reason": texts(given, "reason", required=False),
        }

    named = bool(asked.get("clause"))
    fields = [
        Field("line", "line", hidden=True),
        Field("step", N_("Step"), "choice", options=list(WORDS.items()), hidden=bool(asked.get("step"))),
        Field("clause", N_("Short name of the clause"), hidden=named and step != "propose"),
        *([Field("about", "about", hidden=True)] if step in ("accept", "bracket") else []),
        *([Field("text", N_("Text of the clause"), "texts")] if step == "propose" else []),
        Field("reason", N_("Why, in words for the other side"), "texts", required=False),
    ]
    return fields, act, line, quote


def _sign(node: Node, asked: Given) -> Built:
    line = answers.line(node, asked.get("line", ""))
    fields, act = sign(line, node.origin.partition("/")[0], asked)
    return fields, act, line, None


def _values(node: Node, asked: Given) -> Built:
    line = answers.line(node, asked.get("line", ""))
    fields, act = values(line)
    return fields, act, line, None


def _withdraw(node: Node, asked: Given) -> Built:
    line = answers.line(node, asked.get("line", ""))

    def act(given: Given) -> Act:
        number = needed(given, "version")
        return {
            "line": line["slug"],
            "version": int(number) if number.isdecimal() else number,
            "on": needed(given, "on"),
            "reason": texts(given, "reason", required=False),
        }

    fields = [
        Field("line", "line", hidden=True),
        Field("version", N_("Version of the line"), "number"),
        Field("on", N_("From this day"), "date"),
        Field("reason", N_("Why, if you want to say so"), "texts", required=False),
    ]
    return fields, act, line, None


_FORMS: Final[dict[str, tuple[str, str, Callable[[Node, Given], Built]]]] = {
    "line": (
        N_("Open a joint line"),
        N_("What both want to say to the outside, agreed before it is said."),
        _open,
    ),
    "clause": (
        N_("Speak on a clause"),
        N_("Your newest word on a clause counts. A clause is agreed when both stand by one text."),
        _clause,
    ),
    "sign": (
        N_("Write the line"),
        N_("Each party writes it alike into its own log; it is in force when people of both approved it."),
        _sign,
    ),
    "show-values": (
        N_("Show values"),
        N_("Once both sides show values, both see beside the line which packages are fair by them."),
        _values,
    ),
    "withdraw": (
        N_("Withdraw from the line"),
        N_("A party that does not stand by a line any more says so; it needs no consent."),
        _withdraw,
    ),
}
