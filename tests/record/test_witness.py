"""add-checkpoint as C2SP tlog-witness words it, the attacks on it, and the race that it warns of."""

from __future__ import annotations

import random
import threading

import pytest

from comity.record import merkle
from comity.record.canonical import b64
from comity.record.checkpoint import Checkpoint
from comity.record.checkpoint import sign as sign_checkpoint
from comity.record.cosignature import Cosigner, merge_signatures, verify_cosignature
from comity.record.mirror import Mirror
from comity.record.note import Signer, verify_note
from comity.record.witness import Witness, format_request, parse_request
from tests.sim.peer import Peer, unknown_signature

SIGNER = Signer("la/hq", bytes(32))
COSIGNER = Cosigner("vn/witness", b"w" * 32)
NOW = 1_700_000_000
SIZE_TYPE = "text/x.tlog.size"


def leaves(count, text="leaf"):
    return [f"{text} {number}".encode() for number in range(count)]


PEER = Peer(SIGNER, leaves(1000))


def note_of(size, peer=PEER):
    return peer.sign(size, peer.tree.root(size))


def request(old, size, peer=PEER):
    proof = merkle.prove_consistency_from(peer.tree.read, old, size) if old else []
    return format_request(old, proof, note_of(size, peer))


@pytest.fixture
def mirror(tmp_path):
    with Mirror.open(tmp_path / "mirror.sqlite", "la/hq", SIGNER.vkey) as mirror:
        yield mirror


@pytest.fixture
def witness(mirror):
    return Witness({"la/hq": mirror}.get, COSIGNER)


def cosigned(reply, size):
    """The reply is 200 and its one line is the witness's cosignature on the head of this size."""
    assert reply.status == 200, reply
    assert reply.body.startswith("—".encode())
    assert reply.body.endswith(b"\n")
    assert reply.body.count(b"\n") == 1
    return verify_cosignature(note_of(size), reply.body, COSIGNER.vkey)


def conflict(reply, size):
    assert (reply.status, reply.content_type, reply.body) == (409, SIZE_TYPE, b"%d\n" % size)


def test_the_first_checkpoint_and_the_following_ones(witness):
    assert cosigned(witness.add_checkpoint(request(0, 7), NOW), 7) == NOW
    assert cosigned(witness.add_checkpoint(request(7, 400), NOW + 5), 400) == NOW + 5
    assert cosigned(witness.add_checkpoint(request(400, 1000), NOW + 9), 1000) == NOW + 9


def test_the_reply_can_be_added_to_the_checkpoint(witness):
    note = note_of(7)
    merged = merge_signatures(note, [witness.add_checkpoint(request(0, 7), NOW).body])
    assert len(verify_note(merged, [SIGNER.vkey, COSIGNER.vkey]).signatures) == 2


def test_an_empty_log_is_cosigned(witness):
    empty = Peer(SIGNER, [])
    assert witness.add_checkpoint(format_request(0, [], empty.note), NOW).status == 200
    assert witness.add_checkpoint(request(0, 7), NOW).status == 200


def test_the_request_is_read_as_the_specification_writes_it():
    proof = merkle.prove_consistency_from(PEER.tree.read, 7, 400)
    lines = "".join(f"{b64(item)}\n" for item in proof)
    body = b"old 7\n" + lines.encode() + b"\n" + note_of(400)
    assert request(7, 400) == body
    assert (parse_request(body).old, parse_request(body).proof) == (7, proof)


def test_404_for_an_unknown_origin(witness):
    stranger = Peer(Signer("xx/hq", bytes(32)), leaves(3))
    assert witness.add_checkpoint(format_request(0, [], stranger.note), NOW).status == 404


def test_403_where_no_trusted_key_signed(witness):
    forger = Peer(Signer("la/hq", b"f" * 32), leaves(7))
    assert witness.add_checkpoint(format_request(0, [], forger.note), NOW).status == 403
    text, _, signature = note_of(7).rpartition(b"\n\n")
    other = note_of(8).rpartition(b"\n\n")[2]
    assert witness.add_checkpoint(format_request(0, [], text + b"\n\n" + other), NOW).status == 403
    assert signature != other
    conflict(witness.add_checkpoint(request(7, 8), NOW), 0)


def test_signatures_of_unknown_keys_are_ignored(witness):
    body = format_request(0, [], note_of(7) + unknown_signature("somebody/else"))
    assert witness.add_checkpoint(body, NOW).status == 200


def test_403_once_the_log_is_known_to_have_forked(witness, mirror):
    witness.add_checkpoint(request(0, 7), NOW)
    other = Peer(SIGNER, leaves(7, "other"))
    conflict(witness.add_checkpoint(format_request(7, [], other.note), NOW), 7)
    assert mirror.state == "forked"
    assert mirror.fork_path.exists()
    assert witness.add_checkpoint(request(7, 8), NOW).status == 403


def test_400_for_an_old_size_above_the_checkpoint(witness):
    witness.add_checkpoint(request(0, 400), NOW)
    assert witness.add_checkpoint(format_request(400, [], note_of(7)), NOW).status == 400


GOOD = request(7, 400)
PROOF_LINE = GOOD.split(b"\n")[1]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\n",
        b"\n\n",
        b"old 7\n",
        b"old 7\n\n",
        GOOD.replace(b"old 7", b"old 07"),
        GOOD.replace(b"old 7", b"old -7"),
        GOOD.replace(b"old 7", b"old  7"),
        GOOD.replace(b"old 7", b"Old 7"),
        GOOD.replace(b"old 7", b"old 7 "),
        GOOD.replace(b"old 7", b"old +7"),
        GOOD.replace(b"old 7", "old \u0667".encode()),
        GOOD.replace(b"old 7", b"old 99999999999999999999"),
        GOOD.replace(b"old 7\n", b"7\n"),
        GOOD.replace(b"old 7\n", b""),
        GOOD.replace(b"old 7\n", b"old 7\r\n"),
        GOOD.replace(PROOF_LINE, PROOF_LINE[:-4]),
        GOOD.replace(PROOF_LINE, PROOF_LINE + b" "),
        GOOD.replace(PROOF_LINE, PROOF_LINE.replace(b"=", b"")),
        GOOD.replace(PROOF_LINE, b"!" * 44),
        GOOD.replace(PROOF_LINE, b"\xff" * 44),
        GOOD.replace(PROOF_LINE, b"\n".join([PROOF_LINE] * 64)),
        GOOD.replace(b"\n\n", b"\n", 1),
        GOOD[:-1],
        GOOD[:-30],
        GOOD + b"\n",
        GOOD.replace(b"\n400\n", b"\n0400\n"),
        GOOD.replace(b"\n400\n", b"\n-1\n"),
        GOOD + "— a/b AAAA\n".encode() * 200,
        bytes(200_000),
        b"old 0\n\n" + b"x" * 140_000,
    ],
)
def test_400_for_what_is_malformed(witness, body):
    assert witness.add_checkpoint(request(0, 7), NOW).status == 200
    assert witness.add_checkpoint(body, NOW).status == 400


def test_409_tells_the_size_to_start_from(witness):
    conflict(witness.add_checkpoint(request(5, 7), NOW), 0)
    witness.add_checkpoint(request(0, 7), NOW)
    conflict(witness.add_checkpoint(request(0, 400), NOW), 7)
    conflict(witness.add_checkpoint(request(5, 400), NOW), 7)
    conflict(witness.add_checkpoint(request(100, 400), NOW), 7)


def test_409_for_an_older_checkpoint(witness):
    witness.add_checkpoint(request(0, 400), NOW)
    conflict(witness.add_checkpoint(request(0, 7), NOW), 400)
    conflict(witness.add_checkpoint(request(7, 7), NOW), 400)


@pytest.mark.parametrize(
    "change",
    [
        lambda proof: [],
        lambda proof: proof[:-1],
        lambda proof: proof[1:],
        lambda proof: proof[::-1],
        lambda proof: [*proof, bytes(32)],
        lambda proof: [bytes(32), *proof[1:]],
        lambda proof: [*proof, *[bytes(32)] * (63 - len(proof))],
    ],
)
def test_422_for_a_proof_that_does_not_verify(witness, change):
    witness.add_checkpoint(request(0, 7), NOW)
    proof = merkle.prove_consistency_from(PEER.tree.read, 7, 400)
    assert witness.add_checkpoint(format_request(7, change(proof), note_of(400)), NOW).status == 422
    conflict(witness.add_checkpoint(request(0, 400), NOW), 7)


def test_422_for_a_proof_where_none_is_due(witness):
    assert witness.add_checkpoint(format_request(0, [bytes(32)], note_of(7)), NOW).status == 422
    witness.add_checkpoint(request(0, 7), NOW)
    assert witness.add_checkpoint(format_request(7, [bytes(32)], note_of(7)), NOW).status == 422


def test_422_for_another_history(witness):
    witness.add_checkpoint(request(0, 7), NOW)
    other = Peer(SIGNER, leaves(400, "other"))
    assert witness.add_checkpoint(request(7, 400, other), NOW).status == 422


def test_the_same_checkpoint_again_gives_the_same_bytes(witness, mirror):
    first = witness.add_checkpoint(request(0, 7), NOW)
    again = witness.add_checkpoint(request(7, 7), NOW + 1000)
    assert (again.status, again.body) == (200, first.body)
    later = Witness({"la/hq": mirror}.get, COSIGNER)
    assert later.add_checkpoint(request(7, 7), NOW + 2000).body == first.body


def test_the_state_is_on_disk_before_the_reply(tmp_path):
    path = tmp_path / "mirror.sqlite"
    with Mirror.open(path, "la/hq", SIGNER.vkey) as mirror:
        first = Witness({"la/hq": mirror}.get, COSIGNER).add_checkpoint(request(0, 7), NOW)
    with Mirror.open(path, "la/hq", SIGNER.vkey) as mirror:
        witness = Witness({"la/hq": mirror}.get, COSIGNER)
        conflict(witness.add_checkpoint(request(0, 400), NOW), 7)
        assert witness.add_checkpoint(request(7, 7), NOW + 9).body == first.body
        kept = mirror.heads.last_cosigned(COSIGNER.vkey)
        assert (kept.size, kept.note) == (7, note_of(7)), "the whole signed checkpoint is kept"


def test_a_failed_write_gives_no_cosignature(witness, mirror, monkeypatch):
    def broken(*_):
        raise OSError("no space left on device")

    monkeypatch.setattr(mirror.heads, "add_cosigned", broken)
    with pytest.raises(Exception, match="read-only"):
        witness.add_checkpoint(request(0, 7), NOW)


def test_what_the_mirror_holds_is_held_against_the_checkpoint(witness, mirror):
    mirror.sync(PEER.fetch)
    other = Peer(SIGNER, leaves(400, "other"))
    conflict(witness.add_checkpoint(format_request(0, [], other.note), NOW), 0)
    assert mirror.state == "forked"


def test_each_cosigner_has_its_own_state(mirror):
    one = Witness({"la/hq": mirror}.get, COSIGNER)
    two = Witness({"la/hq": mirror}.get, Cosigner("vn/second", b"2" * 32))
    assert one.add_checkpoint(request(0, 400), NOW).status == 200
    conflict(two.add_checkpoint(request(400, 400), NOW), 0)
    assert two.add_checkpoint(request(0, 7), NOW).status == 200


def test_an_extension_line_is_cosigned_as_it_stands(witness):
    note = sign_checkpoint(Checkpoint("la/hq", 7, PEER.tree.root(7), ("extension",)), SIGNER)
    reply = witness.add_checkpoint(format_request(0, [], note), NOW)
    assert verify_cosignature(note, reply.body, COSIGNER.vkey) == NOW


class SlowCosigner(Cosigner):
    """Pauses in the middle of the first request until the other one was sent."""

    def __init__(self, entered, go_on):
        super().__init__("vn/witness", b"w" * 32)
        object.__setattr__(self, "entered", entered)
        object.__setattr__(self, "go_on", go_on)

    def cosign(self, checkpoint_note, now_seconds):
        if not self.entered.is_set():
            self.entered.set()
            self.go_on.wait(0.3)
        return super().cosign(checkpoint_note, now_seconds)


@pytest.mark.parametrize("two_handles", [False, True], ids=["one handle", "two handles on one file"])
def test_a_slow_request_cannot_roll_a_later_one_back(tmp_path, two_handles):
    """Steps 1 to 6 of the race in the specification: N is checked, then N+K, then both would be stored."""
    path = tmp_path / "mirror.sqlite"
    entered, go_on = threading.Event(), threading.Event()
    slow = SlowCosigner(entered, go_on)
    with Mirror.open(path, "la/hq", SIGNER.vkey) as one, Mirror.open(path, "la/hq", SIGNER.vkey) as two:
        first = Witness({"la/hq": one}.get, slow)
        second = Witness({"la/hq": two if two_handles else one}.get, slow)
        replies = {}

        def send(name, witness, body):
            replies[name] = witness.add_checkpoint(body, NOW)

        a = threading.Thread(target=send, args=("a", first, request(0, 400)))
        a.start()
        assert entered.wait(20)
        b = threading.Thread(target=send, args=("b", second, request(0, 1000)))
        b.start()
        go_on.set()
        a.join(30)
        b.join(30)
        cosigned(replies["a"], 400)
        conflict(replies["b"], 400)
        assert one.heads.last_cosigned(slow.vkey).size == 400


def test_under_many_threads_sizes_only_grow(witness, mirror):
    chance = random.Random(5)
    given = []
    lock = threading.Lock()

    def client(seed):
        source, old = random.Random(seed), 0
        for _ in range(12):
            size = min(1000, old + source.randrange(0, 90))
            reply = witness.add_checkpoint(request(old, size), NOW)
            if reply.status == 409:
                old = int(reply.body)
            elif reply.status == 200:
                with lock:
                    given.append(size)
                old = size
            else:
                raise AssertionError(reply)

    threads = [threading.Thread(target=client, args=(chance.random(),)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert given
    assert mirror.heads.last_cosigned(COSIGNER.vkey).size == max(given)


def test_a_flood_of_valid_heads_stops_at_the_quota(tmp_path):
    """Heads need no entries, so that a log could fill the disk with its signatures alone."""
    with Mirror.open(tmp_path / "mirror.sqlite", "la/hq", SIGNER.vkey, quota_bytes=1 << 20) as mirror:
        witness = Witness({"la/hq": mirror}.get, COSIGNER)
        last, statuses = 0, []
        for size in range(1, 60):
            text = Checkpoint("la/hq", size, PEER.tree.root(size), ("x" * 30_000,))
            proof = merkle.prove_consistency_from(PEER.tree.read, last, size) if last else []
            reply = witness.add_checkpoint(format_request(last, proof, sign_checkpoint(text, SIGNER)), NOW)
            statuses.append(reply.status)
            last = size if reply.status == 200 else last
        assert statuses[0] == 200
        assert statuses[-1] == 503
        assert mirror.heads.last_cosigned(COSIGNER.vkey).size == last
        assert mirror.store.path.stat().st_size <= 1 << 20
        assert mirror.sync(PEER.fetch).reason.code == "mirror-quota"
