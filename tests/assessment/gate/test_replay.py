"""The public record of one prior consultation, replayed from the two dates that are known of it.

Pak Beng: submitted on 4 November 2016, started on 20 December 2016. Both dates come from a note and were not
read at their source, so every step is marked unverified. Nothing else of the case is asserted here; the end is
what the calendar of the rule gives.
"""

from __future__ import annotations

from datetime import date

from comity.assessment.gate import answers, writing
from tests.register.pair import pair

EDITOR = {"author": "example editor", "marking": "TLP:CLEAR"}
UNREAD = [{"work": "mrc-pak-beng", "unverified": True}]
CASE = {
    "slug": "pak-beng",
    "title": {"en": "Pak Beng"},
    "initiative_kind": "dam",
    "third_party": "developer",
    "third_party_name": {"en": "The developer"},
    "sponsor": "la",
    "what": {"en": "A dam on the mainstream, as reported"},
    "documents": [{"title": "Documents submitted to the Joint Committee, not read"}],
    "cites": UNREAD,
}
DRAFT = {**EDITOR, "basis": "public source", "retention": "working", "kind": "assessment.initiative"}


def test_submission_is_not_the_start_and_the_end_is_six_months_less_a_day(tmp_path):
    with pair(tmp_path, {"la": [{**DRAFT, "fields": CASE}]}) as (_, la):

        def act(name, **fields):
            writing.ACTS[name](la, {"header": EDITOR, **fields}, date(2026, 1, 1))

        of = {"water": "mainstream", "seasons": ["wet", "dry"], "use": "intra_basin"}
        act("open", slug="pak-beng", initiative="pak-beng", rule="mrc-pnpca", **of, cites=UNREAD)
        for step, day in (("notified", "2016-11-04"), ("started", "2016-12-20")):
            act("step", gate="pak-beng", step=step, on=day, cites=UNREAD, past=True)
        (found,) = answers.gate(la, "pak-beng", "", "2017-06-19")["gates"]
        assert (found["state"], found["end"]["end"]) == ("open", "2017-06-19")
        assert found["conflicts"] == ["started-without-complete"]  # no day of the check is known here
        assert all(word["unverified"] for step in found["steps"] for word in step["words"])
        assert answers.gate(la, "pak-beng", "", "2016-12-01")["gates"][0]["state"] == "notified"
        assert answers.gate(la, "pak-beng", "", "2017-06-20")["gates"][0]["state"] == "lapsed"
