"""Pictures, audits and prices as lines of the command line."""

from __future__ import annotations

from typing import Any

from comity.border.picture.labels import UNSEEN, withheld_words


def picture_lines(found: dict[str, Any]) -> list[str]:
    """Return a picture, or one made again, in lines."""
    mark = "[exercise] " if found["exercise"] else ""
    lines = [f"{mark}{found['sector']} at {found['at']}, {found['view']}: {len(found['tracks'])} tracks"]
    lines += [
        f"{one['id']}  {one['class']}: {one['lat']:.5f}, {one['lon']:.5f} ± {one['ellipse']['major']:g} m, "
        f"there with {one['existence']:.2f}, by {one['basis']} of {', '.join(one['origins']) or 'nobody'}"
        for one in found["tracks"]
    ]
    lines += [
        f"{one['state']}: {one['name']} ({one['party']})"
        for one in found["sensors"]
        if one["state"] != "heard"
    ]
    lines += [_unseen(found["unseen"], found["unseen_by"])]
    lines += [withheld_words(found["unshown"])] if found["unshown"] else []
    again = found.get("replay")
    if again:
        lines.append(
            f"made again from {again['batches']} batches, {again['observations']} observations: "
            f"{again['words']}"
        )
        alerts = again["alerts"]
        lines.append(f"  alerts: {alerts['steps']} steps made again, {alerts['on_record']} alike on record")
        lines += [f"  {_entries(one)}" for one in again["entries"]]
        lines += [f"  {line}" for line in again["differences"][:20]]
    return lines


def _unseen(count: float | None, told: dict[str, Any]) -> str:
    words = UNSEEN[told["code"]].format(count=f"{count or 0:g}", usual=f"{told.get('usual', 0):g}")
    return f"{words} ({told['method']})" if "method" in told else words


def _entries(one: dict[str, Any]) -> str:
    named = [f"{origin} {index}" for origin, index in (one["sector"], *one["zones"])]
    since = f"from observation {one['after'] + 1} on" if one["after"] else "from the first observation on"
    said = "as {} {} says".format(*one["said"]) if one["said"] else "as they stand now: nothing else is said"
    return f"{since} by {', '.join(named)}, {said}"


def audit_lines(found: dict[str, Any]) -> list[str]:
    """Return which words were used for which track in lines."""
    lines = [f"{found['sector']}: {found['exchanges']} exchanges; digest {found['digest']}"]
    for one in found["tracks"]:
        each = ", ".join(f"{side['party']} {side['words']} words" for side in one["parties"])
        lines.append(f"{one['id']}: {one['basis']}; {each}")
    codes: dict[str, int] = {}
    for one in found["aside"]:
        codes[one["effect"]] = codes.get(one["effect"], 0) + 1
    lines += [f"put aside, {code}: {count}" for code, count in sorted(codes.items())]
    lines.append(f"used twice: {len(found['twice'])}; missing: {len(found['missing'])}")
    return lines


def price_lines(found: dict[str, Any]) -> list[str]:
    """Return what each way of sharing costs in lines."""
    lines = [
        f"{found['sector']}: every {found['every']} looks ({found['exchange_seconds']:g} s), {found['class']}"
    ]
    for side in found["sides"]:
        lines.append(f"the picture of {side['party']}, where this side shares:")
        lines += [
            f"  {one['way']}: ± {one['error']:g} m, {one['times']:g} times" for one in side["their_picture"]
        ]
        if not side["travels"]:
            lines.append(
                "  TLP:AMBER does not travel by itself: the compact must name border.tracklets, border.told"
            )
    return lines
