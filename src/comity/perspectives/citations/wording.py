"""What a finding says, by its code: in English here, in the language of the page there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.model import Finding

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.perspectives.citations.model import FindingKind

WORDS: Final = {
    "may-be": "%(raw)s may be %(works)s",
    "in-no-list": "%(raw)s is cited and is in no list of references",
    "in-no-list-others": "%(raw)s is cited and is in no list of references; the list has %(works)s",
    "cited-nowhere": "%(key)s is in the list and cited nowhere",
    "inside-another": "%(key)s has no entry of its own: it stands inside that of %(other)s",
    "same-title": "%(key)s has the authors and the title of %(other)s",
    "page-outside": "%(raw)s points to page %(pages)s; %(key)s has pages %(first)s\u2013%(last)s",
    "runs-back": "%(key)s runs from page %(first)s back to %(last)s",
    "read-before": "%(key)s was accessed on %(read)s, before it was published (%(appeared)s)",
    "read-after": "%(key)s was accessed on %(read)s, after the paper's last date (%(own)s)",
    "later-than-paper": "%(key)s is of %(year)s, later than the paper itself (%(own)s)",
    "no-such-day": "no calendar has %(day)s",
    "no-caption": "%(named)s has no caption in this document",
    "no-section": "there is no section %(number)s in this document",
    "section-silent": (
        "section %(number)s does not speak of what the sentence refers to: %(words)s stand in %(others)s, "
        "not in %(number)s"
    ),
    "title-says": 'the text gives "%(said)s"; the title of %(key)s, cited there, says "%(given)s"',
    "share": (
        "%(works)s of %(all_works)s works cited (%(share)s), %(citations)s of %(all)s citations (%(part)s)"
    ),
}


def finding(
    kind: FindingKind, lines: Sequence[int], code: str, keys: Iterable[str] = (), **said: object
) -> Finding:
    """Return a finding at some lines, in the words of its code."""
    values = {name: str(value) for name, value in said.items()}
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {', '.join(map(str, lines))}"
    return Finding(kind, where, WORDS[code] % values, lines[0], tuple(keys), code, values, tuple(lines))
