"""What changed since a day or a meeting, by an injected clock; and what is due, as a calendar that reads back."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from icalendar import Calendar

from comity.record.canonical import b64
from comity.register import entries
from comity.register.brief_answers import catalogues
from comity.register.brief_visible import Sight
from comity.register.calendar_due import calendar, due, from_json
from comity.register.changes import SinceError, changes, since_day
from comity.register.tables import PROJECTOR
from tests.feed import Feed
from tests.register.test_brief import mechanism, meeting
from tests.register.test_queries import event, instrument, status, undertaking

VOICES = ("aa", "bb")


def at(day):
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.fixture
def feed():
    return Feed(PROJECTOR, entries.KINDS)


def seen(feed, since="2026-01-01", today="2026-06-01"):
    with feed.engine.connect() as db:
        found = changes(db, date.fromisoformat(since), date.fromisoformat(today), VOICES)
    return [(item.on, item.change, item.key, item.what) for item in found]


def test_recorded_and_happened_are_kept_apart(feed):
    feed.add("aa/hq", instrument(), claimed=at("2025-06-01"))
    feed.add("aa/hq", event("1977-07-18", kind="signed"), claimed=at("2026-03-01"))
    feed.add("aa/hq", event("2026-02-01"), claimed=at("2025-07-01"))
    assert seen(feed) == [
        ("2026-02-01", "happened", "treaty-one in_force", "2026-02-01"),
        ("2026-03-01", "new", "treaty-one signed", ""),
    ]


def test_a_correction_names_its_fields_and_a_word_is_a_change(feed):
    feed.add("aa/hq", undertaking(window="2030"), claimed=at("2025-06-01"))
    feed.add("aa/hq", undertaking(window="2031", modality="plan"), claimed=at("2026-02-01"))
    feed.add("bb/hq", undertaking(window="2030"), claimed=at("2026-02-02"))
    feed.add("bb/hq", status("fulfilled"), claimed=at("2026-02-03"))
    assert seen(feed) == [
        ("2026-02-01", "corrected", "gauges", "window, modality"),
        ("2026-02-02", "new", "gauges", ""),
        ("2026-02-03", "spoken", "gauges", "fulfilled"),
    ]


def test_another_source_corrects_no_report_and_a_correction_names_what_it_corrects(feed):
    feed.add("aa/hq", event("2016", kind="signed"), claimed=at("2025-06-01"))
    one = feed.add("aa/hq", event("2017", kind="signed"), claimed=at("2026-02-01"))
    right = event("2018", kind="signed").model_copy(update={"corrects": b64(one.id)})
    feed.add("aa/hq", right, claimed=at("2026-02-02"))
    assert [(change, what) for _, change, _, what in seen(feed)] == [
        ("another report", ""),
        ("corrected", "date, corrects"),
    ]


def test_what_parties_say_of_disputes_tickets_and_proposals_is_a_change(feed):
    words = {"undertaking": "gauges", "words": {"en": "The gauge was moved."}, "on": "2026-02-01"}
    feed.add("aa/hq", entries.Annotation.model_validate(words), claimed=at("2026-02-01"))
    said = {"ticket": "ticket-1", "word": "settled", "on": "2026-02-02"}
    feed.add("bb/hq", entries.TicketWord.model_validate(said), claimed=at("2026-02-02"))
    assert [(change, key, what) for _, change, key, what in seen(feed)] == [
        ("spoken", "gauges", ""),
        ("spoken", "ticket-1", "settled"),
    ]


def test_a_window_runs_out_on_the_day_after_its_last_one(feed):
    feed.add("aa/hq", undertaking(window="2026-03"), claimed=at("2025-01-01"))
    assert seen(feed, today="2026-03-31") == []
    assert seen(feed, today="2026-04-01") == [("2026-03-31", "window over", "gauges", "awaiting")]
    assert seen(feed, since="2026-04-01") == []


def test_nothing_of_the_future_is_a_change(feed):
    feed.add("aa/hq", instrument(), claimed=at("2027-01-01"))
    feed.add("aa/hq", event("2027-02-01"), claimed=at("2025-01-01"))
    feed.add("aa/hq", meeting("planned", "2026-02-01", "planned"), claimed=at("2025-01-01"))
    assert seen(feed) == []


def test_since_a_meeting_is_since_its_last_day(feed):
    feed.add(
        "aa/hq", meeting("held", "2025-12-18", end="2025-12-20"), meeting("put-off", "2026-05", "planned")
    )
    with feed.engine.connect() as db:
        assert since_day(db, "held", VOICES) == date(2025, 12, 20)
        assert since_day(db, "2025-01-02", VOICES) == date(2025, 1, 2)
        for text in ("put-off", "no-such", "2025-13-40", ""):
            with pytest.raises(SinceError):
                since_day(db, text, VOICES)


def dues(feed, today="2026-06-01", limit="TLP:CLEAR"):
    with feed.engine.connect() as db:
        return due(Sight(db, VOICES, limit), date.fromisoformat(today))


def ics(feed, code="vi", **options):
    items, _ = dues(feed, **options)
    again = [from_json(item.as_json()) for item in items]
    assert again == items
    made = datetime(2026, 6, 1, tzinfo=UTC)
    return calendar(again, catalogues()[code], {"aa": {"vi": "A-lan"}}, made)


@pytest.fixture
def some(feed):
    action = {"en": "Hold it; all, of it", "vi": "Tổ chức cuộc họp", "lo": "ຈັດກອງປະຊຸມ"}
    feed.add("aa/hq", mechanism(), meeting("talks-2", "2026-12-10", "planned", place="Viêng Chăn"))
    feed.add("aa/hq", undertaking("hold", action=action, window="2026-10/2026-12"))
    feed.add("aa/hq", undertaking("late", window="2025"), undertaking("undated", window=None))
    feed.add("aa/hq", undertaking("done", window="2027"), status("fulfilled", "done"))
    feed.add("bb/hq", status("fulfilled", "done"))
    feed.add("aa/hq", undertaking("fiction", window="2026-08-01"), **{"class": "exercise"})
    return feed


@pytest.mark.parametrize("code", ["vi", "lo", "en"])
def test_the_calendar_reads_back_in_three_languages(some, code):
    read = Calendar.from_ical(ics(some, code))
    events = list(read.walk("VEVENT"))
    assert [event.decoded("dtstart") for event in events] == [
        date(2025, 12, 31),
        date(2026, 8, 1),
        date(2026, 12, 10),
        date(2026, 12, 31),
    ]
    assert all(event.errors == [] for event in events)
    assert all((event.decoded("dtend") - event.decoded("dtstart")).days == 1 for event in events)
    assert len({event["uid"] for event in events}) == 4
    hold = events[-1]
    assert hold["summary"] == {"vi": "Tổ chức cuộc họp", "lo": "ຈັດກອງປະຊຸມ", "en": "Hold it; all, of it"}[code]
    assert hold["summary"].params["LANGUAGE"] == code
    assert "a-paper" in hold["description"]
    assert "aa/hq/" in hold["description"]


def test_fiction_and_lateness_are_said_and_what_has_no_day_is_counted(some):
    text = ics(some, "en").decode().replace("\r\n ", "")
    assert "[exercise: fictional]" in text
    assert "Overdue" in text
    assert "last possible" in text
    assert dues(some)[1] == 1
    assert "done" not in {item.key for item in dues(some)[0]}


def test_a_calendar_holds_nothing_that_is_withheld(some):
    some.add("aa/hq", undertaking("hidden", action={"en": "Secret"}, window="2026-09"), marking="TLP:AMBER")
    assert b"Secret" not in ics(some, "en")
    assert b"CLASS:CONFIDENTIAL" in ics(some, "en", limit="TLP:AMBER")


def test_line_breaks_in_a_record_add_no_property(feed):
    feed.add("aa/hq", undertaking(action={"en": "x\r\nATTENDEE:mailto:a@b"}, window="2026-09"))
    (event,) = Calendar.from_ical(ics(feed, "en")).walk("VEVENT")
    assert "attendee" not in event
