"""Rounds over a bad line, with liars among the parties: nobody who keeps the rules is ever accused.

What passes between the parties is cut into pieces, comes late, out of order, or not at all. Whoever keeps the
rules seals, names the seals it has, opens when it knows that all have sealed and at the deadline at the
latest, and acknowledges what it received. Liars write what they like into their own logs, and cosign what
they like at whatever time they like.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings

from comity.record.protocol import place_of
from comity.record.protocol_kinds import RoundOpen
from comity.record.rounds import Cosigned

from .rounds import OPEN_BY, OTHER_QUESTION, SEAL_BY, Desk, Log, judge, sealed_by

VN, LA, KH, TH = "vn/hq", "la/hq", "kh/hq", "th/hq"
NAMES = (VN, LA, KH, TH)
LIES = ("seal", "other question", "early", "bad", "partial", "unequal", "ack", "anchor", "cosign", "dispute")

numbers = st.integers(0, 1_000_000)
steps = st.tuples(
    st.sampled_from(NAMES),
    st.sampled_from(("pull", "pull", "pull", "deliver", "deliver", "seal", "open", "ack", "record")),
    st.sampled_from(NAMES),
    numbers,
    st.sampled_from((0, 500, 40_000, 150_000, 700_000)),
)
schedules = st.lists(steps, min_size=10, max_size=70)


@dataclass
class World:
    """The parties, some of which lie, and what passes between them."""

    parties: tuple[str, ...]
    liars: frozenset[str]
    now: int = 0
    received: dict[str, set] = field(default_factory=lambda: {name: set() for name in NAMES})
    false_words: set[Cosigned] = field(default_factory=set)

    def __post_init__(self):
        self.logs = {name: Log(name) for name in NAMES}
        self.desks = {name: Desk(log) for name, log in self.logs.items()}
        self.round = self.logs[self.parties[0]].start(*self.parties)

    def recipients(self, name):
        return [other for other in self.parties if other != name]

    def step(self, actor, action, other, number, pause):
        self.now += pause
        if actor in self.liars and action != "pull":
            self.lie(actor, LIES[number % len(LIES)], number)
            return
        desk = self.desks[actor]
        if desk.must_open(self.logs, self.round, self.now):
            desk.open(self.logs, self.round, self.now, self.recipients(actor))
        if action == "pull" and other != actor:
            desk.pull(self.desks[other], number % (len(self.logs[other].items) + 1), self.now)
        elif action == "deliver":
            self.deliver(actor)
        elif action == "seal" and self.now < SEAL_BY:
            desk.seal(self.logs, self.round)
        elif action == "open":
            desk.open(self.logs, self.round, self.now, self.recipients(actor))
        elif action == "ack":
            desk.acknowledge(self.logs, self.round, self.now, self.received[actor])
        elif action == "record":
            desk.name_heads()
            self.logs[actor].record()

    def deliver(self, to):
        """Fetch the blobs of one opening that is known and was not fetched before."""
        for name, size in self.desks[to].held.items():
            for item in self.logs[name].items[:size]:
                model = None if item.content is None else item.content.model
                place = place_of(item)
                if isinstance(model, RoundOpen) and place not in self.received[to]:
                    self.received[to].add(place)
                    for pointer in model.grants:
                        grant = self.logs[name].items[pointer.index].content.model
                        if grant.recipient.origin == to:
                            self.desks[to].name_heads()
                            self.logs[to].received(pointer.ref())
                    return

    def lie(self, actor, lie, number):
        log = self.logs[actor]
        places = [place_of(item) for other in self.logs.values() for item in other.items]
        some = [places[(number * k) % len(places)] for k in range(1, 4)]
        seals = [place_of(i) for other in self.logs.values() for i in other.items if _is(i, "round.seal")]
        opens = [place_of(i) for other in self.logs.values() for i in other.items if _is(i, "round.open")]
        mine = [place for place in seals if place.origin == actor]
        if lie == "seal":
            log.seal(self.round, some[0] if number % 3 == 0 else None)
        elif lie == "other question":
            log.seal(self.round, question=OTHER_QUESTION)
        elif lie in ("early", "bad", "partial", "unequal") and mine:
            if number % 2:
                log.ack(self.round, seals)
            self._open(log, mine[0], lie)
        elif lie == "ack":
            log.ack(self.round, seals if number % 2 else some, opens[:8], over=number % 5 != 0)
        elif lie == "anchor":
            others = [name for name in NAMES if name != actor]
            log.anchor(**{others[number % 3].partition("/")[0]: number % 40 + 1})
        elif lie == "cosign":
            about = NAMES[number % len(NAMES)]
            self.false_words.add(Cosigned(about, number % 40 + 1, actor, number % (2 * OPEN_BY // 1000)))
        elif lie == "dispute" and opens:
            for pointer in self.logs[opens[0].origin].items[opens[0].index].content.model.grants:
                log.received(pointer.ref(), disputed=True)

    def _open(self, log, seal, lie):
        sealed, to = sealed_by(log, seal), self.recipients(log.origin)
        if lie == "partial":
            grants = log.granted(sealed, to[:1])
        elif lie == "unequal":
            grants = [*log.granted(sealed, to[:1]), *log.granted(sealed, to[1:], ["title"])]
        else:
            grants = [log.grant(log.request(sealed, one), one, good=lie != "bad") for one in to]
        log.open(self.round, seal, grants)

    def settle(self):
        """Let everything arrive, again and again; those who keep the rules do what is left to do."""
        for _ in range(6):
            for actor in NAMES:
                for other in NAMES:
                    self.step(actor, "pull", other, len(self.logs[other].items), 0)
                for action in ("seal", "open", "deliver", "deliver", "deliver", "ack"):
                    if actor not in self.liars and (actor in self.parties or action in ("deliver", "ack")):
                        self.step(actor, action, actor, 0, 0)

    def readers(self, cuts):
        """Give what each party knows, everything, and logs cut off or partly unreadable anywhere."""
        seen = set().union(self.false_words, *(desk.seen for desk in self.desks.values()))
        bad = set().union(*(log.bad_grants for log in self.logs.values()))
        for desk in self.desks.values():
            yield desk.view(self.logs)
        yield judge([item for log in self.logs.values() for item in log.items], seen, bad)
        for cut in cuts:
            items = []
            for k, log in enumerate(self.logs.values()):
                size = (cut >> (5 * k)) % (len(log.items) + 1)
                items += [
                    item.closed() if (cut >> item.index % 17) % 7 == 0 else item for item in log.items[:size]
                ]
            yield judge(items, seen, bad)

    def check(self, cuts=()):
        for machine in self.readers(cuts):
            if self.round not in machine.starts():
                continue
            standing = machine.standing(self.round, self.now)
            accused = {item.place.origin for item in standing.refused}
            assert accused <= self.liars, standing
            for party in standing.parties:
                if party.origin in self.liars:
                    continue
                if party.withheld is not None:
                    # A liar's clock may attest what is not so; it is named, and its own word is never enough.
                    assert party.withheld.basis == "attested"
                    assert set(party.withheld.by) & self.liars
                else:
                    assert party.state != "withheld"
                    assert party.open_timing != "late"


def _is(item, kind):
    return item.content is not None and item.content.model.kind == kind


def play(parties, liars, schedule, cuts):
    world = World(parties, frozenset(liars))
    for step in schedule:
        world.step(*step)
    world.check(cuts)
    return world


quick = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@given(schedules, st.lists(st.integers(0, 2**40), max_size=4))
@quick
def test_nobody_is_accused_where_nobody_lies(schedule, cuts):
    world = play((VN, LA), (), schedule, cuts)
    world.settle()
    world.check(cuts)


@given(schedules, st.lists(st.integers(0, 2**40), max_size=4), st.sampled_from(((VN, LA), (VN, LA, KH))))
@quick
def test_nobody_who_keeps_the_rules_is_accused_by_liars(schedule, cuts, parties):
    world = play(parties, {LA}, schedule, cuts)
    world.settle()
    world.check(cuts)


@given(schedules, st.lists(st.integers(0, 2**40), max_size=4))
@quick
def test_nobody_who_keeps_the_rules_is_accused_by_all_the_others(schedule, cuts):
    play((VN, LA, KH), {LA, KH, TH}, schedule, cuts)


@given(schedules)
@settings(max_examples=12, deadline=None)
def test_where_nobody_lies_every_round_that_was_sealed_ends_the_same_for_all(schedule):
    world = World((VN, LA, KH), frozenset())
    for step in schedule:
        world.step(*step)
    world.now = min(world.now, SEAL_BY - 1)
    world.settle()
    found = [desk.view(world.logs).standing(world.round, world.now) for desk in world.desks.values()]
    assert {standing.phase for standing in found} == {"complete"}
    assert len({standing.refused for standing in found}) == 1
    assert all(party.state == "received" for standing in found for party in standing.parties)


def test_the_liars_are_found_where_they_lie():
    """The same simulator does accuse: otherwise the tests above would show nothing."""
    world = World((VN, LA), frozenset({LA}))
    world.step(VN, "seal", VN, 0, 0)
    for lie in ("seal", "seal", "early"):
        world.lie(LA, lie, 2)
    world.step(VN, "pull", LA, len(world.logs[LA].items), 0)
    standing = world.desks[VN].standing(world.logs, world.round, world.now)
    assert {item.reason for item in standing.refused} == {"already-sealed", "opened-early", "granted-early"}
    world.settle()
    world.now = OPEN_BY
    opens = [place_of(item) for item in world.logs[VN].items if _is(item, "round.open")]
    seals = [place_of(i) for log in world.logs.values() for i in log.items if _is(i, "round.seal")]
    world.logs[LA].ack(world.round, seals, opens, over=True)
    world.step(VN, "pull", LA, len(world.logs[LA].items), 0)
    party = world.desks[VN].standing(world.logs, world.round, world.now).party(LA)
    assert (party.state, party.withheld.basis) == ("withheld", "own_word")
