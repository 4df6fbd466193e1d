"""Rounds between two nodes: seal, then open; what is refused, what is shown, what leaves and when."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from comity.node.control.desk import milliseconds
from comity.node.control.rounds import Round
from comity.node.control.rounds_errors import RoundNotSealedError, RoundRefusedError
from comity.node.kinds import Remark
from comity.node.system import Draft
from comity.record.protocol_kinds import Pointer, RoundOpen
from comity.record.release import ReleaseRefusedError
from comity.record.rounds import RoundUnknownError

from .conftest import bend, header

HOUR = 3_600_000
QUESTION = b"How does the text read?"
PARTIES = ["vn/hq", "la/hq"]
TEXTS = {"vn": "a first answer, kept apart", "la": "another answer, kept apart"}


class Clock:
    """A clock that both nodes share in a test."""

    def __init__(self):
        self.now = milliseconds()

    def __call__(self):
        return self.now


@pytest.fixture
def clock(pair, monkeypatch):
    shared = Clock()
    monkeypatch.setattr("comity.node.control.desk.milliseconds", shared)
    for node in (pair.vn, pair.la):
        node.control.rounds.clock = shared
    return shared


def answer(node, **changes):
    """Append an answer that stays here; return its index."""
    party = node.charter.party
    other = "la" if party == "vn" else "vn"
    draft = Draft(Remark(title="Answer", text=TEXTS[party]), header(releasable_to=[other], **changes))
    return node.append([draft])[0].index


def started(pair, clock, name="coding-7", **changes):
    """Start a round on vn and let la know."""
    asked = {"seal_by": clock.now + HOUR, "open_by": clock.now + 2 * HOUR, "author": "clerk"}
    round_ = Round.start(pair.vn, name, QUESTION, PARTIES, exercise=True, **{**asked, **changes})
    pair.settle()
    return round_, Round.find(pair.la, name)


def approve(pair, node, round_):
    for asked in round_.requests():
        if asked.standing.stage == "waiting":
            pair.approve(node, asked.place, "first", "second")


def sealed(pair, clock, **changes):
    """Start a round that both seal, with the openings approved."""
    ours, theirs = started(pair, clock, **changes)
    for node, round_ in ((pair.vn, ours), (pair.la, theirs)):
        round_.seal(answer(node), author="clerk", question=QUESTION)
        approve(pair, node, round_)
    pair.settle()
    pair.settle()
    return ours, theirs


def told(standing):
    """What both sides must agree on: all but who is known to have cosigned when."""
    return (
        standing.phase,
        [(p.origin, p.state, p.seal, p.openings, p.received_by, p.withheld) for p in standing.parties],
        standing.refused,
    )


def states(round_):
    return [party.state for party in round_.status().parties]


def test_a_round_from_start_to_complete(pair, clock):
    ours, theirs = started(pair, clock)
    assert ours.status().phase == theirs.status().phase == "started"
    ours.seal(answer(pair.vn), author="clerk")
    pair.settle()
    assert theirs.status().phase == "sealing"
    assert states(theirs) == ["sealed", "awaited"]
    theirs.seal(answer(pair.la), author="clerk", question=QUESTION)
    approve(pair, pair.vn, ours)
    approve(pair, pair.la, theirs)
    pair.settle()
    assert ours.status().phase == theirs.status().phase == "all_sealed"
    ours.open(author="clerk")
    pair.settle()
    assert theirs.status().phase == "opening"
    theirs.open(author="clerk")
    pair.settle()
    pair.settle()
    assert ours.status().phase == theirs.status().phase == "complete"
    assert told(ours.status()) == told(theirs.status())
    assert ours.status().refused == ()
    assert states(ours) == ["received", "received"]
    assert [party.open_timing for party in ours.status().parties] == ["in_time", "in_time"]
    index = ours.status().party("la/hq").sealed.index
    assert pair.vn.record("la/hq", index).content.fields["text"] == TEXTS["la"]


def test_nothing_of_an_answer_leaves_before_all_have_sealed(pair, clock, tmp_path):
    def held(party, text):
        folder = pair.root / party
        return any(text.encode() in path.read_bytes() for path in folder.rglob("*") if path.is_file())

    ours, theirs = started(pair, clock)
    ours.seal(answer(pair.vn), author="clerk")
    approve(pair, pair.vn, ours)
    pair.settle()
    with pytest.raises(RoundNotSealedError) as refused:
        ours.open(author="clerk")
    assert refused.value.missing == ("la/hq",)
    sealed_at = ours.status().party("vn/hq").sealed
    assert pair.la.record("vn/hq", sealed_at.index).content is None
    theirs.seal(answer(pair.la), author="clerk")
    # la knows both seals, but nobody else has seen its own yet.
    with pytest.raises(RoundNotSealedError):
        theirs.open(author="clerk")
    pair.settle()
    assert not held("la", TEXTS["vn"])
    assert pair.la.record("vn/hq", sealed_at.index).content is None


def test_an_opening_is_granted_by_the_round_alone(pair, clock):
    ours, _ = started(pair, clock)
    index = answer(pair.vn)
    ours.seal(index, author="clerk")
    approve(pair, pair.vn, ours)
    request = ours.requests()[0].place
    with pytest.raises(ReleaseRefusedError) as refused:
        pair.vn.control.desk.grant(request.index, author="clerk")
    assert refused.value.reasons == ("round-opens",)
    from comity.node.control.release import Wanted

    other = pair.vn.control.desk.request([Wanted(index)], "la/hq", author="asker", reason="a way around")
    pair.approve(pair.vn, other, "first", "second")
    with pytest.raises(ReleaseRefusedError) as refused:
        pair.vn.control.desk.grant(other.index, author="clerk")
    assert refused.value.reasons == ("sealed-in-round",)


def test_opening_needs_the_approvals_asked_at_sealing(pair, clock):
    ours, theirs = started(pair, clock)
    for node, round_ in ((pair.vn, ours), (pair.la, theirs)):
        round_.seal(answer(node), author="clerk")
    pair.settle()
    pair.settle()
    assert ours.status().all_sealed
    with pytest.raises(ReleaseRefusedError) as refused:
        ours.open(author="clerk")
    assert refused.value.reasons == ("too-few",)
    approve(pair, pair.vn, ours)
    ours.open(author="clerk")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"marking": "TLP:CLEAR"}, "not-blind")],
)
def test_what_is_not_blind_is_not_sealed(pair, clock, changes, reason):
    ours, _ = started(pair, clock)
    with pytest.raises(RoundRefusedError) as refused:
        ours.seal(answer(pair.vn, **changes), author="clerk")
    assert refused.value.reason == reason


def test_what_was_released_or_sealed_before_is_not_sealed(pair, clock):
    ours, _ = started(pair, clock)
    other, _ = started(pair, clock, name="coding-8")
    places, _, _ = pair.released([Draft(Remark(title="Out", text="already"), header())])
    with pytest.raises(RoundRefusedError, match="released-before"):
        ours.seal(places[0], author="clerk")
    index = answer(pair.vn)
    ours.seal(index, author="clerk")
    with pytest.raises(RoundRefusedError, match="seal-replayed"):
        other.seal(index, author="clerk")
    with pytest.raises(RoundRefusedError, match="already-sealed"):
        ours.seal(answer(pair.vn), author="clerk")
    assert ours.seal(index, author="clerk") == ours.status().party("vn/hq").seal
    assert len(ours.requests()) == 1


def test_a_record_that_may_not_be_opened_is_not_sealed(pair, clock):
    ours, _ = started(pair, clock)
    draft = Draft(Remark(title="Answer", text="for nobody"), header(releasable_to=[]))
    index = pair.vn.append([draft])[0].index
    with pytest.raises(ReleaseRefusedError) as refused:
        ours.seal(index, author="clerk")
    assert "audience-empty" in refused.value.reasons
    assert pair.vn.log.size == index + 1


def test_another_question_is_refused(pair, clock):
    _, theirs = started(pair, clock)
    with pytest.raises(RoundRefusedError, match="question-differs"):
        theirs.seal(answer(pair.la), author="clerk", question=QUESTION + b" ")


def test_starts_that_are_refused(pair, clock):
    ours, _ = started(pair, clock)
    again = {"seal_by": clock.now + HOUR, "open_by": clock.now + HOUR, "author": "clerk"}
    with pytest.raises(RoundRefusedError, match="name-taken"):
        Round.start(pair.vn, "coding-7", QUESTION, PARTIES, **again)
    with pytest.raises(RoundRefusedError, match="party-unknown"):
        Round.start(pair.vn, "coding-9", QUESTION, ["vn/hq", "kh/hq"], **again)
    with pytest.raises(RoundRefusedError, match="deadline-over"):
        Round.start(pair.vn, "coding-9", QUESTION, PARTIES, **{**again, "seal_by": clock.now})
    with pytest.raises(RoundUnknownError):
        Round.find(pair.vn, "coding-9")
    Round.start(pair.la, "coding-7", QUESTION, PARTIES, **again)
    pair.settle()
    with pytest.raises(RoundUnknownError, match="several"):
        Round.find(pair.vn, "coding-7")
    key = f"{ours.place.origin}/{ours.place.index}"
    assert Round.find(pair.vn, key).place == ours.place
    assert len(Round.all(pair.la)) == 2


def test_single_fields_are_opened_alone(pair, clock):
    ours, theirs = sealed(pair, clock, paths=["title", "text"])
    ours.ask(["title"], author="clerk")
    approve(pair, pair.vn, ours)
    ours.open(author="clerk", paths=["title"])
    pair.settle()
    mine = theirs.status().party("vn/hq")
    assert (mine.state, mine.paths, mine.partly) == ("sealed", ("title",), True)
    held = pair.la.control.inbox.partial("vn/hq", mine.sealed.index)
    assert held.values["title"] == "Answer"
    assert "text" not in held.values
    with pytest.raises(RoundRefusedError, match="already-opened"):
        ours.open(author="clerk", paths=["title"])
    ours.open(author="clerk")
    pair.settle()
    assert theirs.status().party("vn/hq").state == "received"
    assert theirs.status().refused == ()


def test_not_received_until_acknowledged_then_withheld_then_late(pair, clock):
    ours, theirs = sealed(pair, clock)
    ours.open(author="clerk")
    clock.now += 3 * HOUR
    pair.sync(pair.vn, pair.la)
    assert states(ours) == ["opened", "not_received"]
    assert ours.status().party("la/hq").withheld is None
    pair.sync(pair.la, pair.vn)  # la receives the opening, and its log says so, and that the deadline is over
    pair.sync(pair.vn, pair.la)
    shown = ours.status().party("la/hq")
    assert (shown.state, shown.withheld.basis) == ("withheld", "own_word")
    assert shown.withheld.at.origin == "la/hq"
    assert told(ours.status()) == told(theirs.status())
    theirs.open(author="clerk")
    pair.settle()
    pair.settle()
    late = ours.status().party("la/hq")
    assert (late.state, late.open_timing) == ("received", "late")
    assert ours.status().phase == "complete"


def test_whoever_learned_too_late_is_not_made_to_accuse_itself(pair, clock):
    ours, theirs = started(pair, clock)
    theirs.seal(answer(pair.la), author="clerk")
    approve(pair, pair.la, theirs)
    pair.sync(pair.vn, pair.la)
    ours.seal(answer(pair.vn), author="clerk")
    approve(pair, pair.vn, ours)
    pair.sync(pair.vn, pair.la)  # la witnesses vn's head; but la reads nothing until the deadline is over
    ours.open(author="clerk")
    clock.now += 3 * HOUR
    pair.settle()
    pair.settle()
    assert theirs.status().party("vn/hq").state == "received"
    assert ours.status().party("la/hq").state == "not_received"
    assert ours.status().party("la/hq").withheld is None
    theirs.open(author="clerk")
    pair.settle()
    pair.settle()
    standing = ours.status()
    assert standing.phase == "complete"
    assert standing.party("la/hq").withheld is None
    assert standing.party("la/hq").open_timing != "late"


def test_an_opening_that_a_party_forges_is_refused_here_and_flagged_there(pair, clock):
    ours, theirs = started(pair, clock)
    ours.seal(answer(pair.vn), author="clerk")
    approve(pair, pair.vn, ours)
    # A node that follows no rules grants, and opens, without la's seal.
    request = ours.requests()[0].place
    grant = pair.vn.control.desk.grant(request.index, author="clerk", opening=True)
    seal = ours.status().party("vn/hq").seal
    model = RoundOpen(
        round=Pointer.of(ours.place), seal=Pointer.of(seal), grants=[Pointer.of(grant)], paths=[]
    )
    forged = pair.vn.control.steps.append(model, author="clerk", parties=["la"], exercise=True)
    pair.settle()
    refused = {(item.place, item.reason) for item in theirs.status().refused}
    assert refused == {(forged, "opened-early"), (grant, "granted-early")}
    assert theirs.status().party("vn/hq").openings == ()
    theirs.seal(answer(pair.la), author="clerk")
    pair.settle()
    assert theirs.status().party("la/hq").notes == ("sealed-after-opening",)
    assert told(ours.status()) == told(theirs.status())


def test_an_answer_that_did_not_verify_is_approved_and_opened_anew(pair, clock, monkeypatch):
    ours, theirs = started(pair, clock)
    with monkeypatch.context() as bending:
        bend(pair.vn.control.desk, bending)
        index = answer(pair.vn)
        ours.seal(index, author="clerk")
        theirs.seal(answer(pair.la), author="clerk")
        approve(pair, pair.vn, ours)
        approve(pair, pair.la, theirs)
        pair.settle()
        pair.settle()
        first = ours.open(author="clerk")
    pair.settle()
    assert theirs.status().party("vn/hq").disputed_by == ("la/hq",)
    assert states(ours)[0] == "disputed"
    (line,) = pair.la.control.inbox.listing()
    pair.la.control.inbox.settle(line["received"], "left", author="clerk", reason="to be opened anew")
    pair.settle()
    assert states(ours)[0] == "disputed", "a settlement opens nothing"
    with pytest.raises(RoundRefusedError, match="not-asked"):
        ours.open(author="clerk")
    ours.seal(index, author="clerk")
    with pytest.raises(ReleaseRefusedError, match="too-few"):
        ours.open(author="clerk")
    approve(pair, pair.vn, ours)
    second = ours.open(author="clerk")
    with pytest.raises(RoundRefusedError, match="already-opened"):
        ours.open(author="clerk")
    pair.settle()
    pair.settle()
    mine = theirs.status().party("vn/hq")
    assert (mine.state, mine.openings, mine.disputed_by) == ("received", (first, second), ())
    assert pair.la.record("vn/hq", index).content.fields["text"] == TEXTS["vn"]
    assert told(ours.status()) == told(theirs.status())


def test_a_rebuild_gives_the_same_verdict(pair, clock):
    ours, theirs = sealed(pair, clock)
    ours.open(author="clerk")
    pair.settle()
    before = told(theirs.status()), ours.status()
    for node in (pair.vn, pair.la):
        node.projection.rebuild()
    assert (told(theirs.status()), ours.status()) == before


def test_the_example_of_the_module(pair, clock):
    noon, evening = clock.now + HOUR, clock.now + 2 * HOUR
    node, index = pair.vn, answer(pair.vn)
    round_ = Round.start(node, "coding-7", b"How does the text read?", ["vn/hq", "la/hq"],
                         seal_by=noon, open_by=evening, author="clerk")  # fmt: skip
    round_.seal(index, author="clerk")
    with pytest.raises(RoundNotSealedError):
        round_.open(author="clerk")
    assert round_.status().phase == "sealing"


@pytest.mark.parametrize("hours", [0, 24])
def test_what_was_approved_at_sealing_holds_for_the_compacts_hours_of_grace(pair, clock, monkeypatch, hours):
    compact = SimpleNamespace(deadlines=SimpleNamespace(round_grace_hours=hours))
    monkeypatch.setattr("comity.node.control.rounds_asked.in_force", lambda _: compact)
    monkeypatch.setattr(pair.vn.control.desk, "_clock", clock)
    ours, _ = sealed(pair, clock)
    end = ours.model.open_by + hours * HOUR
    assert [one.model.expires for one in ours.requests()] == [end]
    clock.now = end
    with pytest.raises(RoundRefusedError, match="not-asked"):
        ours.open(author="clerk")
    ours.seal(ours.status().party("vn/hq").sealed.index, author="clerk")
    assert ours.requests()[-1].model.expires == end + 7 * 24 * HOUR
    with pytest.raises(ReleaseRefusedError, match="too-few"):
        ours.open(author="clerk")
    approve(pair, pair.vn, ours)
    ours.open(author="clerk")
    assert ours.status().party("vn/hq").state == "opened"
