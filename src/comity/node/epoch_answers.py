"""What may be asked about forks and epochs, as JSON data: for the API and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.node import epoch_founding as founding
from comity.node import lock
from comity.node.folder import Folder
from comity.node.node import Node
from comity.record.canonical import b64, unb64
from comity.record.entry_form import next_origin
from comity.record.epoch import Proposal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from comity.node.system import Record, System
    from comity.record.keyfile import Passphrase


def describe(proposal: Proposal) -> dict[str, Any]:
    """Return what two people look at before they agree."""
    head, proof = proposal.follows, proposal.proof
    return {
        "old": head.origin,
        "new": proposal.charter.origin,
        "agreed_size": head.size,
        "agreed_root": b64(head.root),
        "fingerprint": proposal.charter.fingerprint,
        "fork": {"form": proof.form, "index": proof.index, "digest": b64(proposal.proof_digest)},
    }


def show(node: Node) -> dict[str, Any]:
    """Return every epoch known here, and the own log's fork if it has one."""
    return {"origin": node.origin, "epochs": node.epochs.show(), "recovery": node.recovery.as_json()}


def judge(node: Node, proposal: str) -> dict[str, Any]:
    """Check a proposal (base64 of the file), and say what agreeing to it means here."""
    made = node.epochs.judge(unb64(proposal))
    held = node.size(made.follows.origin)
    return {**describe(made), "held": held, "beyond": held - made.follows.size}


def agree(node: Node, proposal: str, author: str, reason: str, *, exercise: bool = False) -> dict[str, Any]:
    """Agree to a proposal in the own log."""
    data = unb64(proposal)
    record = node.epochs.agree(data, author=author, reason=reason, exercise=exercise)
    return {**describe(Proposal.decode(data)), "entry": _place(record)}


def pair(node: Node, address: str = "") -> dict[str, Any]:
    """Pair with the new logs that this party agreed to."""
    return {"origin": node.origin, "paired": node.epochs.pair(address)}


def propose(root: Path, roots: Sequence[Path], passphrase: Passphrase | None = None) -> Proposal:
    """Propose the next epoch of a node that is not running."""
    folder = Folder.existing(root)
    with lock.hold(folder):
        return founding.propose(folder, roots, passphrase)


def own_proposal(folder: Folder) -> Proposal | None:
    """Return the proposal that this node made: the one to begin, or the one that began its log."""
    from comity.node.config import load  # noqa: PLC0415 - one small file

    origin = load(folder.config).origin
    for name in (next_origin(origin), origin):
        path = founding.proposal_path(folder, name)
        if path.exists():
            proposal = Proposal.decode(path.read_bytes())
            if proposal.charter.party == origin.partition("/")[0]:
                return proposal
    return None


def begin(
    root: Path, systems: Sequence[System], proposal: Proposal, root_key: Path | None, **words: Any
) -> dict[str, Any]:
    """Begin the new log of a node that is not running, once a peer agreed; again, if it was cut short.

    Args:
        root: the node's folder.
        systems: what the roof puts into it.
        proposal: the one made here.
        root_key: file of a root key, for leaf 0; one kept in the node's folder when absent.
        words: author, reason, exercise of the entry.

    Raises:
        NotAgreedError: no peer has, as far as this node has heard.
    """
    folder = Folder.existing(root)
    with lock.hold(folder):
        if _is_old(folder, proposal):
            with Node.open(root, systems) as node:
                node.epochs.agreement(proposal)
        founding.found(folder, proposal, root_key)
        with Node.open(root, systems) as node:
            record = node.epochs.confirm(proposal, **words)
    return {**describe(proposal), "entry": _place(record)}


def _is_old(folder: Folder, proposal: Proposal) -> bool:
    """Whether nothing of the old epoch has been moved yet: only then can its node be opened."""
    return not folder.peer_charter(proposal.follows.origin).exists()


def _place(record: Record) -> dict[str, Any]:
    return {"origin": record.origin, "index": record.index, "id": record.id_text}
