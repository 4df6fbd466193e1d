"""Vectors of new epochs: charters that follow a forked log, and proposals as a peer judges them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from charters import LOG as OLD_LOG
from charters import ROOTS, full
from fork_vectors import LOG as FORKED
from fork_vectors import OTHERS, PARTS_AT
from fork_vectors import _leaf as parting
from fork_vectors import _note as note_of
from proofs import LEAVES
from records import ORIGIN
from seeds import bytes_of, refused

from comity.record import merkle
from comity.record.charter import Charter, KeyLine
from comity.record.cosignature import Cosigner
from comity.record.entry import Head
from comity.record.epoch import Proposal
from comity.record.fork import ForkProof
from comity.record.note import Signer

HELD = 21
"""Leaves of the old log that whoever judges holds, of the first history."""
NEW = f"{ORIGIN}~1"


def files() -> dict[str, dict[str, Any]]:
    """Return the file of this part."""
    assert (OLD_LOG.name, OLD_LOG.vkey) == (FORKED.name, FORKED.vkey)
    given = {"held": HELD, "old": full().sign(ROOTS[:2]).encode().decode()}
    return {
        "epoch": {
            "description": f"Leaf i of the old log is the number i in decimal; {HELD} leaves are held; the "
            f"other history parts at leaf {PARTS_AT}. `old` is the charter in force of the old log.",
            "accept": [
                {"name": name, **given, "file": proposal.encode().decode(), "size": proposal.follows.size}
                for name, proposal in _accepted().items()
            ],
            "refuse": [
                refused(name, code, **given, file=proposal.encode().decode())
                for name, (code, proposal) in _refused().items()
            ],
        }
    }


def _head(size: int, leaves: list[bytes] = LEAVES) -> Head:
    return Head(ORIGIN, size, merkle.root(leaves[:size]))


def _charter(head: Head | None, *, origin: str = NEW, signers: tuple[int, ...] = (0, 1)) -> Charter:
    log = Signer(origin, bytes_of("new log"))
    witness = Cosigner("aa/new-witness", bytes_of("new witness"))
    roots = [line for line in full().keys if line.role == "root"]
    keys = (*roots, KeyLine("log", log.name, log.vkey), KeyLine("witness", witness.name, witness.vkey))
    made = replace(full(), origin=origin, keys=keys, follows=head)
    return made.sign(ROOTS[number] for number in signers)


def _usurper() -> Charter:
    """Return a charter that a new root key signed: what whoever copied a log key can make."""
    made = _charter(_head(PARTS_AT))
    own = KeyLine("root", ROOTS[3].name, ROOTS[3].vkey)
    others = tuple(line for line in made.keys if line.role != "root")
    return replace(made, keys=(own, *others), thresholds={}, note=b"").sign([ROOTS[3]])


def _proof() -> ForkProof:
    return parting(PARTS_AT, HELD, 40)


def _accepted() -> dict[str, Proposal]:
    sizes = ForkProof.same_size(FORKED.vkey, note_of(LEAVES, 40), note_of(OTHERS, 40))
    return {
        "up to where the histories part": Proposal(_charter(_head(PARTS_AT)), _proof()),
        "an earlier head": Proposal(_charter(_head(8)), _proof()),
        "another form of proof, which does not say where": Proposal(_charter(_head(PARTS_AT)), sizes),
        "all three root keys": Proposal(_charter(_head(PARTS_AT), signers=(0, 1, 2)), _proof()),
    }


def _refused() -> dict[str, tuple[str, Proposal]]:
    stranger = Signer(ORIGIN, bytes_of("stranger"))
    foreign = ForkProof.same_size(stranger.vkey, note_of(LEAVES, 40, stranger), note_of(OTHERS, 40, stranger))
    good = _charter(_head(PARTS_AT))
    return {
        "one leaf too many": ("epoch-prefix", Proposal(_charter(_head(PARTS_AT + 1)), _proof())),
        "a root that is not held": (
            "epoch-prefix",
            Proposal(_charter(replace(_head(PARTS_AT), root=bytes_of("no root"))), _proof()),
        ),
        "signed by a new root key alone": ("epoch-unsigned", Proposal(_usurper(), _proof())),
        "no link": ("epoch", Proposal(_charter(None), _proof())),
        "the epoch after the next": (
            "epoch",
            Proposal(_charter(replace(_head(PARTS_AT), origin=NEW), origin=f"{ORIGIN}~2"), _proof()),
        ),
        "a proof by another key": ("epoch-proof", Proposal(good, foreign)),
    }
