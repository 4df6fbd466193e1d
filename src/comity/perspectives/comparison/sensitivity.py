"""What would be found otherwise: with all organs of a party-state as one origin, with a voice moved.

A rerun is judged by the rules of the first run and with its own family, so it is what the method would have
said. Which group a holder belongs to is a rule that people made; a result that hangs on one such choice is
shown to hang on it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from comity.perspectives.comparison.matrix import compare
from comity.perspectives.comparison.origins import merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.perspectives.comparison.matrix import Design, Judged
    from comity.perspectives.comparison.pairs import Compared
    from comity.perspectives.comparison.voices import Voice


@dataclass(frozen=True)
class Move:
    """A holder, or a work, that is counted in another group than the rule puts it in."""

    what: str
    slug: str
    source: str
    target: str


@dataclass(frozen=True)
class Flip:
    """A result that becomes another: the verdict on a pair, or how its means lie where there is none."""

    move: Move
    proposition: str
    one: str
    other: str
    before: str
    after: str


def as_one_origin(
    voices: Mapping[str, Sequence[Voice]], design: Design, organs: Mapping[str, str]
) -> dict[str, Judged]:
    """Return every finding with all organs of one party-state as one origin cluster."""
    return compare(voices, replace(design, cluster_of=merged(design.cluster_of, organs)))


def moves(voices: Mapping[str, Sequence[Voice]], design: Design) -> list[Move]:
    """Return every move of one holder, or of one work, to another group."""
    found: set[Move] = set()
    for spoken in voices.values():
        for voice in spoken:
            for target in design.groups:
                if target != voice.group:
                    found.add(Move("holder", voice.holder, voice.group, target))
                    found.add(Move("work", voice.chain[0], voice.group, target))
    return sorted(found, key=lambda move: (move.what, move.slug, move.source, move.target))


def flips(
    voices: Mapping[str, Sequence[Voice]], design: Design, wanted: Iterable[Move] | None = None
) -> list[Flip]:
    """Return which results become others as one holder or work moves; all moves unless some are named."""
    before = compare(voices, design)
    found = []
    for move in moves(voices, design) if wanted is None else wanted:
        after = compare({slug: _moved(spoken, move) for slug, spoken in voices.items()}, design)
        for slug, row in before.items():
            for was, now in zip(row.pairs, after[slug].pairs, strict=True):
                if (old := result(was)) != (new := result(now)):
                    names = (was.pairing.one.group, was.pairing.other.group)
                    found.append(Flip(move, slug, *names, old, new))
    return found


def result(pair: Compared) -> str:
    """Return a result in words: the verdict, and how the means lie where it cannot be told."""
    if pair.verdict != "cannot tell":
        return pair.verdict
    described = pair.pairing.described
    return "cannot tell" if described is None else f"cannot tell ({described.lie})"


def _moved(spoken: Sequence[Voice], move: Move) -> list[Voice]:
    return [
        replace(voice, group=move.target)
        if voice.group == move.source
        and move.slug == (voice.holder if move.what == "holder" else voice.chain[0])
        else voice
        for voice in spoken
    ]
