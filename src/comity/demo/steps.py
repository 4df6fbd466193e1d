"""The main job, all the way: pair, append, exchange, cosign, and read the joint picture from both sides."""

from __future__ import annotations

import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.demo.documents import Located, Looked, locate, take_in
from comity.demo.example import with_id
from comity.demo.ground_rules import adopted_by_all, agree, granted_by_rule
from comity.demo.nodes import DemoNodeError
from comity.demo.observer import Observed, observe
from comity.demo.paper import Paper, read_paper
from comity.demo.people import People
from comity.demo.play import play
from comity.demo.reading import Records
from comity.demo.stage import Stage, Step
from comity.node.control.desk import PROTOCOL
from comity.record.charter import Charter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.demo.example import Example
    from comity.demo.nodes import RunningNode
    from comity.demo.walk import Walk

    Told = Callable[[str], None]

MOST_ROUNDS: Final = 6


@dataclass
class Outcome:
    """Everything the demonstration found; `checks` holds only what was really looked at."""

    statuses: dict[str, dict[str, Any]] = field(default_factory=dict)
    fingerprints: dict[str, str] = field(default_factory=dict)
    summaries: dict[str, dict[str, Any]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    undertakings: list[dict[str, Any]] = field(default_factory=list)
    matrix: list[dict[str, Any]] = field(default_factory=list)
    comparison: dict[str, Any] = field(default_factory=dict)
    observed: dict[str, Observed] = field(default_factory=dict)
    looked: Looked | None = None
    located: Located | None = None
    paper: Paper | None = None
    appended: dict[str, int] = field(default_factory=dict)
    walk: list[Step] = field(default_factory=list)
    pages: list[tuple[str, str]] = field(default_factory=list)
    checks: dict[str, bool] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether every check held."""
        return bool(self.checks) and all(self.checks.values())

    def as_json(self) -> dict[str, Any]:
        """Return the object that `--json` prints."""
        return {
            "origins": {
                origin: {name: status[name] for name in ("size", "root", "cosigned_by")}
                for origin, status in self.statuses.items()
            },
            "register": self.counts,
            "matrix": self.matrix,
            "walk": [step.as_json() for step in self.walk],
            "paper": None if self.paper is None else self.paper.as_json(),
            "checks": self.checks,
        }


def run(
    nodes: Sequence[RunningNode], example: Example, walk: Walk | None, looked: Looked | None, told: Told
) -> Outcome:
    """Do the main job with nodes that run.

    Args:
        nodes: one for each party of the example.
        example: what each party's editor asserts.
        walk: what leaves, who approves it, what is taken back; None where the example has no walk.
        looked: the documents to take in, or None.
        told: called with the name of each step as it starts.

    Raises:
        ComityError: a node ended, refused, or cannot be reached.
    """
    outcome = Outcome(looked=looked)
    told("pairing both ways, comparing fingerprints")
    charters = pair(nodes, outcome)
    told("the parties sign the compact and adopt it")
    agree(nodes, example)
    told("each party appends its part")
    append(nodes, example, walk, outcome)
    if looked is not None:
        told("taking in the documents")
        outcome.checks["documents_held"] = take_in(looked, nodes, str(example.header["author"]))
    if walk is None:
        told("exchanging and cosigning")
        exchange(nodes)
    else:
        _walk(nodes, example, walk, outcome, told)
    told("reading the joint picture on both sides")
    read(nodes, outcome, charters, granted_by_rule(example))
    told("an observer verifies both logs from their keys alone")
    watch(nodes, outcome, charters)
    return outcome


def _walk(nodes: Sequence[RunningNode], example: Example, walk: Walk, outcome: Outcome, told: Told) -> None:
    people = People(nodes[0].folder.parent)
    stage = Stage(nodes, example, walk, people, lambda: exchange(nodes))
    play(stage, told)
    outcome.walk, outcome.pages = stage.steps, stage.pages
    outcome.checks |= stage.checks


def pair(nodes: Sequence[RunningNode], outcome: Outcome) -> dict[str, Charter]:
    """Pair every node with every other, after comparing what each says with what the other shows."""
    charters = {node.origin: Charter.parse(node.line.get("log/charter")) for node in nodes}
    same = True
    for node in nodes:
        outcome.fingerprints[node.origin] = node.get("node/status")["fingerprint"]
    for node in nodes:
        for other in nodes:
            if other is node:
                continue
            seen = node.post("node/pair", {"address": other.url})["fingerprint"]
            same &= seen == outcome.fingerprints[other.origin]
            node.post("node/pair", {"address": other.url, "fingerprint": outcome.fingerprints[other.origin]})
    outcome.checks["fingerprints_equal"] = same
    return charters


def append(nodes: Sequence[RunningNode], example: Example, walk: Walk | None, outcome: Outcome) -> None:
    """Let each party append what it does not have yet of its editor's part."""

    def part(node: RunningNode) -> int:
        known = Records.read(node, [node.origin]).ids(node.origin)
        drafts = example.drafts(node.member.party)
        wanted = {draft["id"]: draft for draft in (with_id(draft, node.origin) for draft in drafts)}
        wanted |= {draft["id"]: draft for draft in walk.drafts(example, node.origin)} if walk else {}
        new = [draft for draft_id, draft in wanted.items() if draft_id not in known]
        if new:
            node.post("node/append", new)
        return len(new)

    with ThreadPoolExecutor(len(nodes)) as pool:
        for node, count in zip(nodes, pool.map(part, nodes), strict=True):
            outcome.appended[node.origin] = count


def exchange(nodes: Sequence[RunningNode]) -> None:
    """Exchange until every node's log is held, and said to be held, by the others."""
    with ThreadPoolExecutor(len(nodes)) as pool:
        for _ in range(MOST_ROUNDS):
            reports = pool.map(lambda node: node.post("node/sync", {}), nodes)
            for node, report in zip(nodes, reports, strict=True):
                if not report["ok"]:
                    raise DemoNodeError(f"{node.origin} could not exchange: {report['peers']}")
            statuses = pool.map(lambda node: node.get("node/status"), nodes)
            if all(status["statuses"]["joint"] == status["size"] for status in statuses):
                return


def matrix_equal(matrices: Sequence[Any], coded: Sequence[dict[str, Any]]) -> bool:
    """Whether all show the same of what is marked for all; who coded for itself alone sees more, rightly."""
    own = len({summary["counts"].get("perspectives.statement", 0) for summary in coded}) > 1
    equal = all(matrix == matrices[0] for matrix in matrices)
    return len({summary["digest"] for summary in coded}) == 1 and (equal or own)


def read(
    nodes: Sequence[RunningNode], outcome: Outcome, charters: dict[str, Charter], granted: Sequence[str]
) -> None:
    """Read both sides and compare them; `granted` are the kinds that the compact grants to its parties."""
    origins = list(charters)
    with ThreadPoolExecutor(len(nodes)) as pool:
        seen = dict(zip(origins, pool.map(lambda node: Records.read(node, origins), nodes), strict=True))
        statuses = list(pool.map(lambda node: node.get("node/status"), nodes))
        summaries = list(pool.map(lambda node: node.get("register/summary"), nodes))
        matrices = list(pool.map(lambda node: node.get("perspectives/matrix"), nodes))
        coded = list(pool.map(lambda node: node.get("perspectives/summary"), nodes))
    first = nodes[0]
    outcome.statuses = {status["origin"]: status for status in statuses}
    outcome.summaries = dict(zip(origins, summaries, strict=True))
    outcome.counts = summaries[0]["counts"]
    outcome.matrix = matrices[0]
    outcome.comparison = first.get("perspectives/comparison")
    outcome.undertakings = first.get("register/undertakings")
    for kind in outcome.counts:
        if kind not in ("register.status", "register.undertaking"):
            found = first.find(f"register/facts/{kind}")
            outcome.facts |= {} if found is None else {kind: found}
    compacts = [summary["compact"] for summary in summaries]
    outcome.checks |= {
        "every_entry_joint": all(status["statuses"]["joint"] == status["size"] > 0 for status in statuses),
        "heads_cosigned": all(
            set(status["cosigned_by"]) == set(origins) - {origin}
            for origin, status in outcome.statuses.items()
        ),
        "mirrors_equal": _mirrors_equal(outcome.statuses),
        "nothing_quarantined": not any(status["quarantined"] for status in statuses),
        "openings_verified": _contents_equal(seen, origins),
        "sealed_stays_home": _sealed_stays_home(seen, origins, granted),
        "compact_equal": all(compact and compact["in_force"] for compact in compacts)
        and all(compact == compacts[0] for compact in compacts),
        "ground_rules_adopted": adopted_by_all(nodes, seen),
        "acts_are_exercises": _acts_are_exercises(seen, origins),
        "register_equal": all(_shown(summary) == _shown(summaries[0]) for summary in summaries),
        "matrix_equal": matrix_equal(matrices, coded),
    }
    if outcome.looked is not None:
        outcome.located = locate(outcome.looked, nodes, _joined(seen, origins))
        outcome.checks["locators_accounted"] = outcome.located.accounted
        outcome.paper = read_paper(outcome.looked, nodes, _joined(seen, origins))
        if outcome.paper is not None:
            outcome.checks["no_proposal_is_an_undertaking"] = not outcome.paper.rests_on_proposal


def watch(nodes: Sequence[RunningNode], outcome: Outcome, charters: dict[str, Charter]) -> None:
    """Let an observer verify an export of every log, given nothing but its verifier key."""
    with ThreadPoolExecutor(len(nodes)) as pool:
        found = list(pool.map(lambda node: _observed(node, charters[node.origin].vkey("log")), nodes))
    outcome.observed = {node.origin: seen for node, seen in zip(nodes, found, strict=True)}
    outcome.checks["observer_verifies"] = all(
        (seen.size, seen.root) == (outcome.statuses[origin]["size"], outcome.statuses[origin]["root"])
        for origin, seen in outcome.observed.items()
    )


def _observed(node: RunningNode, vkey: str) -> Observed:
    """Return what an observer finds in an export of a node's log."""
    with tempfile.TemporaryDirectory(prefix="comity-observer-") as place:
        export = Path(place) / "export"
        node.post("node/export", {"path": str(export)})
        return observe(export, vkey, Path(place))


def _mirrors_equal(statuses: dict[str, dict[str, Any]]) -> bool:
    """Whether every mirror is consistent and has the root of the log it mirrors."""
    for status in statuses.values():
        for peer in status["peers"]:
            own = statuses[peer["origin"]]
            if (peer["state"], peer["size"], peer["root"]) != ("consistent", own["size"], own["root"]):
                return False
    return all(len(status["peers"]) == len(statuses) - 1 for status in statuses.values())


def _contents_equal(seen: dict[str, Records], origins: Sequence[str]) -> bool:
    """Whether each side reads, of each log, exactly what its owner marked for everybody."""
    return all(
        seen[reader].clear(origin) == seen[origin].clear(origin) for origin in origins for reader in origins
    )


def _sealed_stays_home(seen: dict[str, Records], origins: Sequence[str], granted: Sequence[str]) -> bool:
    """Whether nobody reads, of another's log, anything but what is for everybody, or was granted.

    Args:
        seen: What each node reads.
        origins: Of the logs.
        granted: Kinds that the compact grants to its parties, as patterns.
    """
    return all(
        record["content"] is None
        or record["index"] in seen[origin].clear(origin)
        or _is_act(record)
        or any(fnmatchcase(_kind(record), pattern) for pattern in granted)
        or record["index"] in seen[origin].granted(origin, reader)
        for origin in origins
        for reader in origins
        if reader != origin
        for record in seen[reader].logs[origin]
    )


def _acts_are_exercises(seen: dict[str, Records], origins: Sequence[str]) -> bool:
    """Whether every step of the protocol says inside its entry that it is an exercise, to every reader."""
    acts = [
        record["content"]["header"]["class"]
        for reader in origins
        for origin in origins
        for record in seen[reader].logs[origin]
        if record["content"] and _is_act(record)
    ]
    return bool(acts) and set(acts) == {"exercise"}


def _is_act(record: dict[str, Any]) -> bool:
    return _kind(record) in PROTOCOL


def _kind(record: dict[str, Any]) -> str:
    return str(record["content"]["kind"].partition("@")[0])


def _joined(seen: dict[str, Records], origins: Sequence[str]) -> Records:
    """Return every log as its owner reads it."""
    return Records({origin: seen[origin].logs[origin] for origin in origins})


def _shown(summary: dict[str, Any]) -> tuple[Any, ...]:
    """Return what is equal on both sides: of what is withheld, each side counts its own."""
    return summary["digest"], summary["parties"]
