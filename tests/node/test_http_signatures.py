"""Message signatures: the RFC's own vector, one form taken, everything else refused by name."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.http_errors import (
    AddresseeError,
    ContentDigestError,
    NoncesFullError,
    SignatureInvalidError,
    SignatureMalformedError,
    SignatureMissingError,
    SignatureReplayedError,
    SignatureTimeError,
)
from comity.node.http_signatures import (
    COVERED,
    WINDOW,
    Request,
    content_digest,
    is_signed,
    read,
    sign,
    signature_base,
)
from comity.node.keys import Key
from comity.node.nonces import Nonces
from comity.record import signature

KEY = Key("vn/hq/http", bytes(range(32)))
NOW = 1_800_000_000
PLAIN = Request("GET", "https", "la.example:8711", "/log/tile/0/000", "a=b&c=%20")


def signed(request=PLAIN, *, to="la/hq", body=b"", now=NOW, nonce=None, key=KEY):
    added = sign(request, key, to=to, body=body, now=now, nonce=nonce)
    return replace(request, headers=[(name.lower(), value) for name, value in added.items()])


def header(request, name, change):
    return replace(
        request,
        headers=[(known, change(value) if known == name else value) for known, value in request.headers],
    )


def take(request, *, body=b"", now=NOW):
    found = read(request, to="la/hq", now=now)
    found.verify(KEY.public)
    found.check_body(body)
    return found


def test_rfc_9421_appendix_b_2_6():
    # RFC 9421 B.1.4 (the key), B.2 (the request), B.2.6 (base and signature).
    seed = base64.urlsafe_b64decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU=")
    public = base64.urlsafe_b64decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs=")
    assert signature.public_key(seed) == public
    request = Request(
        "POST",
        "https",
        "example.com",
        "/foo",
        "param=Value&Pet=dog",
        [
            ("host", "example.com"),
            ("date", "Tue, 20 Apr 2021 02:07:55 GMT"),
            ("content-type", "application/json"),
            ("content-length", "18"),
        ],
    )
    names = ["date", "@method", "@path", "@authority", "content-type", "content-length"]
    parameters = (
        '("date" "@method" "@path" "@authority" "content-type" "content-length")'
        ';created=1618884473;keyid="test-key-ed25519"'
    )
    base = signature_base([(name, request.component(name)) for name in names], parameters)
    assert base == (
        b'"date": Tue, 20 Apr 2021 02:07:55 GMT\n'
        b'"@method": POST\n'
        b'"@path": /foo\n'
        b'"@authority": example.com\n'
        b'"content-type": application/json\n'
        b'"content-length": 18\n'
        b'"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")'
        b';created=1618884473;keyid="test-key-ed25519"'
    )
    expected = base64.b64decode(
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    assert signature.sign(seed, base) == expected
    assert signature.verify(public, base, expected)


def test_derived_components_of_rfc_9421_section_2_2():
    request = Request("POST", "HTTPS", "WWW.Example.com:443", "/path", "param=value")
    assert request.component("@authority") == "www.example.com"
    assert request.component("@target-uri") == "https://www.example.com/path?param=value"
    assert request.component("@query") == "?param=value"
    assert Request("GET", "http", "a:80", "").component("@target-uri") == "http://a/"
    assert Request("GET", "http", "a:443", "/").component("@authority") == "a:443"


def test_content_digest_of_rfc_9530_appendix_b():
    assert content_digest(b'{"hello": "world"}\n') == "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"
    assert content_digest(b"") == "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"


@given(
    st.sampled_from(["GET", "POST", "HEAD"]),
    st.from_regex(r"/[a-z0-9/%._-]{0,40}", fullmatch=True),
    st.from_regex(r"[a-z0-9=&%._-]{0,20}", fullmatch=True),
    st.binary(max_size=40),
)
def test_what_is_signed_verifies(method, path, query, body):
    request = Request(method, "https", "la.example:8711", path, query)
    assert take(signed(request, body=body), body=body).keyid == KEY.name


@pytest.mark.parametrize(
    "change",
    [
        {"method": "POST"},
        {"scheme": "http"},
        {"authority": "la.example:8712"},
        {"path": "/log/tile/0/001"},
        {"query": "a=b"},
        {"query": ""},
    ],
)
def test_a_request_altered_on_its_way_does_not_verify(change):
    with pytest.raises(SignatureInvalidError):
        take(replace(signed(), **change))


def test_another_key_or_a_torn_signature_does_not_verify():
    with pytest.raises(SignatureInvalidError):
        take(signed(key=Key(KEY.name, bytes(32))))
    with pytest.raises(SignatureInvalidError):
        take(header(signed(), "signature", lambda value: "comity=:AAAA" + value[12:]))


def test_another_body_is_found_out():
    with pytest.raises(ContentDigestError):
        take(signed(body=b"one"), body=b"two")
    with pytest.raises(SignatureInvalidError):
        take(header(signed(body=b"one"), "content-digest", lambda _: content_digest(b"two")), body=b"two")


def test_a_request_for_another_node_is_refused():
    with pytest.raises(AddresseeError):
        take(signed(to="kh/hq"))
    # Nor can a peer that received it hand it on under the other's name.
    with pytest.raises(SignatureInvalidError):
        take(header(signed(to="kh/hq"), "comity-to", lambda _: "la/hq"))


@pytest.mark.parametrize("off", [-WINDOW, -1, 0, 1, WINDOW])
def test_clocks_may_differ_by_the_window(off):
    assert take(signed(now=NOW + off)).created == NOW + off


@pytest.mark.parametrize("off", [-10 * WINDOW, -WINDOW - 1, WINDOW + 1, 10 * WINDOW])
def test_other_times_are_refused(off):
    with pytest.raises(SignatureTimeError, match="at most"):
        take(signed(now=NOW + off))


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (f"expires={NOW + WINDOW}", f"expires={NOW + WINDOW + 1}", SignatureTimeError),
        (f"expires={NOW + WINDOW}", f"expires={NOW - 1}", SignatureTimeError),
        (f"created={NOW}", f"created={NOW + 1}", SignatureInvalidError),
        (f"created={NOW};", "", SignatureMalformedError),
        (f"created={NOW}", f'created="{NOW}"', SignatureMalformedError),
        (f"created={NOW}", f"created=0{NOW}", SignatureMalformedError),
        (f"created={NOW}", f"created=-{NOW}", SignatureMalformedError),
        (f"created={NOW}", f"created={NOW}.0", SignatureMalformedError),
        (f"created={NOW}", f"created={NOW};created={NOW}", SignatureMalformedError),
        (f"created={NOW}", f"created={NOW};more=1", SignatureMalformedError),
        ('alg="ed25519"', 'alg="hmac-sha256"', SignatureMalformedError),
        (';alg="ed25519"', "", SignatureMalformedError),
        ('tag="comity"', 'tag="other"', SignatureMalformedError),
        ('keyid="vn/hq/http"', 'keyid="vn\\"/hq/http"', SignatureMalformedError),
        ('"@method" ', "", SignatureMalformedError),
        ('"content-digest" ', "", SignatureMalformedError),
        (' "comity-to"', "", SignatureMalformedError),
        ('"@method"', '"@method";req', SignatureMalformedError),
        ('"@method"', '"@method" "@method"', SignatureMalformedError),
        ('"@method"', '"@method" "@status"', SignatureMalformedError),
        ('"@method"', '"@method" "absent"', SignatureMalformedError),
        ('("@method"', '( "@method"', SignatureMalformedError),
        ("comity=", "other=", SignatureMalformedError),
        ("comity=", "x=1, comity=", SignatureMalformedError),
    ],
)
def test_every_other_form_of_input_is_refused(old, new, error):
    request = signed()
    assert old in dict(request.headers)["signature-input"]
    with pytest.raises(error):
        take(header(request, "signature-input", lambda value: value.replace(old, new, 1)))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("signature", ""),
        ("signature", "comity=::"),
        ("signature", "comity=:AAAA:"),
        ("signature", "comity=" + "A" * 88),
        ("signature", "comity=:" + "A" * 85 + "B==:"),
        ("signature-input", "comity=()"),
        ("signature-input", "comity"),
        ("signature-input", "é"),
        ("signature-input", "x" * 10_000),
        ("content-digest", "sha-512=:AAAA:"),
        ("content-digest", "sha-256=:AAAA:"),
    ],
)
def test_every_other_form_of_header_is_refused(name, value):
    with pytest.raises(SignatureMalformedError):
        take(header(signed(), name, lambda _: value))


def test_headers_given_twice_or_not_at_all_are_refused():
    request = signed()
    for name in ("signature", "signature-input", "content-digest"):
        kept = [item for item in request.headers if item[0] != name]
        again = next(item for item in request.headers if item[0] == name)
        with pytest.raises(SignatureMalformedError):
            take(replace(request, headers=kept))
        with pytest.raises(SignatureMalformedError):
            take(replace(request, headers=[*request.headers, again]))
    assert not is_signed(PLAIN)
    with pytest.raises(SignatureMissingError):
        take(PLAIN)


@given(
    st.text(st.characters(codec="latin-1"), max_size=200),
    st.text(st.characters(codec="latin-1"), max_size=120),
)
def test_no_header_whatever_raises_anything_else(one, other):
    request = replace(
        PLAIN,
        headers=[
            ("signature-input", one),
            ("signature", other),
            ("content-digest", other),
            ("comity-to", "la/hq"),
        ],
    )
    with pytest.raises(SignatureMalformedError):
        read(request, to="la/hq", now=NOW)


def test_more_may_be_covered_in_any_order():
    names = [*reversed(COVERED), "@query"]
    given_headers = dict(signed().headers)
    parameters = given_headers["signature-input"].removeprefix("comity=")
    parameters = f"({' '.join(chr(34) + name + chr(34) for name in names)}){parameters.partition(')')[2]}"
    request = header(signed(), "signature-input", lambda _: f"comity={parameters}")
    base = signature_base([(name, request.component(name)) for name in names], parameters)
    sig = base64.b64encode(signature.sign(KEY.seed, base)).decode()
    assert take(header(request, "signature", lambda _: f"comity=:{sig}:")).keyid == KEY.name


def test_a_request_shown_again_is_refused_for_as_long_as_it_could_be_taken():
    nonces = Nonces(NOW - 1000)
    request = signed(now=NOW + WINDOW)  # a clock as far ahead as is taken
    for at in (NOW, NOW, NOW + WINDOW, NOW + 2 * WINDOW):
        found = take(request, now=at)
        if at == NOW and not nonces._now:
            nonces.use(found, at)
            continue
        with pytest.raises(SignatureReplayedError):
            nonces.use(found, at)
    with pytest.raises(SignatureTimeError):
        take(request, now=NOW + 2 * WINDOW + 1)


@given(st.lists(st.tuples(st.integers(0, 3 * WINDOW), st.integers(0, 30)), max_size=60))
def test_no_nonce_passes_twice_while_its_time_lasts(steps):
    nonces, now, used = Nonces(0), NOW, {}
    for pause, number in steps:
        now += pause
        nonce = bytes([number]) * 16
        found = take(signed(now=now, nonce=nonce), now=now)
        if now <= used.get(nonce, 0):
            with pytest.raises(SignatureReplayedError):
                nonces.use(found, now)
            continue
        try:
            nonces.use(found, now)
        except SignatureReplayedError:
            continue  # remembered for longer than needed
        used[nonce] = now + 2 * WINDOW - 1


def test_what_was_signed_before_the_start_may_have_been_seen_before_it():
    with pytest.raises(SignatureReplayedError, match="started"):
        Nonces(NOW + 1).use(take(signed()), NOW)


def test_memory_is_bounded_and_one_key_does_not_use_up_another():
    nonces = Nonces(0, most=5)
    for _ in range(5):
        nonces.use(take(signed()), NOW)
    with pytest.raises(NoncesFullError):
        nonces.use(take(signed()), NOW)
    nonces.use(replace(take(signed()), keyid="kh/hq/http"), NOW)
    late = NOW + 4 * WINDOW
    nonces.use(take(signed(now=late), now=late), late)
    assert sum(map(len, nonces._now.values())) == 1
    assert not nonces._before
