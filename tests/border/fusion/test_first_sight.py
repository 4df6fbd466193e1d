"""The first sight of a batch: never kinder than the reasons, row by row."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.fusion.intake import Intake
from comity.border.fusion.model import Area, Config, Sensor
from comity.border.fusion.observations import Batch, Detections, names_of

ODD = {
    "time": st.sampled_from((0, 5000, 1 << 53, -(1 << 53), 1 << 60)),
    "sensor": st.sampled_from((0, 1, -1, 2)),
    "kind": st.sampled_from((0, 4, 5, -1)),
    "x": st.sampled_from((0.0, 1000.0, 1000.1, -1.0, np.nan, np.inf)),
    "sigma": st.sampled_from((10.0, 1e-5, 1e7, 0.0, np.nan)),
    "tilt": st.sampled_from((0.0, 3.0, np.nan)),
    "speed": st.sampled_from((np.nan, 3.0, 1e4)),
}

NAMES = [1835464125243426526, 880356952986227992, 199470083447576696]


@settings(max_examples=150)
@given(st.lists(st.fixed_dictionaries(ODD), max_size=3), st.sampled_from((None, 4000)))
def test_what_is_clean_at_first_sight_has_no_reason_to_be_set_aside(rows, arrived):
    intake = Intake(Config(Area(0, 0, 1000, 1000), (Sensor("a"), Sensor("b"))))
    columns = {name: [row[name] for row in rows] for name in ODD}
    place = np.array([(x, 5.0) for x in columns["x"]]).reshape(-1, 2)
    found = Detections.of(
        columns["time"], columns["sensor"], place, columns["sigma"], columns["kind"], columns["speed"]
    )
    found.noise[:, 1] = columns["tilt"]
    if intake._clean(found, arrived):
        assert not intake._reasons(found, arrived).any()
    intake.admit(Batch(found, arrived=arrived))


def test_names_are_those_that_every_version_gave():
    found = Detections.of([0, -7, 1 << 40], [0, 1, 2], [(1.5, -2.0), (0.0, 0.0), (1e9, 3.25)], 10)
    assert len(set(names_of(found).tolist())) == 3
    assert names_of(found).tolist() == NAMES
    assert names_of(found.take(np.array([1]))).tolist() == NAMES[1:2]
