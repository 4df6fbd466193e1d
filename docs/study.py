"""Writes the tables of docs/study-general-assembly.md from public files; a test fails when they differ.

python -m docs.study FOLDER          write, from the folder that holds `un/` and `text/`
python -m docs.study FOLDER --check  exit 1 if the page would change
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

from comity.perspectives.study import mentions as debate
from comity.perspectives.study import rollcalls

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.perspectives.study.mentions import Named, Speech
    from comity.perspectives.study.rollcalls import Agreement, RollCall

PAGE = Path(__file__).parent / "study-general-assembly.md"
VOTES_FILE = "un/unvotes_mekong_1946_2019.csv.gz"
SPEECHES_FILE = "text/ungdc_mekong6_1946_2024.jsonl.gz"
SPEAKERS = ("LAO", "VNM", "KHM", "THA", "MMR", "CHN")
PAIR = ("LA", "VN")
LONG_SILENCE = 5
SLOT = re.compile(r"<!-- ([\w ]+) -->\n.*?<!-- end -->", re.DOTALL)


def table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """Return a Markdown table."""
    names = list(head)
    lines = [f"| {' | '.join(names)} |", "|" + "---|" * len(names)]
    return "\n".join([*lines, *(f"| {' | '.join(str(cell) for cell in row)} |" for row in rows)])


def rate(named: Iterable[Named]) -> str:
    """Return namings per 10,000 words, and of how many speeches."""
    held = list(named)
    if not held:
        return "no speech"
    words = sum(item.words for item in held)
    naming = sum(1 for item in held if item.count)
    return f"{sum(item.count for item in held) / words * 10_000:.1f} ({naming} of {len(held)})"


def who_names_whom(speeches: list[Speech]) -> str:
    """Return the whole period: a row a speaker, a column a state that is named."""
    rows = [
        [speaker, *("" if of == speaker else rate(debate.mentions(speeches, speaker, of)) for of in SPEAKERS)]
        for speaker in SPEAKERS
    ]
    return table(["speaker", *(f"names {of}" for of in SPEAKERS)], rows)


def by_decade(speeches: list[Speech], speaker: str) -> str:
    """Return one speaker's namings of each other state, decade by decade."""
    others = [of for of in SPEAKERS if of != speaker]
    named = {of: debate.mentions(speeches, speaker, of) for of in others}
    decades = sorted({item.year // 10 * 10 for item in named[others[0]]})
    rows = [
        [f"{decade}s", *(rate(item for item in named[of] if item.year // 10 * 10 == decade) for of in others)]
        for decade in decades
    ]
    return table(["decade", *(f"{speaker} names {of}" for of in others)], rows)


def silences(speeches: list[Speech]) -> str:
    """Return for each ordered pair the longest run of speeches without the other's name."""
    rows = []
    for speaker in SPEAKERS:
        for of in SPEAKERS:
            if of == speaker:
                continue
            named = debate.mentions(speeches, speaker, of)
            runs = [run for run in debate.silences(named) if run[2] >= LONG_SILENCE]
            longest = max(runs, key=lambda run: run[2], default=None)
            spoken = (
                f"{longest[0]}-{longest[1]} ({longest[2]} speeches)" if longest else "none of five or more"
            )
            zeros = sum(1 for item in named if not item.count)
            rows.append([f"{speaker} on {of}", f"{zeros} of {len(named)}", spoken])
    return table(["speaker on state", "speeches without the name", "longest run"], rows)


def share(item: Agreement) -> tuple[object, ...]:
    """Return the cells of one group of roll calls."""
    low, high = item.interval or (0.0, 0.0)
    kappa = "cannot tell" if item.kappa is None else f"{item.kappa:.2f}"
    spread = f"{item.agree / item.n:.3f} ({low:.3f}-{high:.3f})"
    return item.group, item.agree, item.n, spread, kappa, item.opposed


VOTE_HEAD = ("group", "same word", "both present", "share (90 %)", "kappa", "yes against no")


def apart(calls: list[RollCall]) -> str:
    """Return the pairs of words in which the two differ, and the issues they fall under."""
    found = rollcalls.apart(calls, *PAIR)
    words = Counter((call.words[PAIR[0]], call.words[PAIR[1]]) for call in found)
    issues = Counter(issue for call in found for issue in call.issues or (rollcalls.UNTAGGED,))
    first = table((*PAIR, "roll calls"), [(*pair, times) for pair, times in words.most_common()])
    by_issue = sorted(issues.items(), key=lambda item: (-item[1], item[0]))
    second = table(("issue", "roll calls apart"), by_issue)
    return f"{first}\n\n{second}"


def issue_by_decade(calls: list[RollCall]) -> str:
    """Return roll calls apart of those with both present, an issue a row and a decade a column."""
    both: Counter[tuple[str, str]] = Counter()
    differ: Counter[tuple[str, str]] = Counter()
    for call in rollcalls.both_present(calls, *PAIR):
        decade = rollcalls.groups_of(call, "decade")[0]
        for issue in rollcalls.groups_of(call, "issue"):
            both[issue, decade] += 1
            differ[issue, decade] += call.words[PAIR[0]] != call.words[PAIR[1]]
    decades = sorted({decade for _, decade in both})
    rows = [
        [issue, *(f"{differ[issue, at]} of {both[issue, at]}" if both[issue, at] else "-" for at in decades)]
        for issue in sorted({issue for issue, _ in both})
    ]
    return table(["issue", *decades], rows)


def every_pair(calls: list[RollCall]) -> str:
    """Return all pairs since both of `PAIR` have votes, most alike beyond chance first."""
    since = max(rollcalls.presence(calls)[member][0] for member in PAIR)
    recent = [call for call in calls if call.date >= since]
    found = [
        (one, other, rollcalls.agreement(recent, one, other)[0])
        for one, other in combinations(rollcalls.members_of(recent), 2)
    ]
    found.sort(key=lambda item: -(item[2].kappa or 0))
    rows = [[f"{one}, {other}", *share(item)[1:]] for one, other, item in found]
    return f"Roll calls since {since}.\n\n" + table(("pair", *VOTE_HEAD[1:]), rows)


def presence(calls: list[RollCall], speeches: list[Speech]) -> str:
    """Return what each file holds of each state."""
    years: dict[str, list[int]] = {}
    for speech in speeches:
        years.setdefault(speech.speaker, []).append(speech.year)
    spoken = [[who, f"{min(at)}-{max(at)}", f"{len(at)} speeches"] for who, at in sorted(years.items())]
    voted = [
        [who, f"{first} to {last}", f"{count} of {len(calls)} roll calls"]
        for who, (first, last, count) in rollcalls.presence(calls).items()
    ]
    return table(("state", "period", "in the file"), [*spoken, *voted])


def tables(folder: Path) -> dict[str, str]:
    """Return every table of the page by its name."""
    calls = rollcalls.read(folder / VOTES_FILE)
    speeches = debate.read(folder / SPEECHES_FILE)
    return {
        "presence": presence(calls, speeches),
        "who names whom": who_names_whom(speeches),
        **{f"namings by {speaker}": by_decade(speeches, speaker) for speaker in SPEAKERS},
        "silences": silences(speeches),
        "votes by decade": table(VOTE_HEAD, map(share, rollcalls.agreement(calls, *PAIR, "decade"))),
        "votes by issue": table(VOTE_HEAD, map(share, rollcalls.agreement(calls, *PAIR, "issue"))),
        "apart": apart(calls),
        "issue by decade": issue_by_decade(calls),
        "every pair": every_pair(calls),
    }


def page(folder: Path) -> str:
    """Return the page with each table made anew; the sentences between them stay."""
    made = tables(folder)
    return SLOT.sub(
        lambda slot: f"<!-- {slot[1]} -->\n{made[slot[1]]}\n<!-- end -->", PAGE.read_text("utf-8")
    )


def main(arguments: list[str]) -> int:
    """Write the page, or say whether it is current."""
    text = page(Path(arguments[0]))
    if "--check" in arguments:
        return int(PAGE.read_text("utf-8") != text)
    PAGE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
