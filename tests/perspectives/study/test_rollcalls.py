"""Roll calls: what is counted, what is left out, what is refused."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.cli import app
from comity.perspectives.study import rollcalls
from comity.perspectives.study.errors import StudyError

if TYPE_CHECKING:
    from pathlib import Path

HEADER = "rcid,session,date,unres,importantvote,short,AA,BB,CC,issues\n"
ROWS = """1,1.0,1969-12-31,R/1,0.0,FIRST,yes,yes,no,Arms|Trade
2,1.0,1970-01-01,R/2,0.0,SECOND,yes,no,,Arms
3,1.0,1979-06-01,R/3,0.0,THIRD,abstain,yes,no,
4,1.0,1980-06-01,R/4,0.0,FOURTH,,yes,no,Trade
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "calls.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


def rows(found: list[rollcalls.Agreement]) -> dict[str, tuple[int, int, int]]:
    return {item.group: (item.agree, item.n, item.opposed) for item in found}


def test_only_roll_calls_with_both_present_count(file: Path) -> None:
    assert rows(rollcalls.agreement(rollcalls.read(file), "AA", "BB")) == {"all": (1, 3, 1)}


def test_an_abstention_against_a_yes_differs_and_is_not_opposed(file: Path) -> None:
    found = rows(rollcalls.agreement(rollcalls.read(file), "AA", "BB", "decade"))
    assert found == {"1960s": (1, 1, 0), "1970s": (0, 2, 1)}


def test_a_roll_call_counts_in_each_of_its_issues_and_without_one_as_untagged(file: Path) -> None:
    found = rows(rollcalls.agreement(rollcalls.read(file), "AA", "BB", "issue"))
    assert found == {"Arms": (1, 2, 1), "Trade": (1, 1, 0), "untagged": (0, 1, 0)}


def test_what_they_voted_apart_on_is_listed_by_date(file: Path) -> None:
    assert [call.number for call in rollcalls.apart(rollcalls.read(file), "BB", "AA")] == ["2", "3"]


def test_gzip_and_byte_order_mark_change_nothing(file: Path, tmp_path: Path) -> None:
    packed = tmp_path / "calls.csv.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + file.read_bytes()))
    assert rollcalls.read(packed) == rollcalls.read(file)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "no column rcid, date, issues"),
        (HEADER + "1,1.0,1969-12-31,R/1,0.0,X,maybe,yes,no,\n", "line 2: AA voted 'maybe'"),
        (HEADER + ROWS + "1,1.0,1969-12-31,R/1,0.0,X,yes,yes,no,\n", "line 6: roll call 1 stands twice"),
        (HEADER + "1,1.0,1969-12-31,R/1\n", "line 2: the row has not as many cells"),
        (HEADER + "1,1.0,31.12.1969,R/1,0.0,X,yes,yes,no,\n", "'31.12.1969' is not a date"),
    ],
)
def test_a_damaged_file_is_refused_with_its_line(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StudyError, match=words.replace(".", r"\.")):
        rollcalls.read(path)


def test_a_file_cut_short_or_of_another_encoding_is_refused(file: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.csv.gz"
    cut.write_bytes(gzip.compress(file.read_bytes())[:-20])
    with pytest.raises(StudyError, match="cannot be read"):
        rollcalls.read(cut)
    latin = tmp_path / "latin.csv"
    latin.write_bytes((HEADER + "1,1.0,1969-12-31,R/1,0.0,é,yes,yes,no,\n").encode("latin-1"))
    with pytest.raises(StudyError, match="not UTF-8"):
        rollcalls.read(latin)
    with pytest.raises(StudyError, match="cannot be read"):
        rollcalls.read(tmp_path / "absent.csv")


def test_a_member_who_is_not_in_the_file_is_named_with_those_who_are(file: Path) -> None:
    with pytest.raises(StudyError, match="no member ZZ in these roll calls; there are AA, BB, CC"):
        rollcalls.agreement(rollcalls.read(file), "AA", "ZZ")


votes = st.lists(st.tuples(st.sampled_from(rollcalls.WORDS), st.sampled_from(rollcalls.WORDS)), min_size=1)


@given(votes)
def test_counts_do_not_depend_on_order_or_on_who_is_named_first(pairs: list[tuple[str, str]]) -> None:
    def counted(found: list[tuple[str, str]]) -> tuple[int, int, int, float | None]:
        item = rollcalls.Agreement("all")
        for one, other in found:
            item.count(one, other)  # type: ignore[arg-type]
        return item.agree, item.n, item.opposed, None if item.kappa is None else round(item.kappa, 9)

    shuffled = random.Random(1).sample(pairs, len(pairs))
    assert counted(pairs) == counted(shuffled) == counted([(b, a) for a, b in pairs])
    agree, n, opposed, _ = counted(pairs)
    assert agree + opposed <= n


def test_kappa_of_a_worked_table_and_where_chance_alone_agrees() -> None:
    item = rollcalls.Agreement("all")
    for one, other, times in (("yes", "yes", 20), ("yes", "no", 5), ("no", "yes", 10), ("no", "no", 15)):
        for _ in range(times):
            item.count(one, other)  # type: ignore[arg-type]
    assert item.kappa == pytest.approx(0.4)
    alike = rollcalls.Agreement("all")
    alike.count("yes", "yes")
    assert alike.kappa is None


def test_the_command_prints_exactly_the_counts_as_json(file: Path) -> None:
    done = CliRunner().invoke(app, ["perspectives", "votes", "AA", "BB", "--data", str(file), "--json"])
    assert json.loads(done.stdout) == [{"group": "all", "agree": 1, "n": 3, "opposed": 1}]


def test_people_see_the_neighbours_beside_a_share(file: Path) -> None:
    done = CliRunner().invoke(app, ["perspectives", "votes", "AA", "BB", "--data", str(file), "--apart"])
    assert "AA with CC" in done.stdout
    assert "BB with CC" in done.stdout
    assert "SECOND" in done.stdout


def test_another_grouping_is_wrong_usage(file: Path) -> None:
    done = CliRunner().invoke(app, ["perspectives", "votes", "AA", "BB", "--data", str(file), "--by", "year"])
    assert done.exit_code == 2


@pytest.mark.shared
def test_every_row_of_the_public_file_is_counted_as_a_plain_reading_counts_it(shared: Path) -> None:
    path = shared / "data/un/unvotes_mekong_1946_2019.csv.gz"
    plain = list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))
    both = [row for row in plain if row["LA"] and row["VN"]]
    (item,) = rollcalls.agreement(rollcalls.read(path), "LA", "VN")
    assert item.n == len(both)
    assert item.agree == sum(row["LA"] == row["VN"] for row in both)
    assert item.opposed == sum({row["LA"], row["VN"]} == {"yes", "no"} for row in both)
