"""The pictures of a report as SVG, from the same places as on the pages (`comity.assessment.charts`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

from comity.assessment.charts.figures import figure, share
from comity.assessment.charts.plot import JOINT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from comity.assessment.charts.axis import Tick
    from comity.assessment.charts.categories import Groups
    from comity.assessment.charts.parts import Part
    from comity.assessment.charts.plot import Plot
    from comity.assessment.charts.ranges import Ranges
    from comity.assessment.sessions.forms_pictures import Picture

WIDTH: Final = 640
LEFT: Final = 90
INNER: Final = 500
ROW: Final = 26
CURVES: Final = 150
INK: Final = "#1b2733"
GRID: Final = "#c5ccd3"
HUES: Final = ("#1f5fa8", "#b3541e", "#1c7a4d", "#6b3fa0")
"""Of the parties in the order of their codes: told apart without colour too, by dash and by name."""
FILLS: Final = ("#dfe5ea", "#9fb3c4", "#b3541e")
"""Of the three parts: within answers, between experts, between parties."""


def drawn(picture: Picture) -> str:
    """Return the picture of a question: ranges, distribution functions, or bars of categories."""
    hues = _hues(row["party"] for row in picture.rows)
    parts: list[str] = []
    height = 0
    if picture.ranges is not None:
        unit = "share" if picture.curves is None else ""
        parts.append(_ranges(picture.ranges, hues, percent=bool(unit)))
        height = ROW * len(picture.ranges.rows) + 24
    if picture.curves is not None:
        parts.append(f'<g transform="translate(0 {height + 8})">{_curves(picture.curves, hues)}</g>')
        height += CURVES + 36
    if picture.groups is not None:
        parts.append(_groups(picture.groups, hues))
        height = sum(16 + 12 * len(group.bars) for group in picture.groups.groups) + 24
    return _svg(height, parts)


def parts_bar(parts: Sequence[Part]) -> str:
    """Return the three-part bar, each part with its number and its share."""
    drawn_parts = []
    for at, (part, fill) in enumerate(zip(parts, FILLS, strict=True), 1):
        x, width = LEFT + part.start * INNER / 1000, part.width * INNER / 1000
        drawn_parts.append(
            f'<rect x="{x:.1f}" y="4" width="{width:.1f}" height="18" fill="{fill}" stroke="{INK}"'
            ' stroke-width="0.6"/>'
        )
        if width > 40:  # noqa: PLR2004 - what the words need
            drawn_parts.append(_text(x + width / 2, 35, f"{at}. {share(part.share)}", "middle"))
    return _svg(42, drawn_parts)


# --- inside ---


def _hues(parties: Iterable[str]) -> dict[str, str]:
    named = sorted({party for party in parties if party != JOINT})
    return {JOINT: INK, **{party: HUES[at % len(HUES)] for at, party in enumerate(named)}}


def _name(party: str, hues: dict[str, str]) -> str:
    return party or " + ".join(sorted(one for one in hues if one != JOINT))


def _x(place: float) -> float:
    return LEFT + place * INNER / 1000


def _ranges(found: Ranges, hues: dict[str, str], *, percent: bool) -> str:
    bottom = ROW * len(found.rows)
    parts = [_columns(found.columns, bottom, percent=percent)]
    for at, row in enumerate(found.rows):
        y, hue = at * ROW + ROW / 2, hues[row.party]
        parts.append(_text(LEFT - 8, y + 4, _name(row.party, hues), "end"))
        if row.outer is not None:
            low, high = map(_x, row.outer)
            parts.append(f'<path d="M{low:.1f} {y}H{high:.1f}" stroke="{hue}" stroke-width="1.5"/>')
        if row.inner is not None:
            low, high = map(_x, row.inner)
            parts.append(
                f'<rect x="{low:.1f}" y="{y - 5}" width="{high - low:.1f}" height="10" fill="{hue}"'
                ' fill-opacity="0.45"/>'
            )
        parts.append(f'<circle cx="{_x(row.middle):.1f}" cy="{y}" r="4" fill="{hue}"/>')
    return "".join(parts)


def _curves(found: Plot, hues: dict[str, str]) -> str:
    parts = [_columns(found.columns, CURVES, percent=False)]
    for tick in found.rows:
        y = tick.place * CURVES / 1000
        parts.append(f'<path d="M{LEFT} {y:.1f}H{LEFT + INNER}" stroke="{GRID}" stroke-width="0.6"/>')
        parts.append(_text(LEFT - 8, y + 4, share(tick.value), "end"))
    for line in found.lines:
        pairs = [pair.split(",") for pair in line.points.split()]
        places = " ".join(f"{_x(float(x)):.1f},{float(y) * CURVES / 1000:.1f}" for x, y in pairs)
        wide = 2.2 if line.party == JOINT else 1.5
        dash = f' stroke-dasharray="{line.dash}"' if line.dash else ""
        parts.append(
            f'<polyline points="{places}" fill="none" stroke="{hues[line.party]}"'
            f' stroke-width="{wide}"{dash}/>'
        )
    return "".join(parts)


def _groups(found: Groups, hues: dict[str, str]) -> str:
    parts, y = [], 0.0
    for group in found.groups:
        parts.append(_text(LEFT, y + 11, group.name, "start"))
        y += 16
        for bar in group.bars:
            width = bar.width * INNER / 1000
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="9" fill="{hues[bar.party]}"/>'
            )
            parts.append(_text(LEFT - 8, y + 9, _name(bar.party, hues), "end", 9))
            parts.append(_text(LEFT + width + 5, y + 9, share(bar.value), "start", 9))
            y += 12
    return "".join(parts)


def _columns(ticks: Sequence[Tick], bottom: float, *, percent: bool) -> str:
    parts = []
    for tick in ticks:
        x = _x(tick.place)
        parts.append(f'<path d="M{x:.1f} 0V{bottom}" stroke="{GRID}" stroke-width="0.6"/>')
        words = share(tick.value) if percent else figure(tick.value)
        parts.append(_text(x, bottom + 14, words, "middle"))
    return "".join(parts)


def _text(x: float, y: float, words: str, anchor: str, size: int = 11) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{INK}"'
    return f"<text {place}>{escape(words)}</text>"


def _svg(height: float, parts: Iterable[str]) -> str:
    box = f'viewBox="0 -4 {WIDTH} {height + 6:.0f}" width="{WIDTH}" height="{height + 6:.0f}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {box} font-family="Noto Sans">{"".join(parts)}</svg>'
