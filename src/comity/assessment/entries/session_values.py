"""Values that the kinds of a blind session share."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import AfterValidator, Field, StringConstraints

from comity.record.protocol_values import Origin
from comity.record.values import Sentence, Slug, Value

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST_QUESTIONS: Final = 32
"""Questions of one session: a summary has one field for each."""
LEAST_EXPERTS: Final = 3
WHOLE: Final = 10**12
"""What the integer masses of one distribution sum to."""

StageName = Literal["private", "revised"]
Method = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+@[1-9][0-9]*$", max_length=80)]
"""A computation: its name and its version."""
Root = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""The root over the inputs of a computation, hexadecimal."""
Mass = Annotated[int, Field(ge=0, le=2**53 - 1)]
Figure = Annotated[str, StringConstraints(pattern=r"^-?[0-9]+(?:\.[0-9]+)?$", max_length=80)]
"""A computed number as a decimal string, to its last bit."""


def _languages(value: dict[str, str]) -> dict[str, str]:
    if not value or any(not (key.isalpha() and key.islower() and len(key) in (2, 3)) for key in value):
        raise ValueError("words stand under the code of their language, as in lo or vi")
    return value


Words = Annotated[dict[str, Sentence], AfterValidator(_languages)]
"""What a person wrote, in the language that they wrote it in."""


def once(names: Iterable[str], what: str) -> None:
    """Refuse a name that stands twice.

    Raises:
        ValueError: naming it.
    """
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise ValueError(f"{what} {twice[0]!r} is named twice")


class Voice(Value):
    """A party's voice between the parties.

    Attributes:
        party: Code of the party.
        log: The log that seals for it.
        weight: Its weight among those of all; the compact gives equal voice, whatever the number of experts.
    """

    party: Slug
    log: Origin
    weight: Annotated[int, Field(ge=1, le=1000)] = 1
