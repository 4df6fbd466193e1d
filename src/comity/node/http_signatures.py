"""Who asks: HTTP message signatures (RFC 9421) with Ed25519, over one fixed form (docs/spec/transport.md).

Pure: no I/O, no clock. The sender covers method, target URI, digest of the body (RFC 9530) and addressee; the
receiver builds the base anew from what arrived, and takes no other form. Ed25519 is verified by the one rule
of the record.

    headers = sign(request, key, to="la/hq", body=b"", now=1_700_000_000)
    signed = read(request)                          # form and times only
    signed.verify(public_key)
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.node.http_errors import (
    AddresseeError,
    ContentDigestError,
    SignatureInvalidError,
    SignatureMalformedError,
    SignatureMissingError,
    SignatureTimeError,
)
from comity.record import signature
from comity.record.canonical import b64, unb64
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.keys import Key

COVERED: Final = ("@method", "@target-uri", "content-digest", "comity-to")
"""What a signature covers at least; the addressee, so that a peer cannot hand a request on to another."""
LABEL: Final = "comity"
TAG: Final = "comity"
ALGORITHM: Final = "ed25519"  # RFC 9421 section 3.3.6
WINDOW: Final = 300
"""Seconds that a signature may live, and that two clocks may differ."""
NONCE_SIZE: Final = 16
MOST_HEADER: Final = 2048  # characters

# RFC 8941 in its canonical serialisation only: one dictionary member, an inner list of strings, parameters
# that are integers or strings. No escapes inside strings: nothing written here needs them.
_KEY = r"[a-z*][a-z0-9_.*-]{0,63}"
_NAME = r'"@?[a-z0-9-]{1,64}"'
_VALUE = r'(?:0|[1-9][0-9]{0,14}|"[ !#-\[\]-~]{0,256}")'
_INPUT = re.compile(rf"({_KEY})=(\(({_NAME}(?: {_NAME})*)\)((?:;{_KEY}={_VALUE})+))", re.ASCII)
_PARAMETER = re.compile(rf";({_KEY})=({_VALUE})", re.ASCII)
_SIGNATURE = re.compile(rf"({_KEY})=:([A-Za-z0-9+/]+={{0,2}}):", re.ASCII)
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]+={0,2}):", re.ASCII)
_PARAMETERS: Final = {"created": int, "expires": int, "nonce": str, "keyid": str, "alg": str, "tag": str}


@dataclass(frozen=True, slots=True)
class Request:
    """What of a request can be signed.

    `authority` is the Host header; `path` and `query` are as they stand in the request line, `query` without
    its question mark; header names are in lower case.
    """

    method: str
    scheme: str
    authority: str
    path: str
    query: str = ""
    headers: Sequence[tuple[str, str]] = ()

    def component(self, name: str) -> str:
        """Return the value of a component (RFC 9421 sections 2.1 and 2.2).

        Raises:
            SignatureMalformedError: this profile has no such component, or the request no such field.
        """
        authority = _authority(self.scheme, self.authority)
        path = self.path or "/"
        derived = {
            "@method": self.method,
            "@scheme": self.scheme.lower(),
            "@authority": authority,
            "@path": path,
            "@query": f"?{self.query}",
            "@target-uri": f"{self.scheme.lower()}://{authority}{path}"
            + (f"?{self.query}" if self.query else ""),
        }
        if name.startswith("@"):
            if name not in derived:
                raise SignatureMalformedError(f"{name} is no component that is taken here")
            return derived[name]
        return self.header(name)

    def header(self, name: str) -> str:
        """Return a header, several lines of it joined (RFC 9421 section 2.1).

        Raises:
            SignatureMalformedError: there is none.
        """
        values = [value.strip(" \t") for known, value in self.headers if known == name]
        if not values:
            raise SignatureMalformedError(f"the header {name} is missing")
        joined = ", ".join(values)
        if len(joined) > MOST_HEADER or not joined.isascii() or not joined.isprintable():
            raise SignatureMalformedError(f"the header {name} has another form than this exchange gives it")
        return joined


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature as it was received, in the right form and time, not yet verified."""

    keyid: str
    nonce: bytes
    created: int
    digest: bytes
    base: bytes = field(repr=False)
    sig: bytes = field(repr=False)

    def verify(self, public_key: bytes) -> None:
        """Verify it with the key that `keyid` names.

        Raises:
            SignatureInvalidError: it does not verify.
        """
        if not signature.verify(public_key, self.base, self.sig):
            raise SignatureInvalidError(f"the signature of {self.keyid} does not verify over this request")

    def check_body(self, body: bytes) -> None:
        """Check that the body is the one whose digest was signed.

        Raises:
            ContentDigestError: it is another.
        """
        if hashlib.sha256(body).digest() != self.digest:
            raise ContentDigestError("the body is not the one that was signed")


def signature_base(components: Sequence[tuple[str, str]], parameters: str) -> bytes:
    """Return the octets that are signed (RFC 9421 section 2.5).

    Args:
        components: names and values, in the order of the inner list.
        parameters: the inner list with its parameters, as in Signature-Input.
    """
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("ascii")


def content_digest(body: bytes) -> str:
    """Return the value of Content-Digest (RFC 9530 section 2)."""
    return f"sha-256=:{b64(hashlib.sha256(body).digest())}:"


def sign(
    request: Request, key: Key, *, to: str, body: bytes, now: int, nonce: bytes | None = None
) -> dict[str, str]:
    """Return the headers that sign a request.

    Args:
        request: method, target and host as they will be sent.
        key: the sender's key of the role http; its name is the keyid.
        to: the origin of the addressee.
        body: the whole body, empty if there is none.
        now: seconds UTC.
        nonce: 16 octets; drawn if absent.
    """
    added = {"comity-to": to, "content-digest": content_digest(body)}
    nonce = secrets.token_bytes(NONCE_SIZE) if nonce is None else nonce
    full = Request(
        request.method, request.scheme, request.authority, request.path, request.query, tuple(added.items())
    )
    names = " ".join(f'"{name}"' for name in COVERED)
    parameters = (
        f'({names});created={now};expires={now + WINDOW};nonce="{b64(nonce)}"'
        f';keyid="{key.name}";alg="{ALGORITHM}";tag="{TAG}"'
    )
    base = signature_base([(name, full.component(name)) for name in COVERED], parameters)
    return {
        "Comity-To": to,
        "Content-Digest": added["content-digest"],
        "Signature-Input": f"{LABEL}={parameters}",
        "Signature": f"{LABEL}=:{b64(signature.sign(key.seed, base))}:",
    }


def is_signed(request: Request) -> bool:
    """Whether a request claims to be signed."""
    return any(name in ("signature", "signature-input") for name, _ in request.headers)


def read(request: Request, *, to: str, now: int) -> Signed:
    """Read the signature of a request: form, addressee and times. It still is to be verified.

    Args:
        request: as received.
        to: the origin of this node.
        now: seconds UTC.

    Raises:
        SignatureMissingError: there is none.
        SignatureMalformedError: it has another form, or covers too little.
        AddresseeError: the request was made for another node.
        SignatureTimeError: it is too old, or from the future.
    """
    if not is_signed(request):
        raise SignatureMissingError("the request is not signed")
    label, parameters, names, values = _input(request.header("signature-input"))
    missing = [name for name in COVERED if name not in names]
    if missing or len(set(names)) != len(names):
        raise SignatureMalformedError(f"the signature must cover {', '.join(COVERED)}, each once")
    if request.header("comity-to") != to:
        raise AddresseeError(f"the request was made for another node than {to}")
    created = _created(values, now)
    return Signed(
        keyid=values["keyid"],
        nonce=_octets(values["nonce"], NONCE_SIZE, "nonce"),
        created=created,
        digest=_matched(
            _DIGEST, request.header("content-digest"), "content-digest", hashlib.sha256().digest_size
        ),
        base=signature_base([(name, request.component(name)) for name in names], parameters),
        sig=_labelled(request.header("signature"), label),
    )


def _input(header: str) -> tuple[str, str, list[str], dict[str, str]]:
    """Return label, the list with its parameters as received, the names, and the parameters by name."""
    match = _INPUT.fullmatch(header)
    if match is None:
        raise SignatureMalformedError("signature-input is not one list of names with its parameters")
    label, parameters, names, tail = match.groups()
    found = _PARAMETER.findall(tail)
    values = dict(found)
    if len(values) != len(found) or not values.keys() <= _PARAMETERS.keys():
        raise SignatureMalformedError("a parameter of the signature is repeated or unknown")
    if values.keys() != _PARAMETERS.keys():
        absent = ", ".join(name for name in _PARAMETERS if name not in values)
        raise SignatureMalformedError(f"the signature lacks {absent}")
    for name, kind in _PARAMETERS.items():
        if values[name].startswith('"') != (kind is str):
            raise SignatureMalformedError(f"the parameter {name} has the wrong type")
    values = {name: value.strip('"') for name, value in values.items()}
    if values["alg"] != ALGORITHM or values["tag"] != TAG:
        raise SignatureMalformedError(f"the signature must be {ALGORITHM}, with the tag {TAG}")
    return label, parameters, [name.strip('"') for name in names.split(" ")], values


def _created(values: dict[str, str], now: int) -> int:
    created, expires = int(values["created"]), int(values["expires"])
    if not created <= expires <= created + WINDOW:
        raise SignatureTimeError(f"a signature lives for at most {WINDOW} seconds")
    if abs(now - created) > WINDOW or now > expires:
        raise SignatureTimeError(
            f"signed {abs(now - created)} seconds {'after' if created > now else 'before'} the time here: "
            f"at most {WINDOW} are taken"
        )
    return created


def _labelled(header: str, label: str) -> bytes:
    match = _SIGNATURE.fullmatch(header)
    if match is None or match[1] != label:
        raise SignatureMalformedError("the header signature has another label or form than signature-input")
    return _octets(match[2], signature.SIGNATURE_SIZE, "signature")


def _matched(form: re.Pattern[str], header: str, name: str, size: int) -> bytes:
    match = form.fullmatch(header)
    if match is None:
        raise SignatureMalformedError(f"the header {name} has another form than this exchange gives it")
    return _octets(match[1], size, name)


def _octets(text: str, size: int, name: str) -> bytes:
    try:
        return unb64(text, size)
    except ComityError as error:
        raise SignatureMalformedError(f"{name}: {error}") from error


def _authority(scheme: str, host: str) -> str:
    """Return the normal form of a Host header: lower case, no default port (RFC 9421 section 2.2.3)."""
    default = {"http": ":80", "https": ":443"}.get(scheme.lower(), ":")
    return host.lower().removesuffix(default)
