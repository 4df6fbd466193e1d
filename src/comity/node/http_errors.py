"""Why a request of a peer, or of somebody who says so, is turned away."""

from __future__ import annotations

from comity.node.errors import RequestError


class SignatureRefusedError(RequestError):
    """The signature of a request is not one that counts here."""

    code = "signature-refused"
    advice = "Sign the request as docs/spec/transport.md says."
    status = 401


class SignatureMissingError(SignatureRefusedError):
    """A request without a signature, where every request needs one."""

    code = "signature-missing"
    advice = "Only paired nodes are answered here: pair first, each with the other."


class SignatureMalformedError(SignatureRefusedError):
    """A signature of another form, or one that covers too little."""

    code = "signature-malformed"


class SignerUnknownError(SignatureRefusedError):
    """A key that no pinned charter lists."""

    code = "signer-unknown"
    advice = "Pair the two nodes, or let this one take the newest charter of the other."


class SignatureInvalidError(SignatureRefusedError):
    """A signature that does not verify: somebody else's, or a request altered on its way."""

    code = "signature-invalid"
    advice = (
        "Stop if it happens again: somebody alters requests, or another key signs than the charter lists."
    )


class SignatureTimeError(SignatureRefusedError):
    """A signature from another time."""

    code = "signature-time"
    advice = "Set the clocks of both machines: they may differ by five minutes."


class SignatureReplayedError(SignatureRefusedError):
    """A request shown a second time."""

    code = "signature-replayed"
    advice = "Sign every request anew; just after a start, wait until the clocks agree."


class AddresseeError(SignatureRefusedError):
    """A request that was made for another node."""

    code = "signature-addressee"
    advice = "Check the address of the peer: another node answers there than the one that is paired."


class ContentDigestError(SignatureRefusedError):
    """A body that is not the one that was signed."""

    code = "content-digest"
    advice = "Stop if it happens again: somebody alters requests on their way."
    status = 400


class TooManyRequestsError(RequestError):
    """A caller has used up its share.

    Attributes:
        retry_after: seconds until it makes sense to ask again.
    """

    code = "too-many-requests"
    advice = "Wait for as long as Retry-After says; [limits] in comity.toml sets the shares."
    status = 429

    def __init__(self, message: str, retry_after: int = 1) -> None:
        super().__init__(message)
        self.retry_after = max(1, retry_after)


class QuotaUsedError(TooManyRequestsError):
    """A peer was sent as much as it gets in a day."""

    code = "quota-used"
    advice = "Wait until the day ends (UTC), or raise megabytes_per_day under [limits] in comity.toml."


class NoncesFullError(TooManyRequestsError):
    """A peer made more requests than can be told from repetitions."""

    code = "too-many-nonces"
