"""Control over what leaves a node: the protocol's steps, people, releases, the outbox and the inbox.

node.control.desk.preview([Wanted(12, ("title",))], "la/hq")
node.control.inbox.listing()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.node.compacts import in_force
from comity.node.control.approvals import ApprovalDesk
from comity.node.control.copies import Copies
from comity.node.control.desk import Steps
from comity.node.control.destruction import Destruction
from comity.node.control.enrolment import Enrolling
from comity.node.control.erasure import ErasureDesk
from comity.node.control.erasure_ledger import ErasureLedger
from comity.node.control.inbox import Inbox
from comity.node.control.outbox import Outbox
from comity.node.control.people import People
from comity.node.control.recipient_keys import retire
from comity.node.control.release import ReleaseDesk
from comity.node.control.retention import RetentionDesk
from comity.node.control.rounds_desk import RoundDesk
from comity.node.control.standing import STEPS_STAND, StandingGrants, stands_granted
from comity.node.control.tables_release import ControlProjector
from comity.node.control.tables_rounds import RoundProjector
from comity.node.system import System
from comity.record.protocol_kinds import KINDS

if TYPE_CHECKING:
    from comity.node.keys import Keys
    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.record.fetch import Fetch
    from comity.record.recipient_key import RecipientKey

SYSTEM: Final = System("control", KINDS, ControlProjector())
"""What every node projects, whatever systems the roof puts into it."""
ROUNDS: Final = System("rounds", (), RoundProjector())
"""And what rounds need of anchors."""
LOOPBACK: Final = "*"
"""Whoever asks on this machine, while peers are not told apart there."""


class Control:
    """The control of one node.

    Args:
        node: the node.
        keys: its keys.
    """

    def __init__(self, node: Node, keys: Keys) -> None:
        self._node = node
        self.steps = Steps(node)
        self.outbox = Outbox(node.folder.outbox, node.origin, node.views)
        self.people = People(node, self.steps)
        self.enrolling = Enrolling(node, self.steps, self.people)
        self.approved = self.people.approved
        self.desk = ReleaseDesk(node, self.steps, self.outbox, self.approved)
        self.approvals = ApprovalDesk(node, self.steps, self.people, self.desk)
        self.inbox = Inbox(node, self.steps, self.desk, keys.hpke)
        self.rounds = RoundDesk(node, self.steps, self.desk)
        self.copies = Copies(node.folder.copies)
        destruction = Destruction(node, self.steps, self.outbox)
        self.erasures = ErasureDesk(node, self.steps, destruction, self.copies, self.approved)
        self.retention = RetentionDesk(node, self.steps, destruction, self.erasures)
        self.ledger = ErasureLedger(node, self.steps, self.erasures)
        self.inbox.erased = self.erasures.obeyed
        self._hpke = keys.hpke

    def exchanged(self, link: PeerLink, fetch: Fetch) -> int:
        """Do what follows an exchange with a peer; return how many grants were taken in."""
        taken = self.inbox.receive(link, fetch)
        self.desk.sweep()
        self.rounds.exchanged(link, fetch)
        self.erasures.obey(link)
        self.tidy()
        return taken

    def tidy(self) -> None:
        """Destroy what must not be here: what was erased or lapsed and came back, keys past their grace."""
        self.erasures.sweep()
        self.retention.sweep()
        retire(self._node.folder.keys, self._hpke, self.erasures.clock())

    def stands(self, viewer: str | None) -> StandingGrants:
        """Return what stands granted to a viewer by the compact in force.

        Args:
            viewer: the origin of an authenticated peer or of this node, `LOOPBACK`, or None for a stranger.
        """
        if viewer == LOOPBACK:
            return STEPS_STAND
        charter = self._node.charters.get(viewer or "")
        return stands_granted(in_force(self._node.folder), None if charter is None else charter.party)

    def recipient_keys(self) -> list[RecipientKey]:
        """Return the keys that this node is sealed to, of every month that has one."""
        return list(self._hpke.values())

    def blob(self, name: str, viewer: str | None) -> bytes | None:
        """Return a blob of the outbox to the node that it was granted to; see `Outbox.get`."""
        if viewer == LOOPBACK:
            return self.outbox.get(name, None)
        return self.outbox.get(name, () if viewer is None else (viewer,))
