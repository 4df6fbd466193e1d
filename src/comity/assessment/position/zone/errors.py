"""What a blind zone refuses."""

from __future__ import annotations

from comity.record.errors import ComityError


class ZoneOffError(ComityError):
    """The blind zone is experimental, and this node has not switched it on."""

    code = "zone-off"
    advice = 'Read docs/spec/zone.md; then write features = ["blind-zone"] into the node\'s comity.toml.'


class ZoneRefusedError(ComityError):
    """A step of a blind zone would not stand, so it is not taken."""

    code = "zone-refused"
    advice = "`comity position zone show` says what is awaited, and from whom. Nothing was recorded."


class ZoneMessageError(ComityError):
    """What the other side sent is not what the protocol says."""

    code = "zone-message"
    advice = "Nothing is learned from it. Ask the other side to open its set for an audit: docs/spec/zone.md."
