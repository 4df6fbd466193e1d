"""Networks over time: one matrix for every window, with who is in it and what was left out.

    network = over_time(coded, Choice(method="subtract", norm="average", width=Length.parse("5y")))
    network.windows[0].matrix[0, 1]

A statement is in a window if its whole date is; a statement whose date is not known well enough is in none,
and is counted as such.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.perspectives.networks.affiliations import Affiliations, affiliations, two_mode
from comity.perspectives.networks.dates import UNKNOWN, Length, Span, windows
from comity.perspectives.networks.errors import NetworkError
from comity.perspectives.networks.onemode import METHODS, NORMS, Method, Norm, one_mode
from comity.perspectives.networks.units import Duplicates, units

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.perspectives.networks.affiliations import Floats
    from comity.perspectives.networks.load import Coded

    TwoNorm = Literal["none", "activity", "prominence"]

METHOD: Final = "networks/1"
"""Name and version of the way networks are computed."""
TWO_NORMS: Final = ("none", "activity", "prominence")
TWO_METHODS: Final = ("ignore", "subtract")


@dataclass(frozen=True)
class Choice:
    """How a network is made.

    Attributes:
        mode: `one` ties actors to actors, `two` ties actors to concepts.
        method: What two statements add; for two modes `ignore` or `subtract`.
        norm: By what it is divided; for two modes `none`, `activity` or `prominence`.
        duplicates: Unit inside which a repeated statement counts once.
        width: Length of a window; None for one window that holds everything, dated or not.
        step: From one window to the next; the width where it is None.
    """

    mode: Literal["one", "two"] = "one"
    method: Method = "congruence"
    norm: Norm | TwoNorm = "average"
    duplicates: Duplicates = "document"
    width: Length | None = None
    step: Length | None = None

    def __post_init__(self) -> None:
        methods, norms = (METHODS, NORMS) if self.mode == "one" else (TWO_METHODS, TWO_NORMS)
        if self.mode not in ("one", "two"):
            raise NetworkError(f"{self.mode!r} is no mode: one, two")
        if self.method not in methods or self.norm not in norms:
            raise NetworkError(
                f"{self.method!r} by {self.norm!r}: with {self.mode} mode methods are "
                f"{', '.join(methods)} and norms are {', '.join(norms)}"
            )


@dataclass(frozen=True)
class Window:
    """One network: its days (None without windows), its matrix, its tensor, how many statements it holds.

    `matrix` has shape (actors, actors) or (actors, concepts).
    """

    span: Span | None
    matrix: Floats
    tensor: Affiliations
    statements: int


@dataclass(frozen=True)
class Network:
    """The networks of all windows, over the same actors and concepts."""

    choice: Choice
    actors: tuple[str, ...]
    concepts: tuple[str, ...]
    windows: tuple[Window, ...]
    statements: int
    left_out: dict[str, int] = field(default_factory=dict)
    exercise: bool = False
    method: str = METHOD


def over_time(coded: Coded, choice: Choice) -> Network:
    """Return the networks of `coded`, one a window.

    Raises:
        NetworkError: too many windows, or a choice that is none.
    """
    unit = units(coded, choice.duplicates)
    left_out = dict(coded.left_out)
    if choice.width is None:
        found = [_window(coded, choice, unit, None, None)]
    else:
        dated = (coded.first != UNKNOWN) & (coded.last != UNKNOWN)
        spans = []
        if dated.any():
            first, last = int(coded.first[dated].min()), int(coded.last[dated].max())
            spans = windows(first, last, choice.width, choice.step)
        inside = [dated & (coded.first >= each.first) & (coded.last <= each.last) for each in spans]
        found = [_window(coded, choice, unit, *pair) for pair in zip(spans, inside, strict=True)]
        in_any = np.logical_or.reduce(inside) if inside else np.zeros_like(dated)
        left_out["in no window"] = int((~in_any).sum())
    return Network(
        choice,
        coded.actors,
        coded.concepts,
        tuple(found),
        len(coded.actor),
        {reason: count for reason, count in left_out.items() if count},
        coded.exercise,
    )


def _window(
    coded: Coded,
    choice: Choice,
    unit: NDArray[np.int64] | None,
    span: Span | None,
    inside: NDArray[np.bool_] | None,
) -> Window:
    chosen = slice(None) if inside is None else inside
    tensor = affiliations(
        coded.actor[chosen],
        coded.concept[chosen],
        coded.level[chosen],
        shape=(len(coded.actors), len(coded.concepts)),
        levels=coded.levels,
        once_per=None if unit is None else unit[chosen],
    )
    if choice.mode == "one":
        matrix = one_mode(tensor, choice.method, choice.norm)  # type: ignore[arg-type]  # Choice saw to it
    else:
        matrix = two_mode(tensor, choice.method, choice.norm)  # type: ignore[arg-type]  # Choice saw to it
    return Window(span, matrix, tensor, len(coded.actor[chosen]))
