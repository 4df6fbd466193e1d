"""The joint picture in a terminal: who and how far, what is agreed and what is not, what voices say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from rich import box
from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from comity.demo.paper_picture import paper_picture
from comity.demo.walk_picture import walked
from comity.perspectives.clusters import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import RenderableType

    from comity.demo.documents import Located, Looked
    from comity.demo.example import Example
    from comity.demo.steps import Outcome

EXERCISE: Final = "[exercise]"
MOST_LISTED: Final = 12
SHORT_ROOT: Final = 12
GOOD, WAIT, BAD, QUIET = "green", "yellow", "red", "bright_black"
NONE: Final = "-"
STATES: Final = {
    "agreed": GOOD,
    "joint": GOOD,
    "awaiting": WAIT,
    "recorded differently": BAD,
    "disputed": BAD,
}


def picture(outcome: Outcome, example: Example) -> RenderableType:
    """Return the whole picture, without the links to the consoles."""
    parts: list[RenderableType] = [
        _heading(example.title["en"]),
        _heads(outcome, example),
        _heading("Register: what the parties recorded"),
        _facts(outcome),
        _heading("Undertakings: what the parties said became of them"),
        _undertakings(outcome, example),
        _heading("Comparison: what the authors conclude, and what the coded statements alone support"),
        _comparison(outcome),
    ]
    if outcome.looked is not None and outcome.located is not None:
        parts += [_heading("Documents and passages"), _documents(outcome.looked, outcome.located)]
    if outcome.walk:
        parts += [_heading("What leaves, who approved it, what is taken back"), walked(outcome.walk)]
    parts += [_heading("Checks"), _checks(outcome)]
    if outcome.paper is not None:
        title = f"The paper itself ({outcome.paper.work}): what its authors find, and what computes beside it"
        parts += [_heading(title), paper_picture(outcome.paper)]
    return Group(*parts)


def links(nodes: Mapping[str, str], *, staying: bool) -> RenderableType:
    """Return where each console is: party to address."""
    table = Table(box=None, show_header=False, padding=(0, 2))
    for name, address in nodes.items():
        table.add_row(Text(name, style="bold"), Text(address, style="cyan underline", overflow="fold"))
    keys = "For play alone: these nodes' keys lie without a passphrase, and the passkeys are software."
    last = "Each link opens once. Ctrl-C ends both nodes." if staying else "The nodes have ended."
    said = Text(f"{keys}\n{last}", style=QUIET)
    return Group(_heading("Consoles, on this machine only"), table, said)


def _heading(words: str) -> RenderableType:
    return Padding(Text(words, style="bold"), (1, 0, 0, 0))


def _table(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, header_style=QUIET, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _heads(outcome: Outcome, example: Example) -> RenderableType:
    table = _table("party", "log", "entries", "root", "joint", "cosigned by", "appended now", "fingerprint")
    names = {member.origin: member.names["en"] for member in example.parties}
    for origin, status in outcome.statuses.items():
        joint = status["statuses"]["joint"]
        table.add_row(
            Text(names[origin], style="bold"),
            origin,
            str(status["size"]),
            f"{status['root'][:SHORT_ROOT]}…",
            Text(f"{joint}/{status['size']}", style=GOOD if joint == status["size"] else WAIT),
            Text(", ".join(status["cosigned_by"]) or "nobody", style=GOOD if status["cosigned_by"] else WAIT),
            str(outcome.appended.get(origin, 0)),
            Text(outcome.fingerprints[origin], style=QUIET),
        )
    compact = next(iter(outcome.summaries.values()))["compact"]
    if not compact:
        return table
    force = "in force" if compact["in_force"] else "not in force"
    members = f"{', '.join(compact['parties'])}; observer: {', '.join(compact['observers']) or 'none'}"
    return Group(table, Text(f"Compact {force} between {members}."))


def _facts(outcome: Outcome) -> RenderableType:
    table = _table("what", "agreed", "awaiting the other side", "recorded differently")
    differing = []
    for kind, facts in outcome.facts.items():
        if not facts:
            continue
        states = Counter(fact["state"] for fact in facts)
        counts = [states["agreed"], states["awaiting"], states["recorded differently"]]
        styles = (GOOD, WAIT, BAD)
        cells = [Text(str(n), style=style if n else QUIET) for n, style in zip(counts, styles, strict=True)]
        table.add_row(kind.partition(".")[2], *cells)
        differing += [fact for fact in facts if fact["state"] == "recorded differently"]
    shown = _table("recorded differently", "in", "as reported")
    for fact in differing[:MOST_LISTED]:
        shown.add_row(_marked(fact["key"], fact), ", ".join(fact["differs"]), _reports(fact))
    more = len(differing) - MOST_LISTED
    note = "Several reports of one thing stay several; awaiting may mean withheld, never missing."
    return Group(table, shown, Text((f"… and {more} more. " if more > 0 else "") + note, style=QUIET))


def _reports(fact: dict[str, Any]) -> str:
    said = []
    for report in fact["reports"]:
        values = [str(report["fields"].get(name, NONE)) for name in fact["differs"]]
        said.append(f"{report['party']}: {', '.join(values)}")
    return "  |  ".join(dict.fromkeys(said))


def _undertakings(outcome: Outcome, example: Example) -> RenderableType:
    order = {"joint": 0, "disputed": 1, "awaiting": 2}
    spoken = [view for view in outcome.undertakings if view["standing"]["said"]]
    parties = [member.party for member in example.parties]
    table = _table("standing", "undertaking", *(f"{party} says" for party in parties), "software's advice")
    for view in sorted(spoken, key=lambda view: (order[view["standing"]["state"]], view["slug"])):
        state = view["standing"]["state"]
        table.add_row(
            Text(state, style=STATES[state]),
            _marked(view["fact"]["reports"][0]["fields"]["action"]["en"], view),
            *(view["standing"]["said"].get(party, NONE).replace("_", " ") for party in parties),
            Text(view["advice"], style=QUIET),
        )
    silent = len(outcome.undertakings) - len(spoken)
    note = f"{silent} more of which nobody has said anything: awaiting. Advice is no status."
    return Group(table, Text(note, style=QUIET))


def _comparison(outcome: Outcome) -> RenderableType:
    comparison = outcome.comparison
    rule = comparison["rule"]
    labels = {group: label["en"] for group, label in rule["labels"].items()} if rule else {}
    reasons: dict[str, int] = {}
    table = Table(box=box.SIMPLE_HEAD, header_style=QUIET, pad_edge=False, expand=True)
    table.add_column("proposition", ratio=1)
    table.add_column("authors'\nfinding")
    for label in labels.values():
        table.add_column(label, max_width=14)
    table.add_column(f"computed finding\n({comparison['method']})")
    for row in comparison["rows"]:
        table.add_row(
            _marked(row["text"]["en"], row),
            Text(row["authors_finding"] or NONE, style="bold"),
            *(_cell(row["cells"][group]) for group in labels),
            _verdict(row, labels, reasons),
        )
    notes = [
        "Mean stance from -2 (rejects) to +2 (affirms), (n) statements; * as reported by one work.",
        "The two findings are two columns: the computed one never looks at the authors'.",
    ]
    if comparison["unplaced"]:
        notes.append(f"Voices in no perspective: {', '.join(comparison['unplaced'])}.")
    legend = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
    for words, number in reasons.items():
        legend.add_row(Text(str(number), style=WAIT), Text(words, style=QUIET))
    why = Text("One cannot tell because", style=QUIET)
    return Group(table, *((why, legend) if reasons else ()), Text("\n".join(notes), style=QUIET))


def _verdict(row: dict[str, Any], labels: Mapping[str, str], reasons: dict[str, int]) -> Text:
    """Return the computed verdict; reasons are numbered in `reasons` as they come."""
    verdict = row["computed_finding"]
    words = Text(verdict, style=WAIT if verdict == "cannot tell" else "bold")
    numbers = []
    for reason in row["reasons"]:
        names = {name: labels.get(reason[name], reason[name]) for name in ("group", "other")}
        said = WORDS[reason["code"]] % {**names, "work": reason["work"]}
        numbers.append(reasons.setdefault(said, len(reasons) + 1))
    return words.append("  " + " ".join(map(str, sorted(numbers))), style=QUIET)


def _cell(cell: dict[str, Any]) -> Text:
    if cell["mean"] is None:
        apart = cell["mixed"] + cell["not_addressed"]
        return Text("not heard" if not apart else "no stance", style=QUIET)
    return Text(f"{cell['mean']:+.1f} ({cell['n']})" + ("*" if cell["reported_by_one_work"] else ""))


def _documents(looked: Looked, located: Located) -> RenderableType:
    lines = [
        Text(f"{found.known.work}: taken in, content kept by {found.known.party}") for found in looked.found
    ]
    lines += [Text(f"{work}: not in the folder", style=WAIT) for work in looked.missing]
    lines += [
        Text(f"{name}: no document of this example, left alone", style=QUIET) for name in looked.strangers
    ]
    moved = f", {located.moved} of them moved" if located.moved else ""
    lines.append(Text(f"{located.resolved} locators lead to their passage{moved}.", style=GOOD))
    if not located.orphans:
        return Group(*lines)
    table = _table("orphan", "work", "why")
    for orphan in located.orphans[:MOST_LISTED]:
        table.add_row(f"{orphan.origin} {orphan.index} {orphan.slug}", orphan.work, orphan.reason)
    more = len(located.orphans) - MOST_LISTED
    return Group(*lines, table, Text(f"… and {more} more." if more > 0 else "", style=QUIET))


def _checks(outcome: Outcome) -> RenderableType:
    return Group(*(_check(name, held) for name, held in outcome.checks.items()), *_observed(outcome))


def _check(name: str, held: bool) -> Text:
    return Text.assemble(
        ("  held    " if held else "  FAILED  ", GOOD if held else BAD), name.replace("_", " ")
    )


def _observed(outcome: Outcome) -> Sequence[Text]:
    return [
        Text(
            f"  The observer verified {found.size} entries of {found.origin}, and opened {found.opened}.",
            style=QUIET,
        )
        for found in outcome.observed.values()
    ]


def _marked(words: str, item: dict[str, Any]) -> Text:
    """Return words that say so where they are fictional."""
    return Text.assemble((f"{EXERCISE} ", "magenta"), words) if item["exercise"] else Text(words)
