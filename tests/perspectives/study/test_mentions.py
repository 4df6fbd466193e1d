"""Namings of states: every spelling, no adjective, silences apart from absences."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.cli import app
from comity.perspectives.study import country_names, mentions
from comity.perspectives.study.errors import StudyError

if TYPE_CHECKING:
    from pathlib import Path


def count(code: str, text: str) -> int:
    return len(list(country_names.find(code, country_names.fold(text))))


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("VNM", "Viet Nam, Viet-Nam, Vietnam, VIET NAM, Việt Nam, Viet\nNam, Viet- \nNam, Viet¬Nam", 8),
        ("VNM", "the two Viet-Nams and South Viet-Nam's people", 2),
        ("VNM", "Vietnamese, Viet-Namese, Viet Minh, Vietnamization", 0),
        ("VNM", "the scan says Viet Ham", 1),
        ("LAO", "the Lao People's Democratic Republic", 1),
        ("LAO", "the Lao People\u2019s\nDemocratic Republic and Lao Peopleâs Democratic Republic", 2),
        ("LAO", "Laos; the Lao PDR; the Lao P.D.R.", 3),
        ("LAO", "the Lao people, the Lao People's Revolutionary Party, Laotian", 0),
        ("CHN", "Indo-China, IndoChina, Indochina, the South China Sea, Cochin-China", 0),
        (
            "CHN",
            "China and the People's Republic of China; the two Chinas; south-east of China, sea lanes",
            4,
        ),
        ("KHM", "Democratic Kampuchea, the Khmer Republic, Cambodia's", 3),
        ("KHM", "the Khmer Rouge, Kampuchean, Cambodians", 0),
        ("MMR", "Burma, now Myanmar; Burmese", 2),
        ("USA", "the United States of America, the U.S.A., USA, usable", 3),
        ("RUS", "the Union of Soviet Socialist Republics and the USSR and Russian", 2),
    ],
)
def test_every_spelling_of_a_name_counts_once_and_no_adjective(code: str, text: str, expected: int) -> None:
    assert count(code, text) == expected


@given(st.lists(st.sampled_from(["Viet Nam", "Viet-Nam", "Vietnam", "Laos", "peace", "Vietnamese"])))
def test_namings_add_up_over_sentences(words: list[str]) -> None:
    whole = ". ".join(words)
    assert count("VNM", whole) == sum(count("VNM", word) for word in words)


def test_a_state_without_spellings_is_refused() -> None:
    with pytest.raises(StudyError, match="no spellings are known for XXX"):
        country_names.pattern("XXX")


def write(path: Path, *speeches: tuple[str, int, str]) -> Path:
    lines = [json.dumps({"iso3": who, "year": year, "text": text}) for who, year, text in speeches]
    path.write_bytes(gzip.compress("\n".join(lines).encode()))
    return path


def test_a_silence_is_a_zero_and_a_year_without_speech_is_absent(tmp_path: Path) -> None:
    file = write(
        tmp_path / "s.gz",
        ("LAO", 1990, "Vietnam"),
        ("LAO", 1991, "-"),
        ("LAO", 1993, "-"),
        ("LAO", 1994, "Viet Nam"),
        ("THA", 1992, "Viet Nam"),
    )
    named = mentions.mentions(mentions.read(file), "LAO", "VNM")
    assert [(item.year, item.count) for item in named] == [(1990, 1), (1991, 0), (1993, 0), (1994, 1)]
    assert mentions.silences(named) == [(1991, 1993, 2)]


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ('{"iso3": "LAO", "year": 1990}', "line 1: not a speech"),
        ('{"iso3": "LAO", "year": "1990", "text": ""}', "line 1: iso3 and text must be strings"),
        ('{"iso3": "LAO", "year": 1990, "text": ""}\n' * 2, "line 2: LAO spoke twice in 1990"),
        ("[1, 2]", "line 1: not a speech"),
        ('{"iso3": "LAO", "year": 19', "line 1: not a speech"),
    ],
)
def test_a_damaged_line_is_refused_by_number(tmp_path: Path, lines: str, words: str) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(StudyError, match=words):
        mentions.read(path)


def test_the_command_prints_years_and_counts_as_json_and_passages_for_people(tmp_path: Path) -> None:
    file = write(tmp_path / "s.gz", ("LAO", 1990, "We thank Viet-\nNam."), ("LAO", 1991, "Peace."))
    line = ["perspectives", "mentions", "--data", str(file), "--speaker", "LAO", "--of", "VNM"]
    done = CliRunner().invoke(app, [*line, "--json"])
    assert json.loads(done.stdout) == [{"year": 1990, "count": 1}, {"year": 1991, "count": 0}]
    told = CliRunner().invoke(app, [*line, "--passages"]).stdout
    assert "we thank viet- nam." in told
    assert "not named in: 1991-1991 (1)" in told


@pytest.mark.shared
def test_every_state_of_the_public_file_has_its_own_voice(shared: Path) -> None:
    speeches = mentions.read(shared / "data/text/ungdc_mekong6_1946_2024.jsonl.gz")
    spoken = {speech.speaker for speech in speeches}
    assert len(speeches) == 395
    assert spoken == {"LAO", "VNM", "KHM", "THA", "MMR", "CHN"}
    for who in spoken:
        assert sum(item.count for item in mentions.mentions(speeches, who, who)) > 100
