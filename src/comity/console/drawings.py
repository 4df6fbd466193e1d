"""Small drawings beside words; they are decoration, the word says the same."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

_LINE = 'fill="none" stroke="currentColor" stroke-width="2"'
_RING = f'<circle cx="8" cy="8" r="5.5" {_LINE}/>'
_ICONS: Final = {
    "local": f'<circle cx="8" cy="8" r="5.5" {_LINE} stroke-dasharray="3 2"/>',
    "published": _RING,
    "witnessed": _RING + '<path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor"/>',
    "joint": f'<circle cx="5.5" cy="8" r="4" {_LINE}/><circle cx="10.5" cy="8" r="4" {_LINE}/>',
    "check": f'<path d="M3 8.5l3.5 3.5L13 4.5" {_LINE}/>',
    "wait": f'{_RING}<path d="M8 4.8V8l2.2 1.6" {_LINE}/>',
    "differ": f'<path d="M3 6h10M3 10h10M10.5 3l-5 10" {_LINE}/>',
    "stop": f'<path d="M8 2l6 11.5H2z" {_LINE}/><path d="M8 6.5v3.2M8 10.8v1" {_LINE}/>',
    "sealed": f'<path d="M3.5 7h9v6.5h-9zM5.5 7V5a2.5 2.5 0 0 1 5 0v2" {_LINE}/>',
    "exercise": f'<path d="M3 13L13 3M3 8l5-5M8 13l5-5" {_LINE}/>',
    "unknown": f'<path d="M5.8 6a2.2 2.2 0 1 1 3 2c-.6.3-.8.7-.8 1.5M8 11.6v1" {_LINE}/>',
    "up": f'<path d="M8 13V3M4 7l4-4 4 4" {_LINE}/>',
    "down": f'<path d="M8 3v10M4 9l4 4 4-4" {_LINE}/>',
    "both": f'<path d="M5 6l3-3 3 3M5 10l3 3 3-3" {_LINE}/>',
}


def icon(name: str) -> Markup:
    """Return a drawing by name; it takes the colour of the text around it."""
    drawing = Markup(_ICONS[name])  # noqa: S704  the constants above
    return Markup('<svg viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>').format(drawing)
