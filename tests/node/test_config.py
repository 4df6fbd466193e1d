"""comity.toml: what is read back, what is refused, and that nothing but loopback is taken."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.config import Config, Peer, check_address, dump, is_loopback, parse, split_listen
from comity.node.errors import ConfigError, NotLoopbackError

NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=30)


@given(
    st.builds(
        Config,
        party=NAMES,
        node=NAMES,
        listen=st.sampled_from(["127.0.0.1:0", "vn.localhost:8710", "[::1]:99", "localhost:1"]),
        peers=st.lists(
            st.builds(
                Peer,
                origin=TEXT,
                address=st.just("http://127.0.0.1:80"),
                charter=TEXT,
                party=TEXT,
                followed_by=TEXT,
                ended=TEXT,
            ),
            max_size=3,
        ).map(tuple),
        retention=st.dictionaries(TEXT, st.integers(1, 99999), max_size=3),
        quota_mb=st.integers(1, 10**6),
        sync_seconds=st.integers(0, 10**6),
    )
)
def test_what_is_written_reads_back_the_same(config):
    assert parse(dump(config)) == config


@pytest.mark.parametrize(
    "text",
    [
        "",
        "party = 'vn'",
        "party = 1\nnode = 'hq'",
        "party = 'vn'\nnode = 'hq'\nlsten = '127.0.0.1:1'",
        "party = 'VN'\nnode = 'hq'",
        "party = 'vn/x'\nnode = 'hq'",
        "party = 'vn'\nnode = 'hq'\nquota_mb = 0",
        "party = 'vn'\nnode = 'hq'\nquota_mb = true",
        "party = 'vn'\nnode = 'hq'\nsync_seconds = -1",
        "party = 'vn'\nnode = 'hq'\npeer = 'x'",
        "party = 'vn'\nnode = 'hq'\n[[peer]]\norigin = 'la/hq'",
        "party = 'vn'\nnode = 'hq'\n[retention]\nworking = 0",
        "party = 'vn'\nnode = 'hq'\nlisten = '127.0.0.1'",
        "party = 'vn'\nnode = 'hq'\nlisten = '127.0.0.1:99999'",
        "party = 'vn'\nnode = 'hq'\nlisten = '127.0.0.1:²'",
        "party = ",
        "party = '''",
    ],
)
def test_wrong_settings_are_refused_with_their_name(text):
    with pytest.raises(ConfigError):
        parse(text)


@pytest.mark.parametrize(
    "host",
    ["0.0.0.0", "10.0.0.1", "example.org", "localhost.example.org", "notlocalhost", "::", "169.254.1.1", ""],
)
def test_other_machines_are_refused(host):
    assert not is_loopback(host)
    if host:
        with pytest.raises(NotLoopbackError, match="this"):
            split_listen(f"[{host}]:80" if ":" in host else f"{host}:80")
        with pytest.raises(NotLoopbackError):
            check_address(f"http://[{host}]:80" if ":" in host else f"http://{host}:80")


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST", "vn.localhost", "127.0.0.1", "127.9.9.9", "[::1]", "localhost."]
)
def test_this_machine_is_taken(host):
    assert is_loopback(host)


@pytest.mark.parametrize(
    "address",
    [
        "https://user@127.0.0.1:1",
        "https://127.0.0.1:1/path",
        "http://user@127.0.0.1:1",
        "http://127.0.0.1:1/path",
        "http://127.0.0.1:1?x",
        "http://127.0.0.1:99999",
        "ftp://127.0.0.1",
        "http://[::1",
    ],
)
def test_addresses_with_more_than_host_and_port_are_refused(address):
    with pytest.raises(ConfigError):
        check_address(address)


def test_a_peer_with_pinned_keys_may_be_on_another_machine():
    assert check_address("https://198.51.100.7:8711") == "https://198.51.100.7:8711"


def test_an_address_without_a_scheme_is_a_folder(tmp_path):
    assert check_address(str(tmp_path)) == str(tmp_path)
