"""Two lanes cut at their anchors."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from comity.console.lanes import Rung, weave, window


def history(seed: int, steps: int) -> tuple[int, int, list[Rung], list[Rung]]:
    """Two logs that grow in turn; an anchor names what the other log had at that time."""
    chance = random.Random(seed)
    sizes, rungs = [0, 0], ([], [])
    for _ in range(steps):
        side = chance.randrange(2)
        if chance.random() < 0.3 and sizes[1 - side]:
            rungs[side].append(Rung(sizes[side], sizes[1 - side]))
        sizes[side] += 1
    return sizes[0], sizes[1], rungs[0], rungs[1]


@given(st.integers(0, 10**6), st.integers(0, 80))
def test_every_entry_stands_once_and_anchors_order_what_they_name(seed, steps):
    own, peer, own_rungs, peer_rungs = history(seed, steps)
    stretches = weave(range(own), range(peer), own_rungs, peer_rungs)
    mine, theirs = [], []
    for stretch in stretches:
        mine += stretch.own
        theirs += stretch.peer
        if stretch.rung and stretch.own_rung:
            mine.append(stretch.rung.index)
            assert len(theirs) >= stretch.rung.size, "what the anchor names is drawn before it"
        elif stretch.rung:
            theirs.append(stretch.rung.index)
            assert len(mine) >= stretch.rung.size
    assert mine == list(range(own))
    assert theirs == list(range(peer))


@given(st.integers(0, 10**6), st.integers(0, 80), st.data())
def test_a_window_of_the_lanes_loses_nothing(seed, steps, data):
    own, peer, own_rungs, peer_rungs = history(seed, steps)
    a = sorted(data.draw(st.tuples(st.integers(0, own), st.integers(0, own))))
    b = sorted(data.draw(st.tuples(st.integers(0, peer), st.integers(0, peer))))
    inside = [rung for rung in own_rungs if a[0] <= rung.index < a[1]]
    outside = [rung for rung in peer_rungs if b[0] <= rung.index < b[1]]
    stretches = weave(range(*a), range(*b), inside, outside)
    mine = [i for s in stretches for i in (*s.own, *([s.rung.index] if s.rung and s.own_rung else []))]
    theirs = [i for s in stretches for i in (*s.peer, *([s.rung.index] if s.rung and not s.own_rung else []))]
    assert mine == list(range(*a))
    assert theirs == list(range(*b))


def test_lying_anchors_that_name_each_other_in_a_circle_end():
    stretches = weave(range(4), range(4), [Rung(0, 3)], [Rung(0, 3)])
    assert sum(len(s.own) + len(s.peer) + bool(s.rung) for s in stretches) == 8


@given(st.integers(0, 300), st.integers(1, 40))
def test_windows_cover_a_log_once(size, per_page):
    seen = []
    for page in range(1, -(-size // per_page) + 2):
        seen += reversed(window(size, page, per_page))
    assert seen == list(reversed(range(size)))
