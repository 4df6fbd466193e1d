"""A witness: cosigns a log's checkpoint when it only appended to the last one cosigned (C2SP tlog-witness).

    witness = Witness(mirrors.get, cosigner)
    reply = witness.add_checkpoint(body, now)     # status, content type and body of the HTTP answer

The state is a table in the mirror's database. The check of the old size, the new row and the cosignature are
one transaction, so a slow request can never roll back a later one. What the specification leaves open is
settled in docs/spec/witness.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record import merkle
from comity.record.canonical import b64, unb64
from comity.record.checkpoint import Checkpoint, open_checkpoint
from comity.record.cosigner_memory import CosignedHead
from comity.record.errors import ComityError
from comity.record.mirror_errors import ContradictionError, ForkFoundError, QuotaError
from comity.record.note import MAX_NOTE, split_note

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.record.cosignature import Cosigner
    from comity.record.mirror import Mirror

SIZE_TYPE: Final = "text/x.tlog.size"
PLAIN: Final = "text/plain; charset=utf-8"
PROOF_LINES: Final = 63
BODY_LIMIT: Final = MAX_NOTE + 4096
"""Octets of the largest request: a note, 63 hashes in base64, the old size."""

OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, UNPROCESSABLE = 200, 400, 403, 404, 409, 422
UNAVAILABLE: Final = 503
_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})\Z", re.ASCII)


@dataclass(frozen=True)
class WitnessReply:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True)
class AddCheckpoint:
    """A parsed request: old size, consistency proof (32-byte hashes), signed note and its origin."""

    old: int
    proof: list[bytes]
    note: bytes
    origin: str


class WitnessRequestError(ComityError):
    """A request that is not of the form of add-checkpoint."""

    code = "witness-request"
    advice = "Send the old size, the proof lines, an empty line and the checkpoint (C2SP tlog-witness)."


def format_request(old: int, proof: list[bytes], note: bytes) -> bytes:
    """Return the body of an add-checkpoint request."""
    lines = [f"old {old}", *(b64(item) for item in proof), "", ""]
    return "\n".join(lines).encode() + note


def parse_request(body: bytes) -> AddCheckpoint:
    """Read the body of an add-checkpoint request; nothing in it is verified.

    Raises:
        WitnessRequestError: it is malformed.
    """
    if len(body) > BODY_LIMIT:
        raise WitnessRequestError(f"The request has {len(body)} bytes; {BODY_LIMIT} are the limit.")
    preamble, blank, note = body.partition(b"\n\n")
    try:
        first, *lines = preamble.decode("ascii").split("\n")
        proof = [unb64(line, merkle.HASH_SIZE) for line in lines[: PROOF_LINES + 1]]
        origin = Checkpoint.parse(split_note(note)[0]).origin
    except (UnicodeDecodeError, ComityError) as error:
        raise WitnessRequestError(f"The request is malformed: {error}") from error
    old = _OLD.match(first)
    if old is None or not blank:
        raise WitnessRequestError(
            "The first line is the old size, and an empty line precedes the checkpoint."
        )
    if len(lines) > PROOF_LINES:
        raise WitnessRequestError(f"{len(lines)} proof lines; {PROOF_LINES} are the limit.")
    return AddCheckpoint(int(old[1]), proof, note, origin)


class Witness:
    """Answers add-checkpoint for the logs that are mirrored here.

    Args:
        store_of: gives the mirror of an origin, or None.
        cosigner: the witness key.
    """

    def __init__(self, store_of: Callable[[str], Mirror | None], cosigner: Cosigner) -> None:
        self._store_of = store_of
        self._cosigner = cosigner

    def add_checkpoint(self, body: bytes, now: int) -> WitnessReply:
        """Answer a request; what is wrong with it is in the status.

        Args:
            body: the request's body.
            now: POSIX time in seconds, for the cosignature.

        Raises:
            StoreError: the own disk failed; nothing was cosigned.
        """
        try:
            request = parse_request(body)
        except WitnessRequestError as error:
            return _say(BAD_REQUEST, str(error))
        mirror = self._store_of(request.origin)
        if mirror is None:
            return _say(NOT_FOUND, f"No log {request.origin} is witnessed here.")
        if mirror.fork is not None:
            return _say(FORBIDDEN, f"{request.origin} signed two histories; its key is trusted no more.")
        try:
            head = open_checkpoint(request.note, mirror.vkey)
        except ComityError as error:
            return _say(FORBIDDEN, f"The checkpoint is not signed by {request.origin}: {error}")
        if request.old > head.size:
            return _say(BAD_REQUEST, f"The old size {request.old} is above the checkpoint's {head.size}.")
        with mirror.store.transaction():
            return self._answer(mirror, request, head, now)

    def _answer(self, mirror: Mirror, request: AddCheckpoint, head: Checkpoint, now: int) -> WitnessReply:
        """Check and persist, within one transaction of the mirror's database."""
        key = self._cosigner.vkey
        last = mirror.heads.last_cosigned(key)
        try:
            mirror.observe(head, request.note)
        except (ForkFoundError, ContradictionError):
            return _size(last.size)
        if request.old != last.size or (head.size == last.size and head.root != last.root):
            return _size(last.size)
        try:
            _check_proof(request, head, last)
        except merkle.ProofError as error:
            return _say(UNPROCESSABLE, str(error))
        if last.note and last.size == head.size:
            return WitnessReply(OK, PLAIN, last.line)
        try:
            mirror.require_room(2 * len(request.note))  # as a head seen, and as a head cosigned
        except QuotaError as error:
            return _say(UNAVAILABLE, str(error))
        line = self._cosigner.cosign(request.note, now)
        mirror.heads.add_cosigned(key, CosignedHead(head.size, head.root, request.note, line))
        return WitnessReply(OK, PLAIN, line)


def _check_proof(request: AddCheckpoint, head: Checkpoint, last: CosignedHead) -> None:
    if request.old in {0, head.size} and request.proof:
        raise merkle.ProofError(f"The proof from {request.old} to {head.size} must be empty.")
    merkle.verify_consistency(request.old, head.size, request.proof, last.root, head.root)


def _say(status: int, text: str) -> WitnessReply:
    return WitnessReply(status, PLAIN, text.encode() + b"\n")


def _size(size: int) -> WitnessReply:
    return WitnessReply(CONFLICT, SIZE_TYPE, f"{size}\n".encode())
