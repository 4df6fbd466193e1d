"""comity.toml: what one node is called, where it listens, whom it exchanges with.

`listen` is for the console and the command line, and always on this machine. `listen_peers` is for other
nodes, anywhere: always TLS 1.3, and every request signed by a paired node (docs/spec/transport.md).
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
MOST_LIMIT = 1_000_000
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Peer:
    """A paired node, as `comity node pair` pins it.

    Attributes:
        origin: Name of its log.
        address: Where to pull from: `https://host:port`, `http://host:port` on this machine, or a folder.
        charter: SHA-256 of its pinned charter, base64.
        party: Code of its party.
        followed_by: The log that took the place of this one after a fork; then nothing is pulled any more.
        ended: Day (UTC) on which the pairing was ended, `2026-11-22`; empty while it stands. Then nothing is
            exchanged, and the mirror is only read.
    """

    origin: str
    address: str
    charter: str
    party: str
    followed_by: str = ""
    ended: str = ""


@dataclass(frozen=True, slots=True)
class LimitSettings:
    """What one peer may ask for, and all unknown callers together.

    Attributes:
        requests_per_second: Requests of one peer in the long run.
        burst: Requests of one peer in one go, after a rest.
        at_once: Requests of one peer that are under way together.
        megabytes_per_day: Bodies to and from one peer, in a day UTC.
        unknown_per_second: Requests of all callers together that are not signed by a paired node.
        unknown_burst: The same, in one go.
    """

    requests_per_second: int = 50
    burst: int = 500
    at_once: int = 16
    megabytes_per_day: int = 4096
    unknown_per_second: int = 5
    unknown_burst: int = 50


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one node.

    Attributes:
        party: Code of the party; never changed once the node exists.
        node: Name of the node within the party; never changed once the node exists.
        listen: `host:port` on this machine, for console and command line; port 0 takes a free one.
        peers: Paired nodes, one table each.
        retention: Days that content of a retention class is kept: they decide the month whose key wraps it.
            People approve that the key of a month is destroyed; nothing is erased by the calendar alone.
        quota_mb: Most megabytes that the mirror of each peer may take.
        sync_seconds: Pause between two pulls of the same peer; 0 for on demand only.
        epoch: How often the log was begun anew after a fork.
        listen_peers: `host:port` where other nodes connect, empty for nowhere; once it is set, the log's
            paths on `listen` need a signature or the operator's sign-in too.
        limits: What one peer may ask for, and all unknown callers together.
        features: Experimental parts of the systems that are switched on, such as `blind-zone`; none are by
            themselves.
    """

    party: str
    node: str
    listen: str = DEFAULT_LISTEN
    peers: tuple[Peer, ...] = ()
    retention: dict[str, int] = field(default_factory=dict)
    quota_mb: int = DEFAULT_QUOTA_MB
    sync_seconds: int = DEFAULT_SYNC_SECONDS
    epoch: int = 0
    listen_peers: str = ""
    limits: LimitSettings = field(default_factory=LimitSettings)
    features: tuple[str, ...] = ()

    @property
    def origin(self) -> str:
        """The name of the log."""
        return f"{self.party}/{self.node}" + (f"~{self.epoch}" if self.epoch else "")

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
    host, port = split_address(listen, "listen")
    if not is_loopback(host):
        raise NotLoopbackError(
            f"listen {listen!r}: this node's console would be reachable from other machines"
        )
    return host, port


def split_address(listen: str, what: str) -> tuple[str, int]:
    """Return host and port of `host:port`, wherever that is.

    Raises:
        ConfigError: it is not `host:port`.
    """
    host, colon, port = listen.rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or int(port) > MAX_PORT:
        raise ConfigError(f"{what} {listen!r}: give host:port, for example {DEFAULT_LISTEN}")
    return host, int(port)


def check_address(address: str) -> str:
    """Return a peer's address: an https URL, an http URL on this machine, both without path, or a folder.

    Raises:
        ConfigError: the URL is malformed.
        NotLoopbackError: the URL leads to another machine without TLS.
    """
    if "://" not in address:
        return str(Path(address).resolve())
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise ConfigError(f"peer address {address!r}: {error}") from error
    wrong = parts.username or parts.query or parts.fragment
    if parts.scheme not in PORTS or not parts.hostname or wrong:
        raise ConfigError(f"peer address {address!r}: give https://host:port or a folder")
    if parts.path not in ("", "/"):
        raise ConfigError(f"peer address {address!r}: give the node itself, without a path")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise NotLoopbackError(f"peer address {address!r} is not on this machine, and http has no secrecy")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}:{port or PORTS[parts.scheme]}"


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
        "listen_peers": str,
        "limits": dict,
        "quota_mb": int,
        "sync_seconds": int,
        "epoch": int,
        "peer": list,
        "retention": dict,
        "features": list,
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
        epoch=data.get("epoch", 0),
        listen_peers=data.get("listen_peers", ""),
        limits=_limits(data.get("limits", {})),
        features=_features(data.get("features", [])),
    )
    split_listen(config.listen)
    if config.listen_peers:
        split_address(config.listen_peers, "listen_peers")
    if config.quota_mb < 1 or min(config.sync_seconds, config.epoch) < 0:
        raise ConfigError("comity.toml: quota_mb must be at least 1, sync_seconds and epoch at least 0")
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
    _check_types(item, dict.fromkeys((*names, "followed_by", "ended"), str), "comity.toml [[peer]]")
    for name in names:
        if name not in item:
            raise ConfigError(f"comity.toml [[peer]]: {name} is missing")
    address, follower = check_address(item["address"]), item.get("followed_by", "")
    ended = item.get("ended", "")
    return Peer(item["origin"], address, item["charter"], item["party"], follower, ended)


def _retention(data: Mapping[str, Any]) -> dict[str, int]:
    for name, days in data.items():
        if not isinstance(days, int) or isinstance(days, bool) or days < 1:
            raise ConfigError(f"comity.toml [retention]: {name} must be a number of days, at least 1")
    return dict(data)


def _features(data: list[Any]) -> tuple[str, ...]:
    for name in data:
        check_name(name if isinstance(name, str) else "", "features")
    return tuple(data)


def _limits(data: Mapping[str, Any]) -> LimitSettings:
    _check_types(data, dict.fromkeys(LimitSettings.__slots__, int), "comity.toml [limits]")
    for name, value in data.items():
        if not 1 <= value <= MOST_LIMIT:
            raise ConfigError(f"comity.toml [limits]: {name} must be from 1 to {MOST_LIMIT}")
    return LimitSettings(**data)


def dump(config: Config) -> str:
    """Return the text of a comity.toml that reads back as the same settings."""
    lines = [
        f"party = {_quoted(config.party)}",
        f"node = {_quoted(config.node)}",
        "# Console and command line: on this machine only.",
        f"listen = {_quoted(config.listen)}",
        *_listen_peers(config),
        f"quota_mb = {config.quota_mb}",
        f"sync_seconds = {config.sync_seconds}",
        *([f"epoch = {config.epoch}"] if config.epoch else []),
        *([f"features = [{', '.join(map(_quoted, config.features))}]"] if config.features else []),
    ]
    if config.retention:
        lines += ["", "[retention]"]
        lines += [f"{_quoted(name)} = {days}" for name, days in config.retention.items()]
    if config.limits != LimitSettings():
        lines += ["", "[limits]"]
        lines += [f"{name} = {getattr(config.limits, name)}" for name in LimitSettings.__slots__]
    for peer in config.peers:
        lines += ["", "[[peer]]"]
        for name in ("origin", "party", "address", "charter"):
            lines.append(f"{name} = {_quoted(getattr(peer, name))}")
        if peer.followed_by:
            lines.append(f"followed_by = {_quoted(peer.followed_by)}")
        if peer.ended:
            lines.append(f"ended = {_quoted(peer.ended)}")
    return "\n".join(lines) + "\n"


def _listen_peers(config: Config) -> list[str]:
    if not config.listen_peers:
        return []
    return [
        "# Other nodes: TLS 1.3, and every request signed by a paired node.",
        f"listen_peers = {_quoted(config.listen_peers)}",
    ]


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
