"""The signature in a message: whole or refused; as of the time it was sent; nobody is believed unasked."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree

from comity.border.cap import certificates, chains, reading, signing
from comity.border.cap.certificates import Identity, identity, pem
from comity.border.errors import CapSignatureError
from comity.node.keys import Key
from tests.border.cap.messages import SENT, xml

AT = datetime.fromisoformat(SENT)
UNTIL = datetime(2027, 7, 1, tzinfo=UTC)
OFFICE = Key("la/hq/office/record", bytes(range(32)))
OTHER = Key("la/hq/office/other", bytes(range(1, 33)))
OURS = [chains.of_office("la record", OFFICE.public)]
DS = 'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"'


@pytest.fixture(scope="module")
def signed():
    return signing.sign(xml(), identity(OFFICE, UNTIL, AT))


def state(data, anchors=OURS, **more):
    return signing.verify(data, anchors, **more).state


def test_a_signed_message_reads_as_before_and_is_valid_as_of_its_sending(signed):
    found = reading.read(signed)
    assert found.accepted
    assert found.signed
    assert found.message == reading.read(xml()).message
    told = signing.verify(signed, OURS)
    assert (told.state, told.office, told.at) == ("valid", "la record", AT)
    assert told.signer == "CN=la/hq/office/record messages"
    assert told.valid_at(AT + timedelta(days=20))
    assert not told.valid_at(AT + timedelta(days=100))
    assert state(xml()) == "unsigned"
    with pytest.raises(CapSignatureError, match="it is signed"):
        signing.sign(signed, identity(OFFICE, UNTIL, AT))
    with pytest.raises(CapSignatureError, match="not sound"):
        signing.sign(b"<a/>", identity(OFFICE, UNTIL, AT))


def test_the_chain_is_the_same_whenever_it_is_made_and_ends_with_the_charter():
    one, two = (identity(OFFICE, UNTIL, AT + timedelta(hours=n)) for n in (0, 5))
    assert one.chain == two.chain
    assert one.chain != identity(OFFICE, UNTIL, AT + timedelta(days=30)).chain
    assert one.chain[1] == identity(OFFICE, UNTIL, AT + timedelta(days=30)).chain[1]
    assert one.key.public_key() != identity(OTHER, UNTIL, AT).key.public_key()
    assert identity(OFFICE, AT + timedelta(days=9), AT).chain[0].not_valid_after_utc <= AT + timedelta(days=9)
    assert chains.leads_to(list(one.chain), chains.of_pem(pem(one.chain[1]).encode())) == "CN=" + OFFICE.name
    assert len(certificates.fingerprint(one.chain[0])) == 64
    with pytest.raises(chains.ChainError):
        chains.of_pem(b"no certificate")


def test_expired_now_is_still_valid_then_and_before_its_time_it_is_not(signed):
    assert state(signed) == "valid"
    assert state(signed, at=AT + timedelta(days=400)) == "not valid then"
    assert state(signed, at=AT - timedelta(days=60)) == "not valid then"
    late = signing.sign(xml(), identity(OFFICE, UNTIL, AT - timedelta(days=200)))
    assert state(late) == "not valid then"


def test_another_key_is_unknown_and_a_chain_that_is_not_one_leads_nowhere(signed):
    assert state(signed, []) == "unknown signer"
    assert state(signing.sign(xml(), identity(OTHER, UNTIL, AT))) == "unknown signer"
    mine, theirs = identity(OTHER, UNTIL, AT), identity(OFFICE, UNTIL, AT)
    borrowed = Identity(mine.key, (mine.chain[0], theirs.chain[1]))
    assert state(signing.sign(xml(), borrowed)) == "unknown signer"
    # A signing certificate issues none: what it is made to issue leads nowhere.
    below = Identity(mine.key, (mine.chain[0], *theirs.chain))
    assert state(signing.sign(xml(), below)) == "unknown signer"
    wrong = Identity(ec.generate_private_key(ec.SECP256R1()), theirs.chain)
    assert state(signing.sign(xml(), wrong)) == "invalid"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The river rises fast", "The river falls"),
        (">Severe<", ">Minor<"),
        ("exercise-1", "exercise-2"),
        ("<status>Exercise", "<status>Actual"),
        ("14.8,106.8 30.5", "14.8,106.8 3.5"),
        ('URI=""', 'URI="#x"'),
        ("ecdsa-sha256", "hmac-sha256"),
        ("2001/04/xmlenc#sha256", "2000/09/xmldsig#sha1"),
        ("#enveloped-signature", "#base64"),
    ],
)
def test_altered_text_and_altered_signatures_do_not_hold(signed, old, new):
    text = signed.decode()
    assert old in text
    assert state(text.replace(old, new).encode()) == "invalid"


def test_wrapping_two_alerts_in_one_document_is_refused(signed):
    text = signed.decode().partition("?>")[2].strip()
    signature = re.search(r"<ds:Signature .*</ds:Signature>", text, re.DOTALL)[0]
    fake = xml(identifier="fake").decode().partition("?>")[2].strip()
    inside = text.replace("<alert ", '<alert Id="x" ', 1)
    wrapped = {
        "beside": f"<all>{text}{fake}</all>",
        "signed one inside": fake.replace("</alert>", f"{inside}</alert>"),
        "signed one in the signature": fake.replace(
            "</alert>",
            signature.replace("</ds:Signature>", f"<ds:Object>{inside}</ds:Object></ds:Signature></alert>"),
        ),
        "signature of another": fake.replace("</alert>", f"{signature}</alert>"),
        "two signatures": text.replace("</alert>", f"{signature}</alert>"),
        "signature in an info": text.replace(signature, "").replace("</info>", f"{signature}</info>", 1),
        "signature first": text.replace(signature, "").replace("<identifier>", f"{signature}<identifier>", 1),
        "object": text.replace("</ds:Signature>", "<ds:Object/></ds:Signature>"),
        "an alert without a namespace": text.replace("</ds:Signature>", '<alert xmlns=""/></ds:Signature>'),
        "an empty signature": fake.replace("</alert>", f"<ds:Signature {DS}/></alert>"),
        "no certificate": re.sub(r"<ds:X509Data>.*</ds:X509Data>", "", text, flags=re.DOTALL),
        "many certificates": re.sub(
            r"(<ds:X509Certificate>.*?</ds:X509Certificate>)", r"\1" * 6, text, count=1, flags=re.DOTALL
        ),
        "no certificate at all": re.sub(r"(<ds:X509Certificate>)[^<]*", r"\1AAAA", text),
        "document type": f"<!DOCTYPE alert>{text}",
    }
    states = {name: state(given.encode()) for name, given in wrapped.items()}
    assert set(states.values()) == {"invalid"}, states


def test_comments_and_layout_change_nothing_that_is_read(signed):
    text = signed.decode()
    told = signing.verify(text.replace("<sender>", "<!-- aside --><sender>").encode(), OURS)
    assert told.state == "valid"
    split = text.replace("exercise-1", "exercise<!-- -->-1")
    assert reading.read(split.encode()).message.identifier == "exercise-1"
    assert state(split.encode()) == "valid"


def test_an_outsider_needs_nothing_of_ours(signed):
    """Canonical form, digest and both signatures once more, by the two standards alone."""
    root = etree.fromstring(signed)
    ns = {"ds": "http://www.w3.org/2000/09/xmldsig#"}
    info, value = root.find(".//ds:SignedInfo", ns), root.findtext(".//ds:SignatureValue", namespaces=ns)
    import base64
    import hashlib

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    leaf, top = (
        x509.load_der_x509_certificate(base64.b64decode(one.text))
        for one in root.findall(".//ds:X509Certificate", ns)
    )
    raw = base64.b64decode(value)
    der = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    canonical = etree.tostring(info, method="c14n", exclusive=True)
    leaf.public_key().verify(der, canonical, ec.ECDSA(hashes.SHA256()))
    top.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes)
    root.remove(root.find("ds:Signature", ns))
    digest = hashlib.sha256(etree.tostring(root, method="c14n", exclusive=True)).digest()
    assert base64.b64encode(digest).decode() == info.findtext(".//ds:DigestValue", namespaces=ns)
