"""The paper's comparison in a terminal: two columns, the audit, the origins of its sources, its proposals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from rich.console import RenderableType

    from comity.demo.paper import AuthorsFinding, Paper

QUIET: Final = "bright_black"
WAIT: Final = "yellow"
GOOD: Final = "green"
BAD: Final = "red"
MOST: Final = 150
"""Letters of a passage that are shown; the console shows all of it."""


def paper_picture(paper: Paper) -> RenderableType:
    """Return the picture of a paper."""
    return Group(_findings(paper), _audit(paper), _shares(paper), _proposals(paper))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style=QUIET, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _findings(paper: Paper) -> RenderableType:
    table = _table("authors' finding", "its passage and what is cited there", "computed finding, and why")
    for item in paper.findings:
        table.add_row(_theirs(item), _passage(item), _computed(item))
    return table


def _theirs(item: AuthorsFinding) -> Text:
    section = f"\nsection {item.section}" if item.section else ""
    return Text.assemble((item.finding, "bold"), f"\n{item.proposition}", (section, QUIET))


def _passage(item: AuthorsFinding) -> Text:
    if not item.passage:
        return Text("no passage is pointed to", style=WAIT)
    short = item.passage if len(item.passage) <= MOST else f"{item.passage[:MOST].rsplit(' ', 1)[0]} …"
    cited = f"\ncites {'; '.join(item.cited)}" if item.cited else "\ncites nothing here"
    words = Text(f"“{short}”").append(cited, style=QUIET)
    return words.append(f"\n{'; '.join(item.faults)}", style=WAIT) if item.faults else words


def _computed(item: AuthorsFinding) -> Text:
    words = Text(item.computed, style=WAIT if item.computed == "cannot tell" else "bold")
    for reason in item.reasons[:3]:
        words.append(f"\n{reason}", style=QUIET)
    return words


def _audit(paper: Paper) -> RenderableType:
    audit = paper.audit
    table = _table("audit of the citations", "where", "what")
    for item in audit.findings:
        if item.kind != "origin-share":
            table.add_row(item.kind, item.where, item.what)
    said = (
        f"{len(audit.instances)} citations of {len({item.key for item in audit.instances})} works; "
        f"{len(audit.keys)} references, {len(audit.uncited)} of them cited nowhere; "
        f"{len(audit.dangling)} works cited that are in no list."
    )
    return Group(table, Text(said, style=QUIET))


def _shares(paper: Paper) -> RenderableType:
    table = _table("origin of the works cited", "works", "citations")
    works = sum(share.works for share in paper.audit.shares) or 1
    citations = sum(share.citations for share in paper.audit.shares) or 1
    for share in paper.audit.shares:
        table.add_row(
            share.origin,
            f"{share.works} ({share.works / works:.0%})",
            f"{share.citations} ({share.citations / citations:.0%})",
        )
    note = (
        "By the record of the work, else by its address or publisher; an author's nationality never decides."
    )
    return Group(table, Text(note, style=QUIET))


def _proposals(paper: Paper) -> RenderableType:
    if paper.rests_on_proposal:
        return Text(f"Undertakings that rest on a proposal: {', '.join(paper.rests_on_proposal)}", style=BAD)
    return Text(
        f"{paper.proposals} proposals of the authors are on record as proposals; none of the "
        f"{paper.undertakings} undertakings rests on one.",
        style=GOOD,
    )
