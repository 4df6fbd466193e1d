"""The page of conformance says what the tests prove, and leaves out nothing the standard asks."""

from __future__ import annotations

from tests.border.sensors import conformance


def test_the_page_is_what_the_tests_say():
    assert conformance.PAGE.read_text() == conformance.page(), (
        "run `python -m tests.border.sensors.conformance`"
    )


def test_what_is_not_there_is_named():
    missing = [one for one in conformance.REQUIREMENTS if one not in conformance.proofs()]
    assert {one.partition("/")[0] for one in missing} == {"multi-datastream"}
