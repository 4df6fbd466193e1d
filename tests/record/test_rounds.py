"""The state machine of rounds: the way it should go, and every lie told on the way."""

from __future__ import annotations

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from comity.record.protocol import place_of
from comity.record.rounds import Cosigned, RoundUnknownError
from tests.sim.rounds import OPEN_BY, OTHER_QUESTION, SEAL_BY, Log, judge, sealed_by

VN, LA, KH = "vn/hq", "la/hq", "kh/hq"
BEFORE, AFTER = OPEN_BY - 1, OPEN_BY


class Scene:
    """Two logs, or three, that have come as far as both seals."""

    def __init__(self, *others, seals=True, **asked):
        self.vn, self.la, self.kh = Log(VN), Log(LA), Log(KH)
        self.logs = {VN: self.vn, LA: self.la, KH: self.kh}
        self.parties = (VN, LA, *others)
        self.cosigned = set()
        self.round = self.vn.start(*self.parties, **asked)
        self.seals = {name: self.logs[name].seal(self.round) for name in self.parties} if seals else {}

    def name_seals(self, *names):
        for name in names or self.parties:
            self.logs[name].ack(self.round, self.seals.values())

    def open(self, name, *, paths=(), named=True):
        if named:
            self.name_seals(name)
        log = self.logs[name]
        grants = log.granted(sealed_by(log, self.seals[name]), self.others(name), paths)
        return log.open(self.round, self.seals[name], grants, paths)

    def others(self, name):
        return [other for other in self.parties if other != name]

    def receive(self, opening):
        """Let everybody say that what it was granted verified."""
        for pointer in self.logs[opening.origin].items[opening.index].content.model.grants:
            grant = pointer.ref()
            to = self.logs[opening.origin].items[grant.index].content.model.recipient.origin
            self.logs[to].received(grant)

    def cosign(self, log, by, seconds, size=None):
        self.cosigned.add(Cosigned(log, size or len(self.logs[log].items), by, seconds))

    def items(self):
        return [item for log in self.logs.values() for item in log.items]

    def standing(self, now=BEFORE, items=None):
        bad = set().union(*(log.bad_grants for log in self.logs.values()))
        return judge(self.items() if items is None else items, self.cosigned, bad).standing(self.round, now)

    def refused(self, now=BEFORE):
        return {item.place: item.reason for item in self.standing(now).refused}


def test_the_way_of_a_round():
    scene = Scene(seals=False)
    assert scene.standing().phase == "started"
    assert [party.state for party in scene.standing(0).parties] == ["awaited", "awaited"]
    scene.seals[VN] = scene.vn.seal(scene.round)
    assert scene.standing().phase == "sealing"
    scene.seals[LA] = scene.la.seal(scene.round)
    assert scene.standing().phase == "sealing", "nobody has seen the seals yet"
    scene.cosign(VN, LA, 10)
    assert scene.standing().phase == "sealing"
    scene.cosign(LA, VN, 11)
    assert scene.standing().phase == "all_sealed"
    first = scene.open(VN)
    assert scene.standing().phase == "opening"
    second = scene.open(LA)
    assert [party.state for party in scene.standing().parties] == ["opened", "opened"]
    scene.receive(first)
    assert scene.standing().phase == "opening"
    scene.receive(second)
    standing = scene.standing()
    assert standing.phase == "complete"
    assert standing.refused == standing.undecided == ()
    assert [party.state for party in standing.parties] == ["received", "received"]


def test_a_seal_is_seen_when_another_log_names_it_too():
    scene = Scene()
    assert not scene.standing().all_sealed
    scene.vn.anchor(la=len(scene.la.items))
    assert [party.witnessed for party in scene.standing().parties] == [False, True]
    scene.la.ack(scene.round, [scene.seals[VN]])
    assert scene.standing().all_sealed


def test_the_own_party_witnesses_nothing():
    scene = Scene()
    scene.cosign(VN, "vn/post", 10)
    assert not scene.standing().party(VN).witnessed


def test_a_stranger_knows_no_round():
    with pytest.raises(RoundUnknownError):
        judge([]).standing(Scene().round, 0)


# --- Seals ---


def test_the_first_seal_counts_and_the_second_is_shown():
    scene = Scene()
    second = scene.la.seal(scene.round)
    assert scene.standing().party(LA).seal == scene.seals[LA]
    assert scene.refused() == {second: "already-sealed"}


def test_seals_that_do_not_count():
    scene = Scene(seals=False)
    other = scene.vn.start(VN, LA, round="round-2")
    used = scene.la.record()
    scene.la.seal(other, used)
    lies = {
        scene.kh.seal(scene.round): "not-a-party",
        scene.la.seal(scene.round, question=OTHER_QUESTION): "question-differs",
        scene.la.seal(scene.round, place_of(scene.vn.items[0])): "sealed-elsewhere",
        scene.la.seal(scene.round, used): "seal-replayed",
    }
    elsewhere = place_of(scene.la.items[0])
    lies[scene.la.seal(scene.round, elsewhere.__class__(LA, 0, b"x" * 32))] = "sealed-differs"
    ahead = elsewhere.__class__(LA, 99, b"x" * 32)
    lies[scene.la.seal(scene.round, ahead)] = "sealed-order"
    released = scene.la.record()
    scene.la.grant(scene.la.request(released, KH, action="release"), KH)
    lies[scene.la.seal(scene.round, released)] = "released-before"
    assert scene.refused() == lies
    assert scene.standing(0).party(LA).state == "awaited"
    good = scene.la.seal(scene.round)
    assert scene.standing().party(LA).seal == good


def test_a_seal_of_another_round_cannot_be_opened_in_this_one():
    scene = Scene()
    other = scene.vn.start(VN, LA, round="round-2")
    foreign = scene.la.seal(other)
    scene.name_seals(LA)
    grants = scene.la.granted(sealed_by(scene.la, foreign), [VN])
    opening = scene.la.open(scene.round, foreign, grants)
    assert scene.refused()[opening] == "seal-differs"
    assert scene.standing().party(LA).openings == ()


def test_a_late_seal_is_flagged_by_what_was_attested_and_never_by_its_own_word():
    scene = Scene()
    assert scene.standing().party(LA).seal_timing == "unknown"
    scene.cosign(LA, VN, SEAL_BY // 1000 + 1)
    party = scene.standing().party(LA)
    assert (party.seal_timing, party.seal_seen.by) == ("seen_late", VN)
    scene.cosign(LA, KH, SEAL_BY // 1000)
    party = scene.standing().party(LA)
    assert (party.seal_timing, party.seal_seen.by) == ("in_time", KH)


def test_no_seal_after_the_deadline_is_nobodys_fault():
    scene = Scene(seals=False)
    party = scene.standing(now=SEAL_BY).party(LA)
    assert (party.state, party.seal, party.withheld) == ("not_received", None, None)


# --- Openings ---


def test_an_opening_before_all_have_sealed_is_refused_and_so_is_its_grant():
    scene = Scene(seals=False)
    scene.seals[VN] = scene.vn.seal(scene.round)
    opening = scene.open(VN, named=False)
    assert set(scene.refused().values()) == {"opened-early", "granted-early"}
    scene.seals[LA] = scene.la.seal(scene.round)
    assert scene.refused()[opening] == "opened-early", "a seal that came later changes nothing"
    scene.la.anchor(vn=len(scene.vn.items))
    late = Scene(seals=False)
    late.seals[VN] = late.vn.seal(late.round)
    late.open(VN, named=False)
    late.la.anchor(vn=len(late.vn.items))
    late.seals[LA] = late.la.seal(late.round)
    assert late.standing().party(LA).notes == ("sealed-after-opening",)
    assert all(place.origin == VN for place in late.refused())


def test_an_opening_may_be_done_again_by_the_rules():
    scene = Scene()
    early = scene.open(VN, named=False)
    good = scene.open(VN)
    assert scene.refused()[early] == "opened-early"
    assert scene.standing().party(VN).openings == (good,)


def test_naming_anything_but_a_seal_is_naming_none():
    scene = Scene()
    scene.vn.ack(scene.round, [scene.seals[VN], place_of(scene.la.items[0])])
    opening = scene.open(VN, named=False)
    assert scene.refused()[opening] == "opened-early"


def test_nobody_is_blamed_for_naming_a_seal_that_is_not_read_yet():
    scene = Scene()
    opening = scene.open(VN)
    unread = [item for item in scene.items() if item.origin != LA]
    standing = scene.standing(items=unread)
    assert standing.refused == ()
    assert standing.undecided == (opening,)
    assert standing.party(VN).openings == ()
    closed = [i.closed() if place_of(i) == scene.seals[LA] else i for i in scene.items()]
    assert scene.standing(items=closed).undecided == (opening,)


@pytest.mark.parametrize(
    ("lie", "reason"),
    [
        ("other record", "other-record"),
        ("other action", "grant-differs"),
        ("one recipient", "recipient-missing"),
        ("other paths", "unequal"),
        ("other bytes", "unequal"),
        ("not approved", "grant-refused"),
        ("another's grant", "grant-order"),
        ("more than it says", "other-fields"),
    ],
)
def test_openings_that_do_not_count(lie, reason):
    scene = Scene(KH)
    scene.name_seals()
    log, sealed = scene.la, sealed_by(scene.la, scene.seals[LA])
    grants = log.granted(sealed, [VN]) if lie != "another's grant" else []
    if lie == "other record":
        grants += log.granted(place_of(log.items[0]), [KH])
    elif lie == "other action":
        grants.append(log.grant(log.request(sealed, KH, action="release"), KH))
    elif lie == "other paths":
        grants += log.granted(sealed, [KH], ["title"])
    elif lie == "other bytes":
        request = log.request(sealed, KH)
        grants.append(log.grant(request, KH, digest=OTHER_QUESTION))
    elif lie == "not approved":
        grants.append(log.grant(log.request(sealed, KH), KH, good=False))
    elif lie == "another's grant":
        grants += scene.vn.granted(sealed, [KH, VN])
    elif lie == "more than it says":
        grants += log.granted(sealed, [KH])
    opening = log.open(scene.round, scene.seals[LA], grants, ["title"] if reason == "other-fields" else ())
    assert scene.refused()[opening] == reason
    assert scene.standing().party(LA).openings == ()


def test_fields_that_the_round_did_not_ask_for():
    scene = Scene(paths=["title"])
    opening = scene.open(LA, paths=["title", "text"])
    assert scene.refused()[opening] == "other-fields"
    good = scene.open(LA, paths=["title", "header.marking"])
    party = scene.standing().party(LA)
    assert (party.openings, party.paths, party.partly) == ((good,), ("title",), False)


def test_single_fields_open_alone_until_all_are_open():
    scene = Scene(paths=["title", "text"])
    one = scene.open(LA, paths=["text"])
    scene.receive(one)
    party = scene.standing(AFTER).party(LA)
    assert (party.state, party.paths, party.partly) == ("not_received", ("text",), True)
    two = scene.open(LA, paths=["title"])
    assert scene.standing().party(LA).state == "opened"
    scene.receive(two)
    party = scene.standing().party(LA)
    assert (party.state, party.openings, party.partly) == ("received", (one, two), False)


def test_an_opening_that_does_not_verify_is_a_claim_to_settle():
    scene = Scene()
    opening = scene.open(LA)
    grant = scene.la.items[opening.index].content.model.grants[0].ref()
    scene.kh.received(grant, disputed=True)
    assert scene.standing().party(LA).state == "opened", "only the recipient's word is heard"
    scene.vn.received(grant, disputed=True)
    party = scene.standing().party(LA)
    assert (party.state, party.disputed_by, party.received_by) == ("disputed", (VN,), ())
    assert scene.refused() == {}, "nobody is said to be in the wrong"


def test_an_answer_opened_anew_that_verifies_ends_the_dispute():
    scene = Scene()
    first = scene.open(LA)
    scene.vn.received(scene.la.items[first.index].content.model.grants[0].ref(), disputed=True)
    second = scene.open(LA)
    assert scene.standing().party(LA).disputed_by == (VN,), "opened anew is not yet verified"
    scene.receive(second)
    party = scene.standing().party(LA)
    assert (party.state, party.disputed_by, party.received_by) == ("received", (), (VN,))
    assert party.openings == (first, second), "both stand in the log for ever"
    scene.receive(scene.open(VN))
    assert scene.standing().phase == "complete"


def test_another_field_that_verifies_does_not_end_a_dispute():
    scene = Scene(paths=["title", "text"])
    bad = scene.open(LA, paths=["title"])
    scene.vn.received(scene.la.items[bad.index].content.model.grants[0].ref(), disputed=True)
    scene.receive(scene.open(LA, paths=["text"]))
    assert scene.standing().party(LA).state == "disputed"
    scene.receive(scene.open(LA, paths=["title"]))
    assert scene.standing().party(LA).state == "received"


def test_a_dispute_of_one_recipient_is_not_ended_by_another():
    scene = Scene(KH)
    bad = scene.open(LA)
    grants = scene.la.items[bad.index].content.model.grants
    for pointer in grants:
        to = scene.la.items[pointer.index].content.model.recipient.origin
        scene.logs[to].received(pointer.ref(), disputed=to == VN)
    party = scene.standing().party(LA)
    assert (party.disputed_by, party.received_by) == ((VN,), (KH,))


# --- Silence ---


def test_not_received_is_attributed_to_nobody():
    scene = Scene()
    scene.name_seals()
    scene.open(VN)
    assert scene.standing(BEFORE).party(LA).state == "sealed"
    party = scene.standing(AFTER).party(LA)
    assert (party.state, party.withheld) == ("not_received", None)


def test_withheld_by_the_own_word_then_late():
    scene = Scene()
    scene.name_seals()
    opening = scene.open(VN)
    scene.la.ack(scene.round, opened=[opening])
    assert scene.standing(AFTER).party(LA).state == "not_received"
    word = scene.la.ack(scene.round, opened=[opening], over=True)
    for now in (0, AFTER):
        party = scene.standing(now).party(LA)
        assert (party.state, party.withheld.at, party.withheld.basis) == ("withheld", word, "own_word")
    scene.open(LA)
    party = scene.standing(AFTER).party(LA)
    assert (party.state, party.open_timing, party.withheld.at) == ("opened", "late", word)


@pytest.mark.parametrize(
    "missing", ["the deadline", "the opening", "the seals", "an opening that counts", "silence"]
)
def test_what_withheld_needs(missing):
    scene = Scene()
    if missing != "the seals":
        scene.name_seals(LA)
    opening = scene.open(VN, named=missing != "an opening that counts")
    if missing == "silence":
        scene.open(LA)
    opened = [] if missing == "the opening" else [opening]
    scene.la.ack(scene.round, opened=opened, over=missing != "the deadline")
    assert scene.standing(AFTER).party(LA).withheld is None


def test_seals_that_a_log_learns_of_later_make_no_earlier_silence():
    scene = Scene(KH)
    scene.name_seals(VN)
    opening = scene.open(VN)
    scene.la.ack(scene.round, [scene.seals[VN], scene.seals[LA]], [opening], over=True)
    scene.la.ack(scene.round, scene.seals.values())
    assert scene.standing(AFTER).party(LA).withheld is None
    again = scene.la.ack(scene.round, opened=[opening], over=True)
    assert scene.standing(AFTER).party(LA).withheld.at == again


def test_an_opening_of_which_something_has_not_come_is_no_silence():
    scene = Scene()
    first, second = scene.open(VN), scene.open(LA)
    scene.la.ack(scene.round, opened=[first], over=True)
    grant = scene.la.items[second.index].content.model.grants[0].ref()
    standing = scene.standing(AFTER, [i.closed() if place_of(i) == grant else i for i in scene.items()])
    assert standing.undecided == (second,)
    assert standing.party(LA).withheld is None
    assert scene.standing(AFTER).party(LA).state == "opened"


def attested(scene, *, seen=OPEN_BY // 1000 - 1, by="kh", order=True):
    """Let la know the opening, a third party see that in time, and la read that the deadline is over."""
    scene.name_seals()
    opening = scene.open(VN)
    scene.la.anchor(vn=opening.index + 1)
    scene.cosign(LA, f"{by}/hq", seen)
    word = scene.logs[f"{by}/hq"].ack(scene.round, over=True)
    if order:
        return scene.la.anchor(**{by: word.index + 1})
    return None


def test_withheld_attested_by_a_third_party():
    scene = Scene()
    at = attested(scene)
    party = scene.standing(AFTER).party(LA)
    assert party.state == "withheld"
    assert (party.withheld.at, party.withheld.basis, party.withheld.by) == (at, "attested", (KH,))


def test_a_third_party_among_those_who_seal_is_none():
    scene = Scene(KH)
    attested(scene)
    assert scene.standing(AFTER).party(LA).withheld.basis == "attested"
    scene = Scene()
    attested(scene, by="vn")
    assert scene.standing(AFTER).party(LA).withheld is None, "whose opening it is cannot be the witness"


def test_what_a_third_party_saw_too_late_attests_nothing():
    scene = Scene()
    attested(scene, seen=OPEN_BY // 1000)
    assert scene.standing(AFTER).party(LA).withheld is None


def test_a_deadline_that_the_own_log_does_not_know_of_is_none():
    scene = Scene()
    attested(scene, order=False)
    # However late a witness cosigns a head without an opening: the opening may be on its way to it.
    scene.cosign(LA, KH, OPEN_BY // 1000 + 1000)
    assert scene.standing(AFTER).party(LA).withheld is None


def test_three_parties_and_a_partial_reader():
    scene = Scene(KH)
    openings = [scene.open(name) for name in scene.parties]
    for opening in openings:
        scene.receive(opening)
    assert scene.standing().phase == "complete"
    for left_out in scene.parties[1:]:
        standing = scene.standing(AFTER, [i for i in scene.items() if i.origin != left_out])
        assert standing.refused == ()
        assert all(party.withheld is None for party in standing.parties)


def test_an_observer_is_opened_to_as_well():
    scene = Scene(recipients=[KH])
    opening = scene.open(LA)
    assert scene.refused()[opening] == "recipient-missing"
    grants = scene.la.granted(sealed_by(scene.la, scene.seals[LA]), [VN, KH])
    good = scene.la.open(scene.round, scene.seals[LA], grants)
    scene.vn.received(grants[0])
    assert scene.standing().party(LA).state == "opened"
    scene.kh.received(grants[1])
    assert scene.standing().party(LA).state == "received"
    assert scene.standing().party(LA).openings == (good,)


def full_scene():
    scene = Scene(KH)
    scene.la.seal(scene.round)
    scene.open(VN, named=False)
    opening = scene.open(VN)
    scene.name_seals(LA, KH)
    scene.la.ack(scene.round, opened=[opening], over=True)
    scene.receive(scene.open(KH))
    scene.cosign(LA, VN, 10)
    scene.cosign(VN, KH, 10)
    return scene


SCENE = full_scene()
JUDGED = SCENE.standing(AFTER)


@given(st.permutations(SCENE.items()), st.permutations(sorted(SCENE.cosigned, key=str)))
@settings(max_examples=60, deadline=None)
def test_the_order_of_hearing_changes_nothing(items, cosigned):
    machine = judge([*items, *items[:5]], cosigned)
    assert machine.standing(SCENE.round, AFTER) == JUDGED
    assert JUDGED.party(LA).state == "withheld"
    assert {item.reason for item in JUDGED.refused} == {"already-sealed", "opened-early", "granted-early"}
