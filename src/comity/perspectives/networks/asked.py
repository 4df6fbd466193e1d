"""What may be asked of the networks of a node: the network itself, and who and what is in it, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives import queries
from comity.perspectives.entries import Proposition
from comity.perspectives.networks.dates import Length
from comity.perspectives.networks.errors import NetworkError
from comity.perspectives.networks.load import LEVELS, read
from comity.perspectives.networks.network import Choice, Network, over_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

Names = dict[str, dict[str, str]]
DEFAULTS: Final = {
    "mode": "one",
    "method": "congruence",
    "norm": "average",
    "duplicates": "document",
    "scale": "agreement",
    "window": "",
    "step": "",
}
TWO_MODE: Final = {"method": "ignore", "norm": "none"}
"""What a two-mode network is made by where nothing is chosen."""


@dataclass(frozen=True)
class Asked:
    """A network with the names of holders and propositions, by language, and the holders' perspectives."""

    network: Network
    scale: str
    holders: Names
    propositions: Names
    group_of: dict[str, str]
    groups: Names
    rule: int | None


def asked(db: Connection, given: Mapping[str, str]) -> Asked:
    """Return the network that `given` chooses: names of `DEFAULTS`, each with a text.

    Holders are the offices and organisations that the perspective rule in force names; nobody else is drawn.

    Raises:
        NetworkError: a choice is none.
    """
    words = {**DEFAULTS, **({} if given.get("mode") != "two" else TWO_MODE)}
    words |= {name: value for name, value in given.items() if value}
    if words["scale"] not in LEVELS:
        raise NetworkError(f"{words['scale']!r} is no scale: {', '.join(LEVELS)}")
    rule = queries.rule(db)
    propositions = {
        report.fields["slug"]: report.fields["text"] for report in queries.reports(db, Proposition)
    }
    years = {slug: int(report.fields["year"]) for slug, report in queries.works(db).items()}
    holders = rule.holder_names if rule else {}
    coded = read(db, holders, propositions, years, words["scale"])  # type: ignore[arg-type]  # seen to above
    return Asked(
        network=over_time(coded, _choice(words)),
        scale=words["scale"],
        holders=holders,
        propositions=propositions,
        group_of=rule.group_of if rule else {},
        groups=rule.labels if rule else {},
        rule=rule.version if rule else None,
    )


def _choice(words: Mapping[str, Any]) -> Choice:
    return Choice(
        mode=words["mode"],
        method=words["method"],
        norm=words["norm"],
        duplicates=words["duplicates"],
        width=Length.parse(words["window"]) if words["window"] else None,
        step=Length.parse(words["step"]) if words["step"] else None,
    )
