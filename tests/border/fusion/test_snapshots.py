"""Snapshots: what goes on from one is bit for bit what would have gone on; a damaged one is refused."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from comity.border.errors import FusionSnapshotError
from comity.border.fusion import scenarios, snapshots
from comity.border.fusion.model import Config, Rules
from comity.border.fusion.observations import Batch, Detections
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.snapshots import DIGEST, MAGIC
from comity.border.fusion.tracker import Tracker


@pytest.fixture(scope="module")
def half():
    scenario = scenarios.make(Recipe(targets=15, clutter=15, steps=24), 9)
    tracker = Tracker(scenario.config())
    batches = scenario.batches()
    for batch in batches[:12]:
        tracker.push(batch)
    tracker.push(Batch(Detections.of([5], 0, [(np.nan, 0)], 1)))
    return scenario, tracker, batches


def test_what_goes_on_is_the_same_bits_late_observations_too(half):
    scenario, tracker, batches = half
    saved = snapshots.save(tracker)
    other = snapshots.load(scenario.config(), saved)
    assert snapshots.save(other) == saved
    assert other.intake.counts == tracker.intake.counts
    assert other.intake.kept[0].reason == "not-finite"
    late = Batch(Detections.of([3000], 0, [(55.0, 66.0)], 10))
    for batch in (late, *batches[12:]):
        told, found = tracker.push(batch), other.push(batch)
        np.testing.assert_array_equal(told.tracks.states(), found.tracks.states())
        assert told.replayed_from == found.replayed_from
    assert snapshots.save(tracker) == snapshots.save(other)


def test_a_snapshot_of_another_configuration_is_refused(half):
    scenario, tracker, _ = half
    made = scenario.config()
    with pytest.raises(FusionSnapshotError, match="configuration"):
        snapshots.load(Config(made.area, made.sensors, Rules(tell=0.9)), snapshots.save(tracker))


def test_damaged_bytes_are_refused(half):
    scenario, tracker, _ = half
    saved = snapshots.save(tracker)
    for bad in (b"", saved[:-1], saved[:40] + b"!" + saved[41:], saved + b"\n"):
        with pytest.raises(FusionSnapshotError):
            snapshots.load(scenario.config(), bad)


@pytest.mark.parametrize(
    "change",
    [(b"<f8", b"|O8"), (b'"segments": ', b'"segments": 9'), (b'tracks", "<f8", [', b'tracks", "<f8", [-')],
)
def test_a_lying_header_is_refused_even_with_a_digest_that_fits(half, change):
    scenario, tracker, _ = half
    body = snapshots.save(tracker)[:-DIGEST]
    size = len(MAGIC) + 8
    end = size + int.from_bytes(body[len(MAGIC) : size], "little")
    header = body[size:end].replace(*change)
    assert header != body[size:end]
    lie = MAGIC + len(header).to_bytes(8, "little") + header + body[end:]
    with pytest.raises(FusionSnapshotError):
        snapshots.load(scenario.config(), lie + hashlib.sha256(lie).digest())
