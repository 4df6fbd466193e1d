"""Words for the states of clauses and lines, each with the tone of its chip."""

from __future__ import annotations

from typing import Final

from comity.console import KindView
from comity.console.i18n import N_

PATH: Final = "/assessment/lines"

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
KINDS: Final = {
    "assessment.line": KindView(N_("Joint line"), lambda f: f["title"], lambda f: f"{PATH}/{f['slug']}"),
    "assessment.clause": KindView(
        N_("Word on a clause"), lambda f: f"{f['line']}: {f['clause']}", lambda f: f"{PATH}/{f['line']}"
    ),
    "assessment.joint_line": KindView(
        N_("The line as written"), lambda f: f"{f['line']} {f['version']}", lambda f: f"{PATH}/{f['line']}"
    ),
    "assessment.line_withdrawal": KindView(
        N_("Withdrawal from a line"), lambda f: f["line"], lambda f: f"{PATH}/{f['line']}"
    ),
    "assessment.shown_values": KindView(
        N_("Values that a side shows"), lambda f: f["line"], lambda f: f"{PATH}/{f['line']}"
    ),
}
FIELDS: Final = {
    "matter": N_("matter"),
    "forum": N_("forum"),
    "issues": N_("issues and options"),
    "options": N_("options"),
    "line": N_("line"),
    "clause": N_("clause"),
    "clauses": N_("clauses"),
    "about": N_("speaks of"),
    "ranges": N_("agreed ranges"),
    "red_lines": N_("shared red lines"),
    "fallbacks": N_("fallbacks, first to last"),
    "mandate_holder": N_("speaks for both"),
    "valid_from": N_("first day"),
    "valid_to": N_("last day"),
    "weights": N_("weights of the issues"),
    "reason": N_("reason"),
    "items": N_("what the forum decides on"),
}
VALUES: Final = {
    "matter": MATTERS,
    "step": {
        "propose": N_("propose a text"),
        "accept": N_("accept the text"),
        "bracket": N_("put the text in brackets"),
        "withdraw": N_("take your word on this clause back"),
    },
}
