"""Values that both sides chose to show of a line: what is fair by them; and a line in a forum."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError
from typer.testing import CliRunner

from comity.assessment.entries.position import Line, ShownValues
from comity.assessment.position import answers, writing
from comity.assessment.position.errors import LineStepError
from comity.cli import app
from tests.assessment.position.test_two import TODAY, act, exchange
from tests.register.pair import pair

OPTIONS = {"flow": ("low", "two-thirds", "high"), "data": ("open", "closed")}
LINE = {
    "slug": "fair-line",
    "title": {"en": "A fictional dam"},
    "issues": [
        {
            "slug": issue,
            "label": {"en": issue},
            "options": [{"slug": option, "label": {"en": option}} for option in options],
        }
        for issue, options in OPTIONS.items()
    ],
}
VN = {
    "line": "fair-line",
    "weights": {"flow": "0.7", "data": "0.3"},
    "values": {"flow": {"low": "0", "two-thirds": "0.8", "high": "1"}, "data": {"open": "1", "closed": "0"}},
}
LA = {
    "line": "fair-line",
    "weights": {"flow": "0.8", "data": "0.2"},
    "values": {
        "flow": {"low": "1", "two-thirds": "0.7", "high": "0"},
        "data": {"open": "0.5", "closed": "1"},
    },
}


def test_what_both_chose_to_show_is_solved_and_said_in_words(tmp_path):
    with pair(tmp_path, {}) as (vn, la):
        writing.do(vn, "line", act(LINE), TODAY)
        exchange(vn, la)
        for changed, said in (
            ({"values": {**VN["values"], "flow": {"low": "1"}}}, "has the options"),
            ({"weights": {"flow": "1"}, "values": {"flow": VN["values"]["flow"]}}, "has the issues"),
            ({"weights": {"flow": "1", "data": "0.3"}}, "sum to 1"),
            ({"weights": {"flow": "1", "data": "NaN"}}, "pattern"),
            ({"reservation": "0.4"}, "Extra inputs"),
            ({"line": "nowhere"}, "no line"),
        ):
            with pytest.raises(LineStepError, match=said):
                writing.do(vn, "show-values", act({**VN, **changed}), TODAY)
        writing.do(vn, "show-values", act(VN), TODAY)
        assert answers.fair(vn, "fair-line") == {"line": "fair-line", "shown_by": ["vn"], "fair": None}
        writing.do(la, "show-values", act(LA), TODAY)
        exchange(vn, la)
        found = answers.fair(vn, "fair-line")
        assert found == answers.fair(la, "fair-line")
        fair = found["fair"]
        assert (fair["outcomes"], fair["parties"]) == (6, ["la", "vn"])
        nash = fair["solutions"]["nash"]
        assert nash["packages"] == [{"flow": "two-thirds", "data": "open"}]
        assert nash["worth"] == [0.66, 0.86]
        assert "greatest product" in nash["meaning"]
        with pytest.raises(LineStepError):
            answers.fair(vn, "nowhere")
    shown = CliRunner().invoke(app, ["position", "fair", str(tmp_path / "vn"), "fair-line"])
    assert "flow: two-thirds, data: open" in shown.output
    assert "no agreement" in shown.output
    data = CliRunner().invoke(app, ["position", "fair", str(tmp_path / "vn"), "fair-line", "--json"])
    assert json.loads(data.output)["fair"]["solutions"]["egalitarian"]


def test_shown_values_have_no_field_for_a_reservation_or_a_red_line():
    assert set(ShownValues.model_fields) == {"line", "weights", "values", "note"}


def test_votes_and_candidatures_are_issues_of_a_line_in_a_forum():
    options = [{"slug": word, "label": {"en": word}} for word in ("yes", "no", "abstain")]
    vote = {"slug": "on-l12", "label": {"en": "L.12"}, "options": options, "matter": "vote", "item": "l12"}
    seat = {
        "slug": "seat",
        "label": {"en": "A seat"},
        "options": options,
        "matter": "candidature",
        "item": "x",
    }
    line = {"slug": "session", "title": {"en": "A session"}, "forum": "fictional-assembly"}
    found = Line.model_validate({**line, "issues": [vote, seat]})
    assert [issue.matter for issue in found.issues] == ["vote", "candidature"]
    for changed, said in (
        ({"forum": None, "issues": [vote]}, "needs the line's forum"),
        ({"issues": [{key: value for key, value in vote.items() if key != "item"}]}, "and its item"),
        ({"issues": [{**vote, "options": options + options[:1]}]}, "an option twice"),
        ({"issues": [vote, vote]}, "named twice"),
    ):
        with pytest.raises(ValidationError, match=said):
            Line.model_validate({**line, **changed})
