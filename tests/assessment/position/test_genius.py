"""GENIUS files: what they say, and what is refused of them."""

from __future__ import annotations

import json
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.assessment.position import genius
from comity.assessment.position.errors import DomainFileError, PackagesError
from comity.assessment.position.solutions import solve, to_json
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
            "document type",
        ),
        (b"<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>" + DOMAIN, "document type"),
        (
            (
                b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
                b'<utility_space><issue index="1" name="&b;"/></utility_space>'
            ),
            "document type",
        ),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><a/>'.encode("utf-16"), "document type"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE x+AD4-<a/>', "no XML|document type"),
        (b"<a>" * 100_000, "no XML"),
        (b"\xff\xfe" + DOMAIN, "no XML"),
        (DOMAIN.replace(b'"12"', b'"' + b"9" * 5000 + b'"'), "no whole bounds|runs from"),
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
        (A.replace(b'value="0.6"', b'value="NaN"'), "not finite"),
        (A.replace(b'value="0.6"', b'value="1e999"'), "not finite"),
        (A.replace(b'reservation value="0.3"', b'reservation value="nan"'), "not finite"),
        (A.replace(b'slope="0.5"', b'slope="-inf"'), "not finite"),
        (A.replace(b'value="0.6"', b'value=""'), "no number"),
        (A.replace(b'<issue index="1"', b'<issue index="7"'), "has no values"),
    ],
)
def test_a_bad_profile_is_refused_with_its_reason(data, said):
    with pytest.raises(DomainFileError, match=said):
        genius.read_profile(data, genius.read_domain(DOMAIN))


def test_a_file_that_is_too_large_is_not_read(monkeypatch):
    monkeypatch.setattr(genius, "LARGEST", len(DOMAIN) - 1)
    with pytest.raises(DomainFileError, match="at most"):
        genius.read_domain(DOMAIN)
    many = "".join(
        f'<issue index="{n}" name="i{n}" type="integer" lowerbound="0" upperbound="99999"/>'
        for n in range(64)
    )
    monkeypatch.undo()
    with pytest.raises(PackagesError, match="at most"):
        genius.read_domain(f"<utility_space>{many}</utility_space>".encode())


@st.composite
def generated(draw):
    """A domain of discrete issues and two profiles: as XML, and as plain numbers for the oracle."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=4))
    issues = "".join(
        f'<issue index="{n + 1}" name="I{n}" type="discrete">'
        + "".join(f'<item index="{k + 1}" value="v{k}"/>' for k in range(size))
        + "</issue>"
        for n, size in enumerate(sizes)
    )
    sides = []
    for _ in range(2):
        parts = [draw(st.integers(1, 9)) for _ in sizes]
        weights = [part / sum(parts) for part in parts]
        values = [[draw(st.integers(0, 40)) for _ in range(size)] for size in sizes]
        reservation = draw(st.sampled_from([None, 0.0, 0.25, 0.5]))
        sides.append((weights, values, reservation))
    domain = f"<negotiation_template><utility_space><objective>{issues}</objective></utility_space>"
    return (domain + "</negotiation_template>").encode(), sides, sizes


def xml_of(weights, values, reservation):
    issues = "".join(
        f'<issue index="{n + 1}" name="I{n}" type="discrete">'
        + "".join(f'<item index="{k + 1}" value="v{k}" evaluation="{v}"/>' for k, v in enumerate(part))
        + "</issue>"
        for n, part in enumerate(values)
    )
    held = "".join(f'<weight index="{n + 1}" value="{weight!r}"/>' for n, weight in enumerate(weights))
    tail = "" if reservation is None else f'<reservation value="{reservation}"/>'
    # A discount in the file changes nothing: no package is taken later than another.
    tail += '<discount_factor value="0.7"/>'
    return f"<utility_space><objective>{issues}{held}</objective>{tail}</utility_space>".encode()


def worth(weights, values, package):
    shares = [part[k] / max(part) if max(part) else 0.0 for part, k in zip(values, package, strict=True)]
    return min(1.0, sum(weight * share for weight, share in zip(weights, shares, strict=True)))


@settings(max_examples=60, deadline=None)
@given(generated())
def test_generated_domains_give_what_looking_at_every_package_gives(case):
    data, sides, sizes = case
    domain = genius.read_domain(data)
    found = solve(domain, *(genius.read_profile(xml_of(*side), domain) for side in sides))
    packages = list(product(*map(range, sizes)))
    pairs = {tuple(worth(*side[:2], package) for side in sides) for package in packages}
    assert found.outcomes == len(packages)
    told = to_json(found, *(genius.read_profile(xml_of(*side), domain) for side in sides))
    eps = 1e-9

    def beaten(p):
        return any(
            all(b >= a - eps for a, b in zip(p, q, strict=True))
            and max(b - a for a, b in zip(p, q, strict=True)) > 1e-7
            for q in pairs
        )

    for pair in told["pareto"]:
        assert any(np.allclose(pair, q, atol=eps) for q in pairs)
        assert not beaten(pair)
    for q in pairs:
        assert beaten(q) or any(np.allclose(pair, q, atol=1e-7) for pair in told["pareto"])
    none = [side[2] or 0.0 for side in sides]
    gains = [[a - d for a, d in zip(q, none, strict=True)] for q in pairs]
    rational = [gain for gain in gains if min(gain) >= -1e-12]
    if not rational:
        assert told["nash"] is told["egalitarian"] is told["kalai_smorodinsky"] is None
        return
    most = [max(gain[k] for gain in rational) for k in (0, 1)]

    def of(name):
        return [a - d for a, d in zip(told[name], none, strict=True)]

    def share(gain):
        return min(g / m if m > 1e-12 else 1.0 for g, m in zip(gain, most, strict=True))

    assert np.prod(of("nash")) == pytest.approx(max(map(np.prod, rational)), abs=eps)
    assert min(of("egalitarian")) == pytest.approx(max(map(min, rational)), abs=eps)
    assert share(of("kalai_smorodinsky")) == pytest.approx(max(map(share, rational)), abs=1e-7)


def test_the_command_prints_the_solutions(tmp_path):
    paths = []
    for name, data in (("d.xml", DOMAIN), ("a.xml", A), ("b.xml", B)):
        (tmp_path / name).write_bytes(data)
        paths.append(str(tmp_path / name))
    done = CliRunner().invoke(app, ["position", "solve", *paths, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert found["outcomes"] == 6
    assert {"outcomes", "pareto", "nash", "kalai_smorodinsky", "egalitarian"} <= set(found)
    assert all(len(found[name]) == 2 for name in ("nash", "kalai_smorodinsky", "egalitarian"))
    assert found["pareto"] == sorted(found["pareto"])
    assert found["nash"] in found["pareto"]
    assert found["disagreement"] == [0.3, 0.0]
    spoken = CliRunner().invoke(app, ["position", "solve", *paths])
    assert "Nash" in spoken.output
    missing = CliRunner().invoke(app, ["position", "solve", paths[0], paths[1], "nowhere.xml", "--json"])
    assert missing.exit_code == 1
