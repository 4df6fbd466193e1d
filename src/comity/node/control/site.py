"""Where a browser is: passkeys belong to a host name, and assertions to a web origin."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Final

from comity.node.config import is_loopback
from comity.node.errors import RequestError

DEMONSTRATION: Final = b"comity-demo-only"
"""AAGUID (WebAuthn section 6.5.1) of passkeys in software: nobody is behind them, they enrol nobody real."""


class WrongHostError(RequestError):
    """The console is open under a name that passkeys of this node do not belong to."""

    code = "wrong-host"
    advice = "Open the console under the node's own host name; passkeys do not work under an IP address."
    status = 421  # RFC 9110 section 15.5.20: misdirected request


@dataclass(frozen=True, slots=True)
class Site:
    """Relying party id (the host name) and web origin (with the port)."""

    rp_id: str
    origin_url: str


def site_of(scheme: str, host: str, listen: str) -> Site:
    """Return the site of a request.

    Args:
        scheme: `http` or `https`.
        host: the Host header.
        listen: the host name that the node listens under; an IP address leaves any local name.

    Raises:
        WrongHostError: it is not this node's.
    """
    here, name = host.lower(), _name(host)
    if _is_address(name):
        raise WrongHostError(f"passkeys need a host name, and this page is open under {name}")
    if _is_address(listen):
        if not is_loopback(name):
            raise WrongHostError(f"{name} is not this machine")
    elif name != listen.lower():
        raise WrongHostError(f"this node's passkeys belong to {listen}, and this page is open under {name}")
    return Site(name, f"{scheme}://{here}")


def _name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0].lower()


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def console_url(scheme: str, netloc: str, party: str) -> str:
    """Return where people open the console: under a host name, never an IP address.

    A node that listens on an address is reached under `<party>.localhost`, which is always this machine
    (RFC 6761 section 6.3).
    """
    name = _name(netloc)
    if not _is_address(name):
        return f"{scheme}://{netloc}"
    return f"{scheme}://{party}.localhost{netloc[len(name) :]}"
