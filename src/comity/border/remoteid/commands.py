"""`comity border remoteid`: received Remote ID messages as claims, and what they are worth."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from comity.node.commands.output import AsJson, emit

app = typer.Typer(no_args_is_help=True, add_completion=False)

MessageFile = Annotated[
    Path, typer.Argument(metavar="FILE", help="A message a line: [TIME[,TRANSMITTER],]HEX.")
]
Tracks = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Tracks as CSV: track, time, latitude, longitude, sigma."),
]
Covered = Annotated[
    str,
    typer.Option(
        metavar="LAT,LON,METRES",
        help="Where a sensor looked: a claim there without a track counts against it.",
    ),
]
Purpose = Annotated[
    str,
    typer.Option(
        "--personal", metavar="PURPOSE", help="Show what names or places a person, for this purpose."
    ),
]


@app.command()
def remoteid(
    file: MessageFile,
    *,
    tracks: Tracks = None,
    covered: Covered = "",
    personal: Purpose = "",
    as_json: AsJson = False,
) -> None:
    """Decode Remote ID messages (ASTM F3411) as claims, and hold them against tracks of sensors.

    Nobody signs Remote ID: without tracks the answer is "cannot tell". A bad message is set aside alone.
    """
    from comity.border.remoteid import answers, claims  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    found = claims.read(load(file), datetime.now(UTC))
    seen = answers.tracks_of(load(tracks)) if tracks else None
    data = answers.judge(found, seen, _covered(covered), purpose=personal)
    emit(data, "\n".join(_lines(data)), as_json=as_json)


def _covered(text: str) -> Any:
    from comity.border.errors import RemoteIdError  # noqa: PLC0415 - lazily
    from comity.border.remoteid.answers import circle  # noqa: PLC0415 - lazily

    if not text:
        return None
    try:
        latitude, longitude, reach = (float(part) for part in text.split(","))
    except ValueError as error:
        raise RemoteIdError(f"{text[:60]!a} is not LAT,LON,METRES") from error
    return circle(latitude, longitude, reach)


def _lines(data: dict[str, Any]) -> list[str]:
    aside = data["set_aside"]
    lines = [f"{data['messages']} messages, {len(data['claims'])} claims; nobody signs them"]
    for one in data["claims"]:
        worth = one["corroboration"]
        ids = ", ".join(one["uas_ids"]) or "no id"
        marks = "".join(f" [{name}]" for name in ("flooding", "mismatch") if one[name])
        lines.append(
            f"{one['transmitter'] or 'transmitter not named'}: {ids}, {one['places_in_all']} places: "
            f"{worth['verdict']}: {worth['reason']}{marks}"
        )
        if one["left_out"]:
            lines.append(f"  left out, as it is about a person: {', '.join(one['left_out'])}")
    lines += [
        f"one id, {len(one['transmitters'])} transmitters: {one['uas_id']}" for one in data["used_twice"]
    ]
    if aside["count"]:
        reasons = ", ".join(f"{name} {count}" for name, count in aside["reasons"].items())
        lines.append(f"set aside: {aside['count']} ({reasons})")
        lines += [f"  line {one['line']}: {one['words']}" for one in aside["items"][:10]]
    return lines
