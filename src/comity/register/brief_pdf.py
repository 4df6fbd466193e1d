"""The brief as PDF: set by Typst, with the Lao script shaped and its lines broken between words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

TEMPLATE: Final = Path(__file__).parent / "templates" / "brief.typ"
FONTS: Final = {"vi": "Noto Sans", "en": "Noto Sans", "lo": "Noto Sans Lao"}
"""The font family that each language needs."""


class FontsMissingError(ComityError):
    """The fonts that a brief is printed in are not installed on this machine."""

    code = "register-fonts-missing"
    advice = (
        "Install the Noto fonts: fonts-noto-core on Debian and Ubuntu, google-noto-sans-lao-fonts on Fedora, "
        "or put the files NotoSans-*.ttf and NotoSansLao-*.ttf where the system looks for fonts."
    )


class PrintError(ComityError):
    """The brief cannot be set."""

    code = "register-print"
    advice = "Take the DOCX, and send the message to whoever looks after the node."


def pdf(sheet: Mapping[str, Any]) -> bytes:
    """Return the brief as a PDF file.

    Raises:
        FontsMissingError: a font that a language needs is not installed.
        PrintError: it cannot be set for another reason.
    """
    import typst  # noqa: PLC0415 - a third of a second, needed only to print

    fonts = typst.Fonts(include_system_fonts=True, include_embedded_fonts=True)
    check_fonts({str(info.family) for info in fonts.fonts()}, sheet["languages"])
    try:
        made = typst.compile(
            TEMPLATE.read_bytes(),
            font_paths=fonts,
            sys_inputs={"brief": json.dumps(sheet, ensure_ascii=False)},
            timestamp=0,
        )
    except typst.TypstError as error:
        raise PrintError(f"the brief cannot be set: {error}") from error
    if not isinstance(made, bytes):
        raise PrintError("the brief cannot be set: nothing came out")
    return made


def check_fonts(installed: set[str], languages: list[str]) -> None:
    """Check that the fonts for the languages are there.

    Raises:
        FontsMissingError: one is not; it is named.
    """
    needed = {"Noto Sans", *(FONTS[code] for code in languages)}
    missing = sorted(needed - installed)
    if missing:
        raise FontsMissingError(f"not installed: {', '.join(missing)}")
