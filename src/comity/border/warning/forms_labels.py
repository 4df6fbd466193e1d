"""What the words of the Common Alerting Protocol are called on a form (msgids)."""

from __future__ import annotations

from typing import Final

from comity.console.i18n import N_

URGENCY: Final = {
    "Immediate": N_("act at once"),
    "Expected": N_("within the hour"),
    "Future": N_("later"),
    "Past": N_("no action any more"),
    "Unknown": N_("unknown"),
}
SEVERITY: Final = {
    "Extreme": N_("extreme"),
    "Severe": N_("severe"),
    "Moderate": N_("moderate"),
    "Minor": N_("minor"),
    "Unknown": N_("unknown"),
}
CERTAINTY: Final = {
    "Observed": N_("observed"),
    "Likely": N_("likely"),
    "Possible": N_("possible"),
    "Unlikely": N_("unlikely"),
    "Unknown": N_("unknown"),
}
CATEGORY: Final = {
    "Geo": N_("ground: landslide, earthquake"),
    "Met": N_("weather and water"),
    "Safety": N_("public safety"),
    "Security": N_("security"),
    "Rescue": N_("rescue"),
    "Fire": N_("fire"),
    "Health": N_("health"),
    "Env": N_("environment"),
    "Transport": N_("transport"),
    "Infra": N_("dams, power, lines"),
    "CBRNE": N_("hazardous substances, ordnance"),
    "Other": N_("other"),
}
RESPONSE: Final = {
    "Shelter": N_("take shelter"),
    "Evacuate": N_("leave the area"),
    "Prepare": N_("get ready"),
    "Execute": N_("act as planned"),
    "Avoid": N_("keep away"),
    "Monitor": N_("keep watching"),
    "Assess": N_("judge for yourselves"),
    "AllClear": N_("all clear"),
    "None": N_("nothing"),
}
CAP: Final = {
    "urgency": URGENCY,
    "severity": SEVERITY,
    "certainty": CERTAINTY,
    "category": CATEGORY,
    "response": RESPONSE,
}
PREPARED: Final = {
    "flood": N_("Flood"),
    "fast-rise": N_("Fast rise of the river"),
    "dam-release": N_("Release of water from a dam"),
    "outbreak": N_("More cases of a disease than expected"),
    "all-clear": N_("All clear"),
}
ONSET: Final = (
    ("", N_("not said")),
    ("0", N_("now")),
    ("60", N_("in an hour")),
    ("180", N_("in three hours")),
    ("360", N_("in six hours")),
    ("720", N_("in half a day")),
    ("1440", N_("in a day")),
)
EXPIRES: Final = (
    ("360", N_("in six hours")),
    ("720", N_("in half a day")),
    ("1440", N_("in a day")),
    ("2880", N_("in two days")),
    ("4320", N_("in three days")),
    ("10080", N_("in a week")),
)
SIGNATURES: Final = {
    "unsigned": (N_("not signed inside"), "quiet", "unknown"),
    "valid": (N_("signed inside: valid as of its sending"), "good", "check"),
    "not valid then": (N_("signed inside: certificates not valid at that time"), "warn", "wait"),
    "unknown signer": (N_("signed inside: by somebody who is not known"), "warn", "unknown"),
    "invalid": (N_("signed inside: does not hold"), "stop", "stop"),
}
