"""The form in which a side shows how much options are worth to it: what it chooses to, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.forms import Field, FormError, needed, texts
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Given = Mapping[str, str]
    Act = dict[str, Any]

SHARE: Final = N_("From 0 to 1, decimals with a full stop; the weights of all issues sum to 1.")
WORTH: Final = N_("From 0, worth nothing, to 1, the best.")
WARNINGS: Final = (
    N_("What a side shows need not be what it holds for itself. There is no field for a reservation."),
    N_("Whoever shows first tells the other side where it would give way; nothing obliges a side to show."),
)


def values(line: Act) -> tuple[list[Field], Callable[[Given], Act]]:
    """Return the fields for the issues and options of a line, and what makes the act of them."""
    issues = line["lines"][0].get("issues", [])

    def act(given: Given) -> Act:
        if not issues:
            raise FormError("the line has no issues with options")
        return {
            "line": line["slug"],
            "weights": {one["slug"]: needed(given, f"weight-{one['slug']}") for one in issues},
            "values": {
                one["slug"]: {
                    option["slug"]: needed(given, f"value-{one['slug']}-{option['slug']}")
                    for option in one["options"]
                }
                for one in issues
            },
            "note": texts(given, "note", required=False),
        }

    fields = [Field("line", "line", hidden=True)]
    for one in issues:
        fields += [
            Field(f"issue-{one['slug']}", one["label"], "head"),
            Field(f"weight-{one['slug']}", N_("Weight of this issue"), help=SHARE),
            *(
                Field(f"value-{one['slug']}-{option['slug']}", option["label"], help=WORTH)
                for option in one["options"]
            ),
        ]
    return [*fields, Field("note", N_("What a reader must know besides"), "texts", required=False)], act
