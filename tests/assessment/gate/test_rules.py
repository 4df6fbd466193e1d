"""Rules are data: which use falls under which procedure, versions, digests, bad files."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from comity.assessment.gate import rules
from comity.assessment.gate.errors import RuleError, UnknownRuleError

MEKONG, TEXT = rules.find("mrc-pnpca")
NOTIFY, CONSULT, AGREE = "notification", "prior_consultation", "specific_agreement"


@pytest.mark.parametrize(
    ("water", "seasons", "use", "found"),
    [
        ("tributary", (), "inter_basin", (NOTIFY,)),
        ("tributary", ("dry",), None, (NOTIFY,)),
        ("mainstream", ("wet",), "intra_basin", (NOTIFY,)),
        ("mainstream", ("wet",), "inter_basin", (CONSULT,)),
        ("mainstream", ("dry",), "intra_basin", (CONSULT,)),
        ("mainstream", ("dry",), "inter_basin", (AGREE,)),
        ("mainstream", ("dry",), "inter_basin_surplus", (CONSULT,)),
        ("mainstream", ("wet", "dry"), "intra_basin", (CONSULT,)),  # the stricter of both seasons
        ("mainstream", ("dry", "wet"), "inter_basin", (AGREE,)),
        ("mainstream", (), "intra_basin", (NOTIFY, CONSULT)),  # not said: both may be
        ("mainstream", ("wet", "dry"), None, (CONSULT, AGREE)),
        (None, (), None, (NOTIFY, CONSULT, AGREE)),
        ("lake", ("wet",), "intra_basin", ()),
    ],
)
def test_the_procedure_of_a_use(water, seasons, use, found):
    assert MEKONG.procedures(water, seasons, use) == found


def test_the_shipped_rule_is_what_it_was():
    assert MEKONG.members == ["kh", "la", "th", "vn"]
    assert (MEKONG.period.months, MEKONG.period.minus_days) == (6, 1)
    # A shipped version is never edited: gates carry this digest.
    assert rules.digest(TEXT) == "p48DiNpptcDzsnqLzCjozj6akset0wuBgPvefA5w5dU="
    assert all(part.work for part in MEKONG.source)


def test_versions_stand_side_by_side(tmp_path):
    newer = TEXT.replace("version = 1", "version = 2").replace("months = 6", "months = 9")
    (tmp_path / "mrc-pnpca-2.toml").write_text(newer)
    assert rules.find("mrc-pnpca", None, tmp_path)[0].period.months == 9
    assert rules.find("mrc-pnpca", 1, tmp_path)[0].period.months == 6
    with pytest.raises(UnknownRuleError, match="version 3"):
        rules.find("mrc-pnpca", 3, tmp_path)
    (tmp_path / "again.toml").write_text(newer.replace("months = 9", "months = 8"))
    with pytest.raises(RuleError, match="another text"):
        rules.texts(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('id = "mrc-pnpca"', "id = ", "Invalid value"),
        ("version = 1", "version = 0", "version"),
        ('name = "notification"\nwater = ["tributary"]', 'name = "silence"', "not in `order`"),
        ("months = 6", "months = 0", "no length"),
        ("[[source]]", "[[origin]]", "source"),
        ('notified = "sponsor"', 'notified = "nobody"', "steps.notified"),
        ("[steps]", "veto = true\n[steps]", "period.veto"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(old, new, said):
    assert old in TEXT
    with pytest.raises(RuleError, match=said):
        rules.parse(TEXT.replace(old, new))


def test_what_is_too_large_or_no_text_is_refused(tmp_path):
    with pytest.raises(RuleError, match="more than"):
        rules.parse(TEXT + "#" * 20_000)
    (tmp_path / "bad.toml").write_bytes(b"id = \xff")
    with pytest.raises(RuleError, match="not UTF-8"):
        rules.texts(tmp_path)
    assert rules.texts(tmp_path / "absent").keys() == {("bilateral-days", 1), ("mrc-pnpca", 1)}


def test_the_example_carries_the_bilateral_rule_by_its_digest():
    """The compact of the worked example names the very file that Comity ships."""
    folder = Path(__file__).parents[3] / "examples" / "vietnam-laos"
    named = tomllib.loads((folder / "compact.toml").read_text("utf-8"))["vocabulary"]
    (item,) = [one for one in named if one["name"] == "gate-bilateral-days"]
    rule, text = rules.find("bilateral-days")
    assert (folder / item["file"]).read_bytes() == text.encode()
    assert (rule.binding, rule.period.length.days, str(rule.version)) == ("compact", 30, item["version"])
    assert rule.procedures(None, [], None) == ("prior_consultation",)
