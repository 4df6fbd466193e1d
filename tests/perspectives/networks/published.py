"""The published definition as plain nested loops: slow, and with nothing in common with the code under test.

Leifeld, Gruber & Bossner 2019, "Discourse Network Analyzer Manual", section 4: for every two actors, every
concept and every two levels of the qualifier.
"""

from __future__ import annotations

import math
from fractions import Fraction


def counts(statements, actors, concepts, levels, once_per=None):
    """A[i][j][k]; the same (actor, concept, level) counts once in a unit, where units are given."""
    table = [[[0] * levels for _ in range(concepts)] for _ in range(actors)]
    seen = set()
    for place, (actor, concept, level) in enumerate(statements):
        if once_per is not None:
            key = (actor, concept, level, once_per[place])
            if key in seen:
                continue
            seen.add(key)
        table[actor][concept][level] += 1
    return table


def network(table, levels, method="congruence", norm="none"):
    """The one-mode network of actors, as a list of lists."""
    levels = [Fraction(level) for level in levels]  # exact: what is divided by may be 0
    span = levels[-1] - levels[0]
    size = len(table)
    found = [[0.0] * size for _ in range(size)]
    said = [sum(sum(row) for row in actor) for actor in table]
    length = [math.sqrt(sum(cell * cell for row in actor for cell in row)) for actor in table]
    for one in range(size):
        for other in range(size):
            if one == other:
                continue
            same = opposed = every = Fraction(0)
            for concept in range(len(table[one])):
                for k in range(len(levels)):
                    for l in range(len(levels)):  # noqa: E741 - the letter of the definition
                        product = table[one][concept][k] * table[other][concept][l]
                        distance = abs(levels[k] - levels[l]) / span if span else Fraction(0)
                        same += product * (1 - distance)
                        opposed += product * distance
                        every += product

            def normalised(value, one=one, other=other):
                divisor = {
                    "none": 1,
                    "average": Fraction(said[one] + said[other], 2),
                    "jaccard": said[one] + said[other] - value,
                    "cosine": length[one] * length[other],
                    "dna_cosine": said[one] * said[other],
                }[norm]
                return float(value / divisor) if divisor else 0.0

            found[one][other] = {
                "ignore": lambda e=every: normalised(e),
                "congruence": lambda s=same: normalised(s),
                "conflict": lambda o=opposed: normalised(o),
                "subtract": lambda s=same, o=opposed: normalised(s) - normalised(o),
            }[method]()
    return found
