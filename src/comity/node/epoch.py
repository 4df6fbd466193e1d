"""The joint way out of a fork, on both sides: propose, agree, begin (docs/spec/epoch.md).

the node that forked    propose -> file            (sync)    begin: the new log
its peer                           file -> agree                            begin: pairs with it by the link
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from comity.node import epoch_founding as founding
from comity.node import pairing
from comity.node.epoch_approval import basis
from comity.node.folder import write_atomic
from comity.node.sync import SyncReport
from comity.record.canonical import b64
from comity.record.charter import Charter
from comity.record.entry_form import Ref
from comity.record.epoch import EpochError, Proposal, joint
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Epoch, Pointer

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.node.system import Record
    from comity.record.entry import Head

AFTER: str = "after-fork"


class NotAgreedError(EpochError):
    """No peer has agreed to the proposal yet, as far as this node has heard."""

    code = "epoch-not-agreed"
    advice = "Have the other party run `comity epoch agree`, exchange with it, then begin."


class Epochs:
    """What one node does about epochs of its own log and of its peers'.

    Args:
        node: the node.
    """

    def __init__(self, node: Node) -> None:
        self._node = node

    # --- the peer's side ---

    def judge(self, data: bytes) -> Proposal:
        """Check a proposal against what this node holds of the old log; the fork proof in it is kept.

        Raises:
            EpochError: it does not hold.
            PeerUnknownError: the old log is not mirrored here.
        """
        proposal = Proposal.decode(data)
        link = self._node.peers.require(proposal.follows.origin)
        proposal.check(link.charter, link.mirror.store.root, link.mirror.size)
        link.mirror.declare_fork(proposal.proof)
        return proposal

    def agree(self, data: bytes, *, author: str, reason: str, exercise: bool = False) -> Record:
        """Say in the own log that this party agrees; the same entry when it has said so before.

        Raises:
            EpochError: the proposal does not hold.
            EpochApprovalError: the charter asks for several people, and too few have approved it.
        """
        node, proposal = self._node, self.judge(data)
        found = self._word(node.origin, proposal)
        if found is not None:
            return found
        path = founding.proposal_path(node.folder, proposal.charter.origin)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        write_atomic(path, proposal.encode(), 0o600)
        store = node.peers.require(proposal.follows.origin).mirror.store
        last = Ref(
            proposal.follows.origin, proposal.follows.size - 1, store.hash(0, proposal.follows.size - 1)
        )
        ground = basis(node, proposal.encode(), last, author=author, reason=reason, exercise=exercise)
        model = _model(proposal, last, reason).model_copy(update=ground)
        place = node.control.steps.append(
            model, author=author, parties=[proposal.charter.party], exercise=exercise
        )
        return node.record(place.origin, place.index)

    def pair(self, address: str = "") -> list[str]:
        """Pair with every new log that this party agreed to and that has begun; return their origins.

        Args:
            address: where it is; that of the old log when empty.

        Raises:
            NotAgreedError: this party agreed to none.
            EpochError: another charter is shown there.
            FetchError: nobody answers.
        """
        begun = []
        agreed = [proposal for proposal in self._proposals() if self._word(self._node.origin, proposal)]
        if not agreed:
            raise NotAgreedError(f"{self._node.origin} has agreed to no new epoch")
        for proposal in agreed:
            old = self._node.peers.require(proposal.follows.origin)
            if old.peer.followed_by:
                continue
            where = address or old.peer.address
            shown = pairing.propose(self._node, where)
            if shown.fingerprint != proposal.charter.fingerprint:
                raise EpochError(f"{where} shows {shown.origin} {shown.fingerprint}, which nobody agreed to")
            pairing.pair(self._node, where, proposal.charter.fingerprint)
            self._close(old, proposal.charter.origin)
            begun.append(proposal.charter.origin)
        return begun

    def _close(self, old: PeerLink, follower: str) -> None:
        """Keep the old log readable, and never pull it again."""
        pinned = Charter.parse(self._node.folder.peer_charter(old.origin).read_bytes())
        self._node.add_peer(replace(old.peer, followed_by=follower), pinned)

    # --- the side that forked ---

    def agreement(self, proposal: Proposal) -> Record:
        """Return a peer's word on the proposal made here.

        Raises:
            NotAgreedError: there is none, as far as this node has heard.
        """
        for link in self._node.peers:
            found = self._word(link.origin, proposal)
            if found is not None:
                return found
        raise NotAgreedError(f"no peer is known to have agreed to {proposal.charter.origin}")

    def confirm(self, proposal: Proposal, *, author: str, reason: str, exercise: bool = False) -> Record:
        """Say in the new log what the peer said in its own; the same entry when it stands there already."""
        node = self._node
        found = self._word(node.origin, proposal)
        if found is not None:
            return found
        theirs = self.agreement(proposal)
        said = theirs.content.model if theirs.content is not None else None
        if not isinstance(said, Epoch):
            raise NotAgreedError(f"the word of {theirs.origin} is sealed here")
        answers = Pointer.of(place_of(theirs))
        own = {"reason": reason, "answers": answers, "request": None, "approvals": []}
        model = said.model_copy(update=own)
        parties = [link.charter.party for link in node.peers]
        place = node.control.steps.append(model, author=author, parties=parties, exercise=exercise)
        return node.record(place.origin, place.index)

    # --- both ---

    def show(self) -> list[dict[str, Any]]:
        """Return every new epoch that this node knows: what it follows, who spoke, whether it is joint."""
        rows: dict[str, dict[str, Any]] = {}
        for record in self._node.control.steps.of(Epoch):
            said = record.content.model if record.content is not None else None
            if isinstance(said, Epoch):
                row = rows.setdefault(said.new, {"new": said.new, "words": []})
                row["words"].append((record.origin, said))
        for proposal in self._proposals():
            rows.setdefault(proposal.charter.origin, {"new": proposal.charter.origin, "words": []})
        return [self._row(name, row["words"]) for name, row in sorted(rows.items())]

    def _row(self, new: str, words: list[tuple[str, Epoch]]) -> dict[str, Any]:
        others = [origin for origin, _ in words if origin != new]
        last = words[0][1].last if words else None
        return {
            "new": new,
            "old": None if last is None else last.origin,
            "agreed_size": None if last is None else last.index + 1,
            "said_by": [origin for origin, _ in words],
            "joint": bool(others) and joint(words, [new, others[0]]),
            "here": new in self._node.origins,
        }

    def followed(self) -> dict[str, Head]:
        """Return, for each forked log that another follows, the head that both parties agreed on."""
        charters = self._node.charters.values()
        return {item.follows.origin: item.follows for item in charters if item.follows is not None}

    def after_fork(self, origin: str | None = None, index: int | None = None) -> list[dict[str, Any]]:
        """Return quarantine rows for what stands in a forked log after what both parties agreed on."""
        rows = []
        for old, head in self.followed().items():
            size = self._node.size(old) if old in self._node.origins else 0
            place = head.size if index is None else index
            if origin in (None, old) and head.size <= place < size:
                detail = f"{old} forked: both parties agreed on its first {head.size} entries, not on {size}"
                rows.append(
                    {
                        "origin": old,
                        "index": place,
                        "source": "epoch",
                        "id": None,
                        "code": AFTER,
                        "detail": detail,
                    }
                )
        return rows

    def closed(self, link: PeerLink) -> SyncReport:
        """Return the report of an exchange with a log that another follows: nothing is exchanged."""
        return SyncReport(link.origin, ok=True, state=link.mirror.state, size=link.mirror.size)

    def _proposals(self) -> list[Proposal]:
        place = founding.folder_of(self._node.folder)
        return [Proposal.decode(path.read_bytes()) for path in sorted(place.glob("*.proposal"))]

    def _word(self, origin: str, proposal: Proposal) -> Record | None:
        """Return the entry in a log that says what a proposal says."""
        for record in self._node.control.steps.of(Epoch, origin):
            said = record.content.model if record.content is not None else None
            if isinstance(said, Epoch) and _fits(said, proposal):
                return record
        return None


def _model(proposal: Proposal, last: Ref, reason: str) -> Epoch:
    return Epoch(
        last=Pointer.of(last),
        root=b64(proposal.follows.root),
        proof=b64(proposal.proof_digest),
        new=proposal.charter.origin,
        charter=b64(proposal.charter.digest),
        reason=reason,
    )


def _fits(said: Epoch, proposal: Proposal) -> bool:
    head = proposal.follows
    place = (said.last.origin, said.last.index, said.root)
    rest = (said.proof, said.new, said.charter)
    wanted = (b64(proposal.proof_digest), proposal.charter.origin, b64(proposal.charter.digest))
    return place == (head.origin, head.size - 1, b64(head.root)) and rest == wanted
