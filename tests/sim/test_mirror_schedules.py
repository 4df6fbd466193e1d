"""Under any schedule of lies, cuts, crashes and forks a mirror converges or reports, and is never corrupt."""

from __future__ import annotations

import tempfile
from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from comity.record import pull
from comity.record.cosignature import Cosigner, verify_cosignature
from comity.record.errors import ComityError
from comity.record.fork import ForkProof
from comity.record.fsck import fsck
from comity.record.log import Log
from comity.record.mirror import Mirror
from comity.record.note import Signer

from .clock import Clock
from .line import Line
from .peer import (
    Peer,
    Tree,
    failing,
    flipped,
    garbage,
    missing,
    once,
    only,
    oversized,
    short_hashes,
    swapped,
    truncated,
)

SIGNER = Signer("la/hq", bytes(32))
OWN = Signer("vn/hq", b"1" * 32)
WITNESS = Cosigner("vn/witness", b"w" * 32)

PLACES = ["", "checkpoint", "tile", "tile/0", "tile/1", "tile/0/00", "tile/entries", "tile/entries/001"]
LIES = st.builds(
    lambda place, lie, lasting: only(place, lie if lasting else once(lie)),
    st.sampled_from(PLACES),
    st.one_of(
        st.builds(flipped, st.integers(0, 9000), st.integers(0, 7)),
        st.builds(truncated, st.integers(1, 70)),
        st.builds(garbage, st.integers(0, 99)),
        st.just(oversized(70)),
        st.sampled_from([failing, missing, short_hashes, swapped]),
    ),
    st.booleans(),
)
COUNTS = st.one_of(st.integers(0, 40), st.sampled_from([255, 256, 257, 512, 700]))


class Schedules(RuleBasedStateMachine):
    """What may happen between a mirror and a log, in any order; `forks` says whether the log signs two histories."""

    forks = False

    @initialize()
    def begin(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "mirror.sqlite"
        self.clock = Clock()
        self.peer = Peer(SIGNER, [])
        self.honest = []
        self.number = 0
        self.held = []
        self.cosigned = {}
        self.forked = False
        self.own = Log.open(Path(self.folder.name) / "log.sqlite", OWN)
        self.mirror = Mirror.open(self.path, "la/hq", SIGNER.vkey)

    def fresh(self, count):
        self.number += 1
        return [b"%d: %d" % (self.number, index) for index in range(count)]

    def pull(self, fetch, in_flight=1):
        before = self.mirror.state
        result = self.mirror.sync(fetch, in_flight=in_flight)
        assert result.size == self.mirror.size
        assert result.size >= len(self.held), "what is held stays"
        if before == "forked":
            assert (result.state, result.added) == ("forked", 0)
        if result.reason is None and result.state == "consistent":
            assert result.size == result.target
        if result.reason is not None:
            assert result.reason.code
            assert str(result.reason)
        return result

    @rule(count=COUNTS)
    def the_log_grows(self, count):
        self.peer.append(self.fresh(count))

    @rule(lies=st.lists(LIES, max_size=2), in_flight=st.sampled_from([1, 4]))
    def pull_through_lies(self, lies, in_flight):
        self.peer.lies = lies
        self.pull(self.peer.fetch, in_flight)
        self.peer.lies = []

    @rule(
        requests=st.one_of(st.none(), st.integers(0, 12)),
        size=st.one_of(st.none(), st.integers(0, 60_000)),
        lose=st.lists(st.booleans(), max_size=12),
        delays=st.lists(st.sampled_from([0, 1, 29, 31]), max_size=6),
    )
    def pull_over_a_bad_line(self, requests, size, lose, delays):
        line = Line(self.peer.fetch, self.clock, requests, size, lose, delays)
        self.pull(line)

    @rule(share=st.floats(0, 1))
    def the_log_shows_an_older_head(self, share):
        self.peer.roll_back(int(share * len(self.peer.leaves)))
        result = self.pull(self.peer.fetch)
        self.peer.show(self.peer.leaves)
        if not self.forks:
            assert result.state in {"consistent", "behind"}

    @rule()
    def crash_and_open_again(self):
        self.mirror.close()
        self.mirror = Mirror.open(self.path, "la/hq", SIGNER.vkey)
        assert self.mirror.size == len(self.held)

    @rule()
    def cosign(self):
        self.clock.sleep(1)
        try:
            line = self.mirror.cosign(WITNESS, self.clock.now())
        except ComityError:
            return
        size = self.mirror.size
        verify_cosignature(self.mirror.checkpoint(), line, WITNESS.vkey)
        assert self.cosigned.setdefault(size, line) == line, "the same head, the same bytes"
        assert size == max(self.cosigned)

    @rule()
    def append_to_the_own_log(self):
        before = self.own.size
        self.own.append([b"own"])
        assert self.own.size == before + 1

    @precondition(lambda self: self.forks)
    @rule(share=st.floats(0, 1), count=COUNTS)
    def the_log_signs_another_history(self, share, count):
        self.peer.fork(int(share * len(self.peer.leaves)), self.fresh(count))

    @invariant()
    def nothing_held_ever_changes(self):
        size = self.mirror.size
        held = self.mirror.store.leaves(0, size)
        assert held[: len(self.held)] == self.held
        assert Tree(held).root() == self.mirror.store.root()
        self.held = held

    @invariant()
    def no_head_without_its_entries(self):
        note = self.mirror.checkpoint()
        if note is not None:
            size = int(note.split(b"\n")[1])
            assert size <= self.mirror.size

    @invariant()
    def forked_means_proven(self):
        if self.mirror.state == "forked":
            assert self.forks, "an honest log was accused"
            ForkProof.decode(self.mirror.fork_path.read_bytes()).verify(SIGNER.vkey)
            self.forked = True
        assert not self.forked or self.mirror.state == "forked", "forked is for ever"

    def teardown(self):
        if not hasattr(self, "mirror"):
            return
        try:
            if not self.forks:
                assert self.pull(self.peer.fetch).state == "consistent"
                assert self.mirror.store.root() == self.peer.tree.root()
            else:
                self.show_everything()
            assert fsck(self.path, SIGNER.vkey) == []
        finally:
            self.mirror.close()
            self.own.close()
            self.folder.cleanup()

    def show_everything(self):
        """With every tile served, two histories are either proven, or the mirror never saw more than one."""
        self.peer.append(self.fresh(800))
        result = self.pull(self.peer.fetch)
        assert result.state in {"consistent", "behind", "unproved", "forked"}
        if result.state == "consistent":
            assert self.mirror.store.root() == self.peer.tree.root()
        if result.state == "unproved":
            assert result.reason is not None


class ForkingSchedules(Schedules):
    """The same with a log that signs whatever it likes."""

    forks = True


PROFILE = settings(
    max_examples=25, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)


@pytest.fixture(autouse=True, scope="module")
def small_batches():
    """Batches of two bundles, so that a few hundred leaves make several transactions."""
    kept, pull.BATCH_LEAVES = pull.BATCH_LEAVES, 512
    yield
    pull.BATCH_LEAVES = kept


TestHonestLogOnABadLine = Schedules.TestCase
TestHonestLogOnABadLine.settings = PROFILE
TestForkingLog = ForkingSchedules.TestCase
TestForkingLog.settings = PROFILE
