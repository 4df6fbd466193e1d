"""comity.toml: what one node is called, where it listens, whom it exchanges with.

Until transport security and sign-in exist, only addresses on this machine are accepted.
"""

from __future__ import annotations

import ipaddress
import json
import re
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from comity.node.errors import ConfigError, NotLoopbackError
from comity.node.folder import write_atomic

if TYPE_CHECKING:
    from collections.abc import Mapping

NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
"""A party, a node, an office: letters, digits and inner hyphens."""

DEFAULT_QUOTA_MB = 4096
DEFAULT_SYNC_SECONDS = 30
DEFAULT_LISTEN = "127.0.0.1:8710"
MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Peer:
    """A paired node, as `comity node pair` pins it.

    Attributes:
        origin: Name of its log.
        address: Where to pull from: `http://host:port` on this machine, or a folder.
        charter: SHA-256 of its pinned charter, base64.
        party: Code of its party.
    """

    origin: str
    address: str
    charter: str
    party: str


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one node.

    Attributes:
        party: Code of the party; never changed once the node exists.
        node: Name of the node within the party; never changed once the node exists.
        listen: `host:port` on this machine; port 0 takes a free one.
        peers: Paired nodes, one table each.
        retention: Days that content of a retention class is kept: they decide the month whose key wraps it.
            Destroying month keys is for people: nothing is erased by the calendar yet.
        quota_mb: Most megabytes that the mirror of each peer may take.
        sync_seconds: Pause between two pulls of the same peer; 0 for on demand only.
    """

    party: str
    node: str
    listen: str = DEFAULT_LISTEN
    peers: tuple[Peer, ...] = ()
    retention: dict[str, int] = field(default_factory=dict)
    quota_mb: int = DEFAULT_QUOTA_MB
    sync_seconds: int = DEFAULT_SYNC_SECONDS

    @property
    def origin(self) -> str:
        """The name of the log."""
        return f"{self.party}/{self.node}"

    @property
    def host(self) -> str:
        """The host part of `listen`."""
        return split_listen(self.listen)[0]

    @property
    def port(self) -> int:
        """The port part of `listen`; 0 lets the system choose."""
        return split_listen(self.listen)[1]

    def with_peer(self, peer: Peer) -> Config:
        """Return the settings with one peer added or replaced."""
        others = tuple(known for known in self.peers if known.origin != peer.origin)
        return replace(self, peers=(*others, peer))


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine."""
    name = host.strip("[]").lower().rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def check_name(value: str, what: str) -> str:
    """Return a party, node or office name.

    Raises:
        ConfigError: it is not 1 to 32 of a-z, 0-9 and inner hyphens.
    """
    if not NAME.fullmatch(value):
        raise ConfigError(f"{what} {value!r}: use 1 to 32 lower-case letters, digits and inner hyphens")
    return value


def split_listen(listen: str) -> tuple[str, int]:
    """Return host and port of `host:port`.

    Raises:
        ConfigError: it is not `host:port`.
        NotLoopbackError: the host is another machine's.
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > MAX_PORT:
        raise ConfigError(f"listen {listen!r}: give host:port, for example {DEFAULT_LISTEN}")
    if not is_loopback(host):
        raise NotLoopbackError(f"listen {listen!r}: this node would be reachable from other machines")
    return host, int(port)


def check_address(address: str) -> str:
    """Return a peer's address: an http URL on this machine without path, or the path of a folder.

    Raises:
        ConfigError: the URL is malformed.
        NotLoopbackError: the URL leads to another machine.
    """
    if "://" not in address:
        return str(Path(address).resolve())
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"peer address {address!r}: {error}") from error
    if parts.scheme != "http" or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ConfigError(f"peer address {address!r}: give http://host:port or a folder")
    if parts.path not in ("", "/"):
        raise ConfigError(f"peer address {address!r}: give the node itself, without a path")
    if not is_loopback(parts.hostname):
        raise NotLoopbackError(f"peer address {address!r} is not on this machine")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"http://{host}:{port or 80}"


def parse(text: str) -> Config:
    """Read the text of a comity.toml.

    Raises:
        ConfigError: it is no TOML, or a setting is missing, unknown or of the wrong type.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"comity.toml: {error}") from error
    known = {
        "party": str,
        "node": str,
        "listen": str,
        "quota_mb": int,
        "sync_seconds": int,
        "peer": list,
        "retention": dict,
    }
    _check_types(data, known, "comity.toml")
    for name in ("party", "node"):
        if name not in data:
            raise ConfigError(f"comity.toml: {name} is missing")
        check_name(data[name], name)
    config = Config(
        party=data["party"],
        node=data["node"],
        listen=data.get("listen", DEFAULT_LISTEN),
        peers=tuple(_peer(item) for item in data.get("peer", [])),
        retention=_retention(data.get("retention", {})),
        quota_mb=data.get("quota_mb", DEFAULT_QUOTA_MB),
        sync_seconds=data.get("sync_seconds", DEFAULT_SYNC_SECONDS),
    )
    split_listen(config.listen)
    if config.quota_mb < 1 or config.sync_seconds < 0:
        raise ConfigError("comity.toml: quota_mb must be at least 1 and sync_seconds at least 0")
    return config


def _check_types(data: Mapping[str, Any], known: Mapping[str, type], where: str) -> None:
    for name, value in data.items():
        if name not in known:
            raise ConfigError(f"{where}: unknown setting {name}")
        if not isinstance(value, known[name]) or isinstance(value, bool):
            raise ConfigError(f"{where}: {name} must be of type {known[name].__name__}")


def _peer(item: object) -> Peer:
    names = ("origin", "address", "charter", "party")
    if not isinstance(item, dict):
        raise ConfigError("comity.toml: peer must be written as [[peer]]")
    _check_types(item, dict.fromkeys(names, str), "comity.toml [[peer]]")
    for name in names:
        if name not in item:
            raise ConfigError(f"comity.toml [[peer]]: {name} is missing")
    return Peer(item["origin"], check_address(item["address"]), item["charter"], item["party"])


def _retention(data: Mapping[str, Any]) -> dict[str, int]:
    for name, days in data.items():
        if not isinstance(days, int) or isinstance(days, bool) or days < 1:
            raise ConfigError(f"comity.toml [retention]: {name} must be a number of days, at least 1")
    return dict(data)


def dump(config: Config) -> str:
    """Return the text of a comity.toml that reads back as the same settings."""
    lines = [
        f"party = {_quoted(config.party)}",
        f"node = {_quoted(config.node)}",
        "# Loopback only, until transport security exists.",
        f"listen = {_quoted(config.listen)}",
        f"quota_mb = {config.quota_mb}",
        f"sync_seconds = {config.sync_seconds}",
    ]
    if config.retention:
        lines += ["", "[retention]"]
        lines += [f"{_quoted(name)} = {days}" for name, days in config.retention.items()]
    for peer in config.peers:
        lines += ["", "[[peer]]"]
        for name in ("origin", "party", "address", "charter"):
            lines.append(f"{name} = {_quoted(getattr(peer, name))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Return a TOML basic string: a JSON string whose escapes are TOML's too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def load(path: Path) -> Config:
    """Read comity.toml."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    return parse(text)


def save(path: Path, config: Config) -> None:
    """Replace comity.toml atomically."""
    write_atomic(path, dump(config).encode(), 0o600)
