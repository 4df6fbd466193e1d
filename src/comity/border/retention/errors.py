"""What the clocks of retention refuse."""

from __future__ import annotations

from comity.record.errors import ComityError


class RetentionPolicyError(ComityError):
    """A period in the node's settings is longer than its class allows."""

    code = "border-retention"
    advice = "Shorten it in [retention] of comity.toml; docs/howto/sensor-feeds.md says how long is most."
