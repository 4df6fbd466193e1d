"""GENIUS files: what they say, and what is refused of them."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from comity.assessment.position import genius
from comity.assessment.position.errors import DomainFileError
from comity.assessment.position.solutions import solve
from comity.cli import app

DOMAIN = b"""<negotiation_template><utility_space number_of_issues="2">
<objective index="0" name="root" type="objective" etype="objective">
<issue index="1" name="Toll" vtype="discrete" type="discrete" etype="discrete">
<item index="1" value="low"/><item index="2" value="high"/></issue>
<issue index="2" name="Years" vtype="integer" type="integer" etype="integer" lowerbound="10" upperbound="12"/>
</objective></utility_space></negotiation_template>"""


def profile(low: str, high: str, slope: str, offset: str, tail: str = "") -> bytes:
    return f"""<utility_space><objective index="0" name="root" type="objective" etype="objective">
<issue index="2" name="Years" type="integer" etype="integer" lowerbound="10" upperbound="12">
<evaluator ftype="linear" slope="{slope}" offset="{offset}"/></issue>
<issue index="1" name="Toll" type="discrete" etype="discrete">
<item index="2" value="high" evaluation="{high}"/><item index="1" value="low" evaluation="{low}"/></issue>
<weight index="1" value="0.6"/><weight index="2" value="0.4"/></objective>{tail}</utility_space>""".encode()


A = profile("20", "5", "0.5", "0.0", '<reservation value="0.3"/><discount_factor value="0.5"/>')
B = profile("0.2", "0.8", "-0.4", "0.9")


def test_evaluations_are_divided_by_the_largest_of_their_issue():
    domain = genius.read_domain(DOMAIN)
    assert [issue.options for issue in domain.issues] == [("low", "high"), ("10", "11", "12")]
    one, other = genius.read_profile(A, domain), genius.read_profile(B, domain)
    assert one.values[0].tolist() == [1.0, 0.25]
    assert other.values[0].tolist() == [0.25, 1.0]
    np.testing.assert_allclose(one.values[1], [0.0, 0.5, 1.0])
    np.testing.assert_allclose(other.values[1], [0.9, 0.5, 0.1])
    assert (one.reservation, one.discount, other.reservation, other.discount) == (0.3, 0.5, None, 1.0)
    assert solve(domain, one, other).outcomes == 6


def test_an_issue_of_zeros_is_worth_nothing():
    domain = genius.read_domain(DOMAIN)
    assert genius.read_profile(profile("0", "0", "0", "0"), domain).values[0].tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no XML"),
        (b"<a/>", "not of GENIUS"),
        (DOMAIN[:200], "no XML"),
        (DOMAIN.replace(b'index="2" name', b'index="1" name'), "index is missing or taken"),
        (DOMAIN.replace(b'"high"', b'"low"'), "taken value"),
        (DOMAIN.replace(b'type="integer"', b'type="real"'), "discrete and integer"),
        (DOMAIN.replace(b'upperbound="12"', b'upperbound="9"'), "runs from"),
        (
            b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><utility_space>&e;</utility_space>',
            "no issue",
        ),
    ],
)
def test_a_bad_domain_is_refused_with_its_reason(data, said):
    with pytest.raises(DomainFileError, match=said):
        genius.read_domain(data)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (profile("nan", "5", "0", "0"), "not finite"),
        (profile("inf", "5", "0", "0"), "not finite"),
        (profile("five", "5", "0", "0"), "no number"),
        (profile("null", "5", "0", "0"), "no evaluation of 'low'"),
        (A.replace(b'<weight index="2" value="0.4"/>', b""), "has no weight"),
        (A.replace(b'value="0.6"', b'value="-0.6"'), "below 0"),
        (A.replace(b'<issue index="1"', b'<issue index="7"'), "has no values"),
    ],
)
def test_a_bad_profile_is_refused_with_its_reason(data, said):
    with pytest.raises(DomainFileError, match=said):
        genius.read_profile(data, genius.read_domain(DOMAIN))


def test_the_command_prints_the_solutions(tmp_path):
    paths = []
    for name, data in (("d.xml", DOMAIN), ("a.xml", A), ("b.xml", B)):
        (tmp_path / name).write_bytes(data)
        paths.append(str(tmp_path / name))
    done = CliRunner().invoke(app, ["position", "solve", *paths, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["outcomes"] == 6
    assert found["pareto"] == sorted(found["pareto"])
    assert found["nash"] in found["pareto"]
    assert found["disagreement"] == [0.3, 0.0]
    spoken = CliRunner().invoke(app, ["position", "solve", *paths])
    assert "Nash" in spoken.output
    missing = CliRunner().invoke(app, ["position", "solve", paths[0], paths[1], "nowhere.xml", "--json"])
    assert missing.exit_code == 1
