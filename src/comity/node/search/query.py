"""A reader's query, understood: which tokens must stand in a line, and where they do.

All words must occur; the last one may be a beginning, since it may still be being typed. Words with
diacritics ask for these diacritics, words without ask for any. "Quoted" words must stand side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node.errors import SearchError
from comity.node.search.tokens import Token, normal, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CHARACTERS: Final = 400
SHORTEST_BEGINNING: Final = 3
"""From so many letters on, the last word of a query is taken as a beginning."""
_PART: Final = re.compile(r'"(?P<quoted>[^"]*)"|(?P<free>[^"\s]+(?:\s+[^"\s]+)*)|"')


@dataclass(frozen=True, slots=True)
class Phrase:
    """Tokens that stand side by side; `beginning`: the last of them may go on."""

    tokens: tuple[Token, ...]
    beginning: bool = False

    @property
    def pair(self) -> bool:
        """Whether it is a stretch of a script without spaces."""
        return self.tokens[0].pair

    def match(self, *, exactly: bool) -> str:
        """Return the condition in the full-text index's own language."""
        if exactly and len(self.tokens) == 1 and self.tokens[0].exact:
            return f"exact : {_quoted(self.tokens[0].exact)}{'*' if self.beginning else ''}"
        folded = _quoted(" ".join(token.folded for token in self.tokens))
        return f"folded : {folded}{'*' if self.beginning else ''}"


def parse(query: str) -> list[Phrase]:
    """Understand a query.

    Raises:
        SearchError: nothing in it can be looked for, or it is too long.
    """
    if len(query) > MOST_CHARACTERS:
        raise SearchError(f"a query has at most {MOST_CHARACTERS} characters, this one has {len(query)}")
    phrases: list[Phrase] = []
    for part in _PART.finditer(normal(query)):
        if part["quoted"]:
            phrases += _stretches(tokens(part["quoted"]))
        elif part["free"]:
            for group in _stretches(tokens(part["free"])):
                phrases += [group] if group.pair else [Phrase((token,)) for token in group.tokens]
    if not phrases:
        raise SearchError("there is no letter and no digit in the query")
    last = phrases[-1]
    open_end = not normal(query).rstrip().endswith('"') and not last.pair
    if open_end and len(last.tokens[-1].folded) >= SHORTEST_BEGINNING:
        phrases[-1] = Phrase(last.tokens, beginning=True)
    return phrases


def matching(phrases: list[Phrase], *, exactly: bool) -> str:
    """Return the whole query in the full-text index's own language."""
    return " AND ".join(f"({phrase.match(exactly=exactly)})" for phrase in phrases)


def spans(phrases: list[Phrase], text: str) -> list[tuple[int, int]]:
    """Return where the phrases stand in a normal text, joined where they touch or overlap."""
    held = tokens(text)
    found = sorted(span for phrase in phrases for span in _occurrences(phrase, held))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def written_so(phrases: list[Phrase], text: str) -> bool:
    """Whether every diacritic of the query stands in the text as it was typed."""
    held = tokens(text)
    return all(any(True for _ in _occurrences(phrase, held, exactly=True)) for phrase in phrases)


def _occurrences(phrase: Phrase, held: list[Token], *, exactly: bool = False) -> Iterator[tuple[int, int]]:
    length = len(phrase.tokens)
    for i in range(len(held) - length + 1):
        window = held[i : i + length]
        if all(
            _same(asked, found, beginning=phrase.beginning and j == length - 1, exactly=exactly)
            for j, (asked, found) in enumerate(zip(phrase.tokens, window, strict=True))
        ):
            yield window[0].start, window[-1].end


def _same(asked: Token, found: Token, *, beginning: bool, exactly: bool) -> bool:
    one, other = (
        (asked.exact, found.exact or found.folded)
        if exactly and asked.exact
        else (asked.folded, found.folded)
    )
    return other.startswith(one) if beginning else other == one


def _stretches(held: list[Token]) -> list[Phrase]:
    """Divide tokens where the script changes: a phrase never mixes pairs and words, nor two stretches."""
    groups: list[list[Token]] = []
    for token in held:
        last = groups[-1][-1] if groups else None
        joined = last is not None and last.pair == token.pair and (not token.pair or token.start < last.end)
        if joined:
            groups[-1].append(token)
        else:
            groups.append([token])
    return [Phrase(tuple(group)) for group in groups]


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
