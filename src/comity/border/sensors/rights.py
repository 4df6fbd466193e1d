"""What no observation and no entity may name: biometrics, faces, gait, plates, origin, faith, sides, weapons.

Names of members are looked at, in whatever spelling with capitals, strokes or blanks between their words; and
the class of an object is one of five. Who calls a member by another name is not found out: this keeps honest
senders from storing what nobody here may have, and says so to them.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from comity.record.kinds import REFUSED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CLASSES: Final = frozenset({"air", "boat", "vehicle", "person-size", "unknown"})
KNOWN: Final = CLASSES | {None}
_MORE: Final = """
plate plates numberplate numberplates licenseplate licenceplate hostile hostility enemy foe friendly
suspect suspects affiliation affiliations allegiance nationality weapon weapons munition
munitions firing gender
"""
WORDS: Final = REFUSED_WORDS | frozenset(_MORE.split())
_WORD: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
MOST_DEPTH: Final = 30


def refused(value: Any, depth: int = 0) -> str:
    """Return what in JSON data may not be there, nothing where everything may."""
    if type(value) is dict:
        found = refused_name(tuple(value))
        if found:
            return found
        kind = value.get("class")
        if (
            kind is not None
            and ("lat" in value or "x" in value)
            and not (isinstance(kind, str) and kind in CLASSES)
        ):
            return f"the class {str(kind)[:40]!a}"
        inner: Iterable[Any] = value.values()
    elif type(value) is list:
        inner = value
    else:
        return ""
    if depth > MOST_DEPTH:
        return f"a depth of {depth}"
    for one in inner:
        form = type(one)
        if (form is dict or form is list) and (found := refused(one, depth + 1)):
            return found
    return ""


def all_fine(values: Sequence[dict[str, Any]]) -> bool:
    """Return whether `refused` finds nothing in any of some objects; those of one form are one look."""
    shapes = set(map(tuple, values))
    if any(map(refused_name, shapes)):
        return False
    kinds = set(map(type, itertools.chain.from_iterable(map(dict.values, values))))
    if dict in kinds or list in kinds:
        return not any(map(refused, values))
    if not any("class" in names for names in shapes):
        return True
    classes = {one.get("class") for one in values}
    return classes <= KNOWN or not any(map(refused, values))


@lru_cache(maxsize=4096)
def refused_name(names: tuple[str, ...]) -> str:
    """Return the first of some names that may not be there, nothing where all may."""
    for name in names:
        words = [word.lower() for word in _WORD.findall(name)]
        joined = {"".join(pair) for pair in itertools.pairwise(words)}
        if WORDS & {*words, *joined, name.lower()}:
            return f"a member {name[:40]!a}"
    return ""
