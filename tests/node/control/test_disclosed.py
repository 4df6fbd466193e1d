"""What the other side was given of a record: steps by the compact, fields by grants, nothing else."""

from __future__ import annotations

from comity.node.control.disclosed import disclosed
from tests.compacts import put
from tests.node.control.conftest import remark


def test_a_step_is_shown_to_whom_the_compact_names_for_it(pair):
    _, request, _ = pair.released([remark("Asked", "x")])
    step = pair.vn.record("vn/hq", request.index)
    assert disclosed(pair.vn, step).to == ("la/hq",)
    assert disclosed(pair.vn, step).shows("reason")
    put(pair.vn, ("vn", "party"), ("la", "party"), policies=("control.*",))
    assert disclosed(pair.vn, step).whole
    put(pair.vn, ("vn", "party"), ("la", "party"), policies=("round.*",))
    assert disclosed(pair.vn, step).to == ()
    assert not disclosed(pair.vn, step).shows("reason")
    put(pair.vn, ("vn", "party"), ("la", "observer"), policies=("control.*",))
    assert disclosed(pair.vn, step).to == ()


def test_what_is_shown_is_what_is_served(pair):
    from comity.node.openings import openings_path
    from comity.node.public import PublicFiles

    _, request, _ = pair.released([remark("Asked", "x")])
    step = pair.vn.record("vn/hq", request.index)
    for kinds in ("control.*", "round.*", "control.grant"):
        put(pair.vn, ("vn", "party"), ("la", "party"), policies=(kinds,))
        served = PublicFiles(pair.vn).get(f"log/{openings_path(0)}", "la/hq").body
        assert (b"control.request" in served) is bool(disclosed(pair.vn, step).to), kinds


def test_fields_granted_are_shown_and_no_others(pair):
    (index,), _, _ = pair.released([remark("Title", "text")], ("title",))
    (sealed,) = pair.vn.append([remark("Sealed", "x")])
    given = disclosed(pair.vn, pair.vn.record("vn/hq", index))
    assert (given.to, given.whole) == (("la/hq",), False)
    assert given.shows("title")
    assert not given.shows("text")
    assert disclosed(pair.vn, pair.vn.record("vn/hq", sealed.index)).to == ()
    assert disclosed(pair.la, pair.la.record("vn/hq", index)).to == ()
