"""Why one cannot tell, in words; and what is said beside a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Code = Literal[
    "one_work",
    "one_work_pair",
    "not_heard",
    "no_stance",
    "divided",
    "few_origins",
    "not_first_hand",
    "shared_origin",
    "no_family",
    "fixed_late",
    "few_clusters",
    "wide_spread",
    "near_nought",
    "wide_interval",
    "not_testable",
    "not_found_in_family",
    "one_perspective",
]

WORDS: Final[dict[Code, str]] = {
    "one_work": "one work reports every side: %(work)s",
    "one_work_pair": "one work reports both %(group)s and %(other)s: %(work)s",
    "not_heard": "%(group)s is not heard",
    "no_stance": "no stance of %(group)s could be coded",
    "divided": "%(group)s is internally divided",
    "few_origins": "too few independent origins for %(group)s",
    "not_first_hand": "no first-hand statement of %(group)s",
    "shared_origin": "no origin of %(group)s is independent of %(other)s",
    "no_family": "no codebook fixed the comparison of %(group)s and %(other)s before opening",
    "fixed_late": "statements on it were on record before %(group)s and %(other)s were to be compared",
    "few_clusters": "fewer than four origins against four of %(group)s and %(other)s: described only",
    "wide_spread": "the origins of %(group)s lie far apart",
    "near_nought": "the means are near each other, but not on one side of nought",
    "wide_interval": "the interval of the difference reaches across a step",
    "not_testable": "these origins could not reach the threshold of a test",
    "not_found_in_family": "the difference does not stand among all the tests that were made",
    "one_perspective": "there is nothing to compare with",
}
"""Every reason in English; the placeholders are `group`, `other` and `work`."""


@dataclass(frozen=True)
class Reason:
    """Why one cannot tell: of one perspective, of two (`other`), or of all."""

    code: Code
    group: str = ""
    other: str = ""
    work: str = ""

    @property
    def words(self) -> str:
        """The reason in English, perspectives by their names in the rule."""
        return WORDS[self.code] % {"group": self.group, "other": self.other, "work": self.work}
