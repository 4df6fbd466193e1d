"""What a node refuses or cannot do."""

from __future__ import annotations

from typing import Any, ClassVar

from comity.record.errors import ComityError


class ConfigError(ComityError):
    """A setting in comity.toml is missing, unknown or malformed."""

    code = "config-invalid"
    advice = "Correct the named setting in comity.toml; docs/reference lists every setting."


class PinnedCharterError(ConfigError):
    """The file of a peer's pinned charter, or of a version that followed it, is damaged."""

    code = "pinned-charter"
    advice = (
        "Put the named file back from a backup of this node, or take it from another node paired with that "
        "peer: it is public, and comity.toml has its SHA-256. A damaged file of a later version may be "
        "moved away while the node is stopped: the next exchange brings it again."
    )


class NotLoopbackError(ConfigError):
    """An address without TLS that is not on this machine."""

    code = "not-loopback"
    advice = (
        "Use 127.0.0.1, ::1, localhost or a name under .localhost for `listen`: the console never leaves "
        "this machine. Other nodes connect to `listen_peers`, and are reached at https://host:port."
    )


class PeersAddressError(ConfigError):
    """The node cannot listen for other nodes."""

    code = "listen-peers"
    advice = (
        "Put the node's tls and http keys into the next version of its charter, or take listen_peers out."
    )


class NodeMissingError(ComityError):
    """The folder holds no node."""

    code = "node-missing"
    advice = "Make one with `comity node init DIR --party P --node N`, or name the right folder."


class NodeExistsError(ComityError):
    """The folder for a new node is not empty."""

    code = "node-exists"
    advice = "Name an empty or absent folder."


class NodeLockedError(ComityError):
    """Another process holds the node."""

    code = "node-locked"
    advice = "Wait for the other command to end, or stop the running node."


class NodeSilentError(ComityError):
    """The node is said to run, but its API does not answer."""

    code = "node-silent"
    advice = "Look at the output of `comity node run`; stop that process and start it again."


class NodeKeysError(ComityError):
    """A key file is missing, malformed or readable by others."""

    code = "node-keys"
    advice = "Put the key file back (mode 0600) from where the party keeps its keys."


class PairingError(ComityError):
    """Two nodes cannot be paired like this."""

    code = "pairing-refused"
    advice = "Name the address or folder of another party's node."


class SelfPairingError(PairingError):
    """The address leads to the own charter, or to another node with the own origin."""

    code = "pairing-self"
    advice = "Name the other party's node: a log is never mirrored by its own writer."


class FingerprintError(PairingError):
    """The charter found does not have the fingerprint that was given."""

    code = "fingerprint-differs"
    advice = "Stop. Ask the other party, on another channel, which fingerprint its node shows."


class CharterChangedError(PairingError):
    """A peer shows another charter than the one that was pinned."""

    code = "charter-changed"
    advice = "Stop. Ask the other party why; a pinned charter changes only by an agreed new version."


class PeerUnknownError(ComityError):
    """No such peer."""

    code = "peer-unknown"
    advice = "`comity node status DIR` lists the peers; pair first."


class ViewsDamagedError(ComityError):
    """The database of the views cannot be read."""

    code = "views-damaged"
    advice = "Delete views.sqlite while the node is stopped: all of it is derived again when the node opens."


class MirrorDamagedError(ComityError):
    """The mirror of a peer's log cannot be read; the rest of the node works on."""

    code = "mirror-damaged"
    advice = (
        "Look at the disk. Then stop the node, run `comity node set-aside DIR ORIGIN` and start it again: "
        "the next exchange pulls that log anew."
    )


class MirrorSoundError(ComityError):
    """A mirror is to be set aside, and nothing is wrong with it."""

    code = "mirror-sound"
    advice = "Leave it where it is; `comity node status DIR` says what ails the exchange."


class RecordNotFoundError(ComityError):
    """No record at this place, or nothing that may be shown: the two are never told apart."""

    code = "not-found"
    advice = "Check origin and index or id; `comity record show` lists what there is."


class DraftError(ComityError):
    """One draft cannot be sealed."""

    code = "draft-invalid"
    advice = "Correct the named field; the reference lists every kind with its fields."


class DraftsRefusedError(ComityError):
    """A call to append was refused whole: nothing of it is stored."""

    code = "append-refused"
    advice = "Correct the items named, then append again: nothing was stored."

    def __init__(self, message: str, items: list[dict[str, Any]]) -> None:
        super().__init__(message)
        self.items = items

    def problem(self) -> dict[str, Any]:
        """Return problem details with one entry for each bad item."""
        return {**super().problem(), "items": self.items}


class NodeReadOnlyError(ComityError):
    """The node does not append at present."""

    code = "node-read-only"
    advice = "`comity node status DIR` says why; serving and reading go on."


class UnconfirmedError(NodeReadOnlyError):
    """A restored log must not grow before a peer has confirmed its head."""

    code = "head-unconfirmed"
    advice = (
        "Run `comity sync DIR` with a peer that mirrors this log. If no peer can ever answer, and only then, "
        "`comity node attest DIR --reason TEXT`."
    )


class OwnForkError(NodeReadOnlyError):
    """A peer holds a signed head of the own log that the own log contradicts."""

    code = "own-log-forked"
    advice = (
        "Stop appending. Two copies of this node have written; keep both folders, and agree with the peer "
        "on a new epoch."
    )


class OpeningRefusedError(ComityError):
    """An opening from a peer does not open its entry."""

    code = "opening-refused"
    advice = "Ask the peer to serve the opening again; the entry itself stands."


class QuarantineError(ComityError):
    """An entry or its content cannot be projected."""

    code = "quarantined"
    advice = "The entry stays in the log; the badge names the reason. Tell the party that wrote it."


class RepeatedIdError(QuarantineError):
    """An id that an earlier entry of the same log carries."""

    code = "repeated-id"


class MisplacedCharterError(QuarantineError):
    """A log begins with something else than a charter."""

    code = "charter-misplaced"


class ProjectorError(QuarantineError):
    """A projector refused the record without saying more."""

    code = "projector-failed"


class RequestError(ComityError):
    """A request that the node does not take. `status` is the HTTP status."""

    code = "request-invalid"
    advice = "Compare the request with /api/v1/openapi.json."
    status: ClassVar[int] = 400


class SignInError(RequestError):
    """Neither cookie nor token."""

    code = "sign-in-needed"
    advice = "Open the one-time link that the node printed, or mint another with `comity node link DIR`."
    status = 401


class CrossOriginError(RequestError):
    """A form from another site."""

    code = "cross-origin"
    advice = "Send the form from the node's own pages."
    status = 403


class HostError(RequestError):
    """A Host header that is not this machine's."""

    code = "host-unknown"
    advice = "Use localhost, 127.0.0.1 or a name under .localhost."
    status = 421


class BodyTooLargeError(RequestError):
    """A body above the limit."""

    code = "body-too-large"
    advice = "Send fewer records in one request."
    status = 413


class ProofFileError(ComityError):
    """A proof file that does not prove what it says."""

    code = "proof-invalid"
    advice = "Do not rely on this file; ask for a new one."


class UntrustedKeyError(ProofFileError):
    """The keys inside a proof file were not confirmed by the person who verifies."""

    code = "key-not-trusted"
    advice = (
        "Give the log's verifier key with --vkey, or its fingerprint with --pin: keys in the file "
        "that is being verified prove nothing."
    )


class InputFileError(ComityError):
    """A file given on the command line cannot be read as what it should be."""

    code = "input-file"
    advice = "Give one draft, a list of drafts, or one draft a line, as JSON in UTF-8."


class BackupError(ComityError):
    """A backup cannot be written or restored."""

    code = "backup"
    advice = "Name a new file for the backup, or an empty folder to restore into."


class SearchError(ComityError):
    """A query cannot be looked for."""

    code = "search-query"
    advice = "Give one or more words; put words that must stand side by side in quotation marks."
