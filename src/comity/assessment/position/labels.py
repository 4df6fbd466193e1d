"""Words for the states of clauses and lines, each with the tone of its chip."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

CLAUSES: Final = {
    "agreed": (N_("agreed"), "good", "check"),
    "proposed": (N_("proposed"), "quiet", "wait"),
    "bracketed": (N_("in brackets"), "warn", "unknown"),
    "unknown-text": (N_("speaks of a text not held here"), "warn", "unknown"),
    "withdrawn": (N_("withdrawn"), "quiet", "unknown"),
}
LINES: Final = {
    "one-sided": (N_("written by one side only"), "quiet", "wait"),
    "differs": (N_("written differently"), "warn", "unknown"),
    "awaiting-approval": (N_("alike; approvals are awaited"), "quiet", "wait"),
    "not-yet": (N_("co-signed, not yet valid"), "quiet", "wait"),
    "in-force": (N_("co-signed and valid"), "good", "check"),
    "expired": (N_("expired"), "quiet", "unknown"),
    "withdrawn": (N_("withdrawn"), "quiet", "unknown"),
}
STEPS: Final = {
    "propose": N_("proposes it"),
    "accept": N_("accepts it"),
    "bracket": N_("puts it in brackets"),
    "withdraw": N_("took its word back"),
}
MATTERS: Final = {
    "position": N_("position"),
    "vote": N_("voting intention"),
    "candidature": N_("candidature"),
}
