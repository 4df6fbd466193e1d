"""`comity gate`: open, ask, answer, assert and reply; each is appended to the own log, or refused."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.assessment.gate.commands_act import (
    Act,
    CiteOption,
    On,
    Slug,
    Sponsor,
    Unverified,
    acting,
    cites_of,
    text_of,
)

app = typer.Typer(add_completion=False)


@acting(app, "open")
def open_gate(
    slug: Slug,
    *,
    initiative: Annotated[str, typer.Option(help="Slug of the initiative.")],
    rule: Annotated[str, typer.Option(help="Id of the rule.")],
    version: Annotated[int | None, typer.Option("--rule-version", help="Of the rule; the newest.")] = None,
    water: Annotated[str, typer.Option(help="Class of water, in the rule's words.")] = "",
    season: Annotated[list[str] | None, typer.Option(help="Season of the use; repeatable.")] = None,
    use: Annotated[str, typer.Option(help="Class of use, in the rule's words.")] = "",
) -> Act:
    """Open a gate for an initiative of one's own; it keeps the rule as it is today."""
    fields = {"slug": slug, "initiative": initiative, "rule": rule, "rule_version": version}
    return "open", {**fields, "water": water, "seasons": season or [], "use": use}


@acting(app)
def request(
    slug: Annotated[str, typer.Argument(help="A name for the request.")],
    *,
    initiative: Annotated[str, typer.Option(help="Slug of the initiative.")],
    sponsor: Annotated[str, typer.Option(help="Code of the party that is asked.")],
    rule: Annotated[str, typer.Option(help="The rule you have in mind.")] = "",
    reason: Annotated[str, typer.Option(help="Why; nobody needs one.")] = "",
    answer_by: Annotated[str, typer.Option("--answer-by", help="By when an answer is hoped for.")] = "",
) -> Act:
    """Ask the sponsor to open a gate. Only the sponsor opens one."""
    fields = {"slug": slug, "initiative": initiative, "sponsor": sponsor, "rule": rule}
    return "request", {**fields, "reason": text_of(reason), "answer_by": answer_by}


@acting(app)
def answer(
    name: Annotated[str, typer.Argument(metavar="REQUEST", help="The name of the request.")],
    word: Annotated[str, typer.Argument(metavar="ANSWER", help="accept or refuse.")],
    *,
    reason: Annotated[str, typer.Option(help="Why; a refusal needs no reason.")] = "",
) -> Act:
    """Answer a request. To accept it opens nothing yet: `comity gate open` does."""
    return "answer", {"request": name, "answer": word, "reason": text_of(reason)}


@acting(app)
def commitment(
    slug: Annotated[str, typer.Argument(help="A name for the commitment.")],
    *,
    initiative: Annotated[str, typer.Option(help="Slug of the initiative.")],
    what: Annotated[
        str,
        typer.Option(
            help="memorandum, concession, purchase_agreement, financing, construction_start, other."
        ),
    ],
    on: On,
    by: Annotated[str, typer.Option(help="Who committed himself.")],
    toward: Annotated[str, typer.Option(help="Toward which third party.")],
    asserted_by: Annotated[str, typer.Option("--asserted-by", help="The office or work that says so.")],
    cite: CiteOption,
    unverified: Unverified = False,
) -> Act:
    """Assert, from a source, a commitment to a third party; each node derives the flag for itself."""
    fields = {"slug": slug, "initiative": initiative, "commitment": what, "on": on, "by": by}
    cites = cites_of(cite, unverified=unverified)
    return "commitment", {**fields, "toward": toward, "asserted_by": asserted_by, "cites": cites}


@acting(app)
def reply(
    slug: Slug,
    word: Annotated[str, typer.Argument(metavar="REPLY", help="accept, contest or explain.")],
    text: Annotated[str, typer.Argument(help="In your own words.")],
    *,
    sponsor: Sponsor = "",
    origin: Annotated[
        str, typer.Option(help="Log of the entry replied to; the gate as a whole if absent.")
    ] = "",
    entry: Annotated[str, typer.Option("--id", help="Id of that entry.")] = "",
) -> Act:
    """Reply to a flag, a step or the gate as a whole; replies never change what is flagged."""
    about = {"origin": origin, "id": entry} if origin and entry else None
    return "reply", {
        "gate": slug,
        "sponsor": sponsor,
        "reply": word,
        "text": text_of(text),
        "about": about,
    }
