"""The form in which a party writes the line: from the agreed clauses, or as the other party wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.assessment.forms import Field, FormError, lines, needed, texts
from comity.console.i18n import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Given = Mapping[str, str]
    Act = dict[str, Any]


def sign(line: Act, own: str, asked: Given) -> tuple[list[Field], Callable[[Given], Act]]:
    """Return the fields, and what makes the act of them.

    Args:
        line: As `answers.line` gives it.
        own: Code of the own party.
        asked: `version` and `same=yes` to write what the other party wrote.
    """
    written = _theirs(line, own, asked)
    if asked.get("same") and written is not None:
        hidden = [Field(name, name, hidden=True) for name in ("line", "version", "same")]
        return hidden, lambda _given: dict(written)
    issues = [(issue, option) for issue in line["lines"][0].get("issues", []) for option in issue["options"]]
    fields = [
        Field("line", "line", hidden=True),
        Field("mandate_holder", N_("The office that speaks for both"), "texts"),
        Field("valid_from", N_("First day"), "date"),
        Field("valid_to", N_("Last day"), "date"),
        *(
            Field(
                f"range-{issue['slug']}-{option['slug']}",
                _of(issue["label"], option["label"]),
                "tick",
                required=False,
            )
            for issue, option in issues
        ),
        Field(
            "red_lines", N_("Shared red lines, one on a line"), "area", required=False, help=N_("In English.")
        ),
        Field(
            "fallbacks",
            N_("Fallbacks, first to last, one on a line"),
            "area",
            required=False,
            help=N_("In English."),
        ),
    ]
    return fields, lambda given: _made(line, given)


def _of(issue: Mapping[str, str], option: Mapping[str, str]) -> dict[str, str]:
    """Return an option of an issue in every language that either has; English where one is missing."""
    codes = {**issue, **option}
    return {code: f"{issue.get(code, issue['en'])}: {option.get(code, option['en'])}" for code in codes}


def _theirs(line: Act, own: str, asked: Given) -> Act | None:
    """Return the fields of the other party's record of a version."""
    for version in line["versions"]:
        if str(version["version"]) == asked.get("version"):
            for one in version["written"]:
                if one["party"] != own:
                    found: Act = one["fields"]
                    return found
    return None


def next_version(line: Act) -> int:
    """Return the version to write: that which the parties do not hold alike yet, else the one after it."""
    newest = max(line["versions"], key=lambda one: one["version"], default=None)
    if newest is None:
        return 1
    open_still = newest["status"] in ("one-sided", "differs")
    return int(newest["version"]) + (0 if open_still else 1)


def _made(line: Act, given: Given) -> Act:
    agreed = [one for one in line["clauses"] if one["state"] == "agreed"]
    if not agreed:
        raise FormError("no clause is agreed yet")
    ranges = []
    for issue in line["lines"][0].get("issues", []):
        chosen = [
            option["slug"]
            for option in issue["options"]
            if given.get(f"range-{issue['slug']}-{option['slug']}")
        ]
        ranges += [{"issue": issue["slug"], "options": chosen}] if chosen else []
    return {
        "line": line["slug"],
        "version": next_version(line),
        "clauses": [{"clause": one["clause"], "text": one["agreed"]} for one in agreed],
        "ranges": ranges,
        "red_lines": [{"en": words} for words in lines(given, "red_lines")],
        "fallbacks": [{"label": {"en": words}} for words in lines(given, "fallbacks")],
        "mandate_holder": texts(given, "mandate_holder"),
        "valid_from": needed(given, "valid_from"),
        "valid_to": needed(given, "valid_to"),
    }
