"""A blind zone between two nodes, from the mandate to the result; what is refused on the way."""

from __future__ import annotations

import pytest

from tests.assessment.position.zone.world import TODAY, run_to_points, world


def test_each_side_learns_the_packages_of_both_and_nothing_else(tmp_path):
    with world(tmp_path) as here:
        run_to_points(here)
        print(here.stage("la"), here.stage("vn"))
        here.step("la")
        here.step("vn")
        print(here.stage("la"), here.stage("vn"))
        here.step()
        print(here.stage("la"), here.stage("vn"))
        print(here.common("la"), here.common("vn"))
