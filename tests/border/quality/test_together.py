"""Places looked at together are sound only where each is by itself."""

from __future__ import annotations

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.quality.positions import Box, fixes_of, place_flag, too_fast
from comity.border.quality.together import sound

BOXES = st.sampled_from([None, Box(106, 17, 107, 18), Box(106, 17, 107, 18, (-100.0, -50.0, 100.0, 50.0))])
FIGURES = st.sampled_from(
    [0, 17, 17.5, 106.5, 106, 99.9, -101, 90, 91, 1e300, 10**18, True, None, "17", 0.001]
)
FORMS = st.sampled_from(
    [("lat", "lon"), ("x", "y"), ("x", "y", "lat", "lon"), ("x", "y", "velocity"), ("lat",), ("lat", "x", "y"),
     ("x", "y", "coordinates"), ("x", "y", "detections"), ("x", "y", "class")]
)  # fmt: skip


@st.composite
def alike(draw):
    row = st.fixed_dictionaries(dict.fromkeys(draw(FORMS), FIGURES))
    return draw(st.lists(row, min_size=1, max_size=4))


@settings(max_examples=200, deadline=None)
@given(
    alike() | st.lists(st.sampled_from([{"x": 1, "y": 2}, {}, [], 5, None]), min_size=1, max_size=3), BOXES
)
def test_what_is_sound_together_is_sound_alone(objects, box):
    found = sound([orjson.dumps(one).decode() for one in objects], box)
    assert len(found) == len(objects)
    for one, fine in zip(objects, found.tolist(), strict=True):
        if fine:
            (fix,) = fixes_of(0, one)
            assert not place_flag(fix, box)
            assert not too_fast(fix)


def test_most_are_sound_at_first_sight():
    box = Box(106, 17, 107, 18, (-100.0, -50.0, 100.0, 50.0))
    assert sound(['{"x":1,"y":2.5,"sigma":10}', '{"x":101,"y":0,"sigma":10}'], box).tolist() == [True, False]
    assert sound(['{"lat":17.5,"lon":106.5}', '{"lat":106.5,"lon":17.5}'], box).tolist() == [True, False]
    assert sound(['{"lat":0.001,"lon":0}', '{"lat":5,"lon":6}'], None).tolist() == [False, True]
