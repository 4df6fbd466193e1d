"""`comity border track` and `comity border score`: what moves in a file, and how well it is told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.output import AsJson, bar, emit

if TYPE_CHECKING:
    from comity.border.fusion.answers import Assumed

SHOWN: Final = 40

DetectionsFile = Annotated[Path, typer.Argument(metavar="FILE", help="CSV: time, x, y, sigma, sensor.")]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def track(
    file: DetectionsFile,
    *,
    detects: Annotated[float, typer.Option(help="Probability that a sensor detects what is there.")] = 0.9,
    clutter: Annotated[float, typer.Option(min=0, help="False detections expected a look.")] = 5.0,
    expected: Annotated[
        float, typer.Option(min=0, help="Things expected at any time; judged from the file without.")
    ] = 0.0,
    area: Annotated[
        str, typer.Option(metavar="W,S,E,N", help="The area in metres; around all places without.")
    ] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the tracks as CSV: time, id, class, x, y, …")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Follow what moves: tracks with their uncertainty, from detections of any number of sensors.

    Times are whole milliseconds UTC, or ISO 8601 with an offset; places are metres in one plane, `sigma` is
    the error of each in metres; `class` (air, boat, vehicle, person-size, unknown) and `speed` may be there.
    Rows of one sensor with one time are one look. Bad rows are set aside, counted and printed.
    """
    from comity.border.fusion import answers  # noqa: PLC0415 - needs arrays and compiled code
    from comity.border.fusion.reading import read_detections  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    assumed = answers.Assumed(detects, clutter, expected, _area(area))
    read = read_detections(load(file))
    with bar(as_json=as_json) as told:
        data = answers.follow(read, assumed, lambda done, size: told("detections", done, size))
    data["assumed"] = _said(assumed)
    if out is not None:
        out.write_text("\n".join(_csv(data)) + "\n", encoding="utf-8")
    emit(data, "\n".join(_lines(data)), as_json=as_json)


@app.command()
def score(
    truth: Annotated[Path, typer.Argument(metavar="TRUTH", help="CSV: time, id, x, y.")],
    tracks: Annotated[
        Path, typer.Argument(metavar="TRACKS", help="The same, or what `track --json` prints.")
    ],
    *,
    c: Annotated[float, typer.Option(help="Metres beyond which a track is none of a thing.")] = 100.0,
    p: Annotated[float, typer.Option(help="Power of the metrics.")] = 2.0,
    switch: Annotated[float, typer.Option(help="What a change of identity costs, in metres.")] = 50.0,
    as_json: AsJson = False,
) -> None:
    """Score tracks against the truth: GOSPA, OSPA, and GOSPA of trajectories, with their parts.

    Both are compared at the times of the truth. GOSPA and OSPA are means over the times, their parts to the
    power p; the metric of trajectories is over all times. Too many places, and it is left out.
    """
    from comity.border.fusion import answers  # noqa: PLC0415 - needs arrays
    from comity.border.fusion.reading import read_points  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    data = answers.score(read_points(load(truth)), read_points(load(tracks)), (c, p, switch))
    one, whole = data["gospa"], data["trajectory_gospa"]
    lines = [
        f"{data['truths']} things, {data['tracks']} tracks, {data['times']} times",
        f"GOSPA {one['mean']:.2f} m (c {c:g} m, p {p:g})",
        "  to the power p: {localisation:.0f} places, {missed:.0f} missed, {false:.0f} false".format(**one),
        f"OSPA {data['ospa']['mean']:.2f} m",
    ]
    if whole is None:
        lines.append("trajectories: too many places to score")
    else:
        lines.append(f"trajectories: {whole['distance']:.2f} m, of it {whole['switches']:.0f} by switches")
    lines += [f"set aside: {count} rows of {name}" for name, count in data["set_aside"].items() if count]
    emit(data, "\n".join(lines), as_json=as_json)


def _area(text: str) -> tuple[float, float, float, float] | None:
    if not text:
        return None
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError as error:
        raise typer.BadParameter(
            "four numbers: west,south,east,north in metres", param_hint="--area"
        ) from error
    return west, south, east, north


def _said(assumed: Assumed) -> dict[str, Any]:
    area = None if assumed.area is None else list(assumed.area)
    return {
        "detects": assumed.detects,
        "clutter": assumed.clutter,
        "expected": assumed.expected,
        "area": area,
    }


def _csv(data: dict[str, Any]) -> list[str]:
    lines = ["time,id,class,x,y,vx,vy,sigma_x,sigma_y"]
    for one in data["tracks"]:
        for point in one["points"]:
            numbers = [f"{point[name]:.6g}" for name in ("vx", "vy", "sigma_x", "sigma_y")]
            place = [f"{point['x']:.3f}", f"{point['y']:.3f}"]
            lines.append(",".join([str(point["time"]), one["id"], one["class"], *place, *numbers]))
    return lines


def _lines(data: dict[str, Any]) -> list[str]:
    now = [one for one in data["tracks"] if one["now"]]
    lines = [
        f"{data['looks']} looks of {len(data['sensors'])} sensors",
        f"{len(data['tracks'])} tracks, {len(now)} now; {data['expected_unseen']:.1f} expected unseen",
    ]
    for one in now[:SHOWN]:
        last = one["points"][-1]
        lines.append(
            f"{one['id']}  {one['class']}: {last['x']:.0f}, {last['y']:.0f} m, "
            f"± {max(last['sigma_x'], last['sigma_y']):.0f} m, {last['vx']:.1f}, {last['vy']:.1f} m/s, "
            f"there with probability {one['existence']:.2f}"
        )
    if len(now) > SHOWN:
        lines.append(f"… the first {SHOWN} of {len(now)}; --json prints every one")
    aside = data["set_aside"]
    if aside["count"]:
        codes = ", ".join(f"{name} {count}" for name, count in sorted(aside["codes"].items()))
        lines.append(f"set aside: {aside['count']} rows ({codes})")
        lines += [f"  row {one['row']}: {one['reason']}" for one in aside["rows"][:10]]
    return lines
