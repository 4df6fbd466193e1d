"""What the acts of the walk share: nodes by party, people, where the records stand, what was done."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from comity.demo.nodes import DemoNodeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.demo.example import Example
    from comity.demo.nodes import RunningNode
    from comity.demo.people import People
    from comity.demo.walk import Walk

RELEASE: Final = "release"
ROUND: Final = "round"
CODING: Final = "coding"
ASSESSMENT: Final = "assessment"
BORDER: Final = "border"
ERASURE: Final = "erasure"
NEXT: Final = "next"


@dataclass(frozen=True)
class Step:
    """One step of the walk: which act, whose log, what, and the entries that say so."""

    act: str
    origin: str
    words: str
    entries: tuple[int, ...]

    def as_json(self) -> dict[str, Any]:
        """Return it as `--json` prints it."""
        return {"act": self.act, "origin": self.origin, "step": self.words, "entries": list(self.entries)}


@dataclass
class Stage:
    """Where the walk is played.

    Attributes:
        nodes: every party's node.
        example: who the parties are.
        walk: what is played.
        people: who approves.
        settle: lets the nodes exchange until every entry is joint.
        steps: what was done, in the order of the acts.
        checks: what was looked at, and whether it held.
        pages: addresses to look at, by what is there.
        rounds: keys of the rounds by their names.
    """

    nodes: Sequence[RunningNode]
    example: Example
    walk: Walk
    people: People
    settle: Callable[[], None]
    steps: list[Step] = field(default_factory=list)
    checks: dict[str, bool] = field(default_factory=dict)
    pages: list[tuple[str, str]] = field(default_factory=list)
    rounds: dict[str, str] = field(default_factory=dict)
    _places: dict[str, int] = field(default_factory=dict)

    def node(self, party: str) -> RunningNode:
        """Return a party's node."""
        return next(node for node in self.nodes if node.member.party == party)

    def others(self, party: str) -> list[RunningNode]:
        """Return every other party's node."""
        return [node for node in self.nodes if node.member.party != party]

    def home(self, name: str) -> RunningNode:
        """Return the node in whose log a record stands."""
        return self.node(self.walk.records[name].party)

    def place(self, name: str) -> int:
        """Return the index of a record in its party's log."""
        if name not in self._places:
            node = self.home(name)
            draft = self.walk.draft(name, self.example, node.origin)
            found = node.get("node/record?" + urlencode({"origin": node.origin, "key": draft["id"]}))
            self._places[name] = found["index"]
        return self._places[name]

    def exchange(self, *parties: str) -> None:
        """Let the nodes of some parties exchange with the others, one after the other.

        Raises:
            DemoNodeError: a node could not.
        """
        for party in parties:
            report = self.node(party).post("node/sync", {})
            if not report["ok"]:
                raise DemoNodeError(f"the node of {party} could not exchange: {report['peers']}")

    def did(self, act: str, node: RunningNode, words: str, *entries: int | None) -> None:
        """Note a step and the entries of that node's log that say so."""
        known = tuple(entry for entry in entries if entry is not None)
        self.steps.append(Step(act, node.origin, words, known))

    def check(self, name: str, held: bool) -> None:
        """Note what was looked at; a check of this name that failed before stays failed."""
        self.checks[name] = self.checks.get(name, True) and held

    def read(self, reader: RunningNode, name: str) -> dict[str, Any] | None:
        """Return the fields that a node reads of a record: all, the single ones it was granted, or None."""
        home, index = self.home(name).origin, self.place(name)
        query = urlencode({"origin": home, "key": index})
        content: dict[str, Any] | None = reader.get(f"node/record?{query}")["content"]
        if content is not None:
            return dict(content["fields"])
        if reader.origin == home:
            return None
        held = reader.find(f"release/partial?{query}")
        if held is None:
            return None
        return {
            one["path"]: one["value"] for one in held["openings"] if not one["path"].startswith("header.")
        }

    def approve(self, node: RunningNode, index: int, *, short: int = 0) -> dict[str, Any]:
        """Have the node's people approve a request, all of them or all but the last `short`.

        Raises:
            DemoNodeError: with all of them it is not approved.
        """
        people = self.walk.approvers[: len(self.walk.approvers) - short]
        asked = self.people.approve(node, index, people)
        if not short and asked["stage"] not in ("approved", "done"):
            raise DemoNodeError(f"{node.origin} {index} is {asked['stage']}, after {len(people)} approvals")
        return asked
