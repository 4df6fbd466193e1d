"""Praise, then an end without a joint word; and what is none of it."""

from __future__ import annotations

from datetime import date

from comity.node.rows import Report
from comity.register.ended import quietly_ended

BOTH = ("aa", "bb")
TODAY = date(2026, 1, 1)


def report(party, fields, index=0, class_="record"):
    return Report(f"{party}/hq", index, f"{party}{index}", party, class_, "TLP:CLEAR", 0, fields)


def praise(about="gate", kind="instrument", on="2021", tone="praised", **changes):
    fields = {"about": about, "about_kind": kind, "party": "aa", "tone": tone, "on": on}
    return report("aa", fields, **changes)


def end(party, when="2025-06", step="terminated", instrument="gate", **changes):
    return report(party, {"instrument": instrument, "type": step, "date": when}, **changes)


def found(appraisals, events=(), statuses=(), series=None):
    return quietly_ended(
        appraisals, events=events, statuses=statuses, series=series or {}, parties=BOTH, today=TODAY
    )


def test_one_party_ended_what_was_praised():
    (one,) = found([praise()], [end("aa")])
    assert (one.spoke, one.silent, one.how) == (("aa",), ("bb",), "ended")
    assert one.days == (date(2025, 6, 1) - date(2021, 12, 31)).days


def test_an_end_that_both_recorded_is_not_quiet():
    assert found([praise()], [end("aa"), end("bb")]) == ()


def test_praise_after_the_end_criticism_and_expiry_do_not_count():
    assert found([praise(on="2025-07")], [end("aa", "2025-06")]) == ()
    assert found([praise(tone="criticised")], [end("aa")]) == ()
    assert found([praise()], [end("aa", step="expired")]) == ()
    assert found([praise()], [end("aa", instrument="another")]) == ()


def test_fiction_never_ends_what_is_real():
    assert found([praise()], [end("aa", class_="exercise")]) == ()
    (one,) = found([praise(class_="exercise")], [end("aa", class_="exercise")])
    assert one.praise[0].exercise


def test_an_undertaking_that_one_party_calls_lapsed():
    word = report("bb", {"undertaking": "road", "status": "lapsed", "on": "2025"})
    (one,) = found([praise("road", "undertaking")], statuses=[word])
    assert (one.how, one.silent) == ("lapsed", ("aa",))


def test_the_order_of_records_does_not_matter():
    events = [end("aa", index=1), end("aa", "2025-07", step="suspended", index=2)]
    one, other = found([praise()], events), found([praise()], events[::-1])
    assert (one[0].about, one[0].silent, one[0].days) == (other[0].about, other[0].silent, other[0].days)
