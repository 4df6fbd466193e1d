"""What a feed refuses as a whole; single messages are set aside by themselves."""

from __future__ import annotations

from comity.record.errors import ComityError


class FeedError(ComityError):
    """A file of messages cannot be read as a whole."""

    code = "border-feed"
    advice = "docs/howto/sensor-feeds.md shows each form; single bad messages are set aside by themselves."


class DecoderMissingError(ComityError):
    """The decoder of a feed is not installed."""

    code = "border-feed-decoder"
    advice = "Install the optional part: pip install 'comity[feeds]'."
