"""Coding rounds in words, as the command line prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

WHY: Final = {"no_variance": "every coding is the same", "no_pairs": "nothing was coded twice"}


def head(data: dict[str, Any]) -> Iterator[str]:
    """Say how a round stands."""
    marked = "[exercise] " if data["exercise"] else ""
    yield f"{marked}{data['name']} ({data['key']}): {data['phase'].replace('_', ' ')}"
    given = f"{data['given_units']} units given" if data["given_units"] else "coders find the passages"
    if data["about"] == "grades":
        given = f"{data['given_units']} claims and items of evidence to be graded"
    yield f"  codebook {data['codebook']}; {given}; coded by {', '.join(data['parties'])}"
    for one in data["requests"]:
        yield f"  opening to {one['to']}, request {one['index']}: {one['stage']}"
    for origin in data["unread"]:
        yield f"  the sheet of {origin} does not fit the task, and counts for nothing"


def agreement(data: dict[str, Any]) -> Iterator[str]:
    """Say how far coders agree."""
    found = data["agreement"]
    if found is None:
        yield "  nothing is shown before every side has opened"
        return
    if data["about"] == "grades":
        yield from (f"  alpha, {side} (ordinal): {alpha(one)}" for side, one in found.items())
        return
    for name, words in (
        ("addressed", "stance, mixed or not addressed (nominal)"),
        ("stance", "which stance, where both gave one (ordinal)"),
        ("frame", "frame (nominal)"),
    ):
        yield f"  alpha, {words}: {alpha(found[name])}"
    if found["unitising"] is not None and found["unitising"]["f1"] is not None:
        yield f"  passages found alike: span F1 {found['unitising']['f1']:.2f}"
    for item in found["own_side"]:
        span = _span(item["interval"])
        yield (
            f"  {item['one']} reads {item['holder']} {item['difference']:+.2f} steps from {item['other']}"
            f"{span}, {item['units']} units"
        )


def alpha(item: dict[str, Any]) -> str:
    """Word an alpha."""
    if item["alpha"] is None:
        return f"not estimable: {WHY[item['why']]}"
    return f"{item['alpha']:.3f}{_span(item['interval'])}, {item['units']} units, {item['reliance']}"


def _span(interval: list[float] | None) -> str:
    return "" if interval is None else f" [{interval[0]:.2f}, {interval[1]:.2f}]"


def differences(data: dict[str, Any]) -> Iterator[str]:
    """Say what was coded differently, side by side."""
    if data["about"] == "grades":
        yield from _grades(data)
        return
    for unit in data["units"]:
        if unit["differs"] or len(unit["codings"]) == 1:
            word = "differs" if unit["differs"] else "found by one"
            yield f"  {word}: {unit['key']}"
            for coder, coding_ in unit["codings"].items():
                yield f"    {coder}: {coding_['stance']} {coding_['frame']}".rstrip()
    yield from settled(data)


def settled(data: dict[str, Any]) -> Iterator[str]:
    """Say what parties settled differences to."""
    for item in data["adjudicated"]:
        said = ", ".join(f"{code} {word['fields']['stance']}" for code, word in item["words"].items())
        waits = f", awaiting {', '.join(item['awaiting'])}" if item["awaiting"] else ""
        yield f"  {item['state']}: {item['unit']} ({said}{waits})"


def _grades(data: dict[str, Any]) -> Iterator[str]:
    for unit in data["units"]:
        stands = "no two sides graded it" if unit["grade"] is None else f"{unit['grade']:.1f} of 3"
        word = "differs" if unit["differs"] else "alike"
        yield f"  {word}: {unit['evidence'] or unit['claim']}, {stands}"
        yield from (f"    {coder}: {grade}" for coder, grade in unit["grades"].items())
    for one in data["provenance"]:
        opened = ", ".join(one["openings"])
        yield f"  {one['origin']}: sheet {one['sheet']}, seal {one['seal']}, opened {opened}"
