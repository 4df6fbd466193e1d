"""What can be wrong with charters and with their succession; `comity.record.charter` exports these."""

from __future__ import annotations

from comity.record.errors import ComityError


class CharterError(ComityError):
    """A charter document is refused."""

    code = "charter"
    advice = "Ask the party for its charter document again; docs/spec/charter.md gives its form."


class CharterMismatchError(CharterError):
    """The charter entry of a log does not name this document."""

    code = "charter-mismatch"
    advice = "Do not pair: compare the fingerprint with the party by another way than this line."


class CharterUnsignedError(CharterError):
    """Fewer root keys signed the charter than its threshold asks for."""

    code = "charter-unsigned"
    advice = "Have the other holders of root keys sign it: comity charter sign."


class CharterSuccessionError(CharterError):
    """A charter does not follow the one in force."""

    code = "charter-succession"
    advice = "Ask the party for every version in order; compare fingerprints before accepting any."


class CharterSkippedError(CharterSuccessionError):
    """A version between the one in force and this one was not seen."""

    code = "charter-skipped"
    advice = "Fetch the versions between; none may be skipped."


class CharterRollbackError(CharterSuccessionError):
    """A version was shown that is no newer than the one in force."""

    code = "charter-rollback"
    advice = "Keep both documents: if they differ for one version, the party signed two."


class CharterPreviousError(CharterSuccessionError):
    """A charter does not name the digest of the version before it."""

    code = "charter-previous"
    advice = "The party made this version from another predecessor than yours: compare fingerprints."


class CharterThresholdError(CharterSuccessionError):
    """Fewer root keys of the version in force signed the next one than it asks for."""

    code = "charter-threshold"
    advice = "Have the holders of the root keys in force sign it too: comity charter sign."


class CharterRevocationError(CharterSuccessionError):
    """A version takes back a revocation, or delays it."""

    code = "charter-revocation"
    advice = "A revoked key stays revoked: list every revocation of the version before."


class KeyRevokedError(CharterError):
    """The key was revoked from a place in the log on, and this stands at or after it."""

    code = "key-revoked"
    advice = "What the key signed before that place stays valid; ask the party to sign this anew."


class LogKeyChangeError(CharterError):
    """A version lists another key of the log than the node has."""

    code = "charter-log-key"
    advice = (
        "A log keeps its key. Where it forked, begin the next epoch (comity epoch propose); else found a "
        "node of another name (comity charter ceremony), and pair it."
    )


class UnknownOfficeError(CharterError):
    """A key is not one of the charter's."""

    code = "charter-office"
    advice = "The entry stays quarantined until a charter of that party lists the key that signed it."
