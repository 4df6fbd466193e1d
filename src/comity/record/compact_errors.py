"""What can be wrong with a compact; `comity.record.compact` exports these."""

from __future__ import annotations

from comity.record.errors import ComityError


class CompactError(ComityError):
    """The document of a compact is refused."""

    code = "compact"
    advice = "Ask for the compact again; docs/spec/compact.md gives its form."


class CompactCharterError(CompactError):
    """A charter that the compact names is not one that is trusted here."""

    code = "compact-charter"
    advice = "Pair with that party first, and compare the fingerprints; then read the compact again."


class CompactUnsignedError(CompactError):
    """A party has not signed the compact, or not with enough root keys."""

    code = "compact-unsigned"
    advice = "Send the file to that party: comity compact sign."


class CompactSuccessionError(CompactError):
    """A compact is not the next version of the one in force."""

    code = "compact-succession"
    advice = "Fetch the versions between, or propose anew from the one in force: comity compact propose."
