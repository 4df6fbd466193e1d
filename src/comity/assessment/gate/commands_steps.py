"""`comity gate`: the steps of a consultation, as the own party says that they were taken."""

from __future__ import annotations

from typing import Annotated

import typer

from comity.assessment.gate.commands_act import (
    Act,
    CiteOption,
    On,
    Past,
    Slug,
    Sponsor,
    Unverified,
    acting,
    cites_of,
)

app = typer.Typer(add_completion=False)


@acting(app)
def step(
    slug: Slug,
    name: Annotated[
        str, typer.Argument(metavar="STEP", help="notified, complete, started, concluded or lapsed.")
    ],
    *,
    on: On,
    sponsor: Sponsor = "",
    cite: CiteOption = None,
    unverified: Unverified = False,
    past: Past = False,
    corrects: Annotated[str, typer.Option(help="Id of the own entry that this one replaces.")] = "",
) -> Act:
    """Say that a step was taken. Submission (`notified`) is no start; the period runs from `started`."""
    fields = {"gate": slug, "sponsor": sponsor, "step": name, "on": on, "past": past, "corrects": corrects}
    return "step", {**fields, "cites": cites_of(cite, unverified=unverified)}


@acting(app)
def extend(
    slug: Slug,
    length: Annotated[str, typer.Argument(help="6m, 30d, or the day it lasts until.")],
    *,
    on: On,
    number: Annotated[int | None, typer.Option(min=1, help="Which extension; the next.")] = None,
    sponsor: Sponsor = "",
    cite: CiteOption = None,
    unverified: Unverified = False,
    past: Past = False,
) -> Act:
    """Say that a consultation was extended; decided after its end it is marked retroactive."""
    from comity.assessment.gate.deadline import parse_extension  # noqa: PLC0415 - lazily

    found = parse_extension(length)
    fields = {"gate": slug, "sponsor": sponsor, "step": "extended", "on": on, "number": number, "past": past}
    until = None if found.until is None else found.until.isoformat()
    lasts = {"months": found.months, "days": found.days, "until": until}
    return "step", {**fields, **lasts, "cites": cites_of(cite, unverified=unverified)}


@acting(app)
def conclude(
    slug: Slug,
    *,
    on: On,
    sponsor: Sponsor = "",
    cite: CiteOption = None,
    unverified: Unverified = False,
) -> Act:
    """Say that the consultation was concluded, however it went."""
    fields = {"gate": slug, "sponsor": sponsor, "step": "concluded", "on": on}
    return "step", {**fields, "cites": cites_of(cite, unverified=unverified)}
