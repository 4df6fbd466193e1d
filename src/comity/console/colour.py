"""Party colours that stay readable: the stylesheet of a node, derived from the colours in the charters.

Contrast is computed as WCAG 2.2 defines it (section 1.4.3, "relative luminance" and "contrast ratio"); a
colour that is too weak is moved towards black or white until it reads.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

Rgb = tuple[int, int, int]

BLACK: Final[Rgb] = (0, 0, 0)
WHITE: Final[Rgb] = (255, 255, 255)
NEUTRAL: Final = "#4a4f57"
LIGHT_PAGE: Final[Rgb] = (243, 241, 237)  # the darkest surface of the light pages
DARK_PAGE: Final[Rgb] = (42, 47, 54)  # the lightest surface of the dark pages
TEXT_CONTRAST: Final = 4.6  # WCAG asks 4.5; the rest is for rounding
GRAPHIC_CONTRAST: Final = 3.1  # WCAG section 1.4.11 asks 3

_HEX = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


def parse(text: str) -> Rgb:
    """Read `#rrggbb`; anything else is the neutral colour, because a charter is another party's word."""
    match = _HEX.fullmatch(text) or _HEX.fullmatch(NEUTRAL)
    assert match is not None
    return int(match[1], 16), int(match[2], 16), int(match[3], 16)


def css(colour: Rgb) -> str:
    """Write a colour as `#rrggbb`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def luminance(colour: Rgb) -> float:
    """Return the relative luminance, 0 (black) to 1 (white)."""

    def linear(channel: int) -> float:
        share = channel / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  sRGB

    red, green, blue = (linear(channel) for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Return `one` with a share of `other`, 0 to 1."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def readable(colour: Rgb, page: Rgb, ratio: float) -> Rgb:
    """Return the colour, moved towards black or white only as far as `ratio` against `page` asks."""
    goal = max(BLACK, WHITE, key=lambda end: contrast(end, page))
    for step in range(101):
        candidate = mix(colour, goal, step / 100)
        if contrast(candidate, page) >= ratio:
            return candidate
    return goal


def stylesheet(own: str, colours: Mapping[str, str]) -> str:
    """Return the node's own stylesheet.

    Args:
        own: The party of this node; its colour becomes the masthead and the accent.
        colours: Party to `#rrggbb`, as the charters give them.
    """
    base = parse(colours.get(own, NEUTRAL))
    band = readable(base, WHITE, TEXT_CONTRAST)
    light = {
        "--party": css(band),
        "--party-ink": css(WHITE),
        "--party-accent": css(readable(base, LIGHT_PAGE, TEXT_CONTRAST)),
        "--party-wash": css(mix(base, WHITE, 0.92)),
    }
    dark = {
        "--party": css(mix(band, BLACK, 0.25)),
        "--party-accent": css(readable(base, DARK_PAGE, TEXT_CONTRAST)),
        "--party-wash": css(mix(base, DARK_PAGE, 0.85)),
    }
    hues = {f".hue-{party}": colour for party, colour in sorted(colours.items())}
    lines = [_rule(":root", light)]
    lines += [
        _rule(name, {"--hue": css(readable(parse(value), LIGHT_PAGE, GRAPHIC_CONTRAST))})
        for name, value in hues.items()
    ]
    lines.append("@media (prefers-color-scheme: dark) {")
    lines.append(_rule(":root", dark))
    lines += [
        _rule(name, {"--hue": css(readable(parse(value), DARK_PAGE, GRAPHIC_CONTRAST))})
        for name, value in hues.items()
    ]
    lines.append("}")
    return "\n".join(lines) + "\n"


def _rule(selector: str, values: Mapping[str, str]) -> str:
    body = " ".join(f"{name}: {value};" for name, value in values.items())
    return f"{selector} {{ {body} }}"
