"""`comity border gauge` and `comity border river`: stages, what they warn of, and what lies downstream."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from comity.node.commands.output import AsJson, emit

if TYPE_CHECKING:
    from comity.border.river.readings import Readings

app = typer.Typer(no_args_is_help=True, add_completion=False)

SHOWN: Final = 40

ReadingsFile = Annotated[Path, typer.Argument(metavar="FILE", help="Readings as CSV.")]


@app.command()
def gauge(
    file: ReadingsFile,
    *,
    station: Annotated[str, typer.Option(help="Which station; as the file or its name says without.")] = "",
    thresholds: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Thresholds as TOML; those shipped without.")
    ] = None,
    forecast: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Forecast stages as CSV, of the same shape.")
    ] = None,
    unit: Annotated[str, typer.Option(help="m, cm or mm; as the file says without.")] = "",
    zone: Annotated[
        str, typer.Option(metavar="OFFSET", help="Such as +07:00, for values and headers that name none.")
    ] = "",
    time_column: Annotated[str, typer.Option(metavar="NAME", help="The column of times.")] = "",
    value_column: Annotated[str, typer.Option(metavar="NAME", help="The column of stages.")] = "",
    unit_column: Annotated[str, typer.Option(metavar="NAME", help="The column of units.")] = "",
    station_column: Annotated[str, typer.Option(metavar="NAME", help="The column of stations.")] = "",
    rise: Annotated[float, typer.Option(min=0.01, help="Metres a day beyond which a rise is fast.")] = 1.0,
    record_years: Annotated[int, typer.Option(min=1, help="Earlier years that a record needs.")] = 5,
    since: Annotated[str, typer.Option(metavar="DAY", help="Print alerts from this day on.")] = "",
    as_json: AsJson = False,
) -> None:
    """Hold the stages of a gauge against thresholds, a fast rise, and the day of year in earlier years.

    Quality comes first: spikes, steps, flat lines and gaps are found before anything is detected. Bad rows
    are set aside, counted and printed. Every level is in metres; `date` is the day as the file writes it.
    """
    from comity.border.river import answers, graph  # noqa: PLC0415 - needs arrays
    from comity.border.river import thresholds as limits  # noqa: PLC0415 - lazily
    from comity.border.river.readings import Columns  # noqa: PLC0415 - lazily

    names = Columns(time_column, value_column, unit_column, station_column)
    known = limits.load(thresholds)
    how: dict[str, Any] = {"names": names, "unit": unit, "station": station, "zone": zone, "known": known}
    found = _read(file, **how, now=True)
    coming = _read(forecast, **how, now=False) if forecast else None
    data = answers.judge(
        found,
        answers.rules_of(found.station, known, rise, record_years),
        forecast=coming,
        now=datetime.now(UTC),
        rivers=graph.load(),
    )
    if since:
        from comity.border.river.stamps import read_day  # noqa: PLC0415 - lazily

        first = read_day(since).isoformat()
        data["alerts"] = [one for one in data["alerts"] if one["date"] >= first]
    emit(data, "\n".join(_lines(data)), as_json=as_json)


@app.command()
def river(
    place: Annotated[str, typer.Argument(metavar="[PLACE]", help="A gauge, dam or mouth; all without.")] = "",
    *,
    seen_from: Annotated[
        str, typer.Option("--from", metavar="PLACE", help="Where this place lies as seen from that one.")
    ] = "",
    rivers: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A river graph as TOML; the one shipped without.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what lies downstream of a place, and whether water of one comes to another."""
    from comity.border.river import answers, graph  # noqa: PLC0415 - lazily

    known = graph.load(rivers)
    if not place:
        every = [one.model_dump() for one in known.places.values()]
        lines = [f"{one['slug']}: {one['name']}, {one['river']}" for one in every]
        emit({"places": every}, "\n".join(lines), as_json=as_json)
        return
    data = answers.place_json(place, known)
    below = ", ".join(one["name"] for one in data["downstream"]) or "nothing in this graph"
    text = f"{data['name']} on the {data['river']}; downstream: {below}"
    if seen_from:
        data["seen_from"] = known.find(seen_from).slug
        data["relation"] = known.relation(data["slug"], data["seen_from"])
        words = {"neither": "neither upstream nor downstream"}.get(data["relation"], data["relation"])
        text = f"{data['name']} is {words} as seen from {known.find(seen_from).name}\n{text}"
    doubt = "\nnot checked against the authority's map" if data["unverified"] else ""
    emit(data, text + doubt, as_json=as_json)


def _read(path: Path, *, names: Any, unit: str, station: str, zone: str, known: Any, now: bool) -> Readings:
    from dataclasses import replace  # noqa: PLC0415 - lazily

    from comity.border.river import answers  # noqa: PLC0415 - needs arrays
    from comity.border.river.readings import read  # noqa: PLC0415 - lazily
    from comity.border.river.stamps import read_zone  # noqa: PLC0415 - lazily
    from comity.border.tabular import load  # noqa: PLC0415 - lazily

    found = read(
        load(path),
        names,
        unit=unit,
        station=station,
        zone=read_zone(zone) if zone else None,
        now=datetime.now(UTC) if now else None,
        name=path.name,
    )
    if station or known.of(found.station):
        return found
    return replace(found, station=answers.station_named(f"{found.station} {path.stem}", known))


def _lines(data: dict[str, Any]) -> list[str]:
    state = data["state"]
    lines = [
        f"{data['station']}: {data['readings']} readings, {data['from']} to {data['to']}",
        f"state: {state['state']} ({state['reason']}, {state['at']})",
        *data["notes"],
    ]
    if data["river"]:
        below = ", ".join(one["name"] for one in data["river"]["downstream"])
        lines.append(f"downstream: {below or 'nothing in the graph'}")
    found = _occurrences(data["alerts"])
    lines += found[-SHOWN:]
    if len(found) > SHOWN:
        lines.append(f"… the last {SHOWN} of {len(found)} occurrences; --json prints every day")
    if not data["alerts"]:
        lines.append("no alert")
    lines += [
        f"cannot tell: {one['method']}, {one['days']} days: {one['reason']}" for one in data["cannot_tell"]
    ]
    lines += [
        f"gap: {one['after']} to {one['before']}, {one['missing']} missing" for one in data["gaps"][-10:]
    ]
    counted = ", ".join(f"{name} {count}" for name, count in data["flags"].items() if count)
    lines.append(f"quality: {counted or 'nothing found'}; {len(data['gaps'])} gaps")
    lines += quarantine_lines(data["quarantine"])
    return lines


def _occurrences(alerts: list[dict[str, Any]]) -> list[str]:
    """Return a line for each occurrence: its days, its highest excess, its reason."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for one in alerts:
        groups.setdefault((one["since"], one["method"], one["authority"]), []).append(one)
    lines = []
    for (since, method, _), group in sorted(groups.items()):
        most = max(group, key=lambda one: abs(one["level"] - one["limit"]))
        days = since if len(group) == 1 else f"{since} to {group[-1]['date']} ({len(group)} days)"
        level = f"{most['level']:g} m, limit {most['limit']:g} m on {most['date']}"
        lines.append(f"{days}  {method}: {level}: {most['reason']}")
    return lines


def quarantine_lines(data: dict[str, Any]) -> list[str]:
    """Return the lines on rows that were set aside."""
    if not data["count"]:
        return []
    codes = ", ".join(f"{name} {count}" for name, count in data["codes"].items())
    rows = [f"  row {one['row']}: {one['reason']}" for one in data["rows"][:10]]
    return [f"set aside: {data['count']} rows ({codes})", *rows]
