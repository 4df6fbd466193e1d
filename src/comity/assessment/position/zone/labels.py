"""What zones are called and say on a page and in a terminal (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console import KindView
from comity.console.i18n import N_

PATH: Final = "/assessment/zones"

AWAITED: Final = {
    "mandate": N_("The mandate is not in force: both parties write it alike, and people of both release it."),
    "run-before": N_("This list was run before, under another name."),
    "sets-to-seal": N_("Seal the own set first."),
    "points-awaited": N_("The other side has not sealed, or not opened, its first message yet; exchange."),
    "reply-awaited": N_(
        "The other side has not sealed its reply yet, or nobody witnessed the own; exchange."
    ),
    "opening-awaited": N_("The other side has not opened its reply yet; exchange."),
    "result-awaited": N_("The other side has not shown its result yet."),
    "agreed": N_("Both sides wrote the same result."),
    "differs": N_("Both sides wrote different results: each may ask the other to open its set for an audit."),
}
"""By stage, what it waits for."""

SEES: Final = {
    "sets-to-seal": N_("That this side sealed, and when; of its set neither which packages nor how many."),
    "sets-to-open": N_("As many points as the cap says. Without the secret they say nothing of any package."),
    "reply-to-seal": N_("That this side sealed its reply."),
    "reply-to-open": N_("Its own points, multiplied: it learns which of its set this side accepts, too."),
    "result-to-write": N_("The packages that this side found both accept, once people release the record."),
}
"""By stage, what the other side will see of the step that comes next."""

LEAK: Final = N_(
    "A side that accepts everything that the cap allows learns which of that the other side accepts; "
    "what it accepts in truth nobody can check."
)

WARNINGS: Final = (
    N_("Experimental. It holds against a side that keeps to the protocol; what it leaks is told here."),
    N_("One run a list: a set that was sealed is never sealed again. People sign every mandate."),
    N_(
        "A list that differs in one package is another list, if people of both sides sign it: many small "
        "lists would tell a set piece by piece."
    ),
)
"""What a side is told before each step, besides the leak."""

VERDICTS: Final = {
    "consistent": N_("every message follows from the set and the seed that were sealed before it"),
    "inconsistent": N_("a message does not follow from what was sealed: the two cannot both be so"),
    "cannot tell": N_("the set is not open here"),
}
"""By verdict of an audit, what it says. It says nothing of intent."""

CHIPS: Final = {
    "consistent": (N_("consistent"), "good", "check"),
    "inconsistent": (N_("inconsistent"), "warn", "differ"),
    "cannot tell": (N_("cannot tell"), "quiet", "unknown"),
}

CODES: Final = {
    "over-cap": N_("more packages are accepted than the cap allows"),
    "points-differ": N_("the first message is another than the set and the seed give"),
    "reply-differs": N_("the second message is another than the seed gives"),
    "other-mandate": N_("the set was sealed for another mandate"),
}
"""By code of an audit, what was found."""

KINDS: Final = {
    "assessment.zone": KindView(N_("Blind zone"), lambda f: f["slug"], lambda f: f"{PATH}/{f['slug']}"),
    "assessment.zone_set": KindView(N_("Sealed set of a zone"), lambda f: f["terms"][:12], lambda _: PATH),
    "assessment.zone_reply": KindView(N_("Reply in a zone"), lambda f: f["terms"][:12], lambda _: PATH),
    "assessment.zone_result": KindView(
        N_("Result of a zone"), lambda f: f["zone"], lambda f: f"{PATH}/{f['zone']}"
    ),
}

FIELDS: Final = {
    "packages": N_("packages"),
    "logs": N_("logs"),
    "common": N_("both accept"),
    "returned": N_("points sent back"),
}
CAP: Final = N_("most packages that a side may accept")
